"""The window: puts the parts together, and hands gestures to the service.

Gestures go down as verbs, changes come back by `QueueService.changed`; the parts do not know each
other. Whatever a verb refuses is said in the banner.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
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
from render_manager.domain.deeds import CHOICES as DEEDS
from render_manager.domain.touched import Touched
from render_manager.gui import icons, language, theme
from render_manager.gui.actions import TaskActions
from render_manager.gui.background import Background
from render_manager.gui.banner import Banner
from render_manager.gui.countdown import Countdown
from render_manager.gui.desktop import Desktop, Opener
from render_manager.gui.details import Details
from render_manager.gui.dialogs import Dialogs
from render_manager.gui.drop import DropTarget
from render_manager.gui.frame_actions import FrameActions
from render_manager.gui.frame_grid.thumbnails import THREADS
from render_manager.gui.intake import Intake
from render_manager.gui.language import Language
from render_manager.gui.leaving import Leaving
from render_manager.gui.machines.pane import MachinesPane
from render_manager.gui.memory import Rememberable, WindowMemory
from render_manager.gui.menus import Menus
from render_manager.gui.messages import Messages
from render_manager.gui.progress_strip import ProgressStrip
from render_manager.gui.renderers.lines import found_text
from render_manager.gui.renderers.panel import RenderersDialog
from render_manager.gui.settings.dialog import SettingsDialog
from render_manager.gui.sharing import RemoteAccess, Sharing
from render_manager.gui.status_bar import StatusBar
from render_manager.gui.tally import Tally
from render_manager.gui.task_sheet.sheet import TaskSheet
from render_manager.gui.task_table.model import TaskTableModel
from render_manager.gui.task_table.moving import Move, one_place
from render_manager.gui.task_table.pane import TaskPane
from render_manager.gui.task_table.view import TaskTableView
from render_manager.gui.theme import Theme
from render_manager.gui.tool_bar import ToolBar
from render_manager.gui.tray import SystemTray, Tray
from render_manager.gui.welcome import Welcome
from render_manager.service.after_queue import AfterQueue
from render_manager.service.autostart import Autostart
from render_manager.service.ends.ends import Ends
from render_manager.service.queue_service import MovieMaker, QueueService

SIZE = (1280, 800)

OPENED_AT_ONCE = 5
"""Folders that one gesture opens at most."""


class MainWindow(QMainWindow):
    """The program's one window. Lives on the main thread, beside the service."""

    closed = Signal()
    """The user is done: nothing is at work any more, or is to be stopped."""

    def __init__(
        self,
        service: QueueService,
        settings: Settings,
        *,
        memory: WindowMemory | None = None,
        dialogs: Dialogs | None = None,
        desktop: Desktop | None = None,
        tray: SystemTray | None = None,
        remote: RemoteAccess | None = None,
        autostart: Autostart | None = None,
        after_queue: AfterQueue | None = None,
        ends: Ends | None = None,
        movies: MovieMaker | None = None,
        elsewhere: str = "",
    ) -> None:
        """`elsewhere` is the name of the machine whose queue this is, if it is not this one's; `movies`
        are made there, else where the ends of tasks are seen to."""
        super().__init__()
        self._service = service
        self._remote = remote
        self._elsewhere = elsewhere
        self._autostart = autostart
        self._after_queue = after_queue
        self._ends = ends
        self._movies = movies or ends
        file = "window-elsewhere.ini" if elsewhere else "window.ini"
        self._memory = memory or WindowMemory(data_home() / file)
        self._dialogs = dialogs or Dialogs()
        self._background = Background(threads=2)
        self._decoding = Background(threads=THREADS)
        self._settings = settings
        self._language = Language(settings.ui_language or language.SYSTEM)
        self.theme = Theme(settings.ui_theme, self)
        self._build(desktop or Desktop(), tray or SystemTray())
        self._connect()
        self._retranslate()
        self.theme.dress(self)
        self._recall()
        self._settle()
        self.table.setFocus()

    # --- parts --------------------------------------------------------------------------------

    def _build(self, desktop: Desktop, tray: SystemTray) -> None:
        service = self._service
        self.setWindowIcon(icons.app_icon())
        self.banner = Banner(self.theme)
        self._opener = Opener(desktop, self._background, self.banner.say, self._elsewhere)
        self.model = TaskTableModel(service, self._set_priority, parent=self)
        self.table = TaskTableView(self.model, self.theme)
        self.details = Details(service, self._background, self._decoding, self.theme)
        self.machines = MachinesPane(service.machines, self._here, self._attempt, self.theme)
        self.welcome = Welcome(service, self.theme)
        self.tally = Tally(service.queue.tasks)
        self.status = StatusBar(self.tally, self._slots, self.theme, self)
        self.setStatusBar(self.status)
        self._build_sharing()
        self.vitals = service.vital_signs()
        self._build_tray(tray)
        self.settings: SettingsDialog | None = None
        self.renderers = RenderersDialog(service, self.theme, self)
        self.strip = ProgressStrip(self.theme)
        self.countdown = Countdown(self.theme)
        self.intake = Intake(
            service,
            self.strip,
            tell=self.banner.say,
            notice=self.status.notice,
            may_queue_all=lambda count: self._dialogs.may_queue_all(self, count),
            parent=self,
        )
        self.drop = DropTarget(self, service, self.theme)
        self.sheet = TaskSheet(service, self._background, self._dialogs, self.theme)
        self.actions_of_tasks = TaskActions(
            service,
            self.table.selected,
            self._attempt,
            {
                "change": self._change_tasks,
                "open_output": self._open_outputs,
                "show_log": self._show_log,
                "make_movie": self._make_movies,
                "stop_movie": self._stop_movies,
                "cancel": self._cancel,
                "move_up": lambda ids: self._move_by(ids, -1),
                "move_down": lambda ids: self._move_by(ids, 1),
            },
            self.table,
            self.theme,
        )
        self.actions_of_frames = FrameActions(
            service,
            self.details,
            self._dialogs,
            self._attempt,
            self._opener.open,
            self._opener.show,
            self.theme,
        )
        self._build_menus()
        self._build_tools()
        self._lay_out()

    def _build_tray(self, system: SystemTray) -> None:
        self.tray = Tray(
            system, self._service, self.tally, self._attempt, self.show_again, self.close, self
        )
        self.messages = Messages(self._service, system, self)
        self.leaving = Leaving(
            self._service, self._dialogs, lambda: self.tray.is_there, self.theme, self
        )

    def _build_sharing(self) -> None:
        self.sharing: Sharing | None = None
        if self._remote is not None:
            self.sharing = Sharing(
                self._remote,
                lambda is_on: self._change_setting("api_enabled", is_on),
                self.status.notice,
                self.theme,
                self,
            )
            self.status.addPermanentWidget(self.sharing)
            self._remote.noticed.connect(self.show_notice)

    def _build_menus(self) -> None:
        menus = self.menus = Menus(self)
        self._add = menus.add("file", N_("Add scenes…"), self._choose_scenes, "Ctrl+O")
        if self.sharing is not None:
            menus.menu["file"].addMenu(self.sharing.menu_of_it)
        if self._after_queue is not None:
            self._deeds = menus.add_choice(
                "file",
                N_("After the queue"),
                {deed.value: name for deed, name in DEEDS.items()},
                self._settings.after_queue,
                lambda deed: self._attempt(
                    lambda: self._service.change_settings({"after_queue": deed})
                ),
            )
        menus.menu["file"].addSeparator()
        menus.add("file", N_("Quit"), self.close, "Ctrl+Q")
        self._undo = menus.add("edit", N_("Undo"), self._take_back, "Ctrl+Z")
        menus.menu["edit"].addAction(self.actions_of_tasks.actions["remove"])
        menus.menu["edit"].addSeparator()
        menus.add("edit", N_("Select all"), self._select_all, "Ctrl+A")
        menus.add("edit", N_("Filter"), lambda: self.filter.setFocus(), "Ctrl+F")
        menus.menu["edit"].addSeparator()
        menus.add("edit", N_("Settings…"), self._open_settings, "Ctrl+,")
        self.actions_of_tasks.fill(menus.menu["task"])
        menus.menu["view"].addMenu(self.table.column_menu)
        self._machines_shown = menus.add_toggle(
            "view", N_("Machines"), False, self._show_machines, "Ctrl+M"
        )
        self._themes = menus.add_choice(
            "view", N_("Theme"), theme.CHOICES, self.theme.choice, self._choose_theme
        )
        self._languages = menus.add_choice(
            "view", N_("Language"), language.CHOICES, self._language.choice, self._choose_language
        )
        menus.add("help", N_("Renderers…"), self.renderers.open_afresh)
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
        self.pane = TaskPane(self.model, self.table, self.tools, self.tally, self.theme)

    def _lay_out(self) -> None:
        self.halves = QSplitter(Qt.Orientation.Vertical)
        self.halves.addWidget(self.pane)
        self.halves.addWidget(self.details)
        self.halves.setSizes([2 * SIZE[1] // 5, 3 * SIZE[1] // 5])
        self.halves.setChildrenCollapsible(False)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.welcome)
        self.pages.addWidget(self.halves)
        self.parts = QSplitter(Qt.Orientation.Vertical)
        self.parts.addWidget(self.pages)
        self.parts.addWidget(self.machines)
        self.parts.setSizes([4 * SIZE[1] // 5, SIZE[1] // 5])
        self.parts.setStretchFactor(0, 1)
        self.parts.setChildrenCollapsible(False)
        self.machines.hide()
        middle = QWidget()
        layout = QVBoxLayout(middle)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.leaving.strip)
        layout.addWidget(self.countdown)
        layout.addWidget(self.banner)
        layout.addWidget(self.parts, 1)
        layout.addWidget(self.strip)
        whole = QWidget()
        beside = QHBoxLayout(whole)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(0)
        beside.addWidget(middle, 1)
        beside.addWidget(self.sheet)
        self.setCentralWidget(whole)

    def _connect(self) -> None:
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._settle)
        self._service.changed.connect(self._apply)
        self._service.noticed.connect(self.show_notice)
        self._service.outdated.connect(self.banner.take_back)
        self._service.settings_changed.connect(self._adopt_settings)
        if self._memory.is_empty and not self._elsewhere:
            self._service.provision.found.connect(self._greet)
        self.machines.close_wanted.connect(lambda: self._machines_shown.setChecked(False))
        self._service.machines.changed.connect(self.status.refresh_counts)
        self.table.selection_changed.connect(self._soon.start)
        self.table.menu_wanted.connect(self._show_task_menu)
        self.details.grid.menu_wanted.connect(self.actions_of_frames.show_menu)
        self.details.inspector.log.open_wanted.connect(self._open_log)
        self.details.enlarged.connect(self._show_enlarged)
        self.details.inspector.about.folder_wanted.connect(self._opener.open)
        self.details.inspector.about.scene_wanted.connect(self._opener.show)
        self.drop.dropped.connect(self.intake.add)
        self.intake.queued.connect(self.show_tasks)
        self.intake.held.connect(self._ask_about)
        self.sheet.closed.connect(lambda had_keys: self.table.setFocus() if had_keys else None)
        self.welcome.add_wanted.connect(self._choose_scenes)
        self.model.moved.connect(self._move)
        self.vitals.seen.connect(self.status.show_vitals)
        self.messages.tasks_wanted.connect(self._show_told)
        self.leaving.left.connect(self.close)
        stop_movie = self.actions_of_tasks.actions["stop_movie"]
        stop_movie.setVisible(self._movies is not None and self._ends is None)
        if self._ends is not None:
            self._ends.making.connect(stop_movie.setVisible)
            self._ends.made.connect(
                lambda path: self.status.notice(_("The movie is made: {path}").format(path=path))
            )
        if self._after_queue is not None:
            self._connect_countdown(self._after_queue)
        self.theme.changed.connect(self._restyle)
        self._restyle()

    def _connect_countdown(self, after: AfterQueue) -> None:
        after.counting.connect(self._count_down)
        after.called_off.connect(self.countdown.hide)
        self.countdown.stop_wanted.connect(after.stop)
        self.countdown.now_wanted.connect(after.carry_out)

    def _count_down(self, seconds: int) -> None:
        """Be seen when it begins, also from the tray."""
        if self.countdown.isHidden():
            self.show_again()
        if self._after_queue is not None:
            self.countdown.show_seconds(self._after_queue.deed, seconds)

    def show_notice(self, sentence: str) -> None:
        """Say something that belongs to no verb; it stays until it has been read."""
        self.banner.say(sentence)

    def _greet(self) -> None:
        """The first start says once what it found."""
        self._service.provision.found.disconnect(self._greet)
        self.status.notice(found_text(self._service.provision.renderers or ()))

    # --- what changes -------------------------------------------------------------------------

    def _apply(self, touched: Touched) -> None:
        self.model.apply(touched)
        self.details.apply(touched)
        self._count(touched)
        self.leaving.apply(touched)
        self.sheet.apply(touched)
        self._soon.start()

    def _count(self, touched: Touched) -> None:
        turns = self.tally.update(touched.tasks | touched.added | touched.removed.keys())
        self.pane.refresh()
        self.status.refresh_counts()
        self.tray.note(turns, is_looking=self.isActiveWindow())
        self.messages.note(turns)

    def _slots(self) -> tuple[int, int]:
        return self.model.runs_under_way, self._service.machines.slots()

    def _here(self) -> str:
        """What the machine of the queue is, seen from this window."""
        return self._elsewhere or _("this machine")

    def _settle(self) -> None:
        """Bring what hangs on tasks and selection up to date, once for many changes."""
        has_tasks = bool(self._service.queue.tasks)
        self.pages.setCurrentWidget(self.halves if has_tasks else self.welcome)
        self.filter.setEnabled(has_tasks)
        current = self.table.current()
        self.details.show_task(current)
        output = current.job.output_dir if current else self._service.settings.render_output_dir
        self.vitals.watch(Path(output))
        self.actions_of_tasks.refresh()
        self._retitle_undo()

    def _show_machines(self, is_wanted: bool) -> None:
        self.machines.setVisible(is_wanted)

    def _show_enlarged(self, is_large: bool) -> None:
        """Nothing but the preview, or all of the window."""
        for part in (self.pane, self.tools, self.menuBar(), self.status):
            part.setVisible(not is_large)
        self.machines.setVisible(self._machines_shown.isChecked() and not is_large)

    def _attempt(self, deed: Callable[[], object]) -> None:
        """Do it; what the service refuses is said where the user looks."""
        try:
            deed()
        except UserError as error:
            self.banner.say(str(error))

    # --- gestures -----------------------------------------------------------------------------

    def _choose_scenes(self) -> None:
        chosen = self._dialogs.choose_scenes(
            self, self._service.catalog.suffixes + self._service.archives
        )
        if chosen:
            self.intake.add(chosen)

    def show_tasks(self, task_ids: list[int]) -> None:
        """Select these, whatever the filter says; without any, the first row."""
        if any(self.model.row_of(task_id) is None for task_id in task_ids):
            self.pane.filtering.clear()
        if task_ids:
            self.table.select(task_ids)
        elif self.model.rowCount():
            self.table.selectRow(0)

    def _show_told(self, task_ids: list[int]) -> None:
        self.show_again()
        self.show_tasks([each for each in task_ids if each in self._service.queue.tasks])

    def show_again(self) -> None:
        """From the tray or the task bar, on top and with the keyboard."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()
        self.tray.note_look()

    def take(self, files: list[Path]) -> None:
        """Queue what is in these files and folders, as if they were dropped."""
        if files:
            self.intake.add(files)

    def come_with(self, files: list[Path]) -> None:
        """The program was started again: be seen, and take the files it was given."""
        self.show_again()
        self.take(files)

    def _ask_about(self, task_ids: list[int]) -> None:
        """What was just dropped waits until the person has looked it over."""
        self.show_tasks(task_ids)
        self.sheet.ask(task_ids)

    def _select_all(self) -> None:
        grid = self.details.grid
        (grid if grid.hasFocus() else self.table).selectAll()

    def _set_priority(self, task_ids: list[int], priority: int) -> None:
        """From the dropdown of a row: for all that is selected, if the row is among it."""
        chosen = [task.id for task in self.table.selected()]
        ids = chosen if set(task_ids) <= set(chosen) else task_ids
        self._attempt(lambda: self._service.set_priority(ids, priority))

    def _cancel(self, task_ids: list[int]) -> None:
        """One run that is lost is soon made up for; about more it asks."""
        runs = sum(len(self._service.task(task_id).runs) for task_id in task_ids)
        if runs < 2 or self._dialogs.may_cancel(self, runs):
            self._service.cancel(task_ids)

    def _move_by(self, task_ids: list[int], step: int) -> None:
        """In the queue, past the next task in sight."""
        move = one_place(self.model.tasks_in_turn(), set(task_ids), step)
        if move is not None:
            self._move(move)

    def _move(self, move: Move) -> None:
        self._attempt(lambda: self._service.reorder(*move))
        self.table.scrollTo(self.table.currentIndex())

    def _take_back(self) -> None:
        def undo() -> None:
            self.status.notice(_("Undone: {what}").format(what=self._service.undo()))

        self._attempt(undo)

    def _show_task_menu(self, at: QPoint) -> None:
        self.task_menu.popup(at)

    def _show_log(self, _task_ids: list[int]) -> None:
        self.details.show_log()

    def _change_tasks(self, task_ids: list[int]) -> None:
        self.sheet.change(task_ids)

    def _open_outputs(self, task_ids: list[int]) -> None:
        for task_id in task_ids[:OPENED_AT_ONCE]:
            self._opener.open(Path(self._service.task(task_id).job.output_dir))

    def _make_movies(self, task_ids: list[int]) -> None:
        if self._movies is not None:
            self._movies.make_movies(task_ids)
            self.status.notice(_("The movie is being made."))

    def _stop_movies(self, task_ids: list[int]) -> None:
        if self._movies is not None:
            self._movies.stop_movies(task_ids)
            self.status.notice(_("The movie is not made."))

    def _open_log(self, path: Path) -> None:
        """What of it is here, if it is another machine's."""
        bring = self._service.bring
        self._background.run(lambda: bring(str(path)), lambda here: self._opener.open(Path(here)))

    # --- language and looks -------------------------------------------------------------------

    def _open_settings(self) -> None:
        """Built when it is wanted: its many controls take 0.1 s."""
        if self.settings is None:
            self.settings = SettingsDialog(
                self._service,
                self._dialogs.choose_path,
                self.theme,
                self._background,
                self._autostart,
                self._ends,
                self,
            )
            self.settings.saved.connect(self.status.notice)
            self._memory.restore("settings", self.settings)
        self.settings.open_afresh()

    def _choose_theme(self, choice: str) -> None:
        self._change_setting("ui_theme", choice)

    def _choose_language(self, choice: str) -> None:
        self._change_setting("ui_language", None if choice == language.SYSTEM else choice)

    def _change_setting(self, name: str, value: object) -> None:
        self._attempt(lambda: self._service.change_settings({name: value}))
        self._check_choices()

    def _adopt_settings(self, names: frozenset[str]) -> None:
        """The settings are the one truth of theme and language, whoever changed them."""
        if "ui_theme" in names:
            self.theme.choose(self._settings.ui_theme)
        if "ui_language" in names:
            self._language.choose(self._settings.ui_language or language.SYSTEM)
            self._retranslate()
        self._check_choices()

    def _check_choices(self) -> None:
        self.menus.check(self._themes, self.theme.choice)
        self.menus.check(self._languages, self._language.choice)
        if self._after_queue is not None:
            self.menus.check(self._deeds, self._settings.after_queue)

    def _title(self) -> str:
        name = _("Render Manager")
        return f"{self._elsewhere} – {name}" if self._elsewhere else name

    def _retranslate(self) -> None:
        self.setWindowTitle(self._title())
        self._add.setToolTip(_("Queue scenes (or drop them anywhere on the window)"))
        for part in (
            self.menus,
            self.tools,
            self.actions_of_tasks,
            self.actions_of_frames,
            self.banner,
            self.strip,
            self.model,
            self.pane,
            self.details,
            self.machines,
            self.welcome,
            self.renderers,
            self.sheet,
            self.tray,
            self.leaving.strip,
            self.countdown,
        ):
            part.retranslate()
        if self.settings is not None:
            self.settings.retranslate()
        if self.sharing is not None:
            self.sharing.refresh()
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
        dialog: dict[str, Rememberable] = {"settings": self.settings} if self.settings else {}
        return dialog | {
            "window": self,
            "halves": self.halves,
            "parts": self.parts,
            "panes": self.details.panes,
            f"columns{header.count()}": header,
            "machine_columns": self.machines.table.horizontalHeader(),
        }

    def _recall(self) -> None:
        screen = QGuiApplication.primaryScreen().availableSize()
        self.resize(QSize(*SIZE).boundedTo(screen))
        for key, widget in self._remembered().items():
            self._memory.restore(key, widget)
        self.table.mend_columns()
        self._machines_shown.setChecked(self._memory.text("machines") == "shown")
        self.pane.filtering.recall(self._memory)
        self.details.frame_pane.recall_size(self._memory.text("frame_size"))

    def _remember(self) -> None:
        for key, widget in self._remembered().items():
            self._memory.remember(key, widget)
        is_shown = self._machines_shown.isChecked()
        self._memory.remember_text("machines", "shown" if is_shown else "hidden")
        self.pane.filtering.remember(self._memory)
        self._memory.remember_text("frame_size", self.details.frame_pane.size_text)
        self._memory.write()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.vitals.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.vitals.stop()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.ActivationChange and self.isActiveWindow():
            self.tray.note_look()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.leaving.may_leave():
            event.ignore()
            return
        self.details.enlarge(False)
        self.details.inspector.preview.stop()
        self._remember()
        self._service.bring_no_more()
        self.intake.close()
        self.vitals.stop()
        self.tray.hide()
        self._background.close()
        self._decoding.close()
        event.accept()
        self.closed.emit()
