"""What becomes of frames that are whole and look wrong, and of tasks whose frames are bad in a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from render_manager.base.i18n import _, ngettext
from render_manager.domain.events import FrameCompleted
from render_manager.domain.evidence import (
    EXPLAIN_THEMSELVES,
    Measure,
    OnSuspicion,
    Suspicion,
    in_words,
)
from render_manager.domain.frames import format_frames
from render_manager.domain.states import FrameState, Wish
from render_manager.domain.task import FrameDetail, Task
from render_manager.domain.touched import Mover


class Suspecting:
    """Does with suspicious frames what their task wants done."""

    def __init__(self, mover: Mover) -> None:
        self._mover = mover

    def look(self, task: Task, index: int, event: FrameCompleted, detail: FrameDetail) -> None:
        """Look at a frame that has just been completed, and at those that it is a neighbour of."""
        measure = event.measure
        self._suspect(task, index, detail, event.suspicions, measure)
        if measure is None or task.frames.state(index) is not FrameState.COMPLETED:
            return
        neighbours = task.doubts.neighbours
        is_explained = not EXPLAIN_THEMSELVES.isdisjoint(event.suspicions)
        neighbours.note(index, measure, detail, is_explained=is_explained)
        for each in neighbours.conclude(index, len(task.frames)):
            self._suspect(task, each.index, each.detail, each.suspicions, each.measure)

    def _suspect(
        self,
        task: Task,
        index: int,
        detail: FrameDetail,
        suspicions: Sequence[Suspicion],
        measure: Measure | None,
    ) -> None:
        """Do with a suspicious frame what the task wants done."""
        number = task.frames.numbers[index]
        is_done = task.frames.state(index) is FrameState.COMPLETED
        if not is_done or not task.suspect(number, suspicions):
            return
        reason = _("Suspicious: {what}.").format(what=in_words(task.suspicions[number]))
        if task.on_suspicion is OnSuspicion.FAIL:
            task.doubts.bad_row.add(number)
            self._put_aside_later(task, number, detail)
            failed = replace(detail, state=FrameState.FAILED, error_message=reason)
            self._mover.move_index(task, index, failed)
        elif self._is_to_look_again(task, number, measure):
            self._put_aside_later(task, number, detail)
            self._mover.move_index(
                task, index, FrameDetail(FrameState.PENDING, error_message=reason)
            )
        else:
            self._mover.touch_frame(task, index, detail)

    def _is_to_look_again(self, task: Task, number: int, measure: Measure | None) -> bool:
        is_wanted = task.on_suspicion is OnSuspicion.RETRY and task.wish is not Wish.CANCEL
        return is_wanted and task.doubts.may_look_again(number, measure, task.max_retries)

    def _put_aside_later(self, task: Task, number: int, detail: FrameDetail) -> None:
        """Its files are looked at by people until it is rendered again, and kept then."""
        task.doubts.rejects[number] = tuple(file.path for file in detail.files)

    def accept(
        self, task: Task, suspicions: frozenset[Suspicion], details: Mapping[int, FrameDetail]
    ) -> None:
        """These are as intended, in all of the task's frames from now on.

        Frames that failed for nothing else are completed; `details` has what is known of each
        frame that failed, by index.
        """
        task.intended |= suspicions
        for number, suspected in list(task.suspicions.items()):
            self._clear(task, number, tuple(s for s in suspected if s not in suspicions), details)
        self._mover.touch(task)

    def _clear(
        self,
        task: Task,
        number: int,
        left: tuple[Suspicion, ...],
        details: Mapping[int, FrameDetail],
    ) -> None:
        if left:
            task.suspicions[number] = left
            return
        del task.suspicions[number]
        index = task.frames.index(number)
        detail = None if index is None else details.get(index)
        if (
            index is not None
            and detail is not None
            and detail.files
            and detail.state is FrameState.FAILED
        ):
            task.doubts.rejects.pop(number, None)
            completed = replace(detail, state=FrameState.COMPLETED, error_message=None)
            self._mover.move_index(task, index, completed)

    def suspect_again(
        self,
        task: Task,
        intended: frozenset[Suspicion],
        suspicions: Mapping[int, tuple[Suspicion, ...]],
        failed: Mapping[int, FrameDetail],
    ) -> None:
        """Undo `accept`: what was suspected, and by index the frames that had failed for it."""
        task.intended = intended
        for number, suspected in suspicions.items():
            index = task.frames.index(number)
            if index is None:
                continue
            is_completed = task.frames.state(index) is FrameState.COMPLETED
            if is_completed or number in task.suspicions:
                task.suspicions[number] = suspected
                if is_completed and index in failed:
                    self._put_aside_later(task, number, failed[index])
                    self._mover.move_index(task, index, failed[index])
        self._mover.touch(task)

    def hold_for_bad_frames(self, task: Task) -> None:
        """Hold a task whose frames are bad one after the other: at 22:05, not at 07:00."""
        bad = sorted(task.doubts.bad_row)
        details = self._mover.touched.frames.get(task.id, {}).values()
        reasons = [each.error_message for each in details if each.state is FrameState.FAILED]
        task.wish = Wish.PAUSE
        task.retry_at = None
        task.forget_license_wait()  # whose end would take the sentence away
        task.error_message = ngettext(
            "Held: {count} frame in a row was bad ({frames}). {reason} Mend it, then resume.",
            "Held: {count} frames in a row were bad ({frames}). {reason} Mend it, then resume.",
            len(bad),
        ).format(
            count=len(bad),
            frames=format_frames(bad),
            reason=next(filter(None, reversed(reasons)), ""),
        )
        self._mover.touch(task)
