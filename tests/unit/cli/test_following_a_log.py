"""Following a log: nothing twice, nothing left out, from run to run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from render_manager.cli.remote import log as command
from render_manager.cli.remote.log import _lines
from render_manager.client import ApiError

Lines = list[tuple[int | None, str]]


class Story:
    """A server on which time goes on by one step whenever it is asked for the task.

    A step is the task's state and, for each run, its log so far and whether it has ended.
    """

    def __init__(self, *steps: tuple[str, dict[int, tuple[bytes, bool]]]) -> None:
        self._steps = list(steps)

    @property
    def _runs(self) -> dict[int, tuple[bytes, bool]]:
        return self._steps[0][1]

    def task(self, id: int) -> Any:
        if len(self._steps) > 1:
            del self._steps[0]
        return {"status": self._steps[0][0], "held": False}

    def runs(self, id: int) -> Any:
        newest_first = sorted(self._runs.items(), reverse=True)
        return [{"id": run, "ended_at": 1.0 if ended else None} for run, (_, ended) in newest_first]

    def log_pieces(self, id: int, *, run: int | None, offset: int) -> Iterator[bytes]:
        if not self._runs:
            raise ApiError(404, "There is no log yet.")
        data = self._runs[run or max(self._runs)][0][offset:]
        yield from (data[at : at + 5] for at in range(0, len(data), 5))


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "LOOK_SECONDS", 0)


def told(story: Story, run: int | None = None, tail: int | None = None) -> Lines:
    return list(_lines(story, 1, run, True, tail))  # type: ignore[arg-type]


FIRST = ("first 中\n" * 3).encode()


def test_lines_come_once_and_whole_though_they_were_cut_in_the_middle() -> None:
    steps = [("running", {4: (FIRST[:at], False)}) for at in range(2, len(FIRST), 7)]
    story = Story(*steps, ("completed", {4: (FIRST + b"end", True)}))
    assert told(story) == [(4, "first 中")] * 3 + [(4, "end")]


def test_the_next_run_is_followed_too() -> None:
    story = Story(
        ("running", {4: (b"a\nhalf", False)}),
        ("running", {4: (b"a\nhalf", True)}),
        ("running", {4: (b"a\nhalf", True), 6: (b"c\n", False)}),
        ("completed", {4: (b"a\nhalf", True), 6: (b"c\nd\n", True)}),
    )
    assert told(story) == [(4, "a"), (4, "half"), (6, "c"), (6, "d")]


def test_what_a_run_wrote_before_it_ended_is_not_lost() -> None:
    story = Story(
        ("running", {4: (b"a\n", False)}),
        ("failed", {4: (b"a\nb\n", True)}),
    )
    assert told(story) == [(4, "a"), (4, "b")]


def test_a_run_that_is_named_is_the_only_one() -> None:
    story = Story(
        ("running", {4: (b"a\n", True), 6: (b"c\n", False)}),
        ("running", {4: (b"a\n", True), 6: (b"c\n", False)}),
    )
    assert told(story, run=4) == [(4, "a")]


def test_only_the_last_lines_and_what_follows() -> None:
    story = Story(
        ("running", {4: (b"a\nb\r\nc\n", False)}),
        ("completed", {4: (b"a\nb\r\nc\nd\n", True)}),
    )
    assert told(story, tail=2) == [(4, "b"), (4, "c"), (4, "d")]
    assert told(Story(("completed", {4: (b"a\n", True)})), tail=0) == []


def test_a_log_that_is_not_there_yet_is_waited_for() -> None:
    story = Story(
        ("pending", {}), ("running", {4: (b"a\n", False)}), ("completed", {4: (b"a\nb", True)})
    )
    assert told(story) == [(4, "a"), (4, "b")]
    assert told(Story(("cancelled", {}))) == []
    with pytest.raises(ApiError, match="no log yet"):
        list(_lines(Story(("pending", {})), 1, None, False, None))  # type: ignore[arg-type]
