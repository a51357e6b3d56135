"""What every field of the sheet does: shows what tasks have in common, and keeps an edit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from render_manager.base.i18n import _
from render_manager.domain.task import Task
from render_manager.gui.task_sheet.common import shared
from render_manager.gui.task_sheet.notice import Notice, Tone
from render_manager.gui.theme import GAP, Theme


class Field(QWidget):
    """One thing that can be changed. `label` goes into the column beside it.

    Until it is edited it shows what the tasks have; an edit stays, whatever becomes of them, until
    it is taken back.
    """

    edited = Signal()

    name = ""
    """The field of `TaskChanges`, and of a UserError about it."""
    title = ""
    """Marked with N_, with a mnemonic that no menu of the window has."""
    is_part_of_runs = True
    """Whether it cannot be changed while the tasks have runs."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._tasks: Sequence[Task] = ()
        self._shared: Any = None
        self._is_edited = False
        self._is_locked = False
        self._refusal = ""
        self.label, self.note = QLabel(), Notice(theme)
        self.take_back = QToolButton()
        self.take_back.setIconSize(QSize(12, 12))
        self.take_back.setObjectName("take_back")
        self.take_back.clicked.connect(self.forget)
        policy = self.take_back.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.take_back.setSizePolicy(policy)
        self._wheel = _CalmWheel(self)

    # --- what a field says of itself ----------------------------------------------------------

    @property
    def value(self) -> Any:
        """What stands in the control; None where the tasks differ."""
        raise NotImplementedError

    def value_of(self, task: Task) -> Any:
        """What the task has. Never None."""
        raise NotImplementedError

    def _put(self, value: Any) -> None:
        """Show `value`; None where the tasks differ."""
        raise NotImplementedError

    def _offer(self) -> None:
        """Bring the choices up to date with the tasks and the language."""

    def _remark(self) -> str:
        """A quiet sentence below the control."""
        return ""

    @property
    def has_choices(self) -> bool:
        """Whether there is anything to change here."""
        return True

    @property
    def controls(self) -> Sequence[QWidget]:
        """What takes the keyboard, in order."""
        raise NotImplementedError

    # --- what the sheet asks ------------------------------------------------------------------

    @property
    def is_edited(self) -> bool:
        return self._is_edited

    def show_tasks(self, tasks: Sequence[Task], *, has_runs: bool) -> None:
        """Show what these tasks have now, beside an edit that was not carried out yet."""
        self._tasks = tasks
        self._shared = shared(map(self.value_of, tasks))
        self._is_locked = has_runs and self.is_part_of_runs
        self._refresh()

    def forget(self) -> None:
        """Take the edit back."""
        self._is_edited = False
        self._refusal = ""
        self._refresh()
        self.edited.emit()

    def draft(self) -> Any:
        """The edit, to be put back by `restore`; None if there is none."""
        return self.value if self._is_edited else None

    def restore(self, draft: Any) -> None:
        self._is_edited = draft is not None
        self._refusal = ""
        if draft is not None:
            self._put(draft)

    def refuse(self, sentence: str) -> None:
        """Say below the field why it cannot be so; until it is edited again."""
        self._refusal = sentence
        self._tell()
        self.controls[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def retranslate(self) -> None:
        self.label.setText(_(self.title))
        for control in self.controls:
            control.setAccessibleName(_plain(_(self.title)))
        self.take_back.setToolTip(_("Take this change back"))
        self.take_back.setAccessibleName(
            _("Take this change back: {field}").format(field=_plain(_(self.title)))
        )
        self._refresh()

    # --- for the fields -----------------------------------------------------------------------

    def _lay_out(self, *rows: Sequence[QWidget]) -> None:
        """Controls in rows, the way back beside the first row, and the note below."""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP // 2)
        for number, row in enumerate(rows):
            line = QHBoxLayout()
            line.setSpacing(GAP // 2)
            for widget in row:
                line.addWidget(widget, 0 if isinstance(widget, QToolButton | QLabel) else 1)
            if number == 0:
                line.addWidget(self.take_back, 0, Qt.AlignmentFlag.AlignTop)
            else:
                line.addSpacing(self.take_back.sizeHint().width() + line.spacing())
            layout.addLayout(line)
        self.note.setContentsMargins(0, 0, self.take_back.sizeHint().width(), 0)
        layout.addWidget(self.note)
        self.label.setBuddy(self.controls[0])
        for control in self.controls:
            self._calm(control)
        self._theme.changed.connect(self._restyle)
        self._restyle()

    def _note_edit(self) -> None:
        """To be called when a person changed the control."""
        self._refusal = ""
        self._is_edited = self._shared is None or self.value != self._shared
        self._tell()
        self.edited.emit()

    def _tell(self) -> None:
        """Say what there is to say below the control, and offer the way back."""
        self.take_back.setVisible(self._is_edited)
        if self._refusal:
            self.note.say(self._refusal, Tone.WRONG)
        else:
            self.note.say(self._remark())

    def _refresh(self) -> None:
        draft = self.draft()
        self._offer()
        self._put(self._shared if draft is None else draft)
        for control in self.controls:
            control.setEnabled(not self._is_locked)
        self.setVisible(self.has_choices)
        self.label.setVisible(self.has_choices)
        self._tell()

    def _calm(self, control: QWidget) -> None:
        if isinstance(control, QComboBox | QAbstractSpinBox):
            control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            control.installEventFilter(self._wheel)
        if isinstance(control, QAbstractSpinBox):
            control.lineEdit().setTextMargins(GAP // 2, 0, 0, 0)
        for line in [control, *control.findChildren(QLineEdit)]:
            line.setAcceptDrops(False)  # scenes that are dropped here are for the window

    def _restyle(self) -> None:
        self.take_back.setIcon(self._theme.icon("undo"))


def _plain(title: str) -> str:
    """Without the mnemonic, as it is written in English and in Chinese."""
    return re.sub(r"\(&\w\)|&", "", title)


class _CalmWheel(QObject):
    """Scrolling the sheet changes nothing on the way."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_wheel = event.type() is QEvent.Type.Wheel
        is_meant = isinstance(watched, QWidget) and watched.hasFocus()
        if is_wheel and not is_meant:
            event.ignore()
            return True
        return False


def different() -> str:
    """What stands where the tasks differ."""
    return _("different")
