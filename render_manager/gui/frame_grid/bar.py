"""The line below the frame grid: what is known of the current frame, and how large cells are."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QToolButton, QWidget

from render_manager.base.i18n import _
from render_manager.domain.states import FrameState
from render_manager.gui import icons
from render_manager.gui import theme as look
from render_manager.gui.elided import ElidedLabel
from render_manager.gui.frame_grid.cell_painter import GLYPHS
from render_manager.gui.frame_grid.geometry import SIZES, USUAL
from render_manager.gui.frame_grid.model import FrameGridModel
from render_manager.gui.text import tip
from render_manager.gui.theme import GAP, Theme


class FrameBar(QWidget):
    """Follows the row given to `show_row`. `size_wanted` tells one of SIZES."""

    size_wanted = Signal(int)
    troubled_only = Signal(bool)

    def __init__(self, frames: FrameGridModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frames = frames
        self._theme = theme
        self._row = -1
        self._typed = ""
        self._glyph, self.about = QLabel(), ElidedLabel()
        self.only_troubled, self.slider = QToolButton(), QSlider(Qt.Orientation.Horizontal)
        self._build()
        frames.dataChanged.connect(lambda: self.refresh())
        frames.modelReset.connect(lambda: self.show_row(-1))
        theme.changed.connect(self.refresh)
        self.retranslate()

    def show_row(self, row: int) -> None:
        """Tell of this frame from now on; -1 is none."""
        self._row = row
        self.refresh()

    def show_typed(self, typed: str) -> None:
        """Show the frame number that is being typed."""
        self._typed = typed
        self.refresh()

    def show_size(self, size: int) -> None:
        self.slider.setValue(size)

    def retranslate(self) -> None:
        self.only_troubled.setText(_("Problems only"))
        self.only_troubled.setToolTip(
            _("Show the frames that failed or are suspicious, and no others")
        )
        self.slider.setToolTip(_("Size of the pictures (Ctrl+wheel, Ctrl++, Ctrl+-, Ctrl+0)"))
        self.slider.setAccessibleName(_("Size of the pictures"))
        self.refresh()

    def refresh(self) -> None:
        """Frames, language or theme have changed."""
        task = self._frames.task
        is_troubled = task is not None and bool(task.failed_frames or task.suspicions)
        self.only_troubled.setEnabled(is_troubled or self.only_troubled.isChecked())
        self.only_troubled.setIcon(self._theme.icon("warning"))
        is_there = 0 <= self._row < self._frames.rowCount()
        self._glyph.setVisible(is_there)
        if is_there:
            state = FrameState(self._frames.states[self._row])
            color, ratio = self._theme.colors.of(state.word), self.devicePixelRatioF()
            self._glyph.setPixmap(icons.pixmap(GLYPHS[state], color, 12, ratio))
        said = self._said() if is_there or self._typed else ""
        if said != self.about.text():
            self.about.setText(said)
            self.about.setToolTip(tip(said) if len(said) > len(self._title()) else "")

    def _title(self) -> str:
        return self._frames.title(self._row) if 0 <= self._row < self._frames.rowCount() else ""

    def _said(self) -> str:
        if self._typed:
            return _("Go to frame {number}").format(number=self._typed)
        return "  ·  ".join(
            part for part in (self._title(), self._frames.reason(self._row)) if part
        )

    def _build(self) -> None:
        self.about.setObjectName("dim")
        self.about.setFont(look.font(points=-0.5))
        self.only_troubled.setCheckable(True)
        self.only_troubled.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.only_troubled.setFont(look.font(points=-0.5))
        self.only_troubled.toggled.connect(self.troubled_only)
        self.slider.setRange(0, len(SIZES) - 1)
        self.slider.setPageStep(3)
        self.slider.setValue(USUAL)
        self.slider.setFixedWidth(12 * GAP)
        self.slider.valueChanged.connect(self.size_wanted)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(GAP, 2, GAP, 2)
        layout.setSpacing(GAP // 2)
        layout.addWidget(self._glyph)
        layout.addWidget(self.about, 1)
        layout.addWidget(self.only_troubled)
        layout.addWidget(self.slider)
