"""`render-manager log`."""

from __future__ import annotations

import codecs
import sys
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from render_manager.cli.remote.options import Json, Server, TaskId, Token
from render_manager.cli.remote.watch import ENDED

if TYPE_CHECKING:
    from render_manager.client import Client
    from render_manager.client.replies import Run

LOOK_SECONDS = 0.5
LONGEST_LINE = 1 << 20
"""Characters that are waited for; a longer line is told in pieces."""


def log(
    id: TaskId,
    run: Annotated[
        int | None, typer.Option(min=0, help="The number of a run; else the newest.")
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on until the task, or the run, has ended.")
    ] = False,
    tail: Annotated[int | None, typer.Option(min=0, help="Only the last so many lines.")] = None,
    json: Json = False,
    server: Server = None,
    token: Token = None,
) -> None:
    """Print the log of a task. With --json an object for each line."""
    from render_manager.cli.remote.connection import connected
    from render_manager.cli.remote.output import print_json_line

    with connected(server, token) as client:
        for number, line in _lines(client, id, run, follow, tail):
            if json:
                print_json_line({"run": number, "line": line})
            else:
                print(line)
                if follow:
                    sys.stdout.flush()


def _lines(
    client: Client, id: int, run: int | None, follow: bool, tail: int | None
) -> Iterator[tuple[int | None, str]]:
    reader = _Reader(client, id, run, is_patient=follow)
    if tail is None:
        yield from reader.lines()
    else:
        yield from deque(reader.lines(), tail)
    if follow:
        yield from reader.follow()
    yield from reader.rest()


@dataclass
class _Reader:
    """Reads the log of a run to its present end, again and again."""

    client: Client
    id: int
    run: int | None
    is_patient: bool = False
    """Whether a log that is not there yet is waited for."""

    def __post_init__(self) -> None:
        self._is_fixed = self.run is not None
        self._begin(self.run)

    def _begin(self, run: int | None) -> None:
        self.run = run
        self._at = 0
        self._half = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def lines(self) -> Iterator[tuple[int | None, str]]:
        """What is there and was not read yet, but for a line that is not whole."""
        if self.run is None and (runs := self.client.runs(self.id)):
            self.run = runs[0]["id"]
        for piece in self._pieces():
            self._at += len(piece)
            *whole, self._half = (self._half + self._decoder.decode(piece)).split("\n")
            for line in whole:
                yield self.run, line.removesuffix("\r")
            if len(self._half) > LONGEST_LINE:
                yield from self.rest()

    def _pieces(self) -> Iterator[bytes]:
        from render_manager.client import ApiError

        try:
            yield from self.client.log_pieces(self.id, run=self.run, offset=self._at)
        except ApiError as error:
            if error.status != 404 or not self.is_patient:
                raise

    def rest(self) -> Iterator[tuple[int | None, str]]:
        """The last line, if nothing ends it."""
        if self._half:
            yield self.run, self._half
        self._half = ""

    def follow(self) -> Iterator[tuple[int | None, str]]:
        """What is written from now on, of this run and of those that come after it."""
        while True:
            # Asked for first: what a run wrote before it ended is read then.
            state = self.client.task(self.id)
            runs = self.client.runs(self.id)
            yield from self.lines()
            if self._is_going(runs):
                time.sleep(LOOK_SECONDS)
                continue
            later = [each["id"] for each in runs if each["id"] > (self.run or 0)]
            if self._is_fixed or (not later and (state["status"] in ENDED or state["held"])):
                return
            if later:
                yield from self.rest()
                self._begin(min(later))
            else:
                time.sleep(LOOK_SECONDS)

    def _is_going(self, runs: list[Run]) -> bool:
        return any(each["id"] == self.run and each["ended_at"] is None for each in runs)
