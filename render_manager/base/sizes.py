"""How many bytes, as people read it."""

from __future__ import annotations

MEGABYTE = 1 << 20

_SIZES = ((1 << 40, "TB"), (1 << 30, "GB"), (1 << 20, "MB"))
"""Of 1024, as Windows counts, and as memory is sold."""


def bytes_text(size: float) -> str:
    """“218 GB”, “1.4 TB”."""
    unit, sign = next((pair for pair in _SIZES if size >= pair[0]), _SIZES[-1])
    figure = size / unit
    return f"{figure:.1f} {sign}" if figure < 9.95 else f"{figure:,.0f} {sign}"
