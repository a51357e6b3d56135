"""The frame grid: cells with pictures that can be walked through, enlarged and asked about."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from render_manager.base.i18n import _
from render_manager.domain.states import FrameState
from render_manager.gui import theme as look
from render_manager.gui.frame_grid.cell_painter import CellPainter, Marks
from render_manager.gui.frame_grid.cell_view import CellView, Flags
from render_manager.gui.frame_grid.landing import Landing
from render_manager.gui.frame_grid.model import FrameGridModel
from render_manager.gui.frame_grid.shown import ShownRows
from render_manager.gui.frame_grid.thumbnails import Thumbnails
from render_manager.gui.hint import paint_hint
from render_manager.gui.selection import selected_rows
from render_manager.gui.theme import Theme

NOTCH = 120
"""The angle of one click of a wheel."""

NUMBER = re.compile(r"-?[0-9]{0,10}")
"""What is typed of a frame number."""

TYPING_MS = 1500
"""A digit that comes later begins a new number."""


class FrameGridView(CellView):
    """Shows a FrameGridModel. `menu_wanted` tells the place on the screen."""

    menu_wanted = Signal(QPoint)
    current_changed = Signal(int)
    """The row that is looked at now."""
    enlarge_wanted = Signal(int)
    """The row that is to be seen large."""
    typed = Signal(str)
    """The frame number that is being typed; empty when it is done."""

    def __init__(
        self,
        model: FrameGridModel,
        thumbnails: Thumbnails,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(model, parent)
        self._hint = ""
        self._frames = model
        self._thumbnails = thumbnails
        self._theme = theme
        self._followed: int | None = None
        self._follows = True
        self._only_troubled = False
        self._wheel = 0
        self._typed = ""
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(lambda: self._type(""))
        self._cells = CellPainter(theme)
        self.landing = Landing(self, self._repaint_row)
        self.setFont(look.font(points=-0.5))
        self._connect()
        # Only what covers all that is behind it can be moved when it scrolls, instead of painted.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._begin()
        self.retranslate()

    def _connect(self) -> None:
        model, thumbnails = self._frames, self._thumbnails
        self.verticalScrollBar().actionTriggered.connect(lambda _action: self._stay())
        self.clicked.connect(lambda _index: self._stay())
        self.selectionModel().currentChanged.connect(self._tell_current)
        self.sight_changed.connect(lambda: self.landing.forget(keep=self._rows_in_sight()))
        self._theme.changed.connect(self.viewport().update)
        model.modelReset.connect(self._begin)
        model.rows_changed.connect(self._show_changed)
        model.landed.connect(self._land)
        model.thumbnail_changed.connect(thumbnails.forget)
        model.modelReset.connect(thumbnails.forget_unreadable)
        thumbnails.arrived.connect(self._repaint_pictures)

    @property
    def hint(self) -> str:
        """What is said while there is no cell."""
        return _("No frame has failed or is suspicious.") if self._frames.rowCount() else self._hint

    @hint.setter
    def hint(self, sentence: str) -> None:
        if sentence != self._hint:
            self._hint = sentence
            self.viewport().update()

    def follow(self, row: int | None) -> None:
        """Keep this row in sight, unless the user has gone to look at something else."""
        self._followed = row
        self._go_along()

    def go_to(self, row: int) -> None:
        """Make this row the current and only selected one, and bring it into sight."""
        self._stay()
        self.setCurrentIndex(self.model().index(row, 0))

    def look_at(self, row: int) -> None:
        self._stay()
        super().look_at(row)

    def selected_rows(self) -> list[int]:
        """The selected frames' rows, ascending."""
        return selected_rows(self.selectionModel())

    def show_troubled_only(self, on: bool) -> None:
        """Leave out all frames but those that failed or are suspicious."""
        self._only_troubled = on
        row = self.currentIndex().row()
        self.show_rows(self._matching())
        self.scrollTo(self.currentIndex()) if row >= 0 else self.verticalScrollBar().setValue(0)

    def retranslate(self) -> None:
        self.setAccessibleName(_("Frames"))

    # --- what is shown ------------------------------------------------------------------------

    def _begin(self) -> None:
        self._followed, self._follows = None, True
        self.aspect = self._frames.aspect
        self.landing.forget()
        self.show_rows(self._matching())
        self.verticalScrollBar().setValue(0)

    def _matching(self) -> ShownRows:
        every = range(self._frames.rowCount())
        return ShownRows(self._frames.troubled_rows() if self._only_troubled else every)

    def _show_changed(self, rows: Sequence[int]) -> None:
        if self._only_troubled and (matching := self._matching()) != self.shown:
            self.show_rows(matching)
        self.repaint_rows(rows)

    def _go_along(self) -> None:
        if self._followed is not None and self._follows:
            self.scrollTo(self.model().index(self._followed, 0))

    def _rearrange(self, about: QPoint, change: Callable[[], None]) -> None:
        super()._rearrange(about, change)
        self._go_along()

    def _tell_current(self, index: QModelIndex) -> None:
        self.viewport().update()
        if index.isValid():
            self.current_changed.emit(index.row())

    def _stay(self) -> None:
        self._follows = False

    # --- gestures -----------------------------------------------------------------------------

    def keyboardSearch(self, search: str) -> None:
        """A frame number that is typed is gone to, digit by digit."""
        typed = self._typed + search
        if NUMBER.fullmatch(typed):
            self._type(typed)

    def _type(self, typed: str) -> None:
        self._typed = typed
        self.typed.emit(typed)
        row = self._frames.row_near(int(typed)) if typed.strip("-") else None
        if row is not None:
            self.go_to(row)
        if typed:
            self._typing.start()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
            return
        self._wheel += event.angleDelta().y()
        notches = int(self._wheel / NOTCH)
        self._wheel -= notches * NOTCH
        self._stay()
        self.resize_cells(self.size_of_cells + notches, event.position().toPoint())
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and event.button() is Qt.MouseButton.LeftButton:
            self.enlarge_wanted.emit(index.row())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            rect = self.visualRect(self.currentIndex())
            self.menu_wanted.emit(self.viewport().mapToGlobal(rect.center()))
            return
        index = self.indexAt(event.pos())
        if index.isValid() and not self.selectionModel().isSelected(index):
            self.selectionModel().setCurrentIndex(index, Flags.ClearAndSelect)
        self.menu_wanted.emit(event.globalPos())

    # --- painting -----------------------------------------------------------------------------

    def _rows_in_sight(self) -> range:
        first, last = self.places_in_sight()
        if last < first:
            return range(0)
        return range(self.shown.row(first), self.shown.row(last) + 1)

    def _land(self, rows: list[int]) -> None:
        in_sight = self._rows_in_sight()
        if self.isVisible() and not self.geometry_of_cells.is_square:
            self.landing.expect(row for row in rows if row in in_sight)

    def _repaint_pictures(self, paths: set[str]) -> None:
        first, last = self.places_in_sight()
        for row in self.shown.rows(first, last):
            if self._frames.thumbnail(row) in paths:
                self._repaint_row(row)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), QColor(self._theme.colors.base))
        if not len(self.shown):
            painter.end()
            paint_hint(self, self.hint, self._theme)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setFont(self.font())
        first, last = self.places_in(event.rect())
        self._cells.begin(painter)
        if self.geometry_of_cells.is_square:
            self._paint_squares(painter, first, last)
        else:
            for place in range(first, last + 1):
                self._paint_cell(painter, place)
        self._paint_marks(painter, first, last)
        painter.end()

    def _paint_squares(self, painter: QPainter, first: int, last: int) -> None:
        """There may be thousands in sight, so those that show their state alone cost 2 µs."""
        cells, states, rows = self.geometry_of_cells, self._frames.states, self.shown
        size, offset = cells.picture, self.verticalOffset()
        squares = [self._cells.square(state, size) for state in FrameState]
        for place in range(first, last + 1):
            row = rows.row(place)
            state, (x, y) = states[row], cells.corner(place)
            painter.drawPixmap(x, y - offset, squares[state])
            if state == FrameState.RENDERING or self._frames.is_suspicious(row):
                self._cells.paint_details(painter, self._rect(place), self._frames.cell(row))

    def _paint_cell(self, painter: QPainter, place: int) -> None:
        row = self.shown.row(place)
        cell = self._frames.cell(row)
        path = cell.thumbnail_path
        picture = self._thumbnails.picture(path) if path else None
        opacity = 1.0 if picture is None else self.landing.opacity(row)
        caption = self.geometry_of_cells.caption
        self._cells.paint(painter, self._rect(place), caption, cell, picture, opacity)

    def _paint_marks(self, painter: QPainter, first: int, last: int) -> None:
        rows, gap = self.shown.rows(first, last), self.geometry_of_cells.gap
        selected = self._selected_of(rows)
        current = self.currentIndex().row() if self.hasFocus() else -1
        for row in selected | ({current} & {*rows}):
            marks = Marks(row in selected, row == current)
            rect = self._rect(self.shown.nearest(row))
            self._cells.paint_marks(painter, rect, gap, marks)
