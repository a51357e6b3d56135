"""Cuts a region out of a picture and makes it small by whole factors, strip by strip."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from render_manager.images.pixel_notes import LARGEST_HALF

Pixels = npt.NDArray[np.float32]


class BlockMean:
    """Gathers `width` × `height` pixels at `left`, `top`: each of the result is the mean of
    `reduction` × `reduction`, fewer at the right and lower edge. What is not given is 0.

    With a reduction of 1 values stay as they are, NaN too; else NaN counts as 0.
    """

    def __init__(self, region: tuple[int, int, int, int], reduction: int, channels: int) -> None:
        self._left, self._top, self._width, self._height = region
        self._reduction = reduction
        size = -(-self._height // reduction), -(-self._width // reduction), channels
        self._sums = np.zeros(size, np.float32)

    def add(self, left: int, top: int, rows: Pixels) -> None:
        """Take rows (height × width × channels) that lie at `left`, `top` in the picture."""
        left, top = left - self._left, top - self._top
        rows = rows[max(0, -top) : max(0, self._height - top)]
        rows = rows[:, max(0, -left) : max(0, self._width - left)]
        if not rows.size:
            return
        left, top = max(0, left), max(0, top)
        if self._reduction == 1:
            self._sums[top : top + len(rows), left : left + rows.shape[1]] = rows
        else:
            self._add_blocks(left, top, _finite(rows))

    def result(self) -> Pixels:
        if self._reduction > 1:
            self._sums /= _counts(self._height, self._reduction)[:, None, None]
            self._sums /= _counts(self._width, self._reduction)[None, :, None]
        return self._sums

    def _add_blocks(self, left: int, top: int, rows: Pixels) -> None:
        """Rows first: that goes along memory, and leaves little for the columns."""
        lines, line_starts = _blocks(top, len(rows), self._reduction)
        columns, column_starts = _blocks(left, rows.shape[1], self._reduction)
        thin = _added(rows, line_starts, self._reduction)
        turned = _added(thin.swapaxes(0, 1), column_starts, self._reduction)
        self._sums[lines, columns] += turned.swapaxes(0, 1)


def _added(values: Pixels, starts: npt.NDArray[np.intp], reduction: int) -> Pixels:
    """Sums over blocks of the first axis. Whole blocks by halving: reduceat takes 5 times as long."""
    if len(values) != reduction * len(starts) or reduction & (reduction - 1):
        return np.add.reduceat(values, starts, axis=0)
    while reduction > 1:
        values = values[0::2] + values[1::2]
        reduction //= 2
    return values


def _blocks(start: int, count: int, reduction: int) -> tuple[slice, npt.NDArray[np.intp]]:
    """The blocks that `count` values from `start` on lie in, and where each begins among them."""
    first, end = start // reduction, -(-(start + count) // reduction)
    starts = np.arange(first, end) * reduction - start
    return slice(first, end), np.maximum(starts, 0)


def _counts(length: int, reduction: int) -> Pixels:
    """How many values each block has."""
    starts = np.arange(0, length, reduction)
    return np.minimum(reduction, length - starts).astype(np.float32)


def _finite(rows: Pixels) -> Pixels:
    with np.errstate(all="ignore"):
        is_finite = np.isfinite(np.dot(rows.reshape(-1), rows.reshape(-1)))
    if is_finite:
        return rows
    return np.nan_to_num(rows, nan=0.0, posinf=LARGEST_HALF, neginf=-LARGEST_HALF)
