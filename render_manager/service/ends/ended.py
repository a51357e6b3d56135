"""A task that has ended, as others are told of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from render_manager.base.i18n import N_, _
from render_manager.domain.states import TaskState
from render_manager.domain.task import Task

_SENTENCES = {
    TaskState.COMPLETED: N_("{name} is rendered: {completed} of {total} frames."),
    TaskState.FAILED: N_("{name} has failed: {completed} of {total} frames are there."),
    TaskState.CANCELLED: N_("{name} was cancelled: {completed} of {total} frames are there."),
}


@dataclass(frozen=True, slots=True)
class Ended:
    """The names are the API's."""

    task_id: int
    name: str
    status: str
    renderer: str
    project_file: str
    output_dir: str
    total_frames: int
    completed_frames: int
    failed_frames: int
    error_message: str | None
    finished_at: float | None

    @property
    def sentence(self) -> str:
        """What became of it, for a person, with the reason on a line of its own."""
        text = _(_SENTENCES[TaskState(self.status)]).format(
            name=self.name, completed=self.completed_frames, total=self.total_frames
        )
        return "\n".join(filter(None, (text, self.error_message)))

    def as_json(self) -> dict[str, Any]:
        return {"event": "task_ended", "text": self.sentence, **asdict(self)}


def ended(task: Task) -> Ended:
    """What is told of `task`, which has ended."""
    return Ended(
        task.id,
        task.job.name,
        task.state.value,
        task.job.renderer,
        task.job.project_file,
        task.job.output_dir,
        task.total_frames,
        task.completed_frames,
        task.failed_frames,
        task.error_message,
        task.finished_at,
    )


def trial() -> Ended:
    """What a test message tells of: a task that there is not."""
    return Ended(0, _("Test message"), TaskState.COMPLETED.value, "", "", "", 1, 1, 0, None, None)
