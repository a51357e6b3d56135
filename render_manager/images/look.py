"""Reads a picture for a person to look at: the layer, the region and the size asked for.

For worker processes. See `viewing` for what goes in and out.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import OpenImageIO as oiio  # noqa: N813  as its manual has it

from render_manager.images import faults
from render_manager.images.block_mean import BlockMean
from render_manager.images.curves import from_film_density
from render_manager.images.decode import opened, parts, premultiply, strips
from render_manager.images.faults import BadFrame
from render_manager.images.layers import Layer, beauty, layer_names, layers_of
from render_manager.images.reading import settled
from render_manager.images.structure import check_structure
from render_manager.images.view import DISPLAY, LINEAR, LOG, colour_space
from render_manager.images.viewing import MOST_PIXELS, Region, View, ViewRequest

Pixels = npt.NDArray[Any]

_STRIP_ROWS = 32

_BACKGROUND = 1e9
"""Depths beyond this are where there is nothing; renderers write 1e10, 1e30 or infinity."""

_TURNS: dict[int, Callable[[Pixels], Pixels]] = {
    2: lambda pixels: pixels[:, ::-1],
    3: lambda pixels: pixels[::-1, ::-1],
    4: lambda pixels: pixels[::-1],
    5: lambda pixels: pixels.transpose(1, 0, 2),
    6: lambda pixels: np.rot90(pixels, -1),
    7: lambda pixels: np.rot90(pixels, 2).transpose(1, 0, 2),
    8: lambda pixels: np.rot90(pixels, 1),
}
"""How to turn pixels upright, by the EXIF or TIFF orientation of the file."""

_log = logging.getLogger(__name__)


def look(request: ViewRequest) -> View:
    """The view that was asked for, or one that says why there is none."""
    path = Path(request.path)
    try:
        return settled(path, lambda _changed: _read(path, request))[1]
    except BadFrame as fault:
        gone = faults.gone(path.name) if not path.exists() else fault
        return request.failed(str(gone))
    except MemoryError:
        return request.failed(str(faults.too_large(path.name)))


def _read(path: Path, request: ViewRequest) -> View:
    try:
        check_structure(path)
    except OSError as error:
        raise faults.unreadable(path.name, error) from error
    with opened(path) as source:
        layers = layers_of(parts(source))
        named = (one for one in layers if _name(one) == request.layer)
        layer = next(named, beauty(layers))
        source.seek_subimage(layer.part, 0)
        spec = source.spec()
        turn = spec.get_int_attribute("Orientation", 1)
        region, reduction = _possible(request, spec, is_turned=turn != 1)
        values = _values(path, source, layer, region, reduction)
        space = colour_space(source.format_name(), spec)
    view = _as_view(values, layer, space)
    size = spec.full_width, spec.full_height
    if turn in _TURNS:
        view = replace(view, pixels=np.ascontiguousarray(_TURNS[turn](view.array)))
        if turn > 4:
            size, region = size[::-1], (0, 0, *size[::-1])
    names = tuple(dict.fromkeys(map(_name, layers)))
    return replace(
        view,
        size=size,
        region=region,
        reduction=reduction,
        layers=names,
        layer=_name(layer),
        span=_span(values, layer, view),
    )


def _name(layer: Layer) -> str:
    """As `layer_names` has it; a plain picture's is empty."""
    return next(iter(layer_names([layer])), "")


def _possible(request: ViewRequest, spec: Any, *, is_turned: bool) -> tuple[Region, int]:
    """The region as far as it is in the picture, and a reduction that keeps it small enough."""
    whole = (0, 0, spec.full_width, spec.full_height)
    left, top, width, height = whole if is_turned else request.region or whole
    left, top = min(max(0, left), whole[2] - 1), min(max(0, top), whole[3] - 1)
    width, height = max(1, min(width, whole[2] - left)), max(1, min(height, whole[3] - top))
    reduction = max(1, request.reduction)
    while -(-width // reduction) * -(-height // reduction) > MOST_PIXELS:
        reduction *= 2
    return (left, top, width, height), reduction


def _values(path: Path, source: Any, layer: Layer, region: Region, reduction: int) -> Pixels:
    """The layer's colours, and alpha if it has that, as floats."""
    spec = source.spec()
    colours = len(layer.colours)
    mean = BlockMean(region, reduction, colours + (layer.alpha is not None))
    first = spec.full_y + region[1]
    is_loose = layer.alpha is not None and spec.get_int_attribute("oiio:UnassociatedAlpha")
    for top, rows in strips(path, source, layer, range(first, first + region[3])):
        if is_loose:
            premultiply(rows, colours)
        mean.add(spec.x - spec.full_x, top - spec.full_y, rows)
    return mean.result()


def _as_view(values: Pixels, layer: Layer, space: str) -> View:
    """The values in the form that a view has them."""
    names = {index: name for name, index in layer.channels.items()}
    colours = tuple(names[index] for index in layer.colours)
    if values.shape[2] == 1:
        return View(channels=colours, pixels=values, is_linear=space != DISPLAY)
    pixels = _packed(values, len(colours), space)
    has_alpha = layer.alpha is not None
    return View(
        channels=(*(colours if len(colours) == 3 else "rgb"), *("a" * has_alpha)),
        pixels=pixels,
        is_linear=space != DISPLAY,
        is_opaque=not has_alpha or bool((pixels[..., 3] >= 1).all()),
    )


def _packed(values: Pixels, colours: int, space: str) -> Pixels:
    """As halves in the order of the screen, in strips that stay in the processor's cache."""
    pixels = np.empty((*values.shape[:2], 4), np.float16)
    for top in range(0, len(values), _STRIP_ROWS):
        rows, packed = values[top : top + _STRIP_ROWS], pixels[top : top + _STRIP_ROWS]
        with np.errstate(over="ignore"):
            colour = rows[..., :3] if colours == 3 else np.repeat(rows[..., :1], 3, axis=2)
            halves = _to_linear(colour, space).astype(np.float16)
            packed[..., 3] = rows[..., -1] if rows.shape[2] > colours else 1
        for place in range(3):
            packed[..., 2 - place] = halves[..., place]
    return pixels


def _to_linear(colour: Pixels, space: str) -> Pixels:
    """Film density and other primaries to linear Rec. 709; what is linear or ready stays."""
    if space in (DISPLAY, LINEAR):
        return colour
    if space == LOG:
        return from_film_density(colour)
    source = oiio.ImageBuf(np.ascontiguousarray(colour, np.float32))
    converted = oiio.ImageBufAlgo.colorconvert(source, space, LINEAR, nthreads=1)
    if converted.has_error:
        _log.debug("OpenColorIO cannot convert %s: %s", space, converted.geterror())
        return colour
    return np.asarray(converted.get_pixels(oiio.FLOAT), np.float32)


def _span(values: Pixels, layer: Layer, view: View) -> tuple[float, float] | None:
    """From where to where most values go, if the layer is no colour and does not fit 0 to 1."""
    if values.shape[2] != 1 or not _is_measure(layer, view.channels[0]):
        return None
    known = values[np.abs(values) < _BACKGROUND]
    if not known.size:
        return None
    low, high = (float(value) for value in np.percentile(known, (1, 99)))
    return None if low >= 0 and high <= 1 else (low, max(high, low + 1e-6))


def _is_measure(layer: Layer, channel: str) -> bool:
    """Depths and the like, in contrast to light and masks."""
    word = layer.name.rpartition(".")[2].lower()
    return channel not in ("y", "i", "r", "g", "b", "a") or "depth" in word or word == "z"
