"""What is known of a task, and the history of its runs."""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from render_manager.base.i18n import _
from render_manager.domain.states import TaskState
from render_manager.domain.task import FrameDetail, Task
from render_manager.domain.touched import Touched
from render_manager.gui import theme as look
from render_manager.gui.background import Background
from render_manager.gui.inspector import task_facts
from render_manager.gui.inspector.command_text import CommandText
from render_manager.gui.inspector.fact_sheet import FactSheet
from render_manager.gui.inspector.frame_times import FrameTimes
from render_manager.gui.inspector.run_history import RunHistory
from render_manager.gui.inspector.run_table import RunTable
from render_manager.gui.theme import GAP, Theme
from render_manager.service.queue_service import QueueService

TICK_MS = 1000


class TaskPage(QScrollArea):
    """Shows one task; brought up to date only while it is in sight."""

    folder_wanted = Signal(Path)
    """The output folder is to be opened."""
    scene_wanted = Signal(Path)
    """The scene is to be shown in its folder."""
    log_wanted = Signal(int, bool)
    """The log of this run is to be shown; at its worst problem, or not."""

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
        self._background = background
        self._theme = theme
        self._task: Task | None = None
        self._times = FrameTimes()
        self._asked_for: Task | None = None
        """The task whose frames were asked for."""
        self._build()
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._refresh)
        self._connect()
        self.retranslate()

    def show_task(self, task: Task | None) -> None:
        """Show this task from now on, or nothing."""
        self._task = task
        self._times = FrameTimes()
        self._asked_for = None
        self.verticalScrollBar().setValue(0)
        self._refresh()

    def apply(self, touched: Touched) -> None:
        """Show what changed of it."""
        task = self._task
        if task is None or task.id not in touched.tasks:
            return
        if task.id in touched.filled:
            self._times, self._asked_for = FrameTimes(), None
        elif self._asked_for is task:
            self._times.take(touched.frames.get(task.id, {}).items())
        self._refresh()

    def retranslate(self) -> None:
        """Say everything in the language of now."""
        self.facts.setAccessibleName(_("Details"))
        self._heading.setText(_("Runs"))
        self._none.setText(_("It was not rendered yet."))
        self._copy.setText(_("Copy command line"))
        self._show_log.setText(_("Show log"))
        self.command.setAccessibleName(_("Command line"))
        self.runs.retranslate()
        self._refresh()

    # --- how it is done -----------------------------------------------------------------------

    def _refresh(self) -> None:
        task = self._task
        self._page.setVisible(task is not None)
        if task is None or not self.isVisible():
            self._tick.stop()
            return
        self._ask(task)
        self.facts.show_facts(task_facts.facts(self._service, task, self._times, time.time()))
        if task.state not in (TaskState.PENDING, TaskState.RUNNING):
            self._tick.stop()
        elif not self._tick.isActive():
            self._tick.start()

    def _ask(self, task: Task) -> None:
        """Have the frames looked up, once."""
        if self._asked_for is task or not task.frames:
            return
        self._asked_for = task
        times = self._times

        def take(details: list[FrameDetail]) -> None:
            if times is self._times:
                times.take_older(details)
                self._refresh()

        self._background.when_done(self._service.frame_details(task.id), take)

    def _refresh_runs(self) -> None:
        if self.isVisible():
            self.runs.refresh()

    def _show_run(self) -> None:
        run = self.runs.run
        has_runs = run is not None
        for widget in (self.runs, self._copy, self._show_log):
            widget.setVisible(has_runs)
        self._none.setVisible(not has_runs)
        self._reason.setText((run.reason if run else None) or "")
        self._reason.setVisible(bool(run and run.reason))
        self.command.setVisible(bool(run and run.command))
        self.command.setPlainText((run.command if run else None) or "")
        self._copy.setEnabled(bool(run and run.command))
        self._show_log.setEnabled(bool(run and run.log_path))

    def _copy_command(self) -> None:
        run = self.runs.run
        if run is not None and run.command:
            QGuiApplication.clipboard().setText(run.command)

    def _want_log(self) -> None:
        run = self.runs.run
        if run is not None and run.log_path:
            self.log_wanted.emit(run.id, False)

    def _follow(self, link: str) -> None:
        task = self._task
        if task is None:
            return
        if link == task_facts.FOLDER:
            self.folder_wanted.emit(Path(task.job.output_dir))
        elif link == task_facts.SCENE:
            self.scene_wanted.emit(Path(task.job.project_file))
        elif link == task_facts.LOG:
            self._want_problem()

    def _want_problem(self) -> None:
        """The newest run that went wrong."""
        bad = (run for run in self._history.runs if run.log_path and run.reason)
        run = next(bad, None)
        if run is not None:
            self.log_wanted.emit(run.id, True)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()
        self._refresh_runs()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._tick.stop()

    # --- how it is built ----------------------------------------------------------------------

    def _connect(self) -> None:
        self._history.changed.connect(self._refresh_runs)
        self.facts.link_wanted.connect(self._follow)
        self.runs.run_changed.connect(self._show_run)
        self.runs.activated_run.connect(self._want_log)
        self._copy.clicked.connect(self._copy_command)
        self._show_log.clicked.connect(self._want_log)

    def _build(self) -> None:
        self.facts = FactSheet(self._theme)
        self._heading, self._none = QLabel(), QLabel()
        self._heading.setFont(look.font(bold=True))
        self._none.setObjectName("dim")
        self.runs = RunTable(self._history, self._theme)
        self._reason = QLabel()
        self._reason.setTextFormat(Qt.TextFormat.PlainText)
        self._reason.setWordWrap(True)
        self._reason.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.command = CommandText()
        self.command.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._copy, self._show_log = QPushButton(), QPushButton()
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP)
        buttons.addWidget(self._show_log)
        buttons.addWidget(self._copy)
        buttons.addStretch(1)
        self._page = QWidget()
        self._page.setObjectName("about")
        layout = QVBoxLayout(self._page)
        layout.setContentsMargins(2 * GAP, 2 * GAP, 2 * GAP, 2 * GAP)
        layout.setSpacing(GAP)
        layout.addWidget(self.facts)
        layout.addSpacing(GAP)
        layout.addWidget(self._heading)
        layout.addWidget(self._none)
        layout.addWidget(self.runs)
        layout.addWidget(self._reason)
        layout.addWidget(self.command)
        layout.addLayout(buttons)
        layout.addStretch(1)
        self.setWidget(self._page)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
