"""Decodes a picture once, in strips: every pixel is read, noted and made small in passing.

Through OpenImageIO, which reads all formats that renderers write; of a file of many layers only the
channels of the beauty are read. A worker needs a few MB beside the reduced picture, whatever the
size of the frame.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import OpenImageIO as oiio  # noqa: N813  as its manual has it
from PIL import Image

from render_manager.images import faults
from render_manager.images.box_filter import BoxFilter
from render_manager.images.layers import Layer, beauty, layer_names, layers_of
from render_manager.images.missing_buckets import MissingBuckets
from render_manager.images.pixel_digest import PixelDigest
from render_manager.images.pixel_notes import PixelNotes
from render_manager.images.view import colour_space, to_image

Pixels = npt.NDArray[np.float32]

MOST_BYTES = 4 << 30
"""The largest picture that is decoded, in bytes of its own number format."""

_STRIP_ROWS = 32
"""A chunk of the common EXR compressions; strips this thin stay in the processor's cache."""

_MOST_PARTS = 4096
_LONGEST_SIDE = 1 << 20

_HALF_VALUES = np.arange(1 << 16, dtype=np.uint16).view(np.float16).astype(np.float32)
"""Every half as a float. Looking 33 million up takes 24 ms, OpenImageIO converts in 65 ms."""

_IN_BLOCKS = frozenset({"dds", "heif", "jpeg", "jpeg2000", "jpegxl", "webp"})

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How to turn a picture upright, by its EXIF or TIFF orientation."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A picture that was decoded to its last pixel.

    `width` and `height` are its display window. `small` is the beauty as RGB, no larger than was
    asked for; `brightness` is the mean luma of that, 0–1. `digest` tells pictures of the same values.
    """

    width: int
    height: int
    layers: tuple[str, ...]
    notes: tuple[str, ...]
    small: Image.Image
    lacks_buckets: bool
    digest: str

    @property
    def brightness(self) -> float:
        return float(np.asarray(self.small.convert("L")).mean()) / 255


def use_one_thread() -> None:
    """Keep OpenImageIO to the calling thread, in a process that is one of several workers."""
    oiio.attribute("threads", 1)
    oiio.attribute("exr_threads", 1)


def decode(path: Path, side: int) -> Decoded:
    """Decode a picture, giving it back with its longest side at most `side` pixels.

    Raises BadFrame if any pixel of the beauty cannot be decoded, or the picture is too large.
    """
    with opened(path) as source:
        layers = layers_of(parts(source))
        layer = beauty(layers)
        colours = len(layer.colours)
        source.seek_subimage(layer.part, 0)
        spec = source.spec()
        notes, box = PixelNotes(colours), BoxFilter(spec.full_width, spec.full_height, side)
        buckets, digest = MissingBuckets(spec.width, spec.height), PixelDigest()
        in_blocks = _is_in_blocks(source, spec)
        for top, rows in strips(path, source, layer):
            rows = notes.add(rows)
            digest.add(rows)
            if not in_blocks:
                buckets.add(top - spec.y, rows)
            if spec.get_int_attribute("oiio:UnassociatedAlpha"):
                premultiply(rows, colours)
            box.add(spec.x - spec.full_x, top - spec.full_y, rows)
        space = colour_space(source.format_name(), spec)
    return Decoded(
        width=spec.full_width,
        height=spec.full_height,
        layers=layer_names(layers),
        notes=notes.notes,
        small=_upright(to_image(box.result(), colours, space), spec),
        lacks_buckets=buckets.are_there,
        digest=digest.text,
    )


def _is_in_blocks(source: Any, spec: Any) -> bool:
    """Whether the file's compression changes values by blocks of 4 to 16 pixels, which look like
    buckets wherever a flat area ends."""
    compression = str(spec.get_string_attribute("compression"))
    return source.format_name() in _IN_BLOCKS or compression.startswith(("dwa", "b44", "jpeg"))


def _words(geterror: Callable[[], str]) -> str:
    """What OpenImageIO says; it may quote bytes of the file that are no text."""
    try:
        return geterror()
    except UnicodeDecodeError:
        return ""


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """The file as OpenImageIO's ImageInput, which leaves alpha as it is in the file."""
    hints = oiio.ImageSpec()
    hints.attribute("oiio:UnassociatedAlpha", 1)
    source = oiio.ImageInput.open(str(path), hints)
    if source is None:
        why = _words(oiio.geterror)
        if "limits:" in why or "resolution may not exceed" in why:
            raise faults.too_large(path.name)
        raise faults.undecodable(path.name, why)
    try:
        yield source
    finally:
        source.close()


