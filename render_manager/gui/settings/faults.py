"""The settings to start with: where some cannot be used, the person says whether to go on."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QPushButton

from render_manager.base.i18n import _, ngettext, use_language
from render_manager.base.settings import Settings, load_what_is_right
from render_manager.base.settings_fault import Fault
from render_manager.gui.theme import Theme

MOST = 8
"""Sentences that fit on a screen."""


def settings_to_start_with() -> Settings | None:
    """The settings; those that are wrong are left at their defaults if the person agrees to it.

    None if the person would rather quit. The files stay as they are.
    """
    settings, _unsaid = load_what_is_right()
    use_language(settings.ui_language)
    settings, faults = load_what_is_right()  # told in the language that was just learnt
    if faults and not _may_go_on(settings, faults):
        return None
    return settings


def _may_go_on(settings: Settings, faults: list[Fault]) -> bool:
    theme = Theme(settings.ui_theme)
    box, go_on = _question(faults)
    theme.dress(box)
    box.exec()
    theme.deleteLater()
    return box.clickedButton() is go_on


def _question(faults: list[Fault]) -> tuple[QMessageBox, QPushButton]:
    box = QMessageBox()
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle(_("Render Manager"))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(
        ngettext(
            "{count} setting cannot be used.", "{count} settings cannot be used.", len(faults)
        ).format(count=len(faults))
    )
    box.setInformativeText(_sentences(faults))
    go_on = box.addButton(_("Go on with defaults"), QMessageBox.ButtonRole.AcceptRole)
    leave = box.addButton(_("Quit"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(go_on)
    box.setEscapeButton(leave)
    return box, go_on


def _sentences(faults: list[Fault]) -> str:
    said = [fault.sentence for fault in faults[:MOST]]
    if len(faults) > MOST:
        said.append(_("and {count} more").format(count=len(faults) - MOST))
    said.append(_("The files stay as they are; the defaults hold for this time only."))
    return "\n\n".join(said)
