"""The canvas: paints a picture on a mat, and lets a hand zoom and move it.

Everything is reckoned in device pixels and put on whole ones, so that 1:1 is crisp at every
scaling of the screen.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from render_manager.gui.inspector.plane import Plane
from render_manager.gui.inspector.sight import Sight
from render_manager.gui.theme import GAP, Theme

ZOOM_STEP = 1.25
"""How much larger a notch of the wheel or a key makes the picture."""

SMALLEST = (24 * GAP, 12 * GAP)

_NOTCH = 120
"""Qt's eighths of a degree for a notch of a common wheel."""

_PANNING = (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton)

_BY_KEYBOARD = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)


class PictureView(QWidget):
    """Shows planes over each other, or a sentence."""

    sight_changed = Signal()
    """Another part or size of the picture is looked at."""
    pointed = Signal(object)
    """The pixel under the pointer as (x, y), or None."""
    enlarge_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._planes: Sequence[Plane] = ()
        self._size = (0, 0)
        self._sentence = ""
        self._sight = Sight()
        self._grip: QPointF | None = None
        self._is_reached_by_keyboard = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(*SMALLEST)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        theme.changed.connect(self.update)

    # --- what is shown ------------------------------------------------------------------------

    @property
    def sentence(self) -> str:
        return self._sentence

    @property
    def planes(self) -> Sequence[Plane]:
        return self._planes

    @property
    def picture_size(self) -> tuple[int, int]:
        return self._size

    def show_planes(self, size: tuple[int, int], planes: Sequence[Plane]) -> None:
        """Show a picture of this size, the best plane last."""
        is_other = size != self._size
        self._size, self._planes, self._sentence = size, planes, ""
        self.update()
        if is_other:
            self.sight_changed.emit()

    def say(self, sentence: str) -> None:
        """Show a sentence and no picture."""
        self._planes, self._sentence = (), sentence
        self.setAccessibleDescription(sentence)
        self.update()

    # --- where it is --------------------------------------------------------------------------

    @property
    def sight(self) -> Sight:
        return self._sight

    @property
    def canvas(self) -> tuple[int, int]:
        """The size of this widget in device pixels."""
        ratio = self.devicePixelRatioF()
        return round(self.width() * ratio), round(self.height() * ratio)

    @property
    def scale(self) -> float:
        """Device pixels for a pixel of the picture."""
        return self._sight.scale(self._size, self.canvas)

    @property
    def seen(self) -> tuple[int, int, int, int]:
        """The part of the picture that is in sight."""
        return self._sight.seen(self._size, self.canvas)

    def look(self, sight: Sight) -> None:
        if sight != self._sight:
            self._sight = sight
            self.update()
            self.sight_changed.emit()

    def fit(self) -> None:
        self.look(Sight())

    def show_pixels(self) -> None:
        """1:1, around what is in the middle."""
        width, height = self.canvas
        self._zoom(1 / self.scale, QPointF(width / 2, height / 2))

    def zoom_by(self, factor: float) -> None:
        width, height = self.canvas
        self._zoom(factor, QPointF(width / 2, height / 2))

    def pixel_at(self, at: QPointF) -> tuple[int, int] | None:
        """The pixel of the picture at a place of this widget."""
        if not self._planes:
            return None
        (left, top), scale = self._sight.origin(self._size, self.canvas), self.scale
        there = at * self.devicePixelRatioF()
        x, y = int((there.x() - left) // scale), int((there.y() - top) // scale)
        is_inside = 0 <= x < self._size[0] and 0 <= y < self._size[1]
        return (x, y) if is_inside else None

    def _zoom(self, factor: float, at: QPointF) -> None:
        if self._planes:
            point = at.x(), at.y()
            self.look(self._sight.zoomed(factor, point, self._size, self.canvas))

    # --- the hand -----------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / _NOTCH
        if notches:
            self._zoom(ZOOM_STEP**notches, event.position() * self.devicePixelRatioF())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in _PANNING:
            self._grip = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            way = (event.position() - self._grip) * self.devicePixelRatioF()
            self._grip = event.position()
            self.look(self._sight.moved((way.x(), way.y()), self._size, self.canvas))
        self.pointed.emit(self.pixel_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() in _PANNING:
            self._grip = None
            self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.enlarge_wanted.emit()

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.sight_changed.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._is_reached_by_keyboard = event.reason() in _BY_KEYBOARD
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._is_reached_by_keyboard = False
        self.update()

    # --- painting -----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.colors.mat))
        if self._sentence:
            self._paint_sentence(painter)
        elif self._planes:
            self._paint_planes(painter)
        if self._is_reached_by_keyboard:
            painter.resetTransform()
            painter.setPen(QColor(self._theme.colors.accent))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _paint_sentence(self, painter: QPainter) -> None:
        painter.setPen(QColor(self._theme.colors.text))
        rect = self.rect().adjusted(2 * GAP, GAP, -2 * GAP, -GAP)
        painter.drawText(
            rect, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._sentence
        )

    def _paint_planes(self, painter: QPainter) -> None:
        ratio = self.devicePixelRatioF()
        device = painter.deviceTransform()
        painter.translate(
            (round(device.dx()) - device.dx()) / ratio, (round(device.dy()) - device.dy()) / ratio
        )
        painter.scale(1 / ratio, 1 / ratio)
        (left, top), scale = self._sight.origin(self._size, self.canvas), self.scale
        width, height = self._size
        painter.setClipRect(QRect(left, top, round(width * scale), round(height * scale)))
        seen = QRectF(*self.seen)
        for plane in self._planes:
            source, place = plane.part(seen)
            is_smooth = plane.is_rough or scale * plane.step < 1
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_smooth)
            target = QRectF(
                left + place.left() * scale,
                top + place.top() * scale,
                place.width() * scale,
                place.height() * scale,
            )
            painter.drawImage(target, plane.image, source)
        painter.setClipping(False)
