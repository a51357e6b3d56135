"""A picture, or a part of one, ready to be painted."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from render_manager.images.viewing import Grade, View


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """`image` lies at `left`, `top` in the picture; its pixels are `step` picture pixels wide.

    `is_rough` says that something better is on its way.
    """

    image: QImage
    left: float = 0.0
    top: float = 0.0
    step: float = 1.0
    is_rough: bool = False

    def part(self, seen: QRectF) -> tuple[QRectF, QRectF]:
        """What of the image is in sight, in whole pixels of its own, and where that lies."""
        own = QRectF(
            (seen.left() - self.left) / self.step,
            (seen.top() - self.top) / self.step,
            seen.width() / self.step,
            seen.height() / self.step,
        )
        source = QRectF(own.toAlignedRect() & self.image.rect())
        place = QRectF(
            self.left + source.left() * self.step,
            self.top + source.top() * self.step,
            source.width() * self.step,
            source.height() * self.step,
        )
        return source, place


def spread(image: QImage, size: tuple[int, int], *, is_rough: bool) -> Plane:
    """An image of a whole picture of this size."""
    return Plane(image, step=size[0] / max(1, image.width()), is_rough=is_rough)


def plane_of(view: View, grade: Grade) -> Plane:
    """A view with exposure and view transform. For worker threads: numpy is slow to come."""
    left, top, _width, _height = view.region
    return Plane(image_of(view, grade), left, top, view.reduction)


def image_of(view: View, grade: Grade) -> QImage:
    """The same as an image. For worker threads."""
    from render_manager.images.grading import graded

    shown = graded(view, grade)
    is_grey = shown.ndim == 2
    kind = QImage.Format.Format_Grayscale8 if is_grey else QImage.Format.Format_RGB32
    height, width = shown.shape[:2]
    # The copy owns its bytes; the first image only borrows those of the array.
    return QImage(shown.data, width, height, width * (1 if is_grey else 4), kind).copy()
