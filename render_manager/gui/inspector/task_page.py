"""What is known of a task, and the history of its runs."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from render_manager.domain.queue import Touched
from render_manager.domain.task import Task
from render_manager.gui.background import Background
from render_manager.gui.theme import Theme
from render_manager.service.task_service import TaskService


class TaskPage(QWidget):
    """Shows one task."""

    def __init__(
        self,
        service: TaskService,
        background: Background,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._background = background
        self._theme = theme

    def show_task(self, task: Task | None) -> None:
        """Show this task from now on, or nothing."""

    def apply(self, touched: Touched) -> None:
        """Show what changed of it."""

    def retranslate(self) -> None:
        """Say everything in the language of now."""
