"""The fields of the sheet in one column, beside their labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from render_manager.domain.task import Task
from render_manager.gui.background import Background
from render_manager.gui.dialogs import Dialogs
from render_manager.gui.task_sheet.after_field import AfterField
from render_manager.gui.task_sheet.choice_fields import (
    ApprovalField,
    CameraField,
    FrameOrderField,
    PriorityField,
    RetriesField,
    SuspicionField,
)
from render_manager.gui.task_sheet.consequence import consequence, locked_sentence
from render_manager.gui.task_sheet.field import Field
from render_manager.gui.task_sheet.folder_field import FolderField
from render_manager.gui.task_sheet.frames_field import FramesField
from render_manager.gui.task_sheet.layers_field import LayersField
from render_manager.gui.task_sheet.machines_field import MachinesField
from render_manager.gui.task_sheet.needs_field import NeedsField
from render_manager.gui.task_sheet.notice import Notice
from render_manager.gui.task_sheet.scene_choice_field import TITLES, SceneChoiceField
from render_manager.gui.task_sheet.size_field import SizeField
from render_manager.gui.task_sheet.time_fields import HoursField, ReadyField, StartField
from render_manager.gui.theme import GAP, Theme
from render_manager.service.schemas import TaskChanges

LABEL_DROP = 5
"""How far a label is put down to stand on the line of its control."""


class Form(QWidget):
    """Everything that can be changed about tasks. `edited` tells of each edit."""

    edited = Signal()

    def __init__(
        self,
        background: Background,
        dialogs: Dialogs,
        theme: Theme,
        name_of: Callable[[int], str | None],
        parent: QWidget | None = None,
    ) -> None:
        """`name_of` knows the name of a task by its number."""
        super().__init__(parent)

        def choose_folder(start: str) -> Path | None:
            return dialogs.choose_path(self, start, is_folder=True)

        self._tasks: Sequence[Task] = ()
        self.frames = FramesField(theme, background)
        self.camera, self.layers = CameraField(theme), LayersField(theme)
        self.size_, self.folder = SizeField(theme), FolderField(theme, background, choose_folder)
        self.priority, self.retries = PriorityField(theme), RetriesField(theme)
        self.on_suspicion = SuspicionField(theme)
        self.start, self.hours, self.ready = StartField(theme), HoursField(theme), ReadyField(theme)
        self.machines = MachinesField(theme)
        self.needs = NeedsField(theme)
        self.after = AfterField(theme, name_of)
        self.frame_order = FrameOrderField(theme)
        self.approval = ApprovalField(theme)
        self.choices = {option: SceneChoiceField(option, theme) for option in TITLES}
        self.fields: tuple[Field, ...] = (
            *self.choices.values(),
            self.frames,
            self.frame_order,
            self.approval,
            self.camera,
            self.layers,
            self.size_,
            self.folder,
            self.priority,
            self.retries,
            self.on_suspicion,
            self.start,
            self.hours,
            self.ready,
            self.machines,
            self.needs,
            self.after,
        )
        self.outlook = Notice(theme)
        """What the edits lead to; to be put where it is always in sight."""
        self._lay_out()
        for field in self.fields:
            field.edited.connect(self._tell_outlook)
            field.edited.connect(self.edited)

    def show_tasks(self, tasks: Sequence[Task]) -> None:
        """Show what these tasks have in common; edits stay."""
        self._tasks = tasks
        has_runs = any(task.runs for task in tasks)
        for field in self.fields:
            field.show_tasks(tasks, has_runs=has_runs)
        self._tell_outlook()

    def changes(self) -> TaskChanges:
        """What was edited, and nothing else."""
        drafts = self.drafts()
        extra = {option: drafts.pop(option) for option in self.choices if option in drafts}
        return TaskChanges(**drafts, extra=extra or None)

    def drafts(self) -> dict[str, Any]:
        """The edits by field, to be put back by `restore`."""
        return {field.name: field.value for field in self.fields if field.is_edited}

    def restore(self, drafts: Mapping[str, Any]) -> None:
        for field in self.fields:
            field.restore(drafts.get(field.name))

    def refuse(self, name: str | None, sentence: str) -> bool:
        """Show a sentence at the field it is about; says whether there is such a field."""
        for field in self.fields:
            if field.name == name and field.has_choices:
                field.refuse(sentence)
                return True
        return False

    def begin(self) -> None:
        """Give the keyboard to the first field that can be changed."""
        for field in self.fields:
            if field.has_choices and field.controls[0].isEnabled():
                field.controls[0].setFocus(Qt.FocusReason.TabFocusReason)
                return

    def retranslate(self) -> None:
        for field in self.fields:
            field.retranslate()
        self._tell_outlook()

    def _tell_outlook(self) -> None:
        if any(task.runs for task in self._tasks):
            self.outlook.say(locked_sentence())
        else:
            self.outlook.say(consequence(self._tasks, self.drafts()))

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GAP)
        grid.setVerticalSpacing(GAP)
        grid.setColumnStretch(1, 1)
        for row, field in enumerate(self.fields):
            field.label.setContentsMargins(0, LABEL_DROP, 0, 0)
            field.label.setObjectName("dim")
            grid.addWidget(field.label, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(field, row, 1)
