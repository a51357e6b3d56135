"""How a request of the inbox becomes one task, and never two."""

from __future__ import annotations

import logging
from pathlib import Path

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.domain.task import Task
from render_manager.service.schemas import Submission
from render_manager.service.task_service import TaskService

LOG = logging.getLogger(__name__)


class Admission:
    """Queues what may come in."""

    def __init__(self, service: TaskService) -> None:
        self._service = service

    def admit(self, submission: Submission) -> tuple[Task | None, str]:
        """The task, or why there is none. One that only the disk refused is queued all the same."""
        tasks = self._service.queue.tasks
        newest = max(tasks, default=0)
        try:
            return self._service.submit(submission), ""
        except (UserError, OSError) as error:
            queued = next((task for task in tasks.values() if task.id > newest), None)
            return queued, str(error)
        except Exception as error:
            # A request that trips over a bug must not stop those behind it, again and again.
            LOG.critical("This is a bug", exc_info=error)
            return None, _("Render Manager cannot queue this scene. Its log says more.")

    def admit_again(self, submission: Submission, taken: int) -> tuple[Task | None, str]:
        """The same for a request that a killed manager took at `taken`, in milliseconds since the
        epoch: the task that it may have made before it died, else a new one."""
        made = self._made_since(submission, taken)
        return (made, "") if made is not None else self.admit(submission)

    def _made_since(self, submission: Submission, taken: int) -> Task | None:
        scene = str(Path(submission.project_file).absolute())
        for task in self._service.queue:
            is_later = task.created_at * 1000 >= taken
            wishes = (task.job.project_file, task.frames_text, task.job.options)
            if is_later and wishes == (scene, submission.frames, submission.options):
                return task
        return None
