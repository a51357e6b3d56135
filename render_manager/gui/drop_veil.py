"""What lies over the window while files are held over it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from render_manager.gui import icons
from render_manager.gui import theme as look
from render_manager.gui.theme import GAP, Theme

GLYPH = 8 * GAP


class DropVeil(QWidget):
    """A frame, a glyph, what a drop would do, and what comes after."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme = theme
        self._window = window
        self._is_refused = False
        self._glyph, self.head, self.after = QLabel(), QLabel(), QLabel()
        self.head.setFont(look.font(points=8, bold=True))
        self.after.setObjectName("dim")
        self.after.setFont(look.font(points=1))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._lay_out()
        self.hide()

    def cover(self, head: str, after: str, *, is_refused: bool) -> None:
        """Come into sight, or say something else."""
        self._is_refused = is_refused
        self.head.setText(head)
        self.after.setText(after)
        self.setAccessibleName(head)
        self.setAccessibleDescription(after)
        glyph = "refused" if is_refused else "drop"
        ratio = self.devicePixelRatioF()
        self._glyph.setPixmap(icons.pixmap(glyph, self._color(), GLYPH, ratio))
        self.fit()
        self.raise_()
        self.show()
        self.update()

    def fit(self) -> None:
        """Be as large as the window."""
        self.setGeometry(self._window.rect())

    def _color(self) -> str:
        colors = self._theme.colors
        return colors.failed if self._is_refused else colors.accent

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6 * GAP, 6 * GAP, 6 * GAP, 6 * GAP)
        layout.setSpacing(0)
        layout.addStretch(4)
        for label, space in ((self._glyph, 3 * GAP), (self.head, 1.5 * GAP), (self.after, 0)):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(label is not self._glyph)
            layout.addWidget(label)
            layout.addSpacing(int(space))
        layout.addStretch(5)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), _faded(self._theme.colors.window, 0.97))
        painter.setBrush(_faded(self._color(), 0.06))
        pen = QPen(QColor(self._color()), 2)
        pen.setDashPattern([4, 3])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        frame = QRectF(self.rect()).adjusted(2 * GAP, 2 * GAP, -2 * GAP, -2 * GAP)
        painter.drawRoundedRect(frame, 2 * GAP, 2 * GAP)
        painter.end()


def _faded(color: str, alpha: float) -> QColor:
    made = QColor(color)
    made.setAlphaF(alpha)
    return made
