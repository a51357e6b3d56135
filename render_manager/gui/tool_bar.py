"""The tool bar: the deeds that are wanted most, and the filter."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QSizePolicy, QToolBar, QWidget

from render_manager.base.i18n import _
from render_manager.gui import icons
from render_manager.gui.search_line import SearchLine
from render_manager.gui.theme import GAP, Theme


class ToolBar(QToolBar):
    """`first` stands apart, then come the others; the filter is at the other end."""

    def __init__(self, first: QAction, others: Sequence[QAction], theme: Theme) -> None:
        super().__init__()
        self.filter = SearchLine(theme)
        self.filter.setAcceptDrops(False)
        self.filter.setFixedWidth(28 * GAP)
        self.setMovable(False)
        self.setIconSize(QSize(icons.SIZE, icons.SIZE))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.addAction(first)
        self.addSeparator()
        self.addActions(others)
        self.addWidget(_space(None))
        self.addWidget(self.filter)
        self.addWidget(_space(GAP // 2))
        self.retranslate()

    def retranslate(self) -> None:
        self.filter.call(_("Filter tasks"))


def _space(width: int | None) -> QWidget:
    """So wide, or as wide as there is room."""
    space = QWidget()
    if width is None:
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    else:
        space.setFixedWidth(width)
    return space
