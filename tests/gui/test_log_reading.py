"""The half of the log that reads: without a window, as a worker thread calls it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from fake_renderer import FakeListener
from hypothesis import given
from hypothesis import strategies as st

from render_manager.domain.events import FrameSaved, LogEvent, Problem, Severity
from render_manager.gui.inspector.log.cleaning import CUT, LONGEST_SHOWN, shown
from render_manager.gui.inspector.log.line_index import LineIndex
from render_manager.gui.inspector.log.log_file import LogFile
from render_manager.gui.inspector.log.pace import Pace
from render_manager.gui.inspector.log.reader import LogReader, Order, Report
from render_manager.gui.inspector.log.scanner import FrameLines
from render_manager.gui.inspector.log.selection import Selection, word_at

LOG_BYTES = st.text(alphabet="a雪\r\n\t\x1b", max_size=30).map(str.encode)


def reference(data: bytes) -> list[bytes]:
    """The lines as they are defined."""
    lines = re.split(rb"\r\n|\n|\r(?!\n)", data.removesuffix(b"\r"))
    return lines if lines[-1] else lines[:-1]


def grown(path: Path, data: bytes) -> LogFile:
    path.write_bytes(data)
    file = LogFile(path)
    file.grow()
    return file


def all_lines(file: LogFile) -> list[bytes]:
    return file.lines(0, file.index.count)


class Whole:
    """Everything that a reader found once it came to rest."""

    def __init__(self, path: Path, wanted: str = "", *, is_over: bool = True) -> None:
        self.path = path
        self.order = Order(wanted=wanted, is_over=is_over)
        self.reader = LogReader(path, Pace(), FakeListener)
        self.hits: list[int] = []
        self.problems: dict[int, Problem] = {}
        self.frames: FrameLines = {}
        self.count = 0

    def read(self) -> Whole:
        self._take(self.reader.work(Order(is_look_due=True, tail=5)))
        while True:
            report = self.reader.work(self.order)
            self._take(report)
            is_more = report.is_searching or report.is_scanning or not report.is_up_to_date
            if not is_more or not report.has_advanced:
                return self

    def _take(self, report: Report) -> None:
        if report.is_fresh:
            self.hits, self.problems, self.frames = [], {}, {}
        self.hits += report.hits
        self.problems |= report.found.problems
        self.frames |= report.found.frames
        self.count = report.count


# --- lines ------------------------------------------------------------------------------------


def test_lines_end_in_any_of_three_ways(tmp_path: Path) -> None:
    file = grown(tmp_path / "run.log", "Fra:1\r\nSample 1\rSample 2\r雪\nhalf".encode())
    assert all_lines(file) == [b"Fra:1", b"Sample 1", b"Sample 2", "雪".encode(), b"half"]
    assert file.index.complete == 4


def test_a_return_waits_for_what_follows(tmp_path: Path) -> None:
    file = grown(tmp_path / "run.log", b"one\r")
    assert file.index.complete == 0
    append(file.path, b"\ntwo\r")
    file.grow()
    assert all_lines(file) == [b"one", b"two"]
    append(file.path, b"three\n")
    file.grow()
    assert all_lines(file) == [b"one", b"two", b"three"]


@given(st.lists(LOG_BYTES, max_size=6))
def test_however_it_grows_the_lines_are_the_same(pieces: list[bytes]) -> None:
    index, rest, data = LineIndex(), b"", b"".join(pieces)
    for piece in pieces:
        taken = index.end
        index.take(rest + piece)
        rest = (rest + piece)[index.end - taken :]
    spans = [index.span(line, line + 1) for line in range(index.count)]
    assert [data[begin:end].rstrip(b"\r\n") for begin, end in spans] == [
        line.rstrip(b"\r\n") for line in reference(data)
    ]


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def test_a_log_of_several_blocks_is_indexed_in_pieces(tmp_path: Path) -> None:
    data = b"".join(b"line %d\n" % number for number in range(300_000))
    file = grown(tmp_path / "run.log", data)
    assert file.index.count < 300_000
    while not file.grow().is_up_to_date:
        pass
    assert file.index.count == 300_000
    assert file.lines(299_998, 300_000) == [b"line 299998", b"line 299999"]


@pytest.mark.parametrize(
    "anew", [b"new\n", b"quite another and longer log\n" * 3], ids=["shorter", "longer"]
)
def test_a_file_begun_anew_is_read_anew(tmp_path: Path, anew: bytes) -> None:
    file = grown(tmp_path / "run.log", b"old old old\n")
    file.path.write_bytes(anew)
    assert file.grow().is_fresh
    assert all_lines(file) == reference(anew)


def test_another_file_in_its_place_is_read_anew(tmp_path: Path) -> None:
    file = grown(tmp_path / "run.log", b"same\n")
    other = tmp_path / "other.log"
    other.write_bytes(b"same\nmore\n")
    other.replace(file.path)
    assert file.grow().is_fresh
    assert all_lines(file) == [b"same", b"more"]


def test_a_log_that_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    file = LogFile(tmp_path / "run.log")
    assert not file.grow().is_fresh
    file.path.write_bytes(b"here\n")
    assert file.grow().is_fresh
    assert all_lines(file) == [b"here"]


def test_of_lines_that_are_endless_the_beginning_is_read(tmp_path: Path) -> None:
    file = grown(tmp_path / "run.log", b"x" * 3_000_000 + b"\nnext\n")
    while not file.grow().is_up_to_date:
        pass
    long, after = all_lines(file)
    assert len(long) < 10_000
    assert after == b"next"
    assert shown(long) == "x" * LONGEST_SHOWN + CUT


# --- what is shown ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "written"),
    [
        (b"\x1b[1;31mError\x1b[0m: no camera", "Error: no camera"),
        (b"\x1b]0;title\x07text\x1b[K", "text"),
        (b"a\tb", "a       b"),
        (b"\x00\x08bell\x07", "bell"),
        ("雪 Größe".encode(), "雪 Größe"),
        ("Größe".encode("latin-1"), None),
    ],
)
def test_what_only_a_terminal_understands_is_left_out(raw: bytes, written: str | None) -> None:
    assert shown(raw) == written if written else "Gr" in shown(raw)


@given(st.binary(max_size=200))
def test_whatever_is_in_a_line_can_be_painted(raw: bytes) -> None:
    written = shown(raw)
    assert not set(written) & set(map(chr, range(32)))
    assert len(written) <= LONGEST_SHOWN + len(CUT)


# --- search -----------------------------------------------------------------------------------


@given(st.lists(st.sampled_from(["Sample", "sample sample", "雪", "ÄÖ", "\t", "\x1b[1m", "x"])))
@pytest.mark.parametrize("wanted", ["SAMPLE", "雪", "ä", "e s", "[1m"])
def test_the_search_finds_what_is_shown(
    tmp_path_factory: pytest.TempPathFactory, wanted: str, lines: list[str]
) -> None:
    log = tmp_path_factory.mktemp("log") / "run.log"
    log.write_bytes("".join(f"{line}\n" for line in lines).encode())
    expected = [
        number
        for number, line in enumerate(lines)
        for _hit in range(shown(line.encode()).lower().count(wanted.lower()))
    ]
    assert Whole(log, wanted).read().hits == expected


def test_the_search_goes_on_where_the_log_does(tmp_path: Path) -> None:
    log = tmp_path / "run.log"
    log.write_text("needle\nhay\n")
    whole = Whole(log, "needle", is_over=False).read()
    append(log, b"hay\nneedle needle\n")
    assert whole.read().hits == [0, 3, 3]


# --- problems and frames ----------------------------------------------------------------------


def test_problems_and_frames_are_where_the_listener_hears_them(tmp_path: Path) -> None:
    log = tmp_path / "run.log"
    log.write_text(
        "start\nframe 1\nprogress 1 50\nsaved 1 /a.png\ndone 1 2.5\nERROR no licence\n"
        "frame 2\nERROR boom\nframe 3\nprogress 3 10"
    )
    whole = Whole(log).read()
    assert {line: problem.text for line, problem in whole.problems.items()} == {
        5: "no licence",
        7: "boom",
    }
    assert whole.frames == {1: (1, 4), 2: (6, 7), 3: (8, 9)}


def test_a_last_line_without_an_end_counts_when_the_run_is_over(tmp_path: Path) -> None:
    log = tmp_path / "run.log"
    log.write_text("frame 1\nERROR half a sen")
    assert Whole(log, is_over=False).read().problems == {}
    assert list(Whole(log, is_over=True).read().problems) == [1]


@given(st.lists(st.sampled_from(["frame 1\n", "ERROR x\n", "hay\n", "done 1 1.0\n"]), max_size=12))
def test_however_it_grows_the_same_is_found(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    log = tmp_path_factory.mktemp("log") / "run.log"
    log.write_bytes(b"")
    growing = Whole(log, "x", is_over=False)
    for line in lines:
        append(log, line.encode())
        growing.read()
    at_once = Whole(log, "x", is_over=False).read()
    assert (growing.problems, growing.hits) == (at_once.problems, at_once.hits)
    assert growing.frames == at_once.frames


class Failing(FakeListener):
    """A third party's listener with a bug."""

    def feed(self, line: str) -> Iterable[LogEvent]:  # type: ignore[override]
        raise ZeroDivisionError


