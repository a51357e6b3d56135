"""A view of equal cells whose places are arithmetic: nothing is laid out, whatever their number.

Measured offscreen with 10,000 cells: a change of all of them is painted in 2 ms, where QListView
(wrapping, uniform sizes, the same delegate) takes 15.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import (
    QAbstractItemModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QHideEvent, QRegion, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from render_manager.gui.frame_grid.geometry import SIZES, USUAL, Geometry, arrange
from render_manager.gui.frame_grid.shown import ShownRows
from render_manager.gui.selection import spans
from render_manager.gui.theme import GAP

Index = QModelIndex | QPersistentModelIndex

MOST_PARTS = 100
"""With more selected parts, all of the view is painted anew."""

Flags = QItemSelectionModel.SelectionFlag


class CellView(QAbstractItemView):
    """Cells in reading order, one for each row of `shown`. Subclasses paint them."""

    sight_changed = Signal()
    """Other cells can be seen than before, or they are of another size."""
    size_changed = Signal(int)
    """The cells are of this one of SIZES now."""

    def __init__(self, model: QAbstractItemModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown = ShownRows()
        self.aspect = 1.0
        self._size = USUAL
        self.geometry_of_cells: Geometry = arrange(1, SIZES[USUAL], 1.0)
        self.setModel(model)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().valueChanged.connect(self.sight_changed)

    # --- what is shown and how large ----------------------------------------------------------

    @property
    def columns(self) -> int:
        return self.geometry_of_cells.columns

    @property
    def size_of_cells(self) -> int:
        """Which one of SIZES."""
        return self._size

    def resize_cells(self, size: int, about: QPoint | None = None) -> None:
        """Take this one of SIZES. What is `about` that point of the view stays there; without one,
        the current cell if it can be seen, else what is in the middle."""
        size = max(0, min(size, len(SIZES) - 1))
        if size == self._size:
            return

        def take() -> None:
            self._size = size

        self._rearrange(about or self._looked_at(), take)
        self.size_changed.emit(size)

    def show_rows(self, shown: ShownRows) -> None:
        """Show these rows of the model and no others."""
        self.shown = shown
        self.updateGeometries()
        self.viewport().update()
        self.sight_changed.emit()

    def places_in_sight(self) -> tuple[int, int]:
        """The first and the last place that can be seen; the last is -1 if there is none."""
        return self.places_in(self.viewport().rect())

    def places_in(self, part: QRect) -> tuple[int, int]:
        """The same for the lines that reach into a part of the view."""
        top = self._nearest(QPoint(0, part.top() - GAP // 2))
        bottom = self._nearest(QPoint(self.viewport().width(), part.bottom() + GAP // 2))
        return top, min(bottom, len(self.shown) - 1)

    def look_at(self, row: int) -> None:
        """Bring a row, or the next one that is shown, into the middle of the view."""
        if len(self.shown):
            rect = self.geometry_of_cells.rect(self.shown.nearest(row))
            self.verticalScrollBar().setValue(rect.center().y() - self.viewport().height() // 2)

    def _looked_at(self) -> QPoint:
        middle = self.viewport().rect().center()
        current = self.visualRect(self.currentIndex())
        return current.center() if self.viewport().rect().contains(current) else middle

    # --- where cells are ----------------------------------------------------------------------

    def visualRect(self, index: Index) -> QRect:
        place = self.shown.place(index.row()) if index.isValid() else None
        return QRect() if place is None else self._rect(place)

    def indexAt(self, point: QPoint) -> QModelIndex:
        place = self._nearest(point)
        if 0 <= place < len(self.shown) and self._rect(place).contains(point):
            return self.model().index(self.shown.row(place), 0)
        return QModelIndex()

    def _rect(self, place: int) -> QRect:
        return self.geometry_of_cells.rect(place).translated(0, -self.verticalOffset())

    def _nearest(self, point: QPoint) -> int:
        return self.geometry_of_cells.nearest(point + QPoint(0, self.verticalOffset()))

    def updateGeometries(self) -> None:
        cells = arrange(self.viewport().width(), SIZES[self._size], self.aspect)
        self.geometry_of_cells = cells
        room = self.viewport().height()
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, cells.total_height(len(self.shown)) - room))
        bar.setPageStep(max(cells.step, room - cells.step))
        bar.setSingleStep(max(24, cells.step // 2))
        super().updateGeometries()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._rearrange(QPoint(0, GAP), lambda: super(CellView, self).resizeEvent(event))

    def _rearrange(self, about: QPoint, change: Callable[[], None]) -> None:
        """Lay out anew after a change; the cell at this point of the view keeps its place."""
        place, before = self._nearest(about), self.geometry_of_cells
        share = (about.y() - self._rect(place).top()) / before.height
        change()
        self.updateGeometries()
        top = about.y() - round(share * self.geometry_of_cells.height)
        self.verticalScrollBar().setValue(self.geometry_of_cells.rect(place).top() - top)
        self.viewport().update()
        self.sight_changed.emit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.sight_changed.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.sight_changed.emit()

    def horizontalOffset(self) -> int:
        return 0

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Move what is painted and paint the rest; a part of a real pixel cannot be moved."""
        if self.devicePixelRatioF().is_integer():
            self.viewport().scroll(dx, dy)
        else:
            self.viewport().update()

    def dataChanged(self, first: Index, last: Index, roles: Iterable[int] = ()) -> None:
        """Nothing: a few changed cells far apart would have all between them painted anew.
        `repaint_rows` is told which."""

    def repaint_rows(self, rows: Sequence[int]) -> None:
        """Paint these rows anew, as far as they can be seen."""
        first, last = self.places_in_sight()
        if first <= last:
            in_sight = self.shown.rows(first, last)
            for row in common(rows, in_sight[0], in_sight[-1]):
                self._repaint_row(row)

    def _repaint_row(self, row: int) -> None:
        rect = self.visualRect(self.model().index(row, 0))
        if not rect.isNull():
            self.viewport().update(rect)

    def _lines(self, top: int, bottom: int) -> QRect:
        """The lines from that of one place to that of another, with what is round them."""
        lines = self._rect(top) | self._rect(bottom)
        return QRect(0, lines.top() - GAP, self.viewport().width(), lines.height() + 2 * GAP)

    def scrollTo(
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        rect, bar = self.visualRect(index), self.verticalScrollBar()
        if rect.isNull():
            return
        if rect.top() < GAP:
            bar.setValue(bar.value() + rect.top() - GAP)
        elif rect.bottom() > self.viewport().height() - GAP:
            bar.setValue(bar.value() + rect.bottom() - self.viewport().height() + GAP)

    # --- selecting ----------------------------------------------------------------------------

    def isIndexHidden(self, index: Index) -> bool:
        return self.shown.place(index.row()) is None

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        if not len(self.shown):
            return QModelIndex()
        place = 0
        if self.currentIndex().isValid():
            place = self.shown.nearest(self.currentIndex().row()) + self._steps(action)
        return self.model().index(self.shown.row(min(max(0, place), len(self.shown) - 1)), 0)

    def _steps(self, action: QAbstractItemView.CursorAction) -> int:
        actions = QAbstractItemView.CursorAction
        lines = max(1, self.viewport().height() // self.geometry_of_cells.step)
        return {
            actions.MoveLeft: -1,
            actions.MovePrevious: -1,
            actions.MoveRight: 1,
            actions.MoveNext: 1,
            actions.MoveUp: -self.columns,
            actions.MoveDown: self.columns,
            actions.MovePageUp: -lines * self.columns,
            actions.MovePageDown: lines * self.columns,
            actions.MoveHome: -len(self.shown),
            actions.MoveEnd: len(self.shown),
        }[action]

    def selectAll(self) -> None:
        self.selectionModel().select(self._between(0, len(self.shown) - 1), Flags.ClearAndSelect)

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Select in reading order from the corner where the gesture began to where it is."""
        last = len(self.shown) - 1
        ends = sorted(min(self._nearest(at), last) for at in (rect.topLeft(), rect.bottomRight()))
        chosen = QItemSelection()
        if last >= 0 and (rect.width() > 1 or self.indexAt(rect.topLeft()).isValid()):
            chosen = self._between(*ends)
        self.selectionModel().select(chosen, command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        region = QRegion()
        first, last = self.places_in_sight()
        for part in selection.toList()[:MOST_PARTS] if len(self.shown) else ():
            top = max(first, self.shown.nearest(part.top()))
            bottom = min(last, self.shown.nearest(part.bottom()))
            if top <= bottom:
                region += self._lines(top, bottom)
        return region if selection.count() <= MOST_PARTS else QRegion(self.viewport().rect())

    def _between(self, first: int, last: int) -> QItemSelection:
        chosen = QItemSelection()
        if first > last:
            return chosen
        ends = self.shown.row(first), self.shown.row(last)
        is_whole = ends[1] - ends[0] == last - first
        for top, bottom in [ends] if is_whole else spans(self.shown.rows(first, last)):
            chosen.select(self.model().index(top, 0), self.model().index(bottom, 0))
        return chosen

    def _selected_of(self, rows: Sequence[int]) -> set[int]:
        """The selected ones of these rows, which ascend."""
        found: set[int] = set()
        for part in self.selectionModel().selection().toList():
            found.update(rows[bisect_left(rows, part.top()) : bisect_right(rows, part.bottom())])
        return found


def common(rows: Sequence[int], first: int, last: int) -> Sequence[int]:
    """Those from `first` to `last`; the ends of a long range decide without a look at each."""
    if isinstance(rows, range) and rows.step == 1:
        return range(max(rows.start, first), min(rows.stop, last + 1))
    return [row for row in rows if first <= row <= last]
