"""Which scenes are among dropped files and folders. For worker threads: it looks at the disk."""

from __future__ import annotations

import heapq
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from render_manager.base.i18n import _, ngettext
from render_manager.gui.text import natural

SORTED_AT_ONCE = 1000
"""Sorting holds the GIL, and with it the window; so much of it takes a millisecond."""

Scene = tuple[str, str]
"""A path, and what all spellings of it have in common."""


@dataclass(slots=True)
class Found:
    """Scenes to queue, and what else there was, by what is wrong with it."""

    scenes: list[Path] = field(default_factory=list)
    strangers: list[Path] = field(default_factory=list)
    barren: list[Path] = field(default_factory=list)
    """Folders without a scene."""
    missing: list[Path] = field(default_factory=list)
    closed: list[Path] = field(default_factory=list)
    """What may not be looked into."""


def is_scene(name: str, suffixes: tuple[str, ...]) -> bool:
    """By its name alone."""
    return name.lower().endswith(suffixes)


class Search:
    """One look at dropped files, and at all that lies below dropped folders.

    `run` is for a worker thread. Any thread may read how far it is, and stop it.
    """

    share: float | None = None
    """How much is done cannot be known beforehand."""

    def __init__(
        self, paths: Iterable[Path], suffixes: tuple[str, ...], archives: tuple[str, ...] = ()
    ) -> None:
        """Of `archives` only those count that were dropped themselves: a folder may have old ones."""
        self.paths = list(dict.fromkeys(paths))
        self.place = self.paths[0] if self.paths else Path()
        self.files = 0
        self.scenes = 0
        self.is_stopped = False
        self._suffixes = suffixes
        self._archives = archives
        self._found = Found()
        self._known: set[str] = set()
        self._real_folders: dict[str, str] = {}

    @property
    def sentence(self) -> str:
        """How far it is, for the window."""
        files = ngettext("{count} file", "{count} files", self.files)
        scenes = ngettext("{count} scene", "{count} scenes", self.scenes)
        return _("Looking through “{folder}” … {files}, {scenes}").format(
            folder=self.place.name or self.place,
            files=files.format(count=f"{self.files:,}"),
            scenes=scenes.format(count=f"{self.scenes:,}"),
        )

    def stop(self) -> None:
        """`run` returns soon, with what it has found."""
        self.is_stopped = True

    def run(self) -> Found:
        """Look at each path once: files as they are, folders with all that lies below them."""
        for path in self.paths:
            if self.is_stopped:
                break
            self.place = path
            try:
                self._look_at(path, path.stat().st_mode)
            except (FileNotFoundError, NotADirectoryError, ValueError):
                self._found.missing.append(path)
            except OSError:
                self._found.closed.append(path)
        return self._found

    def _look_at(self, path: Path, mode: int) -> None:
        if stat.S_ISDIR(mode):
            self._look_below(path)
        elif stat.S_ISREG(mode) and is_scene(path.name, self._suffixes + self._archives):
            self.scenes += 1
            self._take(str(path), self._identity(*os.path.split(path), path.is_symlink()))
        else:
            self._found.strangers.append(path)

    def _look_below(self, folder: Path) -> None:
        closed = len(self._found.closed)
        below = list(self._below(str(folder)))
        for scene, identity in _in_order(below):
            self._take(scene, identity)
        if not below and closed == len(self._found.closed) and not self.is_stopped:
            self._found.barren.append(folder)

    def _below(self, folder: str) -> Iterator[Scene]:
        """The scenes below a folder; links to folders are not followed, as they may lead round in
        a circle, and nothing hidden is looked at."""
        waiting = [folder]
        while waiting and not self.is_stopped:
            place = waiting.pop()
            try:
                with os.scandir(place) as entries:
                    yield from self._visible(place, entries, waiting)
            except OSError:
                self._found.closed.append(Path(place))

    def _visible(
        self, place: str, entries: Iterable[os.DirEntry[str]], waiting: list[str]
    ) -> Iterator[Scene]:
        for entry in entries:
            if self.is_stopped:
                return
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
                continue
            self.files += 1
            if is_scene(entry.name, self._suffixes) and _is_file(entry):
                self.scenes += 1
                yield entry.path, self._identity(place, entry.name, entry.is_symlink())

    def _take(self, scene: str, identity: str) -> None:
        """Unless it was taken already, be it by another name."""
        if identity not in self._known:
            self._known.add(identity)
            self._found.scenes.append(Path(scene))

    def _identity(self, folder: str, name: str, is_link: bool) -> str:
        """What all spellings of a file's name have in common."""
        if folder not in self._real_folders:
            self._real_folders[folder] = os.path.realpath(folder)
        path = os.path.join(self._real_folders[folder], name)  # noqa: PTH118
        return os.path.normcase(os.path.realpath(path) if is_link else path)


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Not a pipe, a link to a folder, or one that leads nowhere."""
    try:
        return entry.is_file()
    except OSError:
        return False


def _in_order(scenes: list[Scene]) -> Iterator[Scene]:
    """As people count: sh2 before sh10."""
    keyed = [(natural(scene[0]), scene) for scene in scenes]
    parts = [sorted(keyed[at : at + SORTED_AT_ONCE]) for at in range(0, len(keyed), SORTED_AT_ONCE)]
    return (scene for _key, scene in heapq.merge(*parts))
