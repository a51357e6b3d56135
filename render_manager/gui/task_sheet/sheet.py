"""The sheet beside the tasks: scenes that were dropped are queued from it, tasks are changed on it.

It never stands in the way: rendering goes on, and everything else can be used meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from render_manager.base.errors import UserError
from render_manager.base.i18n import _, ngettext
from render_manager.domain.preflight import blocking
from render_manager.domain.states import Wish
from render_manager.domain.task import Task
from render_manager.domain.touched import Touched
from render_manager.gui import theme as look
from render_manager.gui.background import Background
from render_manager.gui.dialogs import Dialogs
from render_manager.gui.task_sheet.footer import Footer
from render_manager.gui.task_sheet.form import Form
from render_manager.gui.task_sheet.inquiry import Inquiry, Kind
from render_manager.gui.task_sheet.notice import Notice, Tone
from render_manager.gui.task_sheet.scene_list import SceneList
from render_manager.gui.task_sheet.warnings import SceneWarnings
from render_manager.gui.theme import GAP, Theme
from render_manager.service.queue_service import QueueService
from render_manager.service.schemas import TaskChanges

WIDTH = 52 * GAP

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
ESCAPE = Qt.Key.Key_Escape

MANY, LATER_MS = 100, 500
"""With more tasks than that, what became of them is shown that much later, all at once."""


class TaskSheet(QFrame):
    """Shows one inquiry; others wait behind it with their edits. `closed` once there is none left."""

    closed = Signal(bool)
    """Whether it had the keyboard."""

    def __init__(
        self,
        service: QueueService,
        background: Background,
        dialogs: Dialogs,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._inquiries: list[Inquiry] = []
        self._seen: dict[int, tuple[object, ...]] = {}
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(LATER_MS)
        self._later.timeout.connect(self._refresh)
        self.setObjectName("task_sheet")
        self.setFixedWidth(WIDTH)
        self.title = QLabel()
        self.title.setFont(look.font(points=2, bold=True))
        self.scenes, self.warnings = SceneList(theme), SceneWarnings(theme)
        self.form = Form(background, dialogs, theme, self._name_of)
        self.problem = Notice(theme)
        self.at_once = QCheckBox()
        self.footer = Footer()
        self._lay_out()
        self.form.edited.connect(lambda: self.problem.say(""))
        self.footer.accepted.connect(self.accept)
        self.footer.kept.connect(self.keep)
        self.footer.rejected.connect(self.reject)
        self.retranslate()
        self.hide()

    # --- being asked --------------------------------------------------------------------------

    def ask(self, task_ids: list[int]) -> None:
        """Offer to queue these scenes, which are held. More scenes join those already asked about."""
        waiting = self._of_kind(Kind.QUEUE)
        if waiting is not None:
            waiting.add(task_ids)
            self._refresh()
        elif self._inquiries:  # what is being filled in stays in front
            self._inquiries.insert(0, Inquiry(Kind.QUEUE, list(task_ids)))
        else:
            self._bring(Inquiry(Kind.QUEUE, list(task_ids)))

    def change(self, task_ids: list[int]) -> None:
        """Offer to change these tasks. Scenes that wait to be queued come back afterwards."""
        for inquiry in self._inquiries:
            if set(task_ids) <= set(inquiry.task_ids):
                self._bring(inquiry)
                return
        front = self._front
        if front is not None and front.kind is Kind.CHANGE and not self.form.drafts():
            self._inquiries.remove(front)
        self._bring(Inquiry(Kind.CHANGE, list(task_ids)))

    def apply(self, touched: Touched) -> None:
        """Show what became of the tasks; edits stay."""
        front = self._front
        if front is None:
            return
        if not self._tasks():
            self._end()
        elif any(map(self._is_news, (touched.tasks | touched.removed.keys()) & self._seen.keys())):
            if len(self._seen) > MANY:
                self._later.start()
            else:
                self._refresh()

    def _is_news(self, task_id: int) -> bool:
        """Whether the task shows otherwise than when the sheet was last brought up to date."""
        task = self._service.queue.tasks.get(task_id)
        return task is None or _looks(task) != self._seen[task_id]

    # --- answers ------------------------------------------------------------------------------

    def accept(self) -> None:
        """Carry out what the default button says."""
        front = self._front
        if front is None or not self.footer.default.isEnabled():
            return
        self._attempt(self._queue if front.kind is Kind.QUEUE else self._change)

    def keep(self) -> None:
        """Leave dropped scenes in the list, paused."""
        self._end()

    def reject(self) -> None:
        """Take dropped scenes out again (that can be undone), or leave tasks as they are."""
        front = self._front
        if front is None:
            return
        if front.kind is Kind.CHANGE:
            self._end()
            return
        held = [task.id for task in self._tasks() if task.wish is Wish.PAUSE and not task.runs]
        self._attempt(lambda: self._service.remove(held) if held else None)

    def _queue(self) -> None:
        tasks = self._readable()
        self._amend(tasks)
        if self.at_once.isChecked():
            self._service.change_settings({"queue_at_once": True})
        held = [task.id for task in tasks if task.wish is Wish.PAUSE]
        if held:
            self._service.resume(held)

    def _change(self) -> None:
        self._amend(self._tasks())

    def _amend(self, tasks: list[Task]) -> None:
        changes = self.form.changes()
        if changes != TaskChanges() or any(task.is_broken for task in tasks):
            self._service.amend([task.id for task in tasks], changes)

    def _attempt(self, deed: Callable[[], object]) -> None:
        """Do it and close; what the service refuses is said, and nothing is lost."""
        asked = self._front
        self.problem.say("")
        try:
            deed()
        except UserError as error:
            if not self.form.refuse(error.field, str(error)):
                self.problem.say(str(error), Tone.WRONG)
            return
        if self._front is asked:  # the change may have closed it already
            self._end()

    # --- inquiries ----------------------------------------------------------------------------

    @property
    def _front(self) -> Inquiry | None:
        return self._inquiries[-1] if self._inquiries else None

    def _of_kind(self, kind: Kind) -> Inquiry | None:
        return next((each for each in self._inquiries if each.kind is kind), None)

    def _bring(self, inquiry: Inquiry) -> None:
        """Put an inquiry in front; the one that was there keeps its edits."""
        front = self._front
        if front is not None and front is not inquiry:
            front.drafts = self.form.drafts()
        if inquiry in self._inquiries:
            self._inquiries.remove(inquiry)
        self._inquiries.append(inquiry)
        if front is not inquiry:
            self._show_front()
        self._begin()

    def _end(self) -> None:
        """Done with what is in front: the next one comes, or the sheet goes."""
        self._inquiries.pop()
        while self._inquiries and not self._tasks():
            self._inquiries.pop()
        if self._inquiries:
            self._show_front()
            self._begin()
        else:
            had_keyboard = self.isAncestorOf(self.window().focusWidget() or self.window())
            self.form.restore({})
            self.hide()
            self.closed.emit(had_keyboard)

    def _show_front(self) -> None:
        front = self._inquiries[-1]
        self.form.restore({})
        self.form.show_tasks(self._tasks())
        self.form.restore(front.drafts)
        self.problem.say("")
        self.at_once.setChecked(False)
        self._refresh()
        self.show()

    def _begin(self) -> None:
        front = self._inquiries[-1]
        if front.kind is Kind.QUEUE:
            self.footer.default.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.form.begin()

    def _tasks(self) -> list[Task]:
        """The tasks in front that are still in the queue."""
        front = self._front
        tasks = self._service.queue.tasks
        return [tasks[task_id] for task_id in front.task_ids if task_id in tasks] if front else []

    def _readable(self) -> list[Task]:
        """Those whose scenes were read, also where they do not say which frames to render."""
        return [task for task in self._tasks() if not task.is_broken or task.lacks_frames]

    # --- showing ------------------------------------------------------------------------------

    def _refresh(self) -> None:
        if self._front is None:
            return
        tasks = self._tasks()
        self._seen = {task.id: _looks(task) for task in tasks}
        self.scenes.show_tasks(tasks)
        self.warnings.show_tasks(tasks)
        self.form.show_tasks(self._readable() or tasks)
        self.at_once.setVisible(self._front.kind is Kind.QUEUE)
        self.title.setText(self._title(len(tasks)))
        self.setAccessibleName(self.title.text())
        self._tell_buttons()

    def _title(self, count: int) -> str:
        if self._front is not None and self._front.kind is Kind.QUEUE:
            said = ngettext("Queue {count:,} scene", "Queue {count:,} scenes", count)
        else:
            said = ngettext("Change {count:,} task", "Change {count:,} tasks", count)
        return said.format(count=count)

    def _tell_buttons(self) -> None:
        if self._front is not None:
            tasks = self._readable()
            is_doubtful = any(blocking(task.findings) for task in tasks)
            self.footer.show_kind(self._front.kind, len(tasks), is_doubtful=is_doubtful)

    def _name_of(self, task_id: int) -> str | None:
        task = self._service.queue.tasks.get(task_id)
        return None if task is None else task.job.name

    def retranslate(self) -> None:
        self.scenes.retranslate()
        self.form.retranslate()
        self.at_once.setText(_("Queue dropped scenes without asking"))
        self.footer.retranslate()
        self._refresh()

    # --- keys ---------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Ctrl+Enter is meant for the sheet while it has the keyboard, not for the table."""
        is_shortcut = event.type() is QEvent.Type.ShortcutOverride
        if is_shortcut and isinstance(event, QKeyEvent) and event.key() in (*ENTER, ESCAPE):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER:
            self.accept()
        elif event.key() == ESCAPE:
            self.reject()
        else:
            super().keyPressEvent(event)

    # --- how it is built ----------------------------------------------------------------------

    def _lay_out(self) -> None:
        page = QWidget()
        page.setObjectName("sheet_page")
        inner = QVBoxLayout(page)
        inner.setContentsMargins(2 * GAP, 0, 2 * GAP, GAP)
        inner.setSpacing(GAP)
        inner.addWidget(self.scenes)
        inner.addWidget(self.warnings)
        inner.addSpacing(GAP)
        inner.addWidget(self.form)
        inner.addStretch(1)
        scroll = QScrollArea()
        scroll.setObjectName("sheet_scroll")
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(page)
        below = QVBoxLayout()
        below.setContentsMargins(2 * GAP, GAP, 2 * GAP, 2 * GAP)
        below.setSpacing(GAP)
        for widget in (self.form.outlook, self.problem, self.at_once, self.footer):
            below.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        self.title.setContentsMargins(2 * GAP, 2 * GAP, 2 * GAP, 0)
        layout.addWidget(self.title)
        layout.addWidget(scroll, 1)
        layout.addLayout(below)


def _looks(task: Task) -> tuple[object, ...]:
    """All that the sheet shows of a task."""
    return (
        task.job,
        task.frames_text,
        task.total_frames,
        task.completed_frames > 0,
        task.is_broken,
        task.findings,
        bool(task.runs),
        task.priority,
        task.max_retries,
        task.on_suspicion,
        task.times,
        task.kept_to,
        task.needs,
        task.after,
        task.frame_order,
        task.approve_after,
    )
