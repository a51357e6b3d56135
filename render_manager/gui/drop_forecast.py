"""What would become of files that are held over the window, by their names alone.

The disk is not asked, as it may be at the other end of a slow line: what only may be a folder is
called one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from render_manager.base.i18n import _, ngettext
from render_manager.gui.scenes import is_scene
from render_manager.gui.text import suffix_list

MOST_LETTERS = 40
"""Of a name; the rest is left out in its middle."""

_FILE_NAME = re.compile(r".*\.(?!v\d)[a-z][a-z0-9]{0,3}", re.IGNORECASE | re.DOTALL)
"""Names that end like those of files. “shots.v2” and “ep01.final” may well be folders."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """The names of scenes, of what may be a folder, and of what is neither."""

    scenes: tuple[str, ...]
    folders: tuple[str, ...]
    strangers: tuple[str, ...]

    @property
    def is_refused(self) -> bool:
        """Whether nothing of it can be taken."""
        return not self.scenes and not self.folders

    def headline(self) -> str:
        """What a drop would do."""
        what, but = self._deed(), self._left_out()
        if self.is_refused:
            return _("Nothing to render: {but}").format(but=but)
        return _("{what}; {but}").format(what=what, but=but) if but else what

    def _deed(self) -> str:
        if self.scenes and self.folders:
            return _("{render}, and to look for more in {folders}").format(
                render=self._render(), folders=self._folders()
            )
        if self.scenes:
            return self._render()
        return ngettext(
            "Drop to look for scenes in the folder {folders}",
            "Drop to look for scenes in {folders}",
            len(self.folders),
        ).format(folders=self._folders())

    def _render(self) -> str:
        return ngettext(
            "Drop to render {count} scene", "Drop to render {count} scenes", len(self.scenes)
        ).format(count=f"{len(self.scenes):,}")

    def _folders(self) -> str:
        if len(self.folders) == 1:
            return _("“{name}”").format(name=_short(self.folders[0]))
        return ngettext("{count} folder", "{count} folders", len(self.folders)).format(
            count=f"{len(self.folders):,}"
        )

    def _left_out(self) -> str:
        if not self.strangers:
            return ""
        if len(self.strangers) == 1:
            return _("{name} is no scene").format(name=_short(self.strangers[0]))
        return ngettext(
            "{count} file is no scene", "{count} files are no scenes", len(self.strangers)
        ).format(count=f"{len(self.strangers):,}")


def forecast(names: Iterable[str], suffixes: tuple[str, ...]) -> Forecast:
    """Of paths with `/` between their parts; one at the end tells a folder."""
    scenes: list[str] = []
    folders: list[str] = []
    strangers: list[str] = []
    for path in dict.fromkeys(names):
        name = path.rstrip("/").rpartition("/")[2] or path
        if path.endswith("/"):
            folders.append(name)
        elif is_scene(name, suffixes):
            scenes.append(name)
        else:
            (strangers if _FILE_NAME.fullmatch(name) else folders).append(name)
    return Forecast(tuple(scenes), tuple(folders), tuple(strangers))


def second_line(what: Forecast, suffixes: tuple[str, ...], *, asks_first: bool) -> str:
    """What comes after the drop; or what could be dropped instead."""
    if what.is_refused:
        return _("Scenes that can be rendered here: {kinds}").format(kinds=suffix_list(suffixes))
    if asks_first:
        return _("Nothing is rendered before you have looked it over")
    return _("Rendering begins at once")


def _short(name: str) -> str:
    if len(name) <= MOST_LETTERS:
        return name
    half = MOST_LETTERS // 2
    return f"{name[:half]}…{name[-half:]}"
