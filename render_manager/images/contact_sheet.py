"""One picture that shows many frames: to look at a whole shot, or to send it to somebody."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from render_manager.base.errors import UserError
from render_manager.base.i18n import _

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

    Font = FreeTypeFont | ImageFont

_BACKGROUND = (38, 38, 38)
_MISSING = (48, 48, 48)
_OUTLINE = (64, 64, 64)
_TITLE = (224, 224, 224)
_LABEL = (150, 150, 150)
"""Neutral greys: a tint around a picture changes how its colours are seen."""

_CELL_WIDTH = 320
_WIDEST = 8000
_TITLE_SIZE, _LABEL_SIZE = 26, 14

_WIDE_FONTS = ("msyh.ttc", "PingFang.ttc", "Hiragino Sans GB.ttc", "NotoSansCJK-Regular.ttc")
"""Fonts of the platforms that have Chinese, which Pillow's own has not."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where things go, in pixels. Every cell is as wide and as high as the largest picture."""

    columns: int
    rows: int
    cell_width: int
    cell_height: int
    gap: int = 20
    margin: int = 40
    header: int = 60
    caption: int = 24

    @property
    def size(self) -> tuple[int, int]:
        width = self.columns * (self.cell_width + self.gap) - self.gap
        height = self.rows * (self.cell_height + self.caption + self.gap) - self.gap
        return width + 2 * self.margin, height + 2 * self.margin + self.header

    def cell(self, index: int) -> tuple[int, int]:
        """The upper left corner of a cell."""
        row, column = divmod(index, self.columns)
        return (
            self.margin + column * (self.cell_width + self.gap),
            self.margin + self.header + row * (self.cell_height + self.caption + self.gap),
        )


def contact_sheet(
    pictures: Sequence[tuple[str, Path]], out: Path, *, title: str, columns: int | None = None
) -> None:
    """Write a sheet of labelled pictures to `out`, whose suffix says the format (PNG, JPEG, …).

    A picture that cannot be read leaves an empty cell. The more columns there are, the smaller
    their cells, so that the sheet stays under 8,000 pixels wide. Raises UserError if there are no
    pictures, or `out` cannot be written.
    """
    if not pictures:
        raise UserError(_("There is no frame yet to put on a contact sheet."))
    columns = min(len(pictures), columns or math.ceil(math.sqrt(len(pictures))))
    side = min(_CELL_WIDTH, _WIDEST // columns)
    images = [_read(path, side) for _label, path in pictures]
    width = max((image.width for image in images if image), default=side)
    height = max((image.height for image in images if image), default=side * 9 // 16)
    layout = _Layout(columns, math.ceil(len(pictures) / columns), width, height)
    _save(_draw(layout, title, [label for label, _path in pictures], images), out)


def _read(path: Path, side: int) -> Image | None:
    from render_manager.images.decode import decode
    from render_manager.images.faults import BadFrame
    from render_manager.images.structure import check_structure

    try:
        check_structure(path)
        return decode(path, side).small
    except (BadFrame, OSError):
        return None


def _draw(
    layout: _Layout, title: str, labels: Sequence[str], images: Sequence[Image | None]
) -> Image:
    from PIL import Image, ImageDraw

    sheet = Image.new("RGB", layout.size, _BACKGROUND)
    pen = ImageDraw.Draw(sheet)
    font = _font(title, _TITLE_SIZE)
    pen.text((layout.margin, layout.margin), title, _TITLE, font)
    for index, (label, image) in enumerate(zip(labels, images, strict=True)):
        _draw_cell(sheet, pen, layout, index, image)
        x, y = layout.cell(index)
        below = (x, y + layout.cell_height + 6)
        pen.text(below, label, _LABEL, _font(label, _LABEL_SIZE))
    return sheet


def _draw_cell(
    sheet: Image, pen: ImageDraw, layout: _Layout, index: int, image: Image | None
) -> None:
    x, y = layout.cell(index)
    width, height = layout.cell_width, layout.cell_height
    if image is None:
        pen.rectangle((x, y, x + width - 1, y + height - 1), _MISSING, _OUTLINE)
    else:
        sheet.paste(image, (x + (width - image.width) // 2, y + (height - image.height) // 2))


def _font(text: str, size: int) -> Font:
    """Pillow's own font; for text beyond Latin, one of the platform's that has it, if any."""
    from PIL import ImageFont

    if not text.isascii():
        for name in _WIDE_FONTS:
            try:
                return ImageFont.truetype(name, size)
            except OSError:
                continue
    return ImageFont.load_default(size)


def _save(sheet: Image, out: Path) -> None:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        sheet.save(out)
    except ValueError as error:
        raise UserError(
            _("“{file}” is no name for a picture. Let it end in .png or .jpg.").format(
                file=out.name
            )
        ) from error
    except OSError as error:
        raise UserError(
            _("The contact sheet “{file}” cannot be written: {why}.").format(
                file=out, why=error.strerror or error
            )
        ) from error
