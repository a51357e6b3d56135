"""The window's half of a log: what is known of it, and what to have done next in the background."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from render_manager.domain.events import Problem, Severity
from render_manager.gui.background import Background
from render_manager.gui.inspector.log.pace import Pace
from render_manager.gui.inspector.log.reader import TEXT_BLOCK, LogReader, Order, Report
from render_manager.gui.inspector.log.scanner import FrameLines, worse
from render_manager.renderers.renderer import Listener

LOOK_MS = 250
"""How often a log is looked at for new lines."""

KEPT_BLOCKS = 64
"""Blocks of text in memory; of lines as long as can be shown they take 16 MB."""


class LogDocument(QObject):
    """A log as far as it is known. Nothing is done unless `is_active` is set.

    One piece of work is under way at a time, and the most urgent is next: text that is to be seen,
    then new lines, then the search, then the problems.
    """

    changed = Signal()
    """There are other lines or texts."""
    reset = Signal()
    """It is another log, or the file was written anew."""
    marks_changed = Signal()
    """There are other problems, frames or hits, or more of the log was gone through."""

    def __init__(
        self,
        background: Background,
        parent: QObject | None = None,
        bring: Callable[[str], str] = str,
    ) -> None:
        """`bring` says where a log can be read, in a thread."""
        super().__init__(parent)
        self._background = background
        self._bring = bring
        self.pace = Pace()
        self._reader: LogReader | None = None
        self._working: LogReader | None = None
        self._is_active = False
        self._is_look_due = False
        self._has_more = False
        self._excerpt: tuple[int, int, int] | None = None
        self._take_excerpt: Callable[[str], None] = lambda _text: None
        self.is_over = False
        self.tail = 0
        """How many of the last lines are wanted with every growth."""
        self._poll = QTimer(self)
        self._poll.setInterval(LOOK_MS)
        self._poll.timeout.connect(self._look)
        self._forget()

    def _forget(self) -> None:
        self.count = 0
        self.indexed = 0.0
        self._texts: OrderedDict[int, list[str]] = OrderedDict()
        self._stale: set[int] = set()
        self._asked: frozenset[int] = frozenset()
        self.problems: dict[int, Problem] = {}
        self.problem_lines: array[int] = array("I")
        self.error_lines: array[int] = array("I")
        """Those of the problems that are more than warnings."""
        self.worst: Severity | None = None
        self.frames: FrameLines = {}
        self.scanned = 0
        self.is_scanned = False
        self._forget_hits()

    def _forget_hits(self) -> None:
        self.hits: array[int] = array("I")
        self.searched = 0
        self.is_searched = False

    # --- what is shown ------------------------------------------------------------------------

    def open(self, path: Path | None, listen: Callable[[], Listener]) -> None:
        """Show this file from now on, or nothing. The text that is searched for stays."""
        self._reader = None if path is None else LogReader(path, self.pace, listen, self._bring)
        self._working = None
        self._has_more = False
        self._excerpt = None
        self._forget()
        self.reset.emit()
        self._look()

    def set_active(self, is_active: bool) -> None:
        """Begin or cease to read."""
        self._is_active = is_active
        if is_active:
            self._poll.start()
            self._look()
        else:
            self._poll.stop()

    def text(self, line: int) -> str | None:
        """A line as it is shown; None if it is not at hand (see `fetch`)."""
        block, place = divmod(line, TEXT_BLOCK)
        lines = self._texts.get(block)
        return lines[place] if lines is not None and place < len(lines) else None

    def fetch(self, first: int, last: int) -> None:
        """Have these lines at hand soon, and those around them."""
        blocks = range(max(0, first // TEXT_BLOCK), last // TEXT_BLOCK + 1)
        for block in blocks:
            if block in self._texts:
                self._texts.move_to_end(block)
        self._asked = frozenset(block for block in blocks if self._lacks(block))
        self._next()

    def excerpt(self, first: int, after: int, most: int, then: Callable[[str], None]) -> None:
        """Bring whole lines home, at most `most` bytes of them."""
        self._excerpt, self._take_excerpt = (first, after, most), then
        self._next()

    # --- searching ----------------------------------------------------------------------------

    wanted = ""

    def search(self, wanted: str) -> None:
        """Look for this text, or (empty) for nothing any more."""
        if wanted != self.wanted:
            self.wanted = wanted
            self._forget_hits()
            self._has_more = True
            self.marks_changed.emit()
            self._next()

    def first_hit(self, line: int) -> int:
        """The place among the hits of the first one in this line or below."""
        return bisect_left(self.hits, line)

    # --- how it is done -----------------------------------------------------------------------

    def _lacks(self, block: int) -> bool:
        lines = self._texts.get(block)
        if lines is None or block in self._stale:
            return block * TEXT_BLOCK < self.count
        return len(lines) < min(TEXT_BLOCK, self.count - block * TEXT_BLOCK)

    def _look(self) -> None:
        self._is_look_due = True
        self._next()

    def _next(self) -> None:
        reader = self._reader
        if reader is None or self._working is not None or not self._is_active:
            return
        if self._excerpt or self._asked or self._is_look_due or self._has_more:
            order = self._order()
            self._working = reader
            self._background.run(
                lambda: reader.work(order), lambda report: self._take(reader, report)
            )

    def _order(self) -> Order:
        """The one thing that is to be done next."""
        made = Order(wanted=self.wanted, tail=self.tail, is_over=self.is_over)
        if self._excerpt is not None:
            made, self._excerpt = replace(made, excerpt=self._excerpt), None
        elif self._asked:
            made, self._asked = replace(made, blocks=self._asked), frozenset()
        elif self._is_look_due:
            made, self._is_look_due = replace(made, is_look_due=True), False
        return made

    def _take(self, reader: LogReader, report: Report) -> None:
        if reader is not self._working:
            return
        self._working = None
        if report.excerpt:
            self._take_excerpt(report.excerpt)
        self._take_report(report)
        self._next()

    def _take_report(self, report: Report) -> None:
        if report.is_fresh:
            self._forget()
            self.reset.emit()
        self.indexed = report.indexed
        self._take_lines(report)
        self._take_marks(report)
        # A file that cannot be read now is tried again at the next look.
        is_more = report.is_searching or report.is_scanning
        self._has_more = (is_more and report.has_advanced) or not report.is_up_to_date

    def _take_lines(self, report: Report) -> None:
        if report.has_grown:
            self._stale.add(max(0, self.count - 1) // TEXT_BLOCK)
            self.count = report.count
        for block, lines in report.texts.items():
            self._texts[block] = lines
            self._texts.move_to_end(block)
            self._stale.discard(block)
        while len(self._texts) > KEPT_BLOCKS:
            self._texts.popitem(last=False)
        if report.has_grown or report.texts or report.is_fresh or not report.is_up_to_date:
            self.changed.emit()

    def _take_marks(self, report: Report) -> None:
        before = self._marks()
        for line, problem in report.found.problems.items():
            if line not in self.problems:
                self.problem_lines.append(line)
                self.worst = worse(problem.severity, self.worst)
                if problem.severity is not Severity.WARNING:
                    self.error_lines.append(line)
            self.problems[line] = problem
        self.frames.update(report.found.frames)
        self.scanned = report.scanned
        self.is_scanned = report.is_up_to_date and not report.is_scanning
        if report.wanted == self.wanted:
            self.hits.extend(report.hits)
            self.searched = report.searched
            self.is_searched = report.is_up_to_date and not report.is_searching
        if before != self._marks():
            self.marks_changed.emit()

    def _marks(self) -> tuple[object, ...]:
        """What tells whether there is something new."""
        progress = (self.scanned, self.is_scanned, self.searched, self.is_searched)
        return (*progress, len(self.problems), len(self.hits))
