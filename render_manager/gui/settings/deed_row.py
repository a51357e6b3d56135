"""A row of the settings dialog whose two buttons act at once, unlike the settings around it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from render_manager.gui import theme as look
from render_manager.gui.settings.row import CONTROL_WIDTH
from render_manager.gui.theme import GAP, Theme


class DeedRow(QWidget):
    """A title, how things are, where, and the buttons `do` and `undo` to change that."""

    group: str
    """The heading under which it stands."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.glyph, self.title, self.said = QLabel(), QLabel(), QLabel()
        self.where, self.problem = QLabel(), QLabel()
        self.do, self.undo = QPushButton(), QPushButton()
        self._build()
        self.complain("")

    def take_over(self) -> None:
        """Show how things are now, and forget what went wrong before."""
        self.complain("")
        self.retranslate()

    def retranslate(self) -> None:
        raise NotImplementedError

    def fits(self, asked: list[str]) -> bool:
        """Whether each of these words stands somewhere in what the row says."""
        raise NotImplementedError

    def show_glyph(self, glyph: QPixmap) -> None:
        """A picture before the title."""
        self.glyph.setPixmap(glyph)
        self.glyph.show()

    def complain(self, sentence: str) -> None:
        """What went wrong, under all else."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def tell_where(self, text: str) -> None:
        self.where.setText(text)
        self.where.setVisible(bool(text))

    def pass_focus_on(self, done: QPushButton) -> None:
        """The button goes away with what it did, so the focus goes on to the other one."""
        other = self.undo if done is self.do else self.do
        other.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- how it is built ----------------------------------------------------------------------

    def _build(self) -> None:
        self.title.setFont(look.font(bold=True))
        self.where.setFont(look.font(points=-1))
        for label in (self.said, self.where):  # there may be lines to be copied
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for label, kind in ((self.said, "dim"), (self.where, "dim"), (self.problem, "problem")):
            label.setObjectName(kind)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, GAP, 0, 2 * GAP)
        layout.setHorizontalSpacing(4 * GAP)
        layout.setVerticalSpacing(GAP // 2)
        layout.setColumnStretch(0, 1)
        layout.addLayout(self._words(), 0, 0)
        layout.addLayout(self._buttons(), 0, 1)
        layout.addWidget(self.where, 1, 0, 1, 2)
        layout.addWidget(self.problem, 2, 0, 1, 2)

    def _words(self) -> QVBoxLayout:
        named = QHBoxLayout()
        named.setSpacing(GAP)
        named.addWidget(self.glyph)
        self.glyph.hide()
        named.addWidget(self.title, 1)
        column = QVBoxLayout()
        column.setSpacing(GAP // 4)
        column.addLayout(named)
        column.addWidget(self.said)
        column.addStretch()
        return column

    def _buttons(self) -> QHBoxLayout:
        """As wide as the controls of the settings above with their button to reset them."""
        frame = QWidget()
        frame.setFixedWidth(CONTROL_WIDTH)
        inner = QHBoxLayout(frame)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(GAP)
        for button in (self.do, self.undo):
            button.setAutoDefault(False)
            inner.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        inner.addStretch(1)
        line = QHBoxLayout()
        line.setSpacing(GAP // 2)
        line.addWidget(frame)
        line.addWidget(self._nothing_to_reset())
        return line

    def _nothing_to_reset(self) -> QWidget:
        place = QToolButton()
        place.setIcon(self.theme.icon("undo"))
        keeps_place = place.sizePolicy()
        keeps_place.setRetainSizeWhenHidden(True)
        place.setSizePolicy(keeps_place)
        place.hide()
        return place
