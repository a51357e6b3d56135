"""The live log of a task's runs: followed, searched, with its problems marked."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from render_manager.base.i18n import _
from render_manager.domain.frames import names_frame, parse_frames
from render_manager.domain.task import Task
from render_manager.domain.touched import Touched
from render_manager.gui import theme as look
from render_manager.gui.background import Background
from render_manager.gui.inspector.log.area import MOST_COPIED, LogArea
from render_manager.gui.inspector.log.document import LogDocument
from render_manager.gui.inspector.log.find_bar import FindBar
from render_manager.gui.inspector.log.problem_bar import ProblemBar
from render_manager.gui.inspector.run_choice import RunChoice
from render_manager.gui.inspector.run_history import RunHistory
from render_manager.gui.theme import GAP, Colors, Theme
from render_manager.renderers.renderer import Listener
from render_manager.service.queue_service import QueueService


class LogView(QWidget):
    """Shows the log of one run of a task, the newest if nothing else is asked for.

    `open_wanted` tells the file to open. Nothing is read while the page is not in sight.
    """

    open_wanted = Signal(Path)

    def __init__(
        self,
        service: QueueService,
        history: RunHistory,
        background: Background,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._history = history
        self._theme = theme
        self._path: Path | None = None
        self._bar_shows: tuple[int, int, int, Colors] | None = None
        self._frame: int | None = None
        """The frame whose lines are looked for or pointed out."""
        self._to_try: list[int] = []
        """Older runs that may have rendered it."""
        self._awaits_runs = False
        self._is_problem_due = False
        self.document = LogDocument(background, self, service.bring)
        self.area = LogArea(self.document, theme)
        self._build()
        self._connect()
        self.retranslate()

    # --- what is shown ------------------------------------------------------------------------

    def show_task(self, task: Task | None) -> None:
        """The history shows another task; its newest run is followed."""
        self._let_go()
        self.choice.pick(None)
        self._show_run()

    def apply(self, touched: Touched) -> None:
        """Runs begin and end; the history told the choice already."""
        run = self._history.run(self.choice.run_id)
        self.document.is_over = run is not None and not self._history.is_under_way(run)

    def show_run(self, run_id: int, *, at_problem: bool = False) -> None:
        """Show the log of this run, at the worst that is found in it."""
        self._let_go()
        self.choice.pick(run_id)
        self._is_problem_due = at_problem
        self._go_on()

    def show_frame(self, frame: int) -> None:
        """Show the lines of this frame in the log of the newest run that rendered it."""
        self._let_go()
        self._frame = frame
        self._say(_("Looking for frame {frame}…").format(frame=frame))
        if not self._history.is_loaded:
            self._awaits_runs = True
            return
        runs = self._history.runs
        self._to_try = [run.id for run in runs if run.log_path and names_frame(run.frames, frame)]
        self._try_next()

    @property
    def told(self) -> str:
        """What is said of a frame's lines, or nothing."""
        return self._told.text()

    def retranslate(self) -> None:
        self.area.setAccessibleName(_("Log"))
        for button, words, name in (
            (self.follow, _("Follow: always show the newest line"), _("Follow the log")),
            (self.search, _("Search the log (Ctrl+F)"), _("Search the log")),
            (self._open, _("Open the log file"), _("Open the log file")),
        ):
            button.setToolTip(words)
            button.setAccessibleName(name)
        self.choice.retranslate()
        self.find_bar.retranslate()
        self.problems.retranslate()
        self._rehint()

    # --- which run ----------------------------------------------------------------------------

    def _show_run(self) -> None:
        """Open the log of the run that is chosen."""
        run = self._history.run(self.choice.run_id)
        self._path = Path(run.log_path) if run is not None and run.log_path else None
        self._open.setEnabled(self._path is not None)
        task = self._history.task
        frames = run.frames if run is not None else ""
        self.document.is_over = run is not None and not self._history.is_under_way(run)

        def listen() -> Listener:
            assert task is not None
            renderer = self._service.catalog.get(task.job.renderer)
            return renderer.listen(task.job, parse_frames(frames) if frames else ())

        self.document.open(self._path, listen)
        self._rehint()

    def _rehint(self) -> None:
        if self._history.task is None:
            self.area.hint = ""
        elif self._path is None:
            self.area.hint = _("What the renderer says appears here once a run has begun.")
        elif 0 < self.document.indexed < 1:
            percent = round(100 * self.document.indexed)
            self.area.hint = _("Reading the log… {percent} %").format(percent=percent)
        else:
            self.area.hint = ""
        self.area.viewport().update()

    # --- a frame's lines, and the worst problem -----------------------------------------------

    def _let_go(self) -> None:
        """Point out nothing, and look for nothing."""
        self._frame = None
        self._to_try = []
        self._awaits_runs = self._is_problem_due = False
        self.area.band = None
        self._say("")

    def _take_runs(self) -> None:
        """The history is known now, so the frame can be looked for."""
        if self._awaits_runs and self._history.is_loaded and self._frame is not None:
            self.show_frame(self._frame)

    def _try_next(self) -> None:
        if not self._to_try:
            self._say(_("No log tells of frame {frame}.").format(frame=self._frame))
            self._frame = None
            return
        self.choice.pick(self._to_try.pop(0))
        self._go_on()

    def _go_on(self) -> None:
        """More of the log was understood: what is looked for may be there now."""
        self._mark_bar()
        if self._frame is not None:
            self._find_frame(self._frame)
        elif self._is_problem_due and self.document.is_scanned:
            self._is_problem_due = False
            self.problems.go_to_worst()

    def _find_frame(self, frame: int) -> None:
        lines = self.document.frames.get(frame)
        if lines is None:
            if self.document.is_scanned:
                self._try_next()
            return
        if self.area.band is None:
            self._say(_("Frame {frame}").format(frame=frame))
            self.area.go_to(lines[0], 0, to_top=True)
        self.area.band = lines
        self.area.viewport().update()

    def _say(self, sentence: str) -> None:
        self._told.setText(sentence)
        self._told.setVisible(bool(sentence))

    # --- gestures -----------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Keys that mean something here do not reach the window's menus."""
        is_override = event.type() is QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and _is_own(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = -1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        if event.matches(QKeySequence.StandardKey.Find):
            self.find_bar.begin()
        elif event.key() == Qt.Key.Key_F3:
            self.find_bar.go(step)
        elif event.key() == Qt.Key.Key_F8:
            self.problems.go(step)
        elif event.key() == Qt.Key.Key_Escape:
            self._escape()
        else:
            super().keyPressEvent(event)

    def _escape(self) -> None:
        """Take away what was put over the log, the newest first."""
        if self.find_bar.isVisible():
            self.find_bar.end()
        elif self._frame is not None:
            self._let_go()
        self.area.viewport().update()

    def _toggle_find(self) -> None:
        if self.find_bar.isVisible():
            self.find_bar.end()
        else:
            self.find_bar.begin()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.document.set_active(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.document.set_active(False)

    # --- how it is built ----------------------------------------------------------------------

    def _connect(self) -> None:
        self.choice.run_changed.connect(self._show_run)
        self._history.changed.connect(self._take_runs)
        self.document.changed.connect(self._rehint)
        self.document.marks_changed.connect(self._go_on)
        self.document.reset.connect(self._mark_bar)
        self.find_bar.closed.connect(self.area.setFocus)
        self.search.clicked.connect(self._toggle_find)
        self.follow.clicked.connect(self.area.set_follows)
        self.area.follow_changed.connect(self.follow.setChecked)
        self.area.copied_part.connect(self._say_copied_part)
        self._open.clicked.connect(lambda: self.open_wanted.emit(self._path))
        self._theme.changed.connect(self._restyle)

    def _say_copied_part(self) -> None:
        size = MOST_COPIED // (1024 * 1024)
        self._say(_("Only the first {size} MB were copied. Open the file.").format(size=size))

    def _mark_bar(self) -> None:
        colors, document = self._theme.colors, self.document
        shown = (len(document.hits), len(document.problem_lines), document.count, colors)
        if shown == self._bar_shows:
            return
        self._bar_shows = shown
        self.area.bar.mark(
            [
                (document.hits, colors.paused, 0.1, 0.35),
                (document.problem_lines, colors.paused, 0.55, 0.2),
                (document.error_lines, colors.failed, 0.55, 0.45),
            ],
            document.count,
        )

    def _build(self) -> None:
        self.choice = RunChoice(self._history, self._theme)
        self.problems = ProblemBar(self.area, self._theme)
        self.find_bar = FindBar(self.area, self._theme)
        self.follow, self.search, self._open = QToolButton(), QToolButton(), QToolButton()
        for button in (self.follow, self.search, self._open):
            button.setObjectName("small")
        self.follow.setCheckable(True)
        self.follow.setChecked(True)
        self._told = QLabel()
        self._told.setTextFormat(Qt.TextFormat.PlainText)
        self._told.setFont(look.font())
        self._told.setObjectName("dim")
        self._told.setContentsMargins(GAP, 0, GAP, GAP // 2)
        self.setFocusProxy(self.area)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._head())
        layout.addWidget(self.find_bar)
        layout.addWidget(self._told)
        layout.addWidget(self.area, 1)
        self._say("")
        self._restyle()

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setContentsMargins(GAP, GAP // 2, GAP // 2, GAP // 2)
        head.setSpacing(GAP // 2)
        head.addWidget(self.choice, 1)
        head.addStretch(0)
        head.addWidget(self.problems)
        for button in (self.search, self.follow, self._open):
            head.addWidget(button)
        return head

    def _restyle(self) -> None:
        self.search.setIcon(self._theme.icon("search"))
        self.follow.setIcon(self._theme.icon("follow"))
        self._open.setIcon(self._theme.icon("open"))
        self._mark_bar()


def _is_own(event: QKeyEvent) -> bool:
    is_find = event.matches(QKeySequence.StandardKey.Find)
    return is_find or event.key() in (Qt.Key.Key_F3, Qt.Key.Key_F8)
