"""The pages of the inspector and the tabs to choose one."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from render_manager.base.i18n import N_, _
from render_manager.domain.task import Task
from render_manager.domain.touched import Touched
from render_manager.gui.background import Background
from render_manager.gui.frame_grid.model import FrameGridModel
from render_manager.gui.inspector.log_view import LogView
from render_manager.gui.inspector.preview import Preview
from render_manager.gui.inspector.run_history import RunHistory
from render_manager.gui.inspector.task_page import TaskPage
from render_manager.gui.theme import Theme
from render_manager.service.queue_service import QueueService

TITLES = (N_("Preview"), N_("Log"), N_("Details"))


class Inspector(QWidget):
    """Shows one task. Pages that are not in sight do no work."""

    page_chosen = Signal(int)

    def __init__(
        self,
        service: QueueService,
        frames: FrameGridModel,
        background: Background,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.preview = Preview(service, frames, background, theme)
        self.history = RunHistory(service, background, self)
        self.log = LogView(service, self.history, background, theme)
        self.about = TaskPage(service, self.history, background, theme)
        self.about.log_wanted.connect(self._show_log)
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.pages = QStackedWidget()
        for page in (self.preview, self.log, self.about):
            self.tabs.addTab("")
            self.pages.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.tabs)
        layout.addWidget(self.pages, 1)
        self.tabs.currentChanged.connect(self.pages.setCurrentIndex)
        self.tabs.currentChanged.connect(self.page_chosen)
        self.retranslate()

    def show_task(self, task: Task | None) -> None:
        self.preview.show_task(task)
        self.history.show_task(task)
        self.log.show_task(task)
        self.about.show_task(task)

    def apply(self, touched: Touched) -> None:
        self.preview.apply(touched)
        self.history.apply(touched)
        self.log.apply(touched)
        self.about.apply(touched)

    def show_page(self, page: QWidget) -> None:
        """Bring a page into sight and give it the keyboard."""
        self.tabs.setCurrentIndex(self.pages.indexOf(page))
        page.setFocus()

    def _show_log(self, run_id: int, at_problem: bool) -> None:
        self.show_page(self.log)
        self.log.show_run(run_id, at_problem=at_problem)

    def retranslate(self) -> None:
        self.tabs.setAccessibleName(_("Inspector"))
        for place, title in enumerate(TITLES):
            self.tabs.setTabText(place, _(title))
        self.preview.retranslate()
        self.log.retranslate()
        self.about.retranslate()
