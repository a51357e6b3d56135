"""What becomes of the frames that a run left without evidence, and of their task."""

from __future__ import annotations

from render_manager.base.i18n import _
from render_manager.domain.events import NO_LICENSE, Outcome, RunEnded
from render_manager.domain.patience import blamed_frames, killer, license_pause, uses_retry
from render_manager.domain.states import FrameState, Wish
from render_manager.domain.task import Run, Task
from render_manager.domain.touched import Mover


class Settling:
    """Decides at the end of each run who is tried again, who fails, and who waits."""

    def __init__(self, mover: Mover) -> None:
        self._mover = mover

    def settle(self, task: Task, run: Run, event: RunEnded, now: float, retry_delay: float) -> None:
        """Decide what becomes of the run's frames that lack evidence."""
        missing = [i for i in map(task.frames.index, event.missing) if i is not None]
        task.problem = event.problem
        is_refused = event.problem is not None and event.problem.code == NO_LICENSE
        if not is_refused:
            task.forget_license_wait()
        if run.completed:
            task.retry_count = 0
        if event.outcome is Outcome.FINISHED or (event.outcome is Outcome.GAVE_WAY and not missing):
            if not task.failed_frames and not task.is_held:
                task.error_message = None
        elif task.wish is Wish.CANCEL:
            in_work = [i for i in missing if task.frames.state(i) is FrameState.RENDERING]
            self._mover.move_all(task, in_work, FrameState.FAILED, _("Cancelled."))
        elif task.is_held:
            begun = [i for i in missing if task.frames.state(i) is FrameState.RENDERING]
            self._mover.move_all(task, begun, FrameState.PENDING)
        elif event.outcome in (Outcome.GAVE_WAY, Outcome.CANCELLED):
            self._mover.move_all(task, missing, FrameState.PENDING)
        elif is_refused:
            self._wait_for_license(task, missing, event.reason, now)
        elif event.problem is not None and event.problem.is_hopeless:
            self._hold(task, missing, event.reason)
        else:
            self._fail_or_retry(task, run, missing, event, now + retry_delay)

    def _hold(self, task: Task, missing: list[int], reason: str) -> None:
        """No frame can succeed until somebody mends what is wrong: wait for that, and say so."""
        task.wish = Wish.PAUSE
        task.error_message = reason
        task.retry_at = None
        self._mover.move_all(task, missing, FrameState.PENDING, reason)

    def _wait_for_license(self, task: Task, missing: list[int], reason: str, now: float) -> None:
        """Nothing is wrong with the task: ask again later, as often as it takes."""
        task.note_license_refusal(now)
        why = _("Waiting for a licence. {reason}").format(reason=reason).strip()
        self._say(task, why)
        task.retry_at = now + license_pause(task.license_refusals)
        self._mover.move_all(task, missing, FrameState.PENDING, why)

    def _say(self, task: Task, why: str) -> None:
        """What went wrong last, unless the user paused the task: that would be why it is held."""
        if task.wish is not Wish.PAUSE:
            task.error_message = why

    def _fail_or_retry(
        self, task: Task, run: Run, missing: list[int], event: RunEnded, retry_at: float
    ) -> None:
        self._say(task, event.reason)
        worn = self._worn_by(task, run, missing, event)
        again = [index for index in missing if index not in worn]
        self._mover.move_all(task, sorted(worn), FrameState.FAILED, event.reason)
        self._mover.move_all(task, again, FrameState.PENDING, event.reason)
        if again:
            task.retry_at = retry_at

    def _worn_by(self, task: Task, run: Run, missing: list[int], event: RunEnded) -> set[int]:
        """Count the failure; say which of the missing frames fail for good by it."""
        numbers = task.frames.numbers
        rejected = [numbers[i] for i in missing if task.frames.state(i) is FrameState.FAILED]
        blamed = blamed_frames(event, rejected)
        task.blame(blamed, killer(event))
        if uses_retry(run.completed, [task.failures[frame] for frame in blamed]):
            if task.retry_count >= task.max_retries:
                return set(missing)
            task.retry_count += 1
        elif not blamed and not task.max_retries:
            return set(missing)
        return {i for i in missing if numbers[i] in blamed and task.is_worn(numbers[i])}
