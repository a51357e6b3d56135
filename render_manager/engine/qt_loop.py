"""The loop of a run whose thread is one of Qt's."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer, Signal

from render_manager.engine.loop import Timer


class QtLoop(QObject):
    """Fulfils `Loop`, on the thread that makes it."""

    _posted = Signal(object)
    _over = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._loop = QEventLoop()
        # Queued, also on our own thread: an end before `run` is not lost, and what is posted comes
        # after what is being done.
        self._posted.connect(self._call, Qt.ConnectionType.QueuedConnection)
        self._over.connect(self._loop.quit, Qt.ConnectionType.QueuedConnection)

    def timer(self, seconds: float, act: Callable[[], None], *, repeats: bool = False) -> Timer:
        return _QtTimer(self, seconds, act, repeats)

    def post(self, act: Callable[[], None]) -> None:
        self._posted.emit(act)

    def run(self) -> None:
        """Turn until `quit`."""
        self._loop.exec()

    def quit(self) -> None:
        self._over.emit()

    def _call(self, act: Callable[[], None]) -> None:
        """A method and not a lambda, so that Qt calls it on the thread of the loop."""
        act()


class _QtTimer:
    def __init__(
        self, parent: QObject, seconds: float, act: Callable[[], None], repeats: bool
    ) -> None:
        self._timer = QTimer(parent, singleShot=not repeats, interval=int(1000 * seconds))
        self._timer.timeout.connect(act)

    @property
    def is_active(self) -> bool:
        return self._timer.isActive()

    def start(self) -> None:
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()
