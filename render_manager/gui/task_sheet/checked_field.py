"""A field of the sheet that is one line of text in a grammar of its own."""

from __future__ import annotations

from render_manager.base.i18n import _
from render_manager.gui.task_sheet.line_field import LineField


class CheckedField(LineField):
    """A text that is looked at while it is written; an empty one takes the wish away."""

    is_part_of_runs = False

    def _offer(self) -> None:
        super()._offer()
        self.line.setToolTip(self._example())

    def _note_edit(self) -> None:
        super()._note_edit()
        self._offer()
        self._refusal = self._look()[1]
        self._tell()

    def _remark(self) -> str:
        return self._look()[0] if self._is_edited else ""

    def _look(self) -> tuple[str, str]:
        """How the text is understood, or why it cannot be used."""
        try:
            return (self._understood(self.text) if self.text else ""), ""
        except ValueError as error:
            return "", _("This cannot be used: {why}.").format(why=error)

    def _example(self) -> str:
        raise NotImplementedError

    def _understood(self, text: str) -> str:
        """As it is understood. Raises ValueError."""
        raise NotImplementedError
