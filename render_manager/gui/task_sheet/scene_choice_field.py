"""What can be picked of a scene beside camera and layers: Unreal's sequence, Cinema 4D's take, …"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox

from render_manager.base.i18n import N_, _
from render_manager.domain.task import Task
from render_manager.gui.task_sheet.choice_fields import ComboField, Entry
from render_manager.gui.task_sheet.common import scenes, shared_names
from render_manager.gui.theme import Theme

TITLES = {
    "map": N_("Map"),
    "sequence": N_("Sequence"),
    "preset": N_("Preset"),
    "queue": N_("Render queue"),
    "comp": N_("Composition"),
    "take": N_("Take"),
    "rop": N_("Render node"),
    "write": N_("Write node"),
}
"""By the name of the option, in the order in which they are asked for."""


class SceneChoiceField(ComboField):
    """One of the values that every one of the scenes has; what has no list is typed."""

    def __init__(self, option: str, theme: Theme) -> None:
        self.name, self.title = option, TITLES[option]
        super().__init__(theme)
        self.combo.editTextChanged.connect(self._note_typed)

    @property
    def has_choices(self) -> bool:
        known = scenes(self._tasks)
        return bool(known) and all(self.name in scene.choices for scene in known)

    @property
    def value(self) -> object:
        return self.combo.currentText().strip() if self._is_typed else self.combo.currentData()

    def value_of(self, task: Task) -> str:
        return task.job.options.extra.get(self.name, "")

    @property
    def _is_typed(self) -> bool:
        """Whether nobody knows what there is to pick."""
        return self.combo.isEditable()

    def _put(self, value: object) -> None:
        if self._is_typed:
            self.combo.blockSignals(True)
            self.combo.setEditText(value if isinstance(value, str) else "")
            self.combo.blockSignals(False)
        else:
            super()._put(value)

    def _offer(self) -> None:
        self.combo.setEditable(self.has_choices and not self._names())
        line = self.combo.lineEdit()
        if line is not None:
            self.combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
            line.setPlaceholderText(_("Type its name"))
        super()._offer()
        for row in range(self.combo.count()):
            self.combo.setItemData(row, self.combo.itemData(row), Qt.ItemDataRole.ToolTipRole)

    def _entries(self) -> list[Entry]:
        names = self._names()
        if self._is_typed:
            return []
        kept = {name for name in (self._shared, self.draft()) if name and name not in names}
        only = _("As in the scene ({what})").format(what=short(names[0])) if len(names) == 1 else ""
        return [
            (only or _("Not chosen"), ""),
            *((short(name), name) for name in (*names, *sorted(kept))),
        ]

    def _names(self) -> tuple[str, ...]:
        return shared_names(self._tasks, lambda scene: scene.choices.get(self.name, ()))

    def _note_typed(self) -> None:
        if self._is_typed:
            self._note_edit()


def short(name: str) -> str:
    """An asset's name before its folder: “LS_010  ·  Cinematics/Shots” for
    `/Game/Cinematics/Shots/LS_010.LS_010`. Other names as they are."""
    if not name.startswith("/Game/"):
        return name
    folder, _slash, asset = name.removeprefix("/Game/").rpartition("/")
    asset = asset.partition(".")[0]
    return f"{asset}  ·  {folder}" if folder else asset
