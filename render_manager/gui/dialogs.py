"""What the window asks in a dialog. Tests hand in answers of their own."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

import render_manager
from render_manager.base.i18n import _, ngettext
from render_manager.base.shipped import licence_lines
from render_manager.gui.closing import Closing, ClosingDialog, Situation


class Dialogs:
    """Each call waits for the person."""

    def choose_scenes(self, parent: QWidget, suffixes: tuple[str, ...]) -> list[Path]:
        """The scenes to add; none if the person thought better of it."""
        patterns = " ".join(f"*{suffix}" for suffix in suffixes)
        kinds = _("Scenes ({patterns})").format(patterns=patterns)
        names, _chosen = QFileDialog.getOpenFileNames(parent, _("Add scenes"), "", kinds)
        return [Path(name) for name in names]

    def choose_path(self, parent: QWidget, start: str, is_folder: bool) -> Path | None:
        """A file or a folder, beginning the search at `start`."""
        if is_folder:
            name = QFileDialog.getExistingDirectory(parent, _("Choose a folder"), start)
        else:
            name, _kind = QFileDialog.getOpenFileName(parent, _("Choose a program"), start)
        return Path(name) if name else None

    def may_queue_all(self, parent: QWidget, count: int) -> bool:
        """Whether so many scenes were meant."""
        found = ngettext(
            "{count} scene was found. Queue it?",
            "{count} scenes were found. Queue them all?",
            count,
        )
        return _agrees(
            parent,
            _("Add scenes"),
            found.format(count=f"{count:,}"),
            _("Each becomes a task of its own."),
            yes=_("Queue them all"),
            no=_("Cancel"),
        )

    def how_to_close(self, parent: QWidget, situation: Situation) -> Closing:
        """What is to become of the runs under way when the window is closed."""
        dialog = ClosingDialog(situation, parent)
        dialog.exec()
        return dialog.choice

    def may_cancel(self, parent: QWidget, runs: int) -> bool:
        """Whether so many renderers may be stopped in the middle of their frames."""
        at_work = ngettext(
            "{count} renderer is at work on these tasks.",
            "{count} renderers are at work on these tasks.",
            runs,
        )
        return _agrees(
            parent,
            _("Cancel tasks"),
            at_work.format(count=runs),
            _("Finished frames stay. The frames in work are lost."),
            yes=_("Cancel the tasks"),
            no=_("Keep rendering"),
        )

    def may_render_again(self, parent: QWidget, count: int) -> bool:
        """Whether so many completed frames may be rendered once more."""
        completed = ngettext(
            "{count} completed frame will be rendered again.",
            "{count} completed frames will be rendered again.",
            count,
        )
        return _agrees(
            parent,
            _("Render again"),
            completed.format(count=f"{count:,}"),
            _("The files of each stay until they are overwritten."),
            yes=_("Render again"),
            no=_("Cancel"),
        )

    def about(self, parent: QWidget) -> None:
        box = QMessageBox(parent)
        box.setWindowTitle(_("About Render Manager"))
        box.setIconPixmap(parent.windowIcon().pixmap(64))
        box.setText(
            _("Render Manager {version}\nQueue, watch and trust renders.").format(
                version=render_manager.__version__
            )
        )
        if shipped := licence_lines():
            box.setInformativeText(
                _("It comes with the work of others. Their licences are in its folder.")
            )
            box.setDetailedText("\n".join(shipped))
        box.exec()


def _agrees(parent: QWidget, title: str, said: str, more: str, *, yes: str, no: str) -> bool:
    """Ask; a careless Enter or Escape means no."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle(title)
    box.setText(said)
    box.setInformativeText(more)
    agreed = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    refused = box.addButton(no, QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(refused)
    box.setEscapeButton(refused)
    box.exec()
    return box.clickedButton() is agreed
