"""A line of text in the middle of a view that has nothing to show."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QAbstractScrollArea

from render_manager.gui.theme import GAP, Theme


def paint_hint(view: QAbstractScrollArea, written: str, theme: Theme) -> None:
    """To be called from the view's `paintEvent`."""
    painter = QPainter(view.viewport())
    painter.setPen(QColor(theme.colors.dim))
    rect = view.viewport().rect().adjusted(2 * GAP, 2 * GAP, -2 * GAP, -2 * GAP)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, written)
    painter.end()
