"""The curves between light, film and the screen, by their standards."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.float32]


def to_srgb(linear: Pixels) -> Pixels:
    """IEC 61966-2-1; what the screen cannot show is cut off."""
    linear = np.clip(linear, 0, 1)
    curve = 1.055 * linear ** (1 / 2.4) - 0.055
    return np.where(linear <= 0.0031308, 12.92 * linear, curve).astype(np.float32)


def from_srgb(shown: Pixels) -> Pixels:
    curve = ((shown + 0.055) / 1.055) ** 2.4
    return np.where(shown <= 0.04045, shown / 12.92, curve).astype(np.float32)


def from_film_density(values: Pixels) -> Pixels:
    """Kodak's Cineon curve: 10-bit code 685 is white, 95 is black, 0.002 density a code."""
    black = 10 ** ((95 - 685) * 0.002 / 0.6)
    light = 10 ** ((values * 1023 - 685) * 0.002 / 0.6)
    return ((light - black) / (1 - black)).astype(np.float32)
