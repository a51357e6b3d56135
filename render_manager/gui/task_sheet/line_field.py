"""A field of the sheet that is one line of text; an empty one takes back what was said."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QLineEdit, QWidget

from render_manager.gui import theme as look
from render_manager.gui.task_sheet.field import Field, different
from render_manager.gui.theme import Theme


class LineField(Field):
    """Without a text, the line says what holds then."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.line = QLineEdit()
        self.line.setFont(look.font())
        self.line.textEdited.connect(self._note_edit)
        self._lay_out([self.line])

    @property
    def controls(self) -> Sequence[QWidget]:
        return [self.line]

    @property
    def text(self) -> str:
        return self.line.text().strip()

    @property
    def value(self) -> str | None:
        text = self.text
        return text if text or self._is_edited or self._shared is not None else None

    def _put(self, value: str | None) -> None:
        if self.text != (value or ""):
            self.line.setText(value or "")

    def _offer(self) -> None:
        is_mixed = self._shared is None and not self._is_edited
        self.line.setPlaceholderText(different() if is_mixed else self._without())

    def _without(self) -> str:
        """What holds without a text."""
        raise NotImplementedError
