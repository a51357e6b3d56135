"""The frames of a task: all of them as a strip, below it the grid, and a bar at the bottom."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QVBoxLayout, QWidget

from render_manager.gui.frame_grid.bar import FrameBar
from render_manager.gui.frame_grid.geometry import SIZES, USUAL
from render_manager.gui.frame_grid.model import FrameGridModel
from render_manager.gui.frame_grid.strip import FrameStrip
from render_manager.gui.frame_grid.supply import Supply
from render_manager.gui.frame_grid.thumbnails import Thumbnails
from render_manager.gui.frame_grid.view import FrameGridView
from render_manager.gui.theme import Theme


class FramePane(QWidget):
    """Puts the parts together; each is told of what the others do."""

    def __init__(
        self,
        frames: FrameGridModel,
        thumbnails: Thumbnails,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.grid = FrameGridView(frames, thumbnails, theme)
        self.strip = FrameStrip(frames, theme)
        self.bar = FrameBar(frames, theme)
        self._supply = Supply(self.grid, frames, thumbnails)
        self._add_key(lambda: self._enlarge_by(1), "Ctrl++", "Ctrl+=")
        self._add_key(lambda: self._enlarge_by(-1), "Ctrl+-")
        self._add_key(lambda: self.grid.resize_cells(USUAL), "Ctrl+0")
        self._connect()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.strip)
        layout.addWidget(self.grid, 1)
        layout.addWidget(self.bar)

    @property
    def size_text(self) -> str:
        """How large cells are, for the memory."""
        return str(SIZES[self.grid.size_of_cells])

    def recall_size(self, remembered: str | None) -> None:
        """Take the size that `size_text` was once; anything else changes nothing."""
        if remembered is not None and remembered.isdecimal() and int(remembered) in SIZES:
            self.grid.resize_cells(SIZES.index(int(remembered)))

    def retranslate(self) -> None:
        for part in (self.grid, self.strip, self.bar):
            part.retranslate()

    def _connect(self) -> None:
        grid, strip, bar = self.grid, self.strip, self.bar
        strip.row_wanted.connect(grid.look_at)
        strip.row_chosen.connect(grid.go_to)
        grid.sight_changed.connect(self._mark_sight)
        grid.current_changed.connect(strip.show_current)
        grid.current_changed.connect(bar.show_row)
        grid.typed.connect(bar.show_typed)
        grid.size_changed.connect(bar.show_size)
        bar.size_wanted.connect(grid.resize_cells)
        bar.troubled_only.connect(grid.show_troubled_only)

    def _mark_sight(self) -> None:
        first, last = self.grid.places_in_sight()
        if last >= first:
            self.strip.show_sight(self.grid.shown.row(first), self.grid.shown.row(last))

    def _enlarge_by(self, steps: int) -> None:
        self.grid.resize_cells(self.grid.size_of_cells + steps)

    def _add_key(self, do: Callable[[], None], *keys: str) -> None:
        action = QAction(self)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(lambda: do())
        self.addAction(action)
