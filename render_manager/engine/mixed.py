"""One backend of two: runs of this machine go to one, those of others to the other."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from render_manager.base.i18n import _
from render_manager.domain.events import Outcome, RunEnded, RunReport
from render_manager.engine.backend import Backend
from render_manager.engine.order import LostRun, RunOrder


class MixedBackend(QObject):
    """Without a farm, runs that an earlier session had on one are lost."""

    reported = Signal(object)

    def __init__(self, local: Backend, farm: Backend | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._local, self._farm = local, farm
        self._elsewhere: set[int] = set()
        for backend in self._backends():
            backend.reported.connect(self._pass_on)

    def start(self, order: RunOrder) -> None:
        if order.machine and self._farm is not None:
            self._elsewhere.add(order.run_id)
            self._farm.start(order)
        else:
            self._local.start(order)

    def take_over(self, lost: LostRun) -> None:
        if not lost.order.machine:
            self._local.take_over(lost)
        elif self._farm is not None:
            self._elsewhere.add(lost.order.run_id)
            self._farm.take_over(lost)
        else:
            self.reported.emit([RunReport(lost.order.run_id, (_lost(lost),))])

    def stop(self, run_id: int) -> None:
        self._of(run_id).stop(run_id)

    def give_way(self, run_id: int) -> None:
        self._of(run_id).give_way(run_id)

    def let_go(self) -> None:
        for backend in self._backends():
            backend.let_go()

    def close(self) -> None:
        for backend in self._backends():
            backend.close()

    def _of(self, run_id: int) -> Backend:
        is_elsewhere = run_id in self._elsewhere
        return self._farm if is_elsewhere and self._farm is not None else self._local

    def _backends(self) -> list[Backend]:
        return [self._local] if self._farm is None else [self._farm, self._local]

    def _pass_on(self, reports: list[RunReport]) -> None:
        for report in reports:
            if any(isinstance(event, RunEnded) for event in report.events):
                self._elsewhere.discard(report.run_id)
        self.reported.emit(reports)


def _lost(lost: LostRun) -> RunEnded:
    missing = tuple(frame for frame in lost.order.frames if frame not in lost.completed)
    reason = _("{machine} had the run, and the farm is switched off.").format(
        machine=lost.order.machine
    )
    return RunEnded(Outcome.CANCELLED, None, reason, missing)
