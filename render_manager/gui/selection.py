"""Selections as rows, without an index object for each of ten thousand rows."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QItemSelection, QItemSelectionModel


def selected_rows(selection: QItemSelectionModel) -> list[int]:
    """The selected rows, ascending."""
    rows: set[int] = set()
    for part in selection.selection().toList():
        rows.update(range(part.top(), part.bottom() + 1))
    return sorted(rows)


def selection_of(selection: QItemSelectionModel, rows: list[int]) -> QItemSelection:
    """These rows with all their columns, neighbours as one part."""
    chosen, model = QItemSelection(), selection.model()
    last = model.columnCount() - 1
    for first_row, last_row in spans(rows):
        chosen.select(model.index(first_row, 0), model.index(last_row, last))
    return chosen


def spans(rows: Iterable[int]) -> list[tuple[int, int]]:
    """The first and the last of those that follow each other, ascending."""
    found: list[tuple[int, int]] = []
    for row in sorted(rows):
        if found and row == found[-1][1] + 1:
            found[-1] = (found[-1][0], row)
        else:
            found.append((row, row))
    return found