def parts(source: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The name and channels of each part; further pages and frames without a name are none."""
    for part in range(_MOST_PARTS):
        if not source.seek_subimage(part, 0):
            break
        spec = source.spec()
        name = spec.get_string_attribute("oiio:subimagename")
        if part and not name:
            break
        yield name, spec.channelnames


def strips(
    path: Path, source: Any, layer: Layer, wanted: range | None = None
) -> Iterator[tuple[int, Pixels]]:
    """The rows of a layer from top to bottom: where each strip begins, and its values.

    A strip is height × width × channels: the colours, then alpha if there is one. It is valid, and
    may be changed, until the next one is asked for. Rows outside `wanted` may be left out.
    """
    spec = source.spec()
    channels = layer.colours + (() if layer.alpha is None else (layer.alpha,))
    first, end = min(channels), max(channels) + 1
    chosen = [channel - first for channel in channels]
    _check_size(path, spec, end - first)
    floats = np.empty((_STRIP_ROWS, spec.width, len(chosen)), np.float32)
    for top, block in _blocks(path, source, first, end, wanted):
        rows = block if chosen == list(range(end - first)) else block[..., chosen]
        for start in range(0, len(rows), _STRIP_ROWS):
            yield top + start, _as_float(rows[start : start + _STRIP_ROWS], floats)


def _check_size(path: Path, spec: Any, channels: int) -> None:
    """Refuse what only a damaged header asks for, before memory is taken for it."""
    windows = (spec.width, spec.height), (spec.full_width, spec.full_height)
    if min(spec.width, spec.height) < 1:
        raise faults.without_picture(path.name)
    strip = spec.width * (spec.tile_height or _STRIP_ROWS) * channels * 4
    for width, height in windows:
        size = width * height * channels * spec.format.basesize()
        if max(size, strip) > MOST_BYTES or max(width, height) > _LONGEST_SIDE:
            raise faults.too_large(path.name)


def _blocks(
    path: Path, source: Any, first: int, end: int, wanted: range | None
) -> Iterator[tuple[int, Any]]:
    """Blocks of rows as OpenImageIO gives them: a few lines, or a row of tiles."""
    spec = source.spec()
    if spec.deep:
        yield spec.y, _flattened(path, source.current_subimage())[..., first:end]
        return
    bottom = spec.y + spec.height
    kind = oiio.HALF if spec.format == oiio.HALF else oiio.FLOAT
    step = spec.tile_height or _STRIP_ROWS
    for top in range(spec.y, bottom, step):
        if wanted is not None and not range(max(top, wanted.start), min(top + step, wanted.stop)):
            continue
        if spec.tile_height:
            below, right = min(top + spec.tile_height, bottom), spec.x + spec.width
            block = source.read_tiles(spec.x, right, top, below, 0, 1, first, end, kind)
        else:
            below = min(top + _STRIP_ROWS, bottom)
            block = source.read_scanlines(top, below, 0, first, end, kind)
        if block is None:
            raise faults.undecodable(path.name, _words(source.geterror))
        yield top, block


def _flattened(path: Path, part: int) -> Any:
    """A deep picture with the samples of each pixel put over each other."""
    deep = oiio.ImageBuf(str(path), part, 0)
    if not deep.read(part, 0, force=True) or deep.has_error:
        raise faults.undecodable(path.name, _words(deep.geterror))
    return oiio.ImageBufAlgo.flatten(deep).get_pixels(oiio.FLOAT)


def _as_float(rows: npt.NDArray[Any], floats: Pixels) -> Pixels:
    """The same values as floats, in `floats` if they were halves: fresh memory costs 15 ms in 4K."""
    if rows.dtype != np.float16:
        return rows
    return np.take(_HALF_VALUES, rows.view(np.uint16), out=floats[: len(rows)], mode="clip")


def premultiply(rows: Pixels, colours: int) -> None:
    """So that what cannot be seen does not bleed into the mean of its neighbours."""
    if rows.shape[2] == colours or rows[..., colours].min() >= 1:
        return
    for colour in range(colours):
        rows[..., colour] *= rows[..., colours]


def _upright(image: Image.Image, spec: Any) -> Image.Image:
    turn = _TURNS.get(spec.get_int_attribute("Orientation", 1))
    return image if turn is None else image.transpose(turn)
