"""“Inside other programs”: a row for each program that can send its scenes here."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QPushButton

from render_manager.base.errors import UserError
from render_manager.base.i18n import N_, _
from render_manager.gui import icons
from render_manager.gui.settings.deed_row import DeedRow
from render_manager.gui.theme import Theme
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


class ProgramRow(DeedRow):
    """The program `kind`: whether its submitter is there, where, and the buttons to change that."""

    group = HEADING

    def __init__(self, kind: str, theme: Theme) -> None:
        super().__init__(theme)
        self.kind = kind
        self.do.clicked.connect(lambda: self._change(installer.install, self.do))
        self.undo.clicked.connect(lambda: self._change(installer.uninstall, self.undo))
        theme.changed.connect(self._restyle)
        self.take_over()
        self._restyle()

    def fits(self, asked: list[str]) -> bool:
        said = f"{KINDS[self.kind]} {_(HEADING)}".casefold()
        return all(word in said for word in asked)

    def retranslate(self) -> None:
        found = installer.state(self.kind)
        self.title.setText(KINDS[self.kind])
        self.said.setText(self._sentence(found))
        self.tell_where("\n".join(map(str, found.places)))
        is_outdated = found.presence is Presence.OUTDATED
        self.do.setText(_("Update") if is_outdated else _("Install"))
        self.undo.setText(_("Remove"))
        is_wanting = found.presence is not Presence.CURRENT and bool(found.places)
        self.do.setVisible(is_wanting)
        self.undo.setVisible(found.presence is not Presence.ABSENT)
        for button in (self.do, self.undo):
            button.setAccessibleName(f"{button.text()}: {KINDS[self.kind]}")

    def _sentence(self, found: installer.State) -> str:
        if not found.places:
            return installer.why_no_place(self.kind)
        return _(SAID[found.presence]).format(todo=installer.still_to_do(self.kind))

    def _change(self, change: Callable[[str], object], by: QPushButton) -> None:
        problem = ""
        try:
            change(self.kind)
        except UserError as error:
            problem = str(error)
        self.retranslate()
        self.complain(problem)
        if not problem:
            self.pass_focus_on(by)

    def _restyle(self) -> None:
        icon = icons.renderer_icon_name(ICONS.get(self.kind, self.kind))
        color, ratio = self.theme.colors.text, self.devicePixelRatioF()
        self.show_glyph(icons.pixmap(icon, color, icons.SIZE, ratio))
