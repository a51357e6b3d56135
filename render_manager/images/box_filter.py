"""Makes a picture small: every pixel of the result is the mean of the area it covers.

A box has no negative lobes, so linear light with lamps of 1,000 in it keeps no dark rings, as it
would from Lanczos. Rows come in blocks, so that the whole picture is never in memory.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.float32]


class BoxFilter:
    """Reduces `width` × `height` so that the longest side is at most `side`; never enlarges."""

    def __init__(self, width: int, height: int, side: int) -> None:
        scale = max(1.0, max(width, height) / side)
        self.size = max(1, round(width / scale)), max(1, round(height / scale))
        self._width, self._height = width, height
        self._rows: Pixels | None = None
        self._left = 0

    def add(self, left: int, top: int, rows: Pixels) -> None:
        """Take rows (height × width × channels) that lie at `left`, `top`; what is outside is cut.

        All blocks must have the same `left` and width.
        """
        rows = rows[max(0, -top) : max(0, self._height - top)]
        rows = rows[:, max(0, -left) : max(0, self._width - left)]
        top, self._left = max(0, top), min(max(0, left), self._width)
        if self._rows is None:
            self._rows = np.zeros((self.size[1], *rows.shape[1:]), np.float32)
        step = self._height / self.size[1]
        for line in range(int(top / step), min(self.size[1], int((top + len(rows)) / step) + 1)):
            first, weights = _weights(line, step, top, len(rows))
            if len(weights):
                block = rows[first - top : first - top + len(weights)]
                share = weights @ block.reshape(len(weights), -1)
                self._rows[line] += share.reshape(self._rows.shape[1:])

    def result(self) -> Pixels:
        """The small picture, height × width × channels; 0 where no rows were given."""
        assert self._rows is not None
        channels = self._rows.shape[2]
        framed = np.zeros((self.size[1], self._width, channels), np.float32)
        framed[:, self._left : self._left + self._rows.shape[1]] = self._rows
        return _reduce_columns(framed, self.size[0])


def _weights(line: int, step: float, start: int, count: int) -> tuple[int, Pixels]:
    """Where the rows of an output line begin among `count` given ones, and each one's share."""
    low, high = line * step, (line + 1) * step
    first = max(int(low), start)
    inputs = np.arange(first, max(first, min(int(np.ceil(high)), start + count)))
    overlap = np.minimum(inputs + 1, high) - np.maximum(inputs, low)
    return first, (np.clip(overlap, 0, 1) / step).astype(np.float32)


def _reduce_columns(picture: Pixels, width: int) -> Pixels:
    """The same for columns: whole ones are added up, then the parts at each edge set right."""
    if picture.shape[1] == width:
        return picture
    step = picture.shape[1] / width
    edges = np.arange(width + 1) * step
    whole = np.minimum(edges.astype(int), picture.shape[1] - 1)
    part = (edges - whole).astype(np.float32)
    part[-1] = 0
    before = picture[:, whole] * part[:, None]
    sums = np.add.reduceat(picture, whole[:-1], axis=1)
    small: Pixels = (sums - before[:, :-1] + before[:, 1:]) / np.float32(step)
    return small
