"""The icons of `resources/icons`: small line drawings, tinted and sharp at every scale."""

from __future__ import annotations

from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from render_manager.base.paths import resource

SIZE = 16
"""The grid that the icons are drawn on, in logical pixels."""


@lru_cache(maxsize=512)
def pixmap(name: str, color: str, size: int = SIZE, ratio: float = 1.0) -> QPixmap:
    """The icon in `color` (#rrggbb), `size` logical pixels wide, for a screen of that ratio."""
    drawn = QPixmap(round(size * ratio), round(size * ratio))
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    renderer = QSvgRenderer(QByteArray(_source(name).replace("currentColor", color).encode()))
    renderer.render(painter, QRectF(drawn.rect()))
    painter.end()
    drawn.setDevicePixelRatio(ratio)
    return drawn


def icon(name: str, color: str, disabled: str) -> QIcon:
    """The same as a QIcon for menus and buttons, in `disabled` where it cannot be used."""
    made = QIcon()
    for ratio in (1.0, 2.0, 3.0):
        made.addPixmap(pixmap(name, color, SIZE, ratio), QIcon.Mode.Normal)
        made.addPixmap(pixmap(name, disabled, SIZE, ratio), QIcon.Mode.Disabled)
    return made


RENDERERS = ("blender", "maya", "ue")
"""Those with a drawing of their own."""


def renderer_icon_name(name: str) -> str:
    """The icon of the renderer called `name`."""
    return f"renderer-{name if name in RENDERERS else 'custom'}"


def app_icon() -> QIcon:
    """The program's own icon."""
    made = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256):
        made.addPixmap(pixmap("app", "#000000", size))
    return made


@cache
def _source(name: str) -> str:
    return resource("icons", f"{name}.svg").read_text("utf-8")
