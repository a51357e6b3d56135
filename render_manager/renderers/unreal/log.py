"""Reads what Unreal says: our executor's status file and markers, and the engine's own log.

The log comes in bursts through a pipe, so the status file leads, and the log repeats what must not
be lost; whatever was told by one is not told again by the other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from render_manager.base.i18n import _
from render_manager.domain.events import (
    FrameFinished,
    FrameSaved,
    FrameStarted,
    LogEvent,
    Phase,
    PhaseChanged,
    Problem,
    Progress,
    RunFinished,
    Severity,
)
from render_manager.renderers.marker import split_marker
from render_manager.renderers.problem_rules import rules_of

LAG = 4
"""Frames that Movie Render Queue may be ahead of its files, which other threads write."""

MOST_PROBLEMS = 500
LONGEST_TEXT = 2_000

_PREFIX = re.compile(r"^(?:\[[\d.:\-]{10,40}\]\[\s*\d{1,9}\])?(?=Log\w+:)")
_SHADERS = re.compile(r"(\d{1,9})\s+[Ss]haders? (?:left|remaining)")
_MESHES = re.compile(r"Waiting for static meshes to be ready (\d{1,9})/(\d{1,9})")
_BUILDING = re.compile(r"Building textures:")
_CUT = re.compile(r"Initializing Camera Cut \[(\d{1,9})/(\d{1,9})\]")
_LAST_SHOT = re.compile(r"Finished rendering last shot\. Moving to Finalize")
_DONE = re.compile(
    r"(?:Movie Pipeline|Movie Graph Render) completed\. Duration"
    r"|MoviePipelineLinearExecutorBase finished \d+ jobs"
)
_ACCEPTED = re.compile(r"Successfully detected and loaded required movie arguments")
_LEVEL = re.compile(r"^Log\w+:\s*(?P<level>Fatal|Error|Warning|Display):")
_OPEN_FATAL = re.compile(r"(?:appError called|Assertion failed|Fatal error)[^\n]*$")

PHASES = {
    "loading": Phase.LOADING,
    "compiling": Phase.COMPILING,
    "rendering": Phase.RENDERING,
    "finalizing": Phase.FINALIZING,
}


class UnrealListener:
    """Fulfils StatusListener."""

    def __init__(self, frames: tuple[int, ...]) -> None:
        self._frames = frames
        self._rules = rules_of("ue")
        self._phase: tuple[Phase, str, float | None] | None = None
        self._started: set[int] = set()
        self._saved: set[str] = set()
        self._with_files: set[int] = set()
        self._finished: set[int] = set()
        self._percent = -1.0
        self._problems: set[tuple[str, str]] = set()
        self._crash: Problem | None = None
        """A fatal fault whose next line, which has no prefix, says what it was."""
        self._has_ended = False
        self._is_driven = False
        """Whether our executor speaks: it renders range after range, and the engine calls each of
        them complete."""

    # --- the log ------------------------------------------------------------------------------

    def feed(self, line: str) -> Iterable[LogEvent]:
        before, marker = split_marker(line)
        if marker is not None:
            yield from self._take(marker.event, marker.facts)
            line = before
        text = line.strip()
        if text:
            yield from self._hear(_PREFIX.sub("", text[:LONGEST_TEXT]))

    def close(self) -> Iterable[LogEvent]:
        yield from self._end_crash("")

    def _hear(self, text: str) -> Iterator[LogEvent]:
        is_continued = self._crash is not None and not text.startswith("Log")
        yield from self._end_crash(text if is_continued else "")
        if is_continued:
            return
        if match := _SHADERS.search(text):
            yield from self._enter(Phase.COMPILING, match[0])
        elif match := _MESHES.search(text):
            percent = 100.0 * int(match[1]) / max(1, int(match[2]))
            yield from self._enter(Phase.COMPILING, match[0], min(100.0, percent))
        elif _BUILDING.search(text):
            yield from self._enter(Phase.COMPILING, text)
        elif _ACCEPTED.search(text):
            yield from self._enter(Phase.LOADING, text)
        elif _CUT.search(text):
            yield from self._enter(Phase.RENDERING, text)
        elif _LAST_SHOT.search(text):
            yield from self._enter(Phase.FINALIZING, text)
        elif _DONE.search(text):
            if not self._is_driven:  # the folder tells which frames there are
                for frame in self._frames:
                    yield from self._finish(frame)
                yield from self._end(text)
        else:
            yield from self._hear_problem(text)

    def _hear_problem(self, text: str) -> Iterator[LogEvent]:
        rule = self._rules.match(text)
        if rule is None:
            return
        problem = rule.problem(text)
        if rule.code == "crash" and _OPEN_FATAL.search(text):
            self._crash = problem
        else:
            yield from self._report(problem)

    def _end_crash(self, more: str) -> Iterator[LogEvent]:
        crash, self._crash = self._crash, None
        if crash is not None:
            text = f"{crash.text} {more}".strip()[:LONGEST_TEXT]
            yield from self._report(replace(crash, text=text))

    def _report(self, problem: Problem) -> Iterator[LogEvent]:
        key = (problem.code, problem.text)
        if key not in self._problems and len(self._problems) < MOST_PROBLEMS:
            self._problems.add(key)
            yield self._rules.put_in_words(problem)

    # --- the status file ----------------------------------------------------------------------

    def look(self, status: str) -> Iterable[LogEvent]:
        """A status that cannot be read is left alone: the next one follows soon."""
        try:
            said = json.loads(status)
        except (ValueError, RecursionError):
            return
        if not isinstance(said, dict):
            return
        yield from self._take("status", said)

    def _take(self, event: str, facts: dict[str, Any]) -> Iterator[LogEvent]:
        """A status, or a marker: each says some of the same facts."""
        self._is_driven = True
        state = facts.get("state")
        if isinstance(state, str) and state in PHASES:
            yield from self._enter(PHASES[state], _where(facts))
        for file in _list(facts.get("files")):
            yield from self._save(file)
        for error in _list(facts.get("errors")):
            if isinstance(error, str) and error:
                text = error[:LONGEST_TEXT]
                yield from self._report(Problem("python_error", text, Severity.FATAL))
        if event == "status" and state == "rendering":
            yield from self._move_on(facts)
        for frame in map(_whole, _list(facts.get("finished"))):
            if frame is not None:
                yield from self._finish(frame)
        if state == "finished":
            for frame in sorted(self._started | self._with_files):
                yield from self._finish(frame)
        if state in ("finished", "stopped", "failed"):
            yield from self._end(str(facts.get("text") or state))

    def _move_on(self, facts: dict[str, Any]) -> Iterator[LogEvent]:
        """Frames are rendered in order; files of one may come out frames later."""
        frame = _whole(facts.get("frame"))
        if frame is None or (self._frames and frame not in self._frames):
            return
        if facts.get("is_last") is False:  # other jobs of the queue render this frame, too
            yield Progress(0.0, frame)
            return
        if frame not in self._started:
            is_first = not self._started
            self._started.add(frame)
            self._percent = -1.0
            # The start of another frame would be taken for the end of the one before.
            yield FrameStarted(frame) if is_first else Progress(0.0, frame)
            yield from self._finish_before(frame)
        percent = facts.get("percent")
        if isinstance(percent, int | float) and self._percent < percent <= 100:
            self._percent = float(percent)
            yield Progress(self._percent, frame)

    def _finish_before(self, frame: int) -> Iterator[LogEvent]:
        """Those so far behind that their files must be there."""
        order = sorted(self._started)
        for each in order[: max(0, order.index(frame) - LAG)]:
            yield from self._finish(each)

    def _save(self, file: Any) -> Iterator[LogEvent]:
        if not isinstance(file, dict):
            return
        path, frame = file.get("path"), _whole(file.get("frame"))
        if isinstance(path, str) and path and path not in self._saved and frame is not None:
            self._saved.add(path)
            self._with_files.add(frame)
            yield FrameSaved(path, frame)

    def _finish(self, frame: int) -> Iterator[LogEvent]:
        if frame not in self._finished and (not self._frames or frame in self._frames):
            self._finished.add(frame)
            yield FrameFinished(frame)

    # --- both ---------------------------------------------------------------------------------

    def _enter(self, phase: Phase, text: str, percent: float | None = None) -> Iterator[LogEvent]:
        if (phase, text, percent) != self._phase:
            self._phase = phase, text, percent
            yield PhaseChanged(phase, text, percent)

    def _end(self, text: str) -> Iterator[LogEvent]:
        if not self._has_ended:
            self._has_ended = True
            yield RunFinished(text)


def _where(facts: dict[str, Any]) -> str:
    """The shot at work, and whether it is warmed up; or what there is to say instead."""
    said = facts.get("text") or facts.get("shot") or ""
    text = said[:LONGEST_TEXT] if isinstance(said, str) else ""
    if facts.get("is_warming_up") is True:
        return _("{shot}: warm-up").format(shot=text) if text else _("Warm-up")
    return text


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _whole(value: Any) -> int | None:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and abs(value) < 2**31 else None
