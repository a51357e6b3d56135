"""The live log: the newest run's file of the task that is shown, read off the main thread."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QToolButton, QVBoxLayout, QWidget

from render_manager.base.i18n import _
from render_manager.domain.queue import Touched
from render_manager.domain.task import Task
from render_manager.gui import theme as look
from render_manager.gui.background import Background
from render_manager.gui.inspector.log_tail import MOST_LINES, LogTail, Piece
from render_manager.gui.theme import GAP, Theme
from render_manager.service.task_service import TaskService

POLL_MS = 250

PORTION = 500
"""Lines that are laid out at a time; between portions the window is alive."""


class LoggedRun(Protocol):
    """A run under way or one of the past."""

    @property
    def id(self) -> int: ...
    @property
    def log_path(self) -> str | None: ...


class LogView(QWidget):
    """Shows the log of one task's newest run. `open_wanted` tells the file to open."""

    open_wanted = Signal(Path)

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
        self._task: Task | None = None
        self._run_id = 0
        self._path: Path | None = None
        self._tail: LogTail | None = None
        self._is_reading = False
        self._waiting: list[str] = []
        self._build()
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self._read)
        self._portions = QTimer(self)
        self._portions.setInterval(0)
        self._portions.timeout.connect(self._append_portion)
        theme.changed.connect(self._restyle)
        self.retranslate()

    # --- what is shown ------------------------------------------------------------------------

    def show_task(self, task: Task | None) -> None:
        """Follow the newest run of `task` from now on, or nothing."""
        self._task = task
        self._run_id = 0
        self._follow_file(None)
        if task is not None:
            runs = self._service.runs(task.id)
            self._background.when_done(runs, lambda found: self._take_runs(task, found))
            self._take_runs(task, task.runs.values())

    def apply(self, touched: Touched) -> None:
        """Go over to a newer run once it has a log."""
        if self._task is not None and self._task.id in touched.tasks:
            mine = [run for task_id, run, _end in touched.runs.values() if task_id == self._task.id]
            self._take_runs(self._task, mine)

    def retranslate(self) -> None:
        self.text.setAccessibleName(_("Log"))
        self.follow.setToolTip(_("Follow: always show the newest line"))
        self._open.setToolTip(_("Open the log file"))
        self.follow.setAccessibleName(_("Follow the log"))
        self._open.setAccessibleName(_("Open the log file"))
        self._retitle()

    # --- which file ---------------------------------------------------------------------------

    def _take_runs(self, task: Task, runs: Iterable[LoggedRun]) -> None:
        if task is not self._task:
            return
        newest = max((run for run in runs if run.log_path), key=lambda run: run.id, default=None)
        if newest is not None and newest.log_path and newest.id > self._run_id:
            self._run_id = newest.id
            self._follow_file(Path(newest.log_path))

    def _follow_file(self, path: Path | None) -> None:
        self._path = path
        self._tail = LogTail(path) if path else None
        self._waiting.clear()
        self.text.clear()
        self._retitle()
        if path is None:
            self._poll.stop()
        else:
            self._poll.start()
            self._read()

    def _retitle(self) -> None:
        self._title.setText(_("Log"))
        self._run.setText(_("run {id}").format(id=self._run_id) if self._path else "")
        self._open.setEnabled(self._path is not None)
        self.text.setPlaceholderText(
            _("What the renderer says appears here once a run has begun.") if self._task else ""
        )

    # --- reading ------------------------------------------------------------------------------

    def _read(self) -> None:
        if self._tail is None or self._is_reading or not self.isVisible():
            return
        tail = self._tail
        self._is_reading = True
        self._background.run(tail.read, lambda piece: self._take(tail, piece))

    def _take(self, tail: LogTail, piece: Piece | None) -> None:
        self._is_reading = False
        if tail is not self._tail:
            self._read()
        elif piece is not None:
            self._show(piece)

    def _show(self, piece: Piece) -> None:
        if piece.is_fresh:
            self.text.clear()
            self._waiting.clear()
        if piece.skipped:
            megabytes = f"{piece.skipped / 1e6:.1f}"
            note = _("⋯ {size} MB before this are in the file").format(size=megabytes)
            self._waiting.append(note)
        self._waiting += piece.lines
        del self._waiting[:-MOST_LINES]
        self._portions.start()

    def _append_portion(self) -> None:
        portion, self._waiting = self._waiting[:PORTION], self._waiting[PORTION:]
        if portion:
            self.text.appendPlainText("\n".join(portion))
        if not self._waiting:
            self._portions.stop()
        if self.follow.isChecked():
            self._go_to_end()

    # --- following ----------------------------------------------------------------------------

    def _go_to_end(self) -> None:
        bar = self.text.verticalScrollBar()
        bar.setValue(bar.maximum())

    def _scrolled_by_hand(self) -> None:
        bar = self.text.verticalScrollBar()
        self.follow.setChecked(bar.sliderPosition() >= bar.maximum())

    # --- how it is built ----------------------------------------------------------------------

    def _build(self) -> None:
        self._title, self._run = QLabel(), QLabel()
        self._title.setFont(look.font(bold=True))
        self._run.setObjectName("dim")
        self.follow, self._open = QToolButton(), QToolButton()
        self.follow.setCheckable(True)
        self.follow.setChecked(True)
        self.follow.toggled.connect(lambda on: self._go_to_end() if on else None)
        self._open.clicked.connect(lambda: self.open_wanted.emit(self._path))
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.document().setDocumentMargin(GAP)
        self.text.setAcceptDrops(False)
        self.text.setUndoRedoEnabled(False)
        self.text.setMaximumBlockCount(MOST_LINES)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.verticalScrollBar().actionTriggered.connect(lambda _a: self._scrolled_by_hand())
        self.setFocusProxy(self.text)
        self._lay_out()
        self._restyle()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(GAP, 4, 4, 4)
        head.setSpacing(GAP)
        head.addWidget(self._title)
        head.addWidget(self._run, 1)
        head.addWidget(self.follow)
        head.addWidget(self._open)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.text, 1)

    def _restyle(self) -> None:
        self.follow.setIcon(self._theme.icon("follow"))
        self._open.setIcon(self._theme.icon("open"))
