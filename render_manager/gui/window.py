"""The window: puts the parts together, and hands gestures to the service.

Gestures go down as verbs, changes come back by `TaskService.changed`; the parts do not know each
other. Whatever a verb refuses is said in the banner.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import (
    QMainWindow,
    QMenu,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from render_manager.base.errors import UserError
from render_manager.base.i18n import N_, _
from render_manager.base.paths import data_home
from render_manager.base.settings import Settings
from render_manager.domain.queue import Touched
from render_manager.gui import icons, language, theme
from render_manager.gui.actions import TaskActions
from render_manager.gui.background import Background
from render_manager.gui.banner import Banner
from render_manager.gui.desktop import Desktop, Opener
from render_manager.gui.details import Details
from render_manager.gui.dialogs import Dialogs
from render_manager.gui.drop import DropTarget
from render_manager.gui.frame_actions import FrameActions
from render_manager.gui.frame_grid.thumbnails import THREADS
from render_manager.gui.intake import Intake
from render_manager.gui.language import Language
from render_manager.gui.memory import Rememberable, WindowMemory
from render_manager.gui.menus import Menus
from render_manager.gui.status_bar import StatusBar
from render_manager.gui.task_table.model import TaskTableModel
from render_manager.gui.task_table.view import TaskTableView
from render_manager.gui.theme import Theme
from render_manager.gui.tool_bar import ToolBar
from render_manager.gui.welcome import Welcome
from render_manager.service.task_service import TaskService

SIZE = (1280, 800)

OPENED_AT_ONCE = 5
"""Folders that one gesture opens at most."""


class MainWindow(QMainWindow):
    """The program's one window. Lives on the main thread, beside the service."""

    def __init__(
        self,
        service: TaskService,
        settings: Settings,
        *,
        memory: WindowMemory | None = None,
        dialogs: Dialogs | None = None,
        desktop: Desktop | None = None,
    ) -> None:
        super().__init__()
        self._service = service
        self._memory = memory or WindowMemory(data_home() / "window.ini")
        self._dialogs = dialogs or Dialogs()
        self._background = Background(threads=2)
        self._decoding = Background(threads=THREADS)
        self._language = Language(
            self._memory.text("language") or settings.ui_language or language.SYSTEM
        )
        self.theme = Theme(self._memory.text("theme") or settings.ui_theme, self)
        self._build(desktop or Desktop())
        self._connect()
        self._retranslate()
        self._recall()
        self._settle()
        self.table.setFocus()

    # --- parts --------------------------------------------------------------------------------

    def _build(self, desktop: Desktop) -> None:
        service = self._service
        self.setWindowIcon(icons.app_icon())
        self.banner = Banner(self.theme)
        self._opener = Opener(desktop, self._background, self.banner.say)
        self.model = TaskTableModel(service, self._set_priority, parent=self)
        self.table = TaskTableView(self.model, self.theme)
        self.details = Details(service, self._background, self._decoding, self.theme)
        self.welcome = Welcome(service.catalog.suffixes, self.theme)
        self.status = StatusBar(service.queue.tasks, self.theme, self)
        self.setStatusBar(self.status)
        self.intake = Intake(service, self._background, self.banner.say, self)
        self.drop = DropTarget(self, self.theme)
        self.actions_of_tasks = TaskActions(
            service,
            self.table.selected,
            self._attempt,
            {"open_output": self._open_outputs, "show_log": self._show_log},
            self.table,
            self.theme,
        )
        self.actions_of_frames = FrameActions(
            service, self.details, self._attempt, self._opener.open, self._opener.show, self.theme
        )
        self._build_menus()
        self._build_tools()
        self._lay_out()

    def _build_menus(self) -> None:
        menus = self.menus = Menus(self)
        self._add = menus.add("file", N_("Add scenes…"), self._choose_scenes, "Ctrl+O")
        menus.menu["file"].addSeparator()
        menus.add("file", N_("Quit"), self.close, "Ctrl+Q")
        self._undo = menus.add("edit", N_("Undo"), self._take_back, "Ctrl+Z")
        menus.menu["edit"].addAction(self.actions_of_tasks.actions["remove"])
        menus.menu["edit"].addSeparator()
        menus.add("edit", N_("Select all"), self._select_all, "Ctrl+A")
        menus.add("edit", N_("Filter"), lambda: self.filter.setFocus(), "Ctrl+F")
        self.actions_of_tasks.fill(menus.menu["task"])
        menus.add_choice("view", N_("Theme"), theme.CHOICES, self.theme.choice, self._choose_theme)
        menus.add_choice(
            "view", N_("Language"), language.CHOICES, self._language.choice, self._choose_language
        )
        menus.add("help", N_("About Render Manager"), lambda: self._dialogs.about(self))
        menus.menu["edit"].aboutToShow.connect(self._retitle_undo)
        self.task_menu = QMenu(self)
        self.actions_of_tasks.fill(self.task_menu)

    def _build_tools(self) -> None:
        wanted = ("pause", "resume", "retry", "cancel")
        verbs = [self.actions_of_tasks.actions[name] for name in wanted]
        self.tools = ToolBar(self._add, verbs, self.theme)
        self.filter = self.tools.filter
        self.addToolBar(self.tools)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)  # it would hide the tools

    def _lay_out(self) -> None:
        self.halves = QSplitter(Qt.Orientation.Vertical)
        self.halves.addWidget(self.table)
        self.halves.addWidget(self.details)
        self.halves.setSizes([SIZE[1] // 2, SIZE[1] // 2])
        self.halves.setChildrenCollapsible(False)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.welcome)
        self.pages.addWidget(self.halves)
        middle = QWidget()
        layout = QVBoxLayout(middle)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.banner)
        layout.addWidget(self.pages, 1)
        self.setCentralWidget(middle)

    def _connect(self) -> None:
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._settle)
        self._service.changed.connect(self._apply)
        self._service.noticed.connect(self.show_notice)
        self.table.selection_changed.connect(self._soon.start)
        self.table.menu_wanted.connect(self._show_task_menu)
        self.details.grid.menu_wanted.connect(self.actions_of_frames.show_menu)
        self.details.inspector.log.open_wanted.connect(self._opener.open)
        self.details.inspector.about.folder_wanted.connect(self._opener.open)
        self.details.inspector.about.scene_wanted.connect(self._opener.show)
        self.drop.dropped.connect(self.intake.add)
        self.intake.queued.connect(self._show_queued)
        self.welcome.add_wanted.connect(self._choose_scenes)
        self.filter.textChanged.connect(self.model.set_filter)
        self.theme.changed.connect(self._restyle)
        self._restyle()

    def show_notice(self, sentence: str) -> None:
        """Say something that belongs to no verb; it stays until it has been read."""
        self.banner.say(sentence)

    # --- what changes -------------------------------------------------------------------------

    def _apply(self, touched: Touched) -> None:
        self.model.apply(touched)
        self.details.apply(touched)
        self.status.apply(touched)
        self._soon.start()

    def _settle(self) -> None:
        """Bring what hangs on tasks and selection up to date, once for many changes."""
        has_tasks = bool(self._service.queue.tasks)
        self.pages.setCurrentWidget(self.halves if has_tasks else self.welcome)
        self.filter.setEnabled(has_tasks)
        self.details.show_task(self.table.current())
        self.actions_of_tasks.refresh()
        self._retitle_undo()

    def _attempt(self, deed: Callable[[], object]) -> None:
        """Do it; what the service refuses is said where the user looks."""
        try:
            deed()
        except UserError as error:
            self.banner.say(str(error))

    # --- gestures -----------------------------------------------------------------------------

    def _choose_scenes(self) -> None:
        chosen = self._dialogs.choose_scenes(self, self._service.catalog.suffixes)
        if chosen:
            self.intake.add(chosen)

    def _show_queued(self, task_ids: list[int]) -> None:
        """What was just dropped is seen, whatever the filter says."""
        if any(self.model.row_of(task_id) is None for task_id in task_ids):
            self.filter.clear()
        self.table.select(task_ids)

    def _select_all(self) -> None:
        grid = self.details.grid
        (grid if grid.hasFocus() else self.table).selectAll()

    def _set_priority(self, task_ids: list[int], priority: int) -> None:
        self._attempt(lambda: self._service.set_priority(task_ids, priority))

    def _take_back(self) -> None:
        def undo() -> None:
            self.status.notice(_("Undone: {what}").format(what=self._service.undo()))

        self._attempt(undo)

    def _show_task_menu(self, at: QPoint) -> None:
        self.task_menu.popup(at)

    def _show_log(self, _task_ids: list[int]) -> None:
        self.details.show_log()

    def _open_outputs(self, task_ids: list[int]) -> None:
        for task_id in task_ids[:OPENED_AT_ONCE]:
            self._opener.open(Path(self._service.task(task_id).job.output_dir))

    # --- language and looks -------------------------------------------------------------------

    def _choose_theme(self, choice: str) -> None:
        self.theme.choose(choice)
        self._memory.remember_text("theme", choice)

    def _choose_language(self, choice: str) -> None:
        self._language.choose(choice)
        self._memory.remember_text("language", choice)
        self._retranslate()

    def _retranslate(self) -> None:
        self.setWindowTitle(_("Render Manager"))
        self._add.setToolTip(_("Queue scenes (or drop them anywhere on the window)"))
        for part in (
            self.menus,
            self.tools,
            self.actions_of_tasks,
            self.actions_of_frames,
            self.banner,
            self.model,
            self.table,
            self.details,
            self.welcome,
        ):
            part.retranslate()
        self.status.refresh()
        self._retitle_undo()

    def _retitle_undo(self) -> None:
        what = self._service.undo_text
        self._undo.setEnabled(what is not None)
        self._undo.setText(_("Undo: {what}").format(what=what) if what else _("Undo"))

    def _restyle(self) -> None:
        self._add.setIcon(self.theme.icon("add"))
        self._undo.setIcon(self.theme.icon("undo"))

    # --- from one day to the next -------------------------------------------------------------

    def _remembered(self) -> dict[str, Rememberable]:
        header = self.table.horizontalHeader()
        return {
            "window": self,
            "halves": self.halves,
            "panes": self.details.panes,
            f"columns{header.count()}": header,
        }

    def _recall(self) -> None:
        screen = QGuiApplication.primaryScreen().availableSize()
        self.resize(QSize(*SIZE).boundedTo(screen))
        for key, widget in self._remembered().items():
            self._memory.restore(key, widget)

    def _remember(self) -> None:
        for key, widget in self._remembered().items():
            self._memory.remember(key, widget)
        self._memory.write()

    def _runs(self) -> int:
        return sum(len(task.runs) for task in self._service.queue)

    def closeEvent(self, event: QCloseEvent) -> None:
        runs = self._runs()
        if runs and not self._dialogs.may_stop_runs(self, runs):
            event.ignore()
            return
        self._remember()
        self._background.close()
        self._decoding.close()
        event.accept()
