"""Looking through a scene's lines once for all that a described renderer wants to know of it."""

from __future__ import annotations

import io
from codecs import BOM_UTF8
from collections.abc import Iterator
from html import unescape
from itertools import islice

from render_manager.renderers.described.description import Description
from render_manager.renderers.described.groups import Groups
from render_manager.renderers.described.numbers import whole
from render_manager.renderers.described.spots import Finder
from render_manager.renderers.described.values import LONGEST_LINE

MOST_LINES = 1_000_000
"""Lines that are looked at, from the beginning."""

MOST_CHOICES = 1_000
"""Values of one choice that are offered."""

Choices = dict[str, tuple[str, ...]]


def look_through(beginning: bytes, description: Description) -> tuple[dict[str, int], Choices]:
    """The numbers of [scene] that are found first, and all values of each of the [choices].

    A megabyte takes 0.2 s with the patterns for Nuke (measured). In XML `&amp;` is read as `&`.
    """
    search = _Search(description)
    is_xml = beginning.removeprefix(BOM_UTF8).startswith(b"<?xml")
    for line in _lines(beginning) if search.is_for_something else ():
        search.take(line)
    clean = unescape if is_xml else str
    choices = {key: tuple(map(clean, texts)) for key, texts in search.choices.items() if texts}
    return search.numbers, choices


class _Search:
    """What is still looked for, and what was found."""

    def __init__(self, description: Description) -> None:
        spots = description.scene
        wanted = {key: getattr(spots, key) for key in ("start", "end", "width", "height")}
        self._open = {key: Finder(spot) for key, spot in wanted.items() if spot}
        self._offers = {key: Finder(spot) for key, spot in description.choices.items()}
        self._groups = Groups(description.groups) if description.groups else None
        self.numbers: dict[str, int] = {}
        self.choices: dict[str, dict[str, None]] = {key: {} for key in self._offers}

    @property
    def is_for_something(self) -> bool:
        return bool(self._open or self._offers)

    def take(self, line: str) -> None:
        if self._groups is None:
            self._take_numbers(line)
            self._take_choices(line)
            return
        line = self._groups.read(line)
        if not self._groups.prefix:
            self._take_numbers(line)
        self._take_choices(line, self._groups.prefix)

    def _take_numbers(self, line: str) -> None:
        for key, finder in list(self._open.items()):
            text = finder.look(line)
            number = whole(text) if text else None
            if number is not None:
                self.numbers[key] = number
                del self._open[key]

    def _take_choices(self, line: str, prefix: str = "") -> None:
        for key, finder in self._offers.items():
            text = finder.look(line)
            if text and len(self.choices[key]) < MOST_CHOICES:
                self.choices[key][prefix + text] = None


def _lines(beginning: bytes) -> Iterator[str]:
    """One after the other, for a list of them takes many times the memory of the file."""
    text = io.TextIOWrapper(io.BytesIO(beginning), "utf-8-sig", errors="replace")
    for line in islice(text, MOST_LINES):
        if line != "\n":
            yield line[:LONGEST_LINE].rstrip("\n")
