"""Pictures for a person to look at: what is asked for, and what comes back.

Light to import; numpy comes with the first picture, OpenImageIO stays in the worker process.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from render_manager.images.parcel import Parcel, Pixels

Region = tuple[int, int, int, int]
"""Left, top, width and height in pixels of the picture."""

MOST_PIXELS = 9_500_000
"""The most pixels that come back at once, a little more than 4096 × 2304: 76 MB of halves.

A worker needs a quarter of a gigabyte at most for it, whatever the size of the picture.
"""


SHADES = (0.24, 0.32)
"""The two greys of the checker behind transparent pictures, as the screen shows them."""

CHECKER_SQUARES = 32
"""Its squares along the longest side, as thumbnails have them."""


@dataclass(frozen=True, slots=True)
class ViewRequest:
    """One layer of a picture; None is the one to look at first.

    `reduction` pixels each way become one, by their mean. Only `region` is read if there is one.
    """

    path: str
    layer: str | None = None
    reduction: int = 1
    region: Region | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        return (self.path,)

    def failed(self, reason: str) -> View:
        return View(reason=reason)


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A picture, or the reason why there is none.

    `size` is that of the whole picture; `region` is what `pixels` cover, where `reduction` may be
    larger than was asked for. Pixels are height × width × (blue, green, red, alpha) in halves,
    premultiplied, so that a table of 65,536 bytes makes a picture for the screen of them; or
    height × width × 1 in floats, if the layer has one channel. `channels` names red, green, blue
    and, if there is one, alpha as the layer does; `layers` are all that can be asked for.

    Values are scene-linear Rec. 709 if `is_linear`, else ready for display. `span` are the values
    to show as black and white, for what is no colour (depth).
    """

    size: tuple[int, int] = (0, 0)
    region: Region = (0, 0, 0, 0)
    reduction: int = 1
    layers: tuple[str, ...] = ()
    layer: str = ""
    channels: tuple[str, ...] = ()
    pixels: Pixels | Parcel | None = None
    is_linear: bool = False
    is_opaque: bool = True
    span: tuple[float, float] | None = None
    reason: str | None = None

    @property
    def array(self) -> Pixels:
        """The pixels, which are there and in our own memory."""
        return cast("Pixels", self.pixels)


@dataclass(frozen=True, slots=True)
class Grade:
    """How a view is shown: `channel` alone in grey (None is colour), `exposure` in stops."""

    channel: str | None = None
    exposure: float = 0.0


def reduction_for(size: tuple[int, int], longest: float) -> int:
    """The largest power of two that leaves the longest side at least `longest` pixels."""
    reduction = 1
    while max(size) >= 2 * reduction * max(1.0, longest):
        reduction *= 2
    return reduction
