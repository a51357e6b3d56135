"""What tables of a few columns have in common: whole rows, no grid, small headings."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from render_manager.gui import theme as look

ROW_HEIGHT = 24


def set_up(table: QTableView, name: str, widths: Mapping[int, int]) -> None:
    """`name` is for the style sheet; `widths` are logical pixels by column, the last one stretches."""
    table.setObjectName(name)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setFont(look.font())
    rows = table.verticalHeader()
    rows.hide()
    rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    rows.setMinimumSectionSize(ROW_HEIGHT)
    rows.setDefaultSectionSize(ROW_HEIGHT)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setStretchLastSection(True)
    header.setFont(look.font(points=-0.5))
    for column, width in widths.items():
        header.resizeSection(column, width)
