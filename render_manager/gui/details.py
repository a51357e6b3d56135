"""The lower half of the window: the task that is looked at, its frames, and the inspector."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from render_manager.base.i18n import _
from render_manager.domain.states import TaskState
from render_manager.domain.task import Task
from render_manager.domain.touched import Touched
from render_manager.gui import icons, text
from render_manager.gui import theme as look
from render_manager.gui.background import Background
from render_manager.gui.elided import ElidedLabel
from render_manager.gui.frame_grid.model import FrameGridModel
from render_manager.gui.frame_grid.pane import FramePane
from render_manager.gui.frame_grid.thumbnails import Thumbnails
from render_manager.gui.inspector.inspector import Inspector
from render_manager.gui.theme import GAP, Theme
from render_manager.service.queue_service import QueueService


class Details(QWidget):
    """Shows one task, or that none is selected."""

    enlarged = Signal(bool)
    """The preview is to have the window for itself, or no longer."""

    def __init__(
        self,
        service: QueueService,
        background: Background,
        decoding: Background,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._theme = theme
        self._task: Task | None = None
        self.frames = FrameGridModel(service, background, self)
        self.frame_pane = FramePane(self.frames, Thumbnails(decoding, self, service.bring), theme)
        self.grid = self.frame_pane.grid
        self.inspector = Inspector(service, self.frames, background, theme)
        self.grid.current_changed.connect(self.inspector.preview.show_row)
        self.grid.enlarge_wanted.connect(self._enlarge_row)
        self.inspector.preview.row_wanted.connect(self.grid.go_to)
        self.inspector.preview.enlarge_wanted.connect(self._toggle_enlarged)
        self._leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        self._leave.activated.connect(lambda: self.enlarge(False))
        self._leave.setEnabled(False)
        self._build()
        theme.changed.connect(self._refresh)
        self.retranslate()
        self.show_task(None)

    @property
    def task(self) -> Task | None:
        return self._task

    def show_task(self, task: Task | None) -> None:
        """Show this task; one that is shown already is left in peace."""
        if task is not None and task is self._task:
            return
        self._task = task
        self.frames.show(task)
        self.inspector.show_task(task)
        self._pages.setCurrentIndex(0 if task is None else 1)
        self._refresh()
        self.grid.follow(self.frames.in_work())

    def apply(self, touched: Touched) -> None:
        self.frames.apply(touched)
        self.inspector.apply(touched)
        if self._task is not None and self._task.id in touched.tasks:
            self._refresh()
            self.grid.follow(self.frames.in_work())

    def show_log(self) -> None:
        """Bring the log into sight and give it the keyboard."""
        self._show_page(self.inspector.log)

    def show_frame_log(self, row: int) -> None:
        """Bring what the log says of the frame in this row of the grid into sight."""
        self.show_log()
        self.inspector.log.show_frame(self.frames.number(row))

    def enlarge(self, is_large: bool) -> None:
        """Give the preview the whole window, or put everything back."""
        if is_large == self._leave.isEnabled():
            return
        self._leave.setEnabled(is_large)
        self.frame_pane.setVisible(not is_large)
        self._head.setVisible(not is_large)
        self.inspector.tabs.setVisible(not is_large)
        preview = self.inspector.preview
        preview.show_large(is_large)
        self.enlarged.emit(is_large)
        if is_large:
            self.inspector.show_page(preview)

    def retranslate(self) -> None:
        self._nothing.setText(_("Select a task to see its frames and its log."))
        self.frames.retranslate()
        self.frame_pane.retranslate()
        self.inspector.retranslate()
        self._refresh()

    def _enlarge_row(self, row: int) -> None:
        self.inspector.preview.show_row(row)
        self.enlarge(True)

    def _show_page(self, page: QWidget) -> None:
        grid, inspector = self.panes.sizes()
        if not inspector:
            self.panes.setSizes([grid // 2, grid // 2])
        self.inspector.show_page(page)

    # --- how it is done -----------------------------------------------------------------------

    def _toggle_enlarged(self) -> None:
        self.enlarge(not self._leave.isEnabled())

    def _refresh(self) -> None:
        task = self._task
        if task is None:
            return
        ratio = self.devicePixelRatioF()
        color = self._theme.colors.of(task.state)
        self._glyph.setPixmap(icons.pixmap(f"state-{task.state}", color, 16, ratio))
        self._name.setText(task.job.name)
        self._about.setText(self._about_text(task))
        self._about.setToolTip(text.tip(task.job.project_file))
        self._show_problem(text.problem(task), is_final=task.state is TaskState.FAILED)
        self.grid.hint = self._hint(task)

    def _show_problem(self, sentence: str, *, is_final: bool) -> None:
        self._problem.setText(sentence)
        colors = self._theme.colors
        self._problem.setStyleSheet(f"color: {colors.failed if is_final else colors.dim}")
        self._problem.setVisible(bool(sentence))

    def _about_text(self, task: Task) -> str:
        parts = [text.state_word(task), text.renderer_title(self._service, task)]
        if task.job.expected_size:
            parts.append("{} × {}".format(*task.job.expected_size))
        if task.frames:
            numbers = task.frames.numbers
            first_last = _("frames {first}–{last}").format(first=numbers[0], last=numbers[-1])
            parts += [first_last, _("{count} done").format(count=text.frames_done(task))]
        if task.failed_frames:
            parts.append(_("{count} failed").format(count=task.failed_frames))
        return "  ·  ".join(parts)

    def _hint(self, task: Task) -> str:
        if task.lacks_frames:
            return _("There are no frames: enter which to render (Change…).")
        if task.is_broken:
            return _("There are no frames: the scene could not be read.")
        return _("Reading the scene…")

    # --- how it is built ----------------------------------------------------------------------

    def _build(self) -> None:
        self._nothing = QLabel()
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setObjectName("dim")
        self.panes = QSplitter(Qt.Orientation.Horizontal)
        self.panes.addWidget(self.frame_pane)
        self.panes.addWidget(self.inspector)
        self.panes.setStretchFactor(0, 3)
        self.panes.setStretchFactor(1, 2)
        shown = QWidget()
        layout = QVBoxLayout(shown)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._head = QWidget()
        self._head.setLayout(self._header())
        layout.addWidget(self._head)
        layout.addWidget(self.panes, 1)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._nothing)
        self._pages.addWidget(shown)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._pages)

    def _header(self) -> QVBoxLayout:
        self._glyph, self._name, self._about = QLabel(), QLabel(), ElidedLabel()
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        self._name.setFont(look.font(points=2, bold=True))
        self._name.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._about.setObjectName("dim")
        self._about.setFont(look.font())
        self._problem = QLabel()
        self._problem.setTextFormat(Qt.TextFormat.PlainText)
        self._problem.setWordWrap(True)
        self._problem.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        line = QHBoxLayout()
        line.setSpacing(GAP)
        line.addWidget(self._glyph)
        line.addWidget(self._name)
        line.addWidget(self._about, 1)
        header = QVBoxLayout()
        header.setContentsMargins(GAP, GAP, GAP, GAP)
        header.setSpacing(4)
        header.addLayout(line)
        header.addWidget(self._problem)
        return header
