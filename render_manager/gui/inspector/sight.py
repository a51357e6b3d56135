"""Which part of a picture is looked at, and how large: arithmetic without Qt.

Lengths are device pixels, so that 1:1 is exact at every scaling of the screen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

Size = tuple[int, int]
Point = tuple[float, float]

SMALLEST, LARGEST = 1 / 64, 64.0
"""The least and the most device pixels for a pixel of the picture."""


@dataclass(frozen=True, slots=True)
class Sight:
    """`zoom` is in device pixels for a pixel of the picture, None makes it fit.

    `centre` is what lies in the middle, as shares of the picture's width and height, so that it
    means the same for pictures of another size.
    """

    zoom: float | None = None
    centre: Point = (0.5, 0.5)

    def scale(self, picture: Size, canvas: Size) -> float:
        if self.zoom is not None:
            return self.zoom
        return max(1e-6, min(canvas[0] / max(1, picture[0]), canvas[1] / max(1, picture[1])))

    def origin(self, picture: Size, canvas: Size) -> tuple[int, int]:
        """Where the picture's upper left corner is, on whole device pixels."""
        scale = self.scale(picture, canvas)
        centre = (0.5, 0.5) if self.zoom is None else self.centre
        left = canvas[0] / 2 - centre[0] * picture[0] * scale
        top = canvas[1] / 2 - centre[1] * picture[1] * scale
        return round(left), round(top)

    def zoomed(self, factor: float, at: Point, picture: Size, canvas: Size) -> Sight:
        """Larger by `factor`, with what is at `at` staying there."""
        before = self.scale(picture, canvas)
        after = min(max(before * factor, SMALLEST), LARGEST)
        left, top = self.origin(picture, canvas)
        under = (at[0] - left) / before, (at[1] - top) / before
        middle = (
            under[0] + (canvas[0] / 2 - at[0]) / after,
            under[1] + (canvas[1] / 2 - at[1]) / after,
        )
        return Sight(after, _within(middle, picture))

    def moved(self, by: Point, picture: Size, canvas: Size) -> Sight:
        """The picture moved by so much; some of it stays in sight. What fits does not move."""
        if self.zoom is None:
            return self
        middle = (
            self.centre[0] * picture[0] - by[0] / self.zoom,
            self.centre[1] * picture[1] - by[1] / self.zoom,
        )
        return replace(self, centre=_within(middle, picture))

    def seen(self, picture: Size, canvas: Size) -> tuple[int, int, int, int]:
        """Left, top, width and height of the part of the picture that is in sight."""
        scale, (left, top) = self.scale(picture, canvas), self.origin(picture, canvas)
        x, right = _span(left, canvas[0], scale, picture[0])
        y, bottom = _span(top, canvas[1], scale, picture[1])
        return x, y, right - x, bottom - y


def _within(middle: Point, picture: Size) -> Point:
    x, y = middle[0] / max(1, picture[0]), middle[1] / max(1, picture[1])
    return min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)


def _span(start: int, canvas: int, scale: float, picture: int) -> tuple[int, int]:
    first = min(max(0, int(-start / scale)), picture)
    end = min(max(first, -int((start - canvas) // scale)), picture)
    return first, end
