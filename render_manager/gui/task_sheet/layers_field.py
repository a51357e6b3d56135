"""The layers to render."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from render_manager.base.i18n import N_, _
from render_manager.domain.task import Task
from render_manager.gui.task_sheet.common import shared_names
from render_manager.gui.task_sheet.field import Field, different
from render_manager.gui.task_sheet.scene_list import fit_rows
from render_manager.gui.theme import Theme

MOST_ROWS = 4


class LayersField(Field):
    """The layers that every one of the scenes has; with none checked, they are the scene's."""

    name = "layers"
    title = N_("&Layers")

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.list = QListWidget()
        self.list.setObjectName("layers")
        self.list.itemChanged.connect(self._note_edit)
        self._lay_out([self.list])

    @property
    def controls(self) -> Sequence[QWidget]:
        return [self.list]

    @property
    def has_choices(self) -> bool:
        return self.list.count() > 0

    @property
    def value(self) -> tuple[str, ...] | None:
        checked = tuple(
            item.text() for item in self._items() if item.checkState() is Qt.CheckState.Checked
        )
        return checked if checked or self._is_edited or self._shared is not None else None

    def value_of(self, task: Task) -> tuple[str, ...]:
        return task.job.options.layers

    def _put(self, value: tuple[str, ...] | None) -> None:
        self.list.blockSignals(True)
        for item in self._items():
            is_chosen = item.text() in (value or ())
            item.setCheckState(Qt.CheckState.Checked if is_chosen else Qt.CheckState.Unchecked)
        self.list.blockSignals(False)

    def _offer(self) -> None:
        names = shared_names(self._tasks, lambda scene: [each.name for each in scene.layers])
        wanted = [*names, *(name for name in self._shared or () if name not in names)]
        if wanted == [item.text() for item in self._items()]:
            return
        self.list.blockSignals(True)
        self.list.clear()
        for name in wanted:
            item = QListWidgetItem(name, self.list)
            item.setFlags(Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsSelectable)
            item.setCheckState(Qt.CheckState.Unchecked)
        self.list.blockSignals(False)
        fit_rows(self.list, MOST_ROWS)

    def _remark(self) -> str:
        if self.value is None:
            return different()
        return "" if self.value else _("As in the scene")

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(row) for row in range(self.list.count())]
