"""The listener of a described renderer: its patterns, tried on each line of the log."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from render_manager.domain.events import (
    FrameFinished,
    FrameSaved,
    FrameStarted,
    LogEvent,
    Problem,
    Progress,
    RunFinished,
)
from render_manager.renderers.described.numbers import percentage, seconds, whole
from render_manager.renderers.described.tables import LogPatterns, ProblemPattern
from render_manager.renderers.described.values import LONGEST_LINE
from render_manager.renderers.problem_rules import ProblemRules

MOST_HELD = 1_000
"""Files that wait for the line that says their frame."""


class PatternListener:
    """Turns log lines into events; any line is survived.

    A line that names no frame belongs to the one begun last. Its own patterns for problems come
    before `rules`, which say what to do about each.
    """

    def __init__(
        self,
        patterns: LogPatterns,
        problems: Sequence[ProblemPattern],
        frames: tuple[int, ...],
        rules: ProblemRules | None = None,
    ) -> None:
        self._patterns = patterns
        self._problems = problems
        self._rules = rules or ProblemRules(())
        self._frames = frames
        self._frame = frames[0] if len(frames) == 1 else None
        self._begun: int | None = None
        self._held: list[str] = []

    def feed(self, line: str) -> list[LogEvent]:
        line = line[:LONGEST_LINE]
        return [
            *self._starts(line),
            *self._progress(line),
            *self._saves(line),
            *self._ends(line),
            *self._problem(line),
            *self._run_end(line),
        ]

    def close(self) -> list[LogEvent]:
        return list(self._let_go(self._frame if len(self._frames) == 1 else None))

    def _starts(self, line: str) -> Iterator[FrameStarted]:
        match = _find(self._patterns.frame_started, line)
        if match is None:
            return
        frame = self._frame_of(match)
        if frame is not None and frame != self._begun:
            self._begun = frame
            yield FrameStarted(frame)

    def _progress(self, line: str) -> Iterator[Progress]:
        match = _find(self._patterns.progress, line)
        if match is None:
            return
        percent = percentage(*(_group(match, name) for name in ("percent", "n", "of")))
        if percent is not None:
            yield Progress(percent, self._frame_of(match), seconds(_group(match, "seconds")))

    def _saves(self, line: str) -> Iterator[FrameSaved]:
        match = _find(self._patterns.saved, line)
        path = _group(match, "path") if match else None
        if match and path and self._patterns.saved_first:
            self._held = [*self._held[-MOST_HELD:], path]
        elif match and path:
            yield FrameSaved(path, self._frame_of(match))

    def _let_go(self, frame: int | None) -> Iterator[FrameSaved]:
        """The files that were named before their frame."""
        held, self._held = self._held, []
        for path in held:
            yield FrameSaved(path, frame)

    def _ends(self, line: str) -> Iterator[FrameSaved | FrameFinished]:
        match = _find(self._patterns.frame_finished, line)
        frame = self._frame_of(match) if match else None
        if match and frame is not None:
            yield from self._let_go(frame)
            yield FrameFinished(frame, seconds(_group(match, "seconds")))

    def _problem(self, line: str) -> Iterator[Problem]:
        for problem in self._problems:
            if match := problem.pattern.search(line):
                text = _group(match, "text") or line
                found = Problem(problem.code, text.strip(), problem.severity, self._frame_of(match))
                yield self._rules.put_in_words(found)
                return
        if rule := self._rules.match(line):
            found = Problem(rule.code, line.strip(), rule.severity, self._frame)
            yield self._rules.put_in_words(found)

    def _run_end(self, line: str) -> Iterator[RunFinished]:
        if _find(self._patterns.run_finished, line):
            yield RunFinished(line.strip())

    def _frame_of(self, match: re.Match[str]) -> int | None:
        named = whole(_group(match, "frame"))
        if named is None:
            named = self._nth(whole(_group(match, "nth")))
        if named is not None:
            self._frame = named
        return self._frame

    def _nth(self, place: int | None) -> int | None:
        if place is None or not 1 <= place <= len(self._frames):
            return None
        return self._frames[place - 1]


def _find(patterns: Sequence[re.Pattern[str]], line: str) -> re.Match[str] | None:
    return next((match for pattern in patterns if (match := pattern.search(line))), None)


def _group(match: re.Match[str], name: str) -> str | None:
    return match.groupdict().get(name)
