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

    def __init__(self, paths: Iterable[Path], suffixes: tuple[str, ...]) -> None:
        self.paths = list(dict.fromkeys(paths))
        self.place = self.paths[0] if self.paths else Path()
        self.files = 0
        self.scenes = 0
        self.is_stopped = False
        self._suffixes = suffixes
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
        elif stat.S_ISREG(mode) and is_scene(path.name, self._suffixes):
            self.scenes += 1
            self._found.scenes += self._new([str(path)])
        else:
            self._found.strangers.append(path)

    def _look_below(self, folder: Path) -> None:
        closed = len(self._found.closed)
        below = [path for path in self._below(str(folder)) if os.path.isfile(path)]  # noqa: PTH113
        self._found.scenes += self._new(_in_order(below))
        if not below and closed == len(self._found.closed) and not self.is_stopped:
            self._found.barren.append(folder)

    def _below(self, folder: str) -> Iterator[str]:
        """What is called like a scene below a folder; links to folders are not followed, as they
        may lead round in a circle, and nothing hidden is looked at."""
        waiting = [folder]
        while waiting and not self.is_stopped:
            place = waiting.pop()
            try:
                with os.scandir(place) as entries:
                    yield from self._visible(entries, waiting)
            except OSError:
                self._found.closed.append(Path(place))

    def _visible(self, entries: Iterable[os.DirEntry[str]], waiting: list[str]) -> Iterator[str]:
        for entry in entries:
            if self.is_stopped:
                return
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
                continue
            self.files += 1
            if is_scene(entry.name, self._suffixes):
                self.scenes += 1
                yield entry.path

    def _new(self, scenes: Iterable[str]) -> Iterator[Path]:
        """Those that were not seen yet, be it by another name."""
        for scene in scenes:
            identity = self._identity(scene)
            if identity not in self._known:
                self._known.add(identity)
                yield Path(scene)

    def _identity(self, scene: str) -> str:
        if os.path.islink(scene):  # noqa: PTH114
            return os.path.normcase(os.path.realpath(scene))
        folder, name = os.path.split(scene)
        if folder not in self._real_folders:
            self._real_folders[folder] = os.path.realpath(folder)
        return os.path.normcase(os.path.join(self._real_folders[folder], name))  # noqa: PTH118


def _in_order(scenes: list[str]) -> Iterator[str]:
    """As people count: sh2 before sh10."""
    keyed = [(natural(scene), scene) for scene in scenes]
    parts = [sorted(keyed[at : at + SORTED_AT_ONCE]) for at in range(0, len(keyed), SORTED_AT_ONCE)]
    return (scene for _key, scene in heapq.merge(*parts))