def test_a_listener_that_fails_takes_nothing_else_along(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    log = tmp_path / "run.log"
    log.write_text("ERROR one\n" * 10)
    whole = Whole(log, "one")
    whole.reader = LogReader(log, Pace(), Failing)
    assert len(whole.read().hits) == 10
    assert len(caplog.records) == 1
    caplog.clear()


class Nameless(FakeListener):
    """Tells of files only."""

    def feed(self, line: str) -> Iterable[LogEvent]:  # type: ignore[override]
        if line.startswith("wrote"):
            yield FrameSaved(line, int(line.split()[1]))
        elif line == "careful":
            yield Problem("x", line, Severity.WARNING)
            yield Problem("y", line, Severity.FATAL)


def test_a_frame_that_never_began_does_so_after_the_one_before(tmp_path: Path) -> None:
    log = tmp_path / "run.log"
    log.write_text("hello\nsample\nwrote 1\ncareful\nwrote 2\n")
    whole = Whole(log)
    whole.reader = LogReader(log, Pace(), Nameless)
    whole.read()
    assert whole.frames == {1: (0, 2), 2: (3, 4)}
    assert whole.problems[3].severity is Severity.FATAL


# --- selecting --------------------------------------------------------------------------------

PLACES = st.tuples(st.integers(0, 3), st.integers(0, 6))


@given(PLACES, PLACES)
def test_what_is_copied_is_what_is_marked(anchor: tuple[int, int], caret: tuple[int, int]) -> None:
    lines = ["first", "", "third line", "last"]
    selection = Selection(anchor, caret)
    (first, _begin), (last, _end) = selection.ends
    marked = [
        text[slice(*columns)]
        for line, text in enumerate(lines)
        if (columns := selection.columns(line, len(text)))
    ]
    touched = "\n".join(lines[first : last + 1])
    copied = selection.cut(touched, is_whole=True) if selection else ""
    assert copied.split("\n") == (marked or [""])


@given(st.text(alphabet="ab_ .雪", max_size=12), st.integers(0, 12))
def test_a_word_is_all_of_one_kind(text: str, column: int) -> None:
    begin, end = word_at(text, column)
    assert 0 <= begin <= end <= len(text)
    kinds = [c.isalnum() or c in "_-./\\" for c in text[begin:end]]
    assert len(list(itertools.groupby(kinds))) <= 1
