"""What is selected of a log: from one place to another. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

from render_manager.gui.inspector.log.cleaning import LONGEST_SHOWN

Place = tuple[int, int]
"""Line and column, both from 0; columns count characters of the line as it is shown."""


@dataclass(slots=True)
class Selection:
    """`anchor` is where the gesture began, `caret` where it is now; equal if nothing is selected."""

    anchor: Place = (0, 0)
    caret: Place = (0, 0)

    def __bool__(self) -> bool:
        return self.anchor != self.caret

    @property
    def ends(self) -> tuple[Place, Place]:
        """The earlier place and the later one."""
        return min(self.anchor, self.caret), max(self.anchor, self.caret)

    def columns(self, line: int, length: int) -> tuple[int, int] | None:
        """The selected columns of a line so long; one more than it has where its end is selected."""
        (first, begin), (last, end) = self.ends
        if not self or not first <= line <= last:
            return None
        return begin if line == first else 0, end if line == last else length + 1

    def put(self, place: Place) -> None:
        """Select nothing, and stand here."""
        self.anchor = self.caret = place

    def cut(self, lines: str, *, is_whole: bool) -> str:
        """The selected part of the lines that it touches; what is shown cut is taken whole.

        `is_whole` says that all of those lines are there.
        """
        (_first, begin), (_last, end) = self.ends
        parts = lines.split("\n")
        if is_whole and end < LONGEST_SHOWN:
            parts[-1] = parts[-1][:end]
        parts[0] = parts[0][begin:]
        return "\n".join(parts)


def word_at(text: str, column: int) -> tuple[int, int]:
    """The columns of the word, or of the gap, around a column."""

    def is_word(place: int) -> bool:
        return text[place].isalnum() or text[place] in "_-./\\"

    if not text:
        return 0, 0
    begin = min(column, len(text) - 1)
    kind, end = is_word(begin), begin
    while begin > 0 and is_word(begin - 1) is kind:
        begin -= 1
    while end < len(text) and is_word(end) is kind:
        end += 1
    return begin, end
