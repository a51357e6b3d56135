"""The lines of a log: only those in sight are fetched and painted, whatever their number."""

from __future__ import annotations

from bisect import bisect_left

from PySide6.QtCore import QEvent, QPoint, QRectF, QTimer, Signal
from PySide6.QtGui import QFontDatabase, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from render_manager.domain.events import Severity
from render_manager.gui.hint import paint_hint
from render_manager.gui.inspector.log.columns import Columns
from render_manager.gui.inspector.log.document import LogDocument
from render_manager.gui.inspector.log.line_painter import Line, LinePainter, gutter_width
from render_manager.gui.inspector.log.marked_bar import MarkedBar
from render_manager.gui.inspector.log.search import pattern
from render_manager.gui.inspector.log.selection import Place, Selection
from render_manager.gui.theme import GAP, Theme


class LogCanvas(QAbstractScrollArea):
    """Shows a LogDocument. Scrolls by lines; follows the end until the user goes elsewhere."""

    follow_changed = Signal(bool)

    def __init__(self, document: LogDocument, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("log")
        self.document = document
        self.theme = theme
        self.hint = ""
        self.selection = Selection()
        self.current: int | None = None
        """The line that was gone to last."""
        self.band: tuple[int, int] | None = None
        """First and last line of what is pointed out."""
        self.hit: int | None = None
        """The hit gone to, by its place among the hits."""
        self.follows = True
        self._widest = 0.0
        self.bar = MarkedBar(self)
        self.setVerticalScrollBar(self.bar)
        self.bar.actionTriggered.connect(lambda _action: self._scrolled_by_hand())
        self.columns = Columns(self.font())
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._fitting = QTimer(self)
        self._fitting.setSingleShot(True)
        self._fitting.timeout.connect(self._fit_bars)
        document.changed.connect(self._take_change)
        document.reset.connect(self._begin_anew)
        document.marks_changed.connect(self._take_marks)
        self._marked: list[int] = []

    # --- where things are ---------------------------------------------------------------------

    @property
    def top(self) -> int:
        """The first line in sight."""
        return self.bar.value()

    @property
    def rows(self) -> int:
        """How many whole lines there is room for."""
        return max(1, self.viewport().height() // self.columns.height)

    @property
    def gutter(self) -> float:
        return gutter_width(self.columns, self.document.count)

    @property
    def left(self) -> int:
        """How far the text is scrolled to the left."""
        return self.horizontalScrollBar().value()

    def text(self, line: int) -> str:
        return self.document.text(line) or ""

    def place_at(self, point: QPoint) -> Place:
        """The line and column nearest to a point of the viewport."""
        line = self.top + point.y() // self.columns.height
        line = min(max(0, line), max(0, self.document.count - 1))
        return line, self.columns.column(self.text(line), point.x() - self.gutter + self.left)

    def row_rect(self, line: int) -> QRectF:
        top = (line - self.top) * self.columns.height
        return QRectF(0, top, self.viewport().width(), self.columns.height)

    # --- going places -------------------------------------------------------------------------

    def go_to(self, line: int, column: int | None = None, *, to_top: bool = False) -> None:
        """Bring a line into sight and make it the current one."""
        self.current = line
        self.set_follows(False)
        if to_top:
            self.bar.setValue(line - 1)
        elif not self.top <= line < self.top + self.rows:
            self.bar.setValue(line - self.rows // 3)
        if column is not None:
            self.show_column(line, column)
        self.viewport().update()

    def show_column(self, line: int, column: int) -> None:
        x = self.columns.x(self.text(line), column)
        bar, room = self.horizontalScrollBar(), self.viewport().width() - self.gutter - 4 * GAP
        if not bar.value() <= x <= bar.value() + room:
            self._widest = max(self._widest, x)
            self._fit_bars()
            bar.setValue(round(x - room / 2))

    def set_follows(self, follows: bool) -> None:
        """Show the end from now on, or stay."""
        self.document.tail = self.rows + 1 if follows else 0
        if follows:
            self.bar.setValue(self.bar.maximum())
        if follows != self.follows:
            self.follows = follows
            self.follow_changed.emit(follows)

    def _scrolled_by_hand(self) -> None:
        self.set_follows(self.bar.sliderPosition() >= self.bar.maximum())

    # --- what changes -------------------------------------------------------------------------

    def _take_change(self) -> None:
        self._fit_bars()
        self.viewport().update()

    def _take_marks(self) -> None:
        """More was gone through; that is to be seen only if there is a problem in sight."""
        lines = self.document.problem_lines
        first, after = self.top, self.top + self.rows + 1
        marked = list(lines[bisect_left(lines, first) : bisect_left(lines, after)])
        if marked != self._marked:
            self._marked = marked
            self.viewport().update()

    def _begin_anew(self) -> None:
        self.selection = Selection()
        self.current = self.band = self.hit = None
        self._widest = 0.0
        self.set_follows(True)
        self._take_change()

    def _fit_bars(self) -> None:
        self.bar.setRange(0, max(0, self.document.count - self.rows))
        self.bar.setPageStep(self.rows)
        if self.follows:
            self.bar.setValue(self.bar.maximum())
        across = self.horizontalScrollBar()
        across.setRange(
            0, max(0, round(self._widest + self.gutter + GAP) - self.viewport().width())
        )
        across.setPageStep(self.viewport().width())
        across.setSingleStep(round(4 * self.columns.width))

    def _widen(self, width: float) -> None:
        if width > self._widest:
            self._widest = width
            self._fitting.start()  # not while it is painted

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.document.tail = self.rows + 1 if self.follows else 0
        self._fit_bars()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self.columns = Columns(self.font())

    # --- painting -----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        with self.document.pace.busy():
            self._paint()

    def _paint(self) -> None:
        if not self.document.count:
            paint_hint(self, self.hint, self.theme)
            return
        first, after = self.top, min(self.document.count, self.top + self.rows + 1)
        self.document.fetch(max(0, first - self.rows), after + self.rows)
        painter = QPainter(self.viewport())
        painter.setFont(self.font())
        lines = LinePainter(painter, self.columns, self.theme.colors, self.devicePixelRatioF())
        widest = 0.0
        for number in range(first, after):
            line = self._line(number)
            lines.paint(line, self.row_rect(number), self.gutter, self.left)
            widest = max(widest, self.columns.x(line.text, len(line.text)))
        painter.end()
        self._widen(widest)

    def _line(self, number: int) -> Line:
        text = self.text(number)
        return Line(
            number,
            text,
            severity=self._severity(number),
            hits=self._hits(text),
            hit=self._hit_in(number),
            selected=self.selection.columns(number, len(text)),
            is_in_band=self.band is not None and self.band[0] <= number <= self.band[1],
            is_current=number == self.current,
        )

    def hit_column(self, line: int) -> int | None:
        """Where the hit gone to begins in its line, if that is at hand."""
        hits, place = self._hits(self.text(line)), self._hit_in(line)
        return hits[place][0] if place is not None and place < len(hits) else None

    def _severity(self, line: int) -> Severity | None:
        problem = self.document.problems.get(line)
        return problem.severity if problem else None

    def _hits(self, text: str) -> tuple[tuple[int, int], ...]:
        if not self.document.wanted:
            return ()
        return tuple(match.span() for match in pattern(self.document.wanted).finditer(text))

    def _hit_in(self, line: int) -> int | None:
        """Which hit of this line is the one gone to."""
        hits = self.document.hits
        if self.hit is None or self.hit >= len(hits) or hits[self.hit] != line:
            return None
        return self.hit - bisect_left(hits, line)
