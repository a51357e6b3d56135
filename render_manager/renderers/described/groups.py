"""What stands inside groups of nodes: read like what stands outside, and called by its full name.

In a Nuke script the lines of a group's nodes follow the group itself, one space further in:

    Group {
     name Group1
    }
     Write {
      name Write1
     }
    end_group
"""

from __future__ import annotations

from render_manager.renderers.described.spots import Finder, InTexts, Quick
from render_manager.renderers.described.values import Regex

DEEPEST = 50
"""Groups in groups that are told apart."""


class GroupSpot(InTexts):
    """`[groups]`: a group begins with the block that has its name, and ends with the line `close`."""

    block: Regex
    until: Regex
    close: Regex


class Groups:
    """Follows the lines of a scene, and knows in which groups they stand."""

    def __init__(self, spot: GroupSpot) -> None:
        self._spot, self._finder = spot, Finder(spot)
        self._block, self._until, self._close = map(Quick, (spot.block, spot.until, spot.close))
        self._names: list[str] = []
        self._is_in_block, self._name = False, ""

    @property
    def prefix(self) -> str:
        """What stands before the name of a node here."""
        return "".join(f"{name}." for name in self._names)

    def read(self, line: str) -> str:
        """The line as it would stand outside of all groups."""
        line = self._outdented(line)
        if self._close.search(line):
            del self._names[-1:]
        elif self._block.search(line):
            self._is_in_block, self._name, self._finder = True, "", Finder(self._spot)
        if self._is_in_block:
            self._name = self._finder.look(line) or self._name
            if self._until.search(line):
                self._enter()
        return line

    def _enter(self) -> None:
        self._is_in_block = False
        if len(self._names) < DEEPEST:
            self._names.append(self._name)

    def _outdented(self, line: str) -> str:
        depth = len(self._names)
        return line[min(depth, len(line) - len(line.lstrip(" "))) :] if depth else line
