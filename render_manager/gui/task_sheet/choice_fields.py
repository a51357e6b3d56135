"""Camera, priority, retries, and what becomes of suspicious frames."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QSpinBox, QWidget

from render_manager.base.i18n import N_, _
from render_manager.domain.evidence import CHOICES, OnSuspicion
from render_manager.domain.frame_order import CHOICES as ORDERS
from render_manager.domain.frame_order import FrameOrder
from render_manager.domain.task import Task
from render_manager.gui import theme as look
from render_manager.gui.priority import BY_NAME, PRIORITIES
from render_manager.gui.task_sheet.common import scenes, shared, shared_names
from render_manager.gui.task_sheet.field import Field, different
from render_manager.gui.text import BANDS, priority_text
from render_manager.gui.theme import Theme
from render_manager.service.terms import MOST_BEFORE_APPROVAL, MOST_RETRIES

Entry = tuple[str, object]
"""What is written and what it stands for; without a text it is a line between groups."""

MOST_ROWS = 15


class ComboField(Field):
    """One of several values; an entry of its own stands for tasks that differ."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._offered: list[Entry] = []
        self.combo = QComboBox()
        self.combo.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.combo.activated.connect(self._note_edit)
        self._lay_out([self.combo])

    @property
    def controls(self) -> Sequence[QWidget]:
        return [self.combo]

    @property
    def value(self) -> object:
        return self.combo.currentData()

    def _put(self, value: object) -> None:
        self.combo.setCurrentIndex(self.combo.findData(value))

    def _offer(self) -> None:
        entries: list[Entry] = [(different(), None)] if self._shared is None else []
        entries += self._entries()
        if entries == self._offered:
            return  # the dropdown may be open
        self._offered = entries
        self.combo.clear()
        for text, value in entries:
            if text:
                self.combo.addItem(text, value)
            else:
                self.combo.insertSeparator(self.combo.count())
        self.combo.setMaxVisibleItems(MOST_ROWS)

    def _note_edit(self) -> None:
        super()._note_edit()
        if self._is_edited and self.value is None:  # “different” was chosen: as it was
            self.forget()

    def _entries(self) -> list[Entry]:
        raise NotImplementedError


class CameraField(ComboField):
    """The cameras that every one of the scenes has."""

    name = "camera"
    title = N_("&Camera")

    def value_of(self, task: Task) -> str:
        return task.job.options.camera or ""

    def _entries(self) -> list[Entry]:
        own = shared(scene.camera for scene in scenes(self._tasks))
        names = shared_names(self._tasks, lambda scene: [each.name for each in scene.cameras])
        kept = {name for name in (self._shared, self.draft()) if name and name not in names}
        as_in_scene = _("As in the scene ({what})").format(what=own) if own else ""
        return [
            (as_in_scene or _("As in the scene"), ""),
            *((name, name) for name in (*names, *sorted(kept))),
        ]


class PriorityField(ComboField):
    """High, Normal and Low, then the numbers."""

    name = "priority"
    title = N_("&Priority")
    is_part_of_runs = False

    def value_of(self, task: Task) -> int:
        return task.priority

    def _entries(self) -> list[Entry]:
        return [
            *((_(BANDS[band]), priority) for band, priority in BY_NAME.items()),
            ("", None),
            *((priority_text(priority), priority) for priority in PRIORITIES),
        ]


class SuspicionField(ComboField):
    """What becomes of frames that look wrong."""

    name = "on_suspicion"
    title = N_("S&uspicious frames")
    is_part_of_runs = False

    def value_of(self, task: Task) -> OnSuspicion:
        return task.on_suspicion

    def _entries(self) -> list[Entry]:
        return [(_(text), choice) for choice, text in CHOICES.items()]


class FrameOrderField(ComboField):
    """Which frames are rendered first."""

    name = "frame_order"
    title = N_("Frame or&der")
    is_part_of_runs = False

    def value_of(self, task: Task) -> FrameOrder:
        return task.frame_order

    def _entries(self) -> list[Entry]:
        return [(_(text), choice) for choice, text in ORDERS.items()]


class CountField(Field):
    """A number from 0 to `most`."""

    most = 0
    nothing = ""
    """What is shown for 0, marked with N_; without it 0 is a number like others."""
    is_part_of_runs = False

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.spin = QSpinBox()
        self.spin.setFont(look.font())
        self.spin.setRange(-1, self.most)
        self.spin.valueChanged.connect(self._note_edit)
        self._lay_out([self.spin])

    @property
    def controls(self) -> Sequence[QWidget]:
        return [self.spin]

    @property
    def value(self) -> int | None:
        return None if self.spin.value() < 0 else self.spin.value()

    def _put(self, value: int | None) -> None:
        self.spin.blockSignals(True)
        is_mixed = self._shared is None
        self.spin.setMinimum(-1 if is_mixed else 0)
        least = different() if is_mixed else _(self.nothing) if self.nothing else ""
        self.spin.setSpecialValueText(least)
        if value != self.value:
            self.spin.setValue(-1 if value is None else value)
        self.spin.blockSignals(False)

    def _note_edit(self) -> None:
        super()._note_edit()
        if self._is_edited and self.value is None:
            self.forget()


class RetriesField(CountField):
    """How often a failed run is tried again."""

    name = "max_retries"
    title = N_("Retr&ies")
    most = MOST_RETRIES

    def value_of(self, task: Task) -> int:
        return task.max_retries


class ApprovalField(CountField):
    """How many frames, the first in their order, somebody looks at before the others are rendered."""

    name = "approve_after"
    title = N_("Loo&k at first")
    most = MOST_BEFORE_APPROVAL
    nothing = N_("None: render all")

    def value_of(self, task: Task) -> int:
        return task.approve_after

    def retranslate(self) -> None:
        super().retranslate()
        self.spin.setToolTip(
            _("So many frames are rendered, then it waits until somebody approves them")
        )
