"""Which layers a picture holds, and which of them is the one to look at.

Channels are named `layer.channel` (`ViewLayer.Combined.R`, `diffuse.G`), or bare (`R`, `Z`); a
multi-part file names its parts as well. Both ways are in use, also together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

_LEAVES = {"red": "r", "green": "g", "blue": "b", "alpha": "a"}
_PLAIN = frozenset("rgbayi")
"""Bare channels that make up a picture; any other bare channel is a layer of its own."""

_BEAUTY = frozenset(
    {"rgba", "rgb", "beauty", "combined", "composite", "finalimage", "ci", "c", "main", "default"}
)
"""What renderers call the picture itself (last part of the name)."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Channels of one part that belong together: their short names and where they are in it."""

    part: int
    name: str
    channels: dict[str, int] = field(default_factory=dict)

    @property
    def colours(self) -> tuple[int, ...]:
        """The three channels to show as colour, or the one to show as grey."""
        if all(name in self.channels for name in "rgb"):
            return tuple(self.channels[name] for name in "rgb")
        data = [index for name, index in self.channels.items() if name != "a"]
        data = data or list(self.channels.values())
        return tuple(data[:3]) if len(data) >= 3 else (data[0],)

    @property
    def alpha(self) -> int | None:
        alpha = self.channels.get("a")
        return None if alpha in self.colours else alpha


def layers_of(parts: Iterable[tuple[str, Sequence[str]]]) -> list[Layer]:
    """The layers of a file, from its parts: each one's name (may be empty) and channel names."""
    found: dict[tuple[int, str], Layer] = {}
    for part, (part_name, channels) in enumerate(parts):
        for index, channel in enumerate(channels):
            name, leaf = _split(part_name, channel)
            layer = found.setdefault((part, name), Layer(part, name))
            layer.channels.setdefault(leaf, index)
    return list(found.values())


def _split(part_name: str, channel: str) -> tuple[str, str]:
    """The layer that a channel belongs to, and its short name in lower case."""
    prefix, _, leaf = channel.rpartition(".")
    short = _LEAVES.get(leaf.lower(), leaf.lower())
    if prefix and part_name and not f"{prefix}.".startswith(f"{part_name}."):
        return f"{part_name}.{prefix}", short
    return prefix or part_name or ("" if short in _PLAIN else leaf), short


def beauty(layers: Sequence[Layer]) -> Layer:
    """The layer to look at: bare colour, else one named as the picture, else the first colour."""
    return min(layers, key=_distance_from_beauty)


def _distance_from_beauty(layer: Layer) -> int:
    word = layer.name.rpartition(".")[2].lower()
    has_colour = all(name in layer.channels for name in "rgb")
    if has_colour:
        return 0 if not word else 1 if word in _BEAUTY else 2
    return 3 if not word or word in _BEAUTY else 4


def layer_names(layers: Sequence[Layer]) -> tuple[str, ...]:
    """The names found, without repetition, in the file's order; a plain picture has none.

    Bytes that are not UTF-8 (OpenImageIO gives them as surrogates) become replacement characters.
    """
    names = (layer.name.encode("utf-8", "surrogateescape") for layer in layers if layer.name)
    return tuple(dict.fromkeys(name.decode("utf-8", "replace") for name in names))
