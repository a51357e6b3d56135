"""What is seen through a transparent picture."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from render_manager.images.viewing import SHADES


def checkered(
    height: int, width: int, square: int, left: int = 0, top: int = 0
) -> npt.NDArray[np.float32]:
    """The part of a checker pattern that begins at `left`, `top`."""
    y, x = (
        (np.arange(top, top + height) // square)[:, None],
        np.arange(left, left + width) // square,
    )
    squares: npt.NDArray[np.float32] = np.array(SHADES, np.float32)[(x + y) % 2]
    return squares
