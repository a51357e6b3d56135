"""What the window asks in a dialog. Tests hand in answers of their own."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

import render_manager
from render_manager.base.i18n import _, ngettext


class Dialogs:
    """Each call waits for the person."""

    def choose_scenes(self, parent: QWidget, suffixes: tuple[str, ...]) -> list[Path]:
        """The scenes to add; none if the person thought better of it."""
        patterns = " ".join(f"*{suffix}" for suffix in suffixes)
        kinds = _("Scenes ({patterns})").format(patterns=patterns)
        names, _chosen = QFileDialog.getOpenFileNames(parent, _("Add scenes"), "", kinds)
        return [Path(name) for name in names]

    def may_stop_runs(self, parent: QWidget, count: int) -> bool:
        """Whether the runs under way may be stopped to quit."""
        box = QMessageBox(parent)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(_("Quit Render Manager"))
        box.setText(
            ngettext(
                "{count} renderer is at work.", "{count} renderers are at work.", count
            ).format(count=count)
        )
        box.setInformativeText(
            _("Finished frames stay. Frames in work are rendered again next time.")
        )
        stop = box.addButton(
            _("Stop the renderers and quit"), QMessageBox.ButtonRole.DestructiveRole
        )
        cancel = box.addButton(_("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(cancel)
        box.setEscapeButton(cancel)
        box.exec()
        return box.clickedButton() is stop

    def may_render_again(self, parent: QWidget, count: int) -> bool:
        """Whether so many completed frames may be rendered once more."""
        box = QMessageBox(parent)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(_("Render again"))
        box.setText(
            ngettext(
                "{count} completed frame will be rendered again.",
                "{count} completed frames will be rendered again.",
                count,
            ).format(count=f"{count:,}")
        )
        box.setInformativeText(_("The files of each stay until they are overwritten."))
        again = box.addButton(_("Render again"), QMessageBox.ButtonRole.AcceptRole)
        cancel = box.addButton(_("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(cancel)
        box.setEscapeButton(cancel)
        box.exec()
        return box.clickedButton() is again

    def about(self, parent: QWidget) -> None:
        QMessageBox.about(
            parent,
            _("About Render Manager"),
            _("Render Manager {version}\nQueue, watch and trust renders.").format(
                version=render_manager.__version__
            ),
        )
