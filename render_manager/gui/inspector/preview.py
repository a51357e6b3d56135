"""A frame of the task, large."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from render_manager.domain.queue import Touched
from render_manager.domain.task import Task
from render_manager.gui.background import Background
from render_manager.gui.frame_grid.model import FrameGridModel
from render_manager.gui.theme import Theme
from render_manager.service.task_service import TaskService


class Preview(QWidget):
    """Shows the frame given to `show_row`. `row_wanted` asks for another row of the grid."""

    row_wanted = Signal(int)

    def __init__(
        self,
        service: TaskService,
        frames: FrameGridModel,
        background: Background,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._frames = frames
        self._background = background
        self._theme = theme

    def show_task(self, task: Task | None) -> None:
        """Another task is looked at; its frames are those of the grid's model."""

    def show_row(self, row: int) -> None:
        """Show the frame in this row of the grid."""

    def apply(self, touched: Touched) -> None:
        """Show the picture anew if its frame was rendered again."""

    def retranslate(self) -> None:
        """Say everything in the language of now."""
