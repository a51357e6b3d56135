"""“Inside other programs”: a row for each program that can send its scenes here.

Unlike the settings around it, what is done here is done at once.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from render_manager.base.errors import UserError
from render_manager.base.i18n import N_, _
from render_manager.gui import icons
from render_manager.gui import theme as look
from render_manager.gui.settings.row import CONTROL_WIDTH
from render_manager.gui.theme import GAP, Theme
from render_manager.submitters import install as installer
from render_manager.submitters.install import KINDS, Presence

HEADING = N_("Inside other programs")

ICONS = {"unreal": "ue"}
"""The renderer whose icon a program has, if that is called otherwise."""

SAID = {
    Presence.ABSENT: N_("Not installed. It adds “Send to Render Manager” there."),
    Presence.OUTDATED: N_("Installed in part, or by another version of Render Manager."),
    Presence.CURRENT: N_("Installed. {todo}"),
}


class ProgramRow(QWidget):
    """The program `kind`: whether its submitter is there, where, and the buttons to change that."""

    def __init__(self, kind: str, theme: Theme) -> None:
        super().__init__()
        self.kind = kind
        self._theme = theme
        self._build()
        theme.changed.connect(self._restyle)
        self.take_over()
        self._restyle()

    def take_over(self) -> None:
        """Show what is on the disk now, and forget what went wrong before."""
        self._complain("")
        self.retranslate()

    def fits(self, asked: list[str]) -> bool:
        """Whether each of these words stands somewhere in what the row says."""
        said = f"{KINDS[self.kind]} {_(HEADING)}".casefold()
        return all(word in said for word in asked)

    def retranslate(self) -> None:
        found = installer.state(self.kind)
        self._title.setText(KINDS[self.kind])
        self._said.setText(self._sentence(found))
        self._where.setText("\n".join(map(str, found.places)))
        self._where.setVisible(bool(found.places))
        is_outdated = found.presence is Presence.OUTDATED
        self.install.setText(_("Update") if is_outdated else _("Install"))
        self.remove.setText(_("Remove"))
        is_wanting = found.presence is not Presence.CURRENT and bool(found.places)
        self.install.setVisible(is_wanting)
        self.remove.setVisible(found.presence is not Presence.ABSENT)
        for button in (self.install, self.remove):
            button.setAccessibleName(f"{button.text()}: {KINDS[self.kind]}")

    # --- how it is done -----------------------------------------------------------------------

    def _sentence(self, found: installer.State) -> str:
        if not found.places:
            return installer.why_no_place(self.kind)
        return _(SAID[found.presence]).format(todo=installer.still_to_do(self.kind))

    def _change(self, change: Callable[[str], object], then: QPushButton) -> None:
        """The button goes away with what it did, so the focus goes on to the other one."""
        problem = ""
        try:
            change(self.kind)
        except UserError as error:
            problem = str(error)
        self.retranslate()
        self._complain(problem)
        if not problem:
            then.setFocus(Qt.FocusReason.OtherFocusReason)

    def _complain(self, sentence: str) -> None:
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))

    def _restyle(self) -> None:
        icon = icons.renderer_icon_name(ICONS.get(self.kind, self.kind))
        color, ratio = self._theme.colors.text, self.devicePixelRatioF()
        self._glyph.setPixmap(icons.pixmap(icon, color, icons.SIZE, ratio))

    # --- how it is built ----------------------------------------------------------------------

    def _build(self) -> None:
        self._glyph, self._title = QLabel(), QLabel()
        self._said, self._where, self._problem = QLabel(), QLabel(), QLabel()
        self._title.setFont(look.font(bold=True))
        self._where.setFont(look.font(points=-1))
        for label in (self._said, self._where):  # there may be lines to be copied
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for label, kind in ((self._said, "dim"), (self._where, "dim"), (self._problem, "problem")):
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
        layout.addWidget(self._where, 1, 0, 1, 2)
        layout.addWidget(self._problem, 2, 0, 1, 2)

    def _words(self) -> QVBoxLayout:
        named = QHBoxLayout()
        named.setSpacing(GAP)
        named.addWidget(self._glyph)
        named.addWidget(self._title, 1)
        column = QVBoxLayout()
        column.setSpacing(GAP // 4)
        column.addLayout(named)
        column.addWidget(self._said)
        column.addStretch()
        return column

    def _buttons(self) -> QHBoxLayout:
        """As wide as the controls of the settings above with their button to reset them."""
        self.install, self.remove = QPushButton(), QPushButton()
        self.install.clicked.connect(lambda: self._change(installer.install, self.remove))
        self.remove.clicked.connect(lambda: self._change(installer.uninstall, self.install))
        frame = QWidget()
        frame.setFixedWidth(CONTROL_WIDTH)
        inner = QHBoxLayout(frame)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(GAP)
        for button in (self.install, self.remove):
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
        place.setIcon(self._theme.icon("undo"))
        keeps_place = place.sizePolicy()
        keeps_place.setRetainSizeWhenHidden(True)
        place.setSizePolicy(keeps_place)
        place.hide()
        return place
