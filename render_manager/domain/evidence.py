"""What a task's frames are held against: what its first good frame had, and what is suspicious."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from render_manager.base.i18n import N_, _


class Suspicion(StrEnum):
    """What may be wrong with a frame that is whole: a person would want to look at it."""

    BLACK = "black"
    """Every colour value is 0."""
    FLAT = "flat"
    """Every pixel is the same colour, other than black."""
    TRANSPARENT = "transparent"
    """Alpha is there, and 0 everywhere."""
    NAN = "nan"
    INF = "inf"
    MISSING_BUCKETS = "missing_buckets"
    """Blocks of one colour with straight borders where the renderer's tiles are."""
    SAME_AS_NEIGHBOUR = "same_as_neighbour"
    """Every pixel is as in the frame before or after it."""
    BRIGHTNESS = "brightness"
    """Much brighter or darker than the frames around it."""
    FILE_SIZE = "file_size"
    """Its file is much larger or smaller than those of the frames around it."""
    WATERMARK = "watermark"
    """The renderer said that it has no licence and marks the picture."""


EXPLAIN_THEMSELVES = frozenset({Suspicion.BLACK, Suspicion.FLAT, Suspicion.TRANSPARENT})
"""What makes a frame differ from those around it in every other way as well."""

WORDS = {
    Suspicion.BLACK: N_("all black"),
    Suspicion.FLAT: N_("all one colour"),
    Suspicion.TRANSPARENT: N_("fully transparent"),
    Suspicion.NAN: N_("values that are no numbers (NaN)"),
    Suspicion.INF: N_("infinite values"),
    Suspicion.MISSING_BUCKETS: N_("missing tiles"),
    Suspicion.SAME_AS_NEIGHBOUR: N_("the same picture as the frame before"),
    Suspicion.BRIGHTNESS: N_("brightness unlike the frames around it"),
    Suspicion.FILE_SIZE: N_("file size unlike the frames around it"),
    Suspicion.WATERMARK: N_("a watermark, for want of a licence"),
}


def in_words(suspicions: Iterable[Suspicion]) -> str:
    """“all black, file size unlike the frames around it”."""
    return ", ".join(_(WORDS[each]) for each in suspicions)


class OnSuspicion(StrEnum):
    """What becomes of a suspicious frame."""

    NOTE = "note"
    """It is completed, and marked."""
    RETRY = "retry"
    """It is rendered again, as often as the task may retry; if it stays so, it is marked."""
    FAIL = "fail"
    """It fails, until somebody says that it is as intended."""


CHOICES = {
    OnSuspicion.NOTE: N_("Mark them"),
    OnSuspicion.RETRY: N_("Render them again, then mark them"),
    OnSuspicion.FAIL: N_("Let them fail"),
}


@dataclass(frozen=True, slots=True)
class Measure:
    """What a frame's main picture is compared with those around it by.

    `brightness` is the mean luma as displayed, 0–1; `size` is the file's, in bytes; `digest` tells
    pictures of the same pixels, whatever else is in their files.
    """

    brightness: float
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class ExpectedFile:
    """A file that every frame has. `pattern` is its path in the output folder, with `#` where the
    digits of the frame number are; `size` is width and height in pixels. One that no log named is
    not sure before a second frame has it as well: somebody may have put it there."""

    pattern: str
    size: tuple[int, int]
    layers: tuple[str, ...] = ()
    is_sure: bool = True


Expectation = tuple[ExpectedFile, ...]
"""What the first good frame of a task had, the main file first; empty until there was one."""
