"""The background half of a log: does a piece of work, and reports what it found. No Qt."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from render_manager.gui.inspector.log.cleaning import clean, shown
from render_manager.gui.inspector.log.log_file import Growth, LogFile
from render_manager.gui.inspector.log.pace import Pace
from render_manager.gui.inspector.log.scanner import Found, Scanner
from render_manager.gui.inspector.log.search import MOST_HITS, Search
from render_manager.renderers.renderer import Listener

TEXT_BLOCK = 128
"""Lines that are fetched together to be shown."""

Texts = dict[int, list[str]]
"""Lines as they are shown, by number of their block."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is wanted next, the most urgent first: an excerpt, the text of blocks, a look at
    whether the file has grown, hits of a text, problems.

    `excerpt` names lines (first, and first not wanted) and the most bytes of them.

    `tail` is how many of the last lines are shown all the time; `is_over` says that nobody writes
    the log any more, so that a last line without an end is whole.
    """

    excerpt: tuple[int, int, int] | None = None
    blocks: frozenset[int] = frozenset()
    is_look_due: bool = False
    wanted: str = ""
    tail: int = 0
    is_over: bool = False


@dataclass(slots=True)
class Report:
    """What came of it. Counts are of the whole log, the rest is what is new."""

    is_fresh: bool = False
    has_grown: bool = False
    is_up_to_date: bool = True
    indexed: float = 1.0
    count: int = 0
    excerpt: str = ""
    texts: Texts = field(default_factory=dict)
    hits: array[int] = field(default_factory=lambda: array("I"))
    wanted: str = ""
    """The text that `hits` and `searched` are of."""
    searched: int = 0
    found: Found = field(default_factory=Found)
    scanned: int = 0
    is_searching: bool = False
    is_scanning: bool = False
    has_advanced: bool = True
    """False if nothing could be done, because the file cannot be read."""


class LogReader:
    """One log. Its work is done by one thread at a time. `bring` says where it can be read."""

    def __init__(
        self,
        path: Path,
        pace: Pace,
        listen: Callable[[], Listener],
        bring: Callable[[str], str] = str,
    ) -> None:
        self._pace = pace
        self._listen = listen
        self._path = str(path)
        self._bring = bring
        self._start(path)

    def work(self, order: Order) -> Report:
        report = Report(is_up_to_date=self._is_up_to_date)
        if order.excerpt is not None:
            report.excerpt = self._excerpt(*order.excerpt)
        elif order.blocks:
            self._fetch(order.blocks, report)
        elif order.is_look_due or not self._is_up_to_date:
            self._look(order.tail, report)
        else:
            self._advance(order, report)
        report.count = self._file.index.count
        self._tell_rest(order, report)
        return report

    # --- how it is done -----------------------------------------------------------------------

    def _start(self, path: Path) -> None:
        self._file = LogFile(path)
        self._is_up_to_date = False
        self._begin()

    def _begin(self) -> None:
        self._scanner = Scanner(self._file, self._pace, self._listen)
        self._is_scan_closed = False
        self._search: Search | None = None
        self._wanted = ""
        self._told_end = 0

    def _look(self, tail: int, report: Report) -> None:
        self._file.path = Path(self._bring(self._path))
        for _stride in self._pace.strides():
            growth = self._file.grow()
            self._take_growth(growth, report)
            if growth.is_up_to_date:
                break
        report.is_up_to_date = self._is_up_to_date
        report.indexed = self._file.index.end / max(1, self._file.size)
        if self._is_up_to_date and self._told_end != self._file.index.end:
            self._told_end = self._file.index.end
            report.has_grown = True
            count = self._file.index.count
            first = max(0, count - tail) // TEXT_BLOCK
            self._fetch(range(first, -(-count // TEXT_BLOCK)) if tail else (), report)

    def _excerpt(self, first: int, after: int, most: int) -> str:
        """Lines as they are in the file, but for what only a terminal understands."""
        lines = self._file.read(first, min(after, self._file.index.count), most)
        return "\n".join(clean(line) for line in lines.splitlines())

    def _take_growth(self, growth: Growth, report: Report) -> None:
        self._is_up_to_date = growth.is_up_to_date
        if growth.is_fresh:
            report.is_fresh = True
            self._begin()

    def _fetch(self, blocks: Iterable[int], report: Report) -> None:
        count = self._file.index.count
        for block in blocks:
            first = block * TEXT_BLOCK
            if first < count:
                lines = self._file.lines(first, min(first + TEXT_BLOCK, count))
                report.texts[block] = [shown(line) for line in lines]

    def _advance(self, order: Order, report: Report) -> None:
        """Search first, for someone waits for that; then look for problems."""
        after = self._after(order)
        if order.wanted != self._wanted:
            self._wanted = order.wanted
            self._search = Search(self._file, self._pace, order.wanted) if order.wanted else None
        before = self._places()
        if self._search is not None and self._is_searching(after):
            report.hits = self._search.work(after)
        elif self._scanner.line < after:
            report.found = self._scanner.work(after)
        elif order.is_over and not self._is_scan_closed:
            self._is_scan_closed = True
            report.found = self._scanner.close()
            return
        report.has_advanced = self._places() != before

    def _after(self, order: Order) -> int:
        index = self._file.index
        return index.count if order.is_over else index.complete

    def _places(self) -> tuple[int, int]:
        return self._scanner.line, self._search.line if self._search else 0

    def _is_searching(self, after: int) -> bool:
        search = self._search
        return search is not None and search.line < after and search.count < MOST_HITS

    def _tell_rest(self, order: Order, report: Report) -> None:
        after = self._after(order)
        report.wanted = self._wanted
        report.scanned, report.searched = self._places()
        report.is_searching = order.wanted != self._wanted or self._is_searching(after)
        is_open = order.is_over and not self._is_scan_closed
        report.is_scanning = self._scanner.line < after or is_open
