"""Reads Blender's log, its own words (2.8 to 5.x) and our driver's markers, mixed as they come.

Where the driver speaks, frames begin and end by its markers; Blender's lines then add files,
progress and problems. Without the driver, Blender's lines tell all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from render_manager.domain.events import (
    FrameFinished,
    FrameSaved,
    FrameStarted,
    LogEvent,
    Problem,
    Progress,
    RunFinished,
    Severity,
)
from render_manager.renderers.blender.progress import FrameProgress
from render_manager.renderers.marker import Marker, split_marker
from render_manager.renderers.problem_rules import rules_of

_STAMP = re.compile(r"(?:\d+:)?\d\d:\d\d\.\d{3}\s+[\w.]+\s*\|\s?")
"""What 5.x puts before its lines: `00:01.253  render           | `."""

_STATUS = re.compile(r"Fra:\s?(-?\d{1,9})\b")
_START = re.compile(r"Rendering (?:single )?frame (?:\(frame )?(-?\d{1,9})\b")
_SAVED = re.compile(r"Saved: (?:'(?P<quoted>.+)'|(?P<bare>[^'].*))$")
_SKIPPED = re.compile(r'[Ss]kipping existing frame "(.+)"')
_TIME = re.compile(r"Time: (?:(\d{1,6}):)?(\d{1,6}):(\d{1,6}(?:\.\d{1,6})?)(?: \(Saving: .*\))?$")
_VERSION = re.compile(r"Blender (\d{1,3}\.\d{1,3}(?:\.\d{1,3})?)\b")
# Add-ons fail all the time; of a traceback only the last line says why.
_TRACEBACK = re.compile(r"(?:Error: Python: )?Traceback \(most recent call last\):$")
_RAISED = re.compile(r"[\w.]*(?:Error|Exception|Interrupt|Exit)\b")
_LEVEL = re.compile(r"^(?:Error|ERROR|Warning|WARNING)(?::\s*|\s+)")
_NUMBER = re.compile(r"(-?)(\d{1,9})")


class BlenderListener:
    """Fulfils Listener. `scene_version` is the Blender that saved the scene, if it is known."""

    def __init__(self, frames: Iterable[int] = (), scene_version: str | None = None) -> None:
        self._frames = frozenset(frames)
        self._scene_version = scene_version
        self._version: str | None = None
        self._is_driven = False
        self._has_quit = False
        self._frame: int | None = None
        self._is_told = False
        """Whether Blender or the driver named the frame; else it was guessed from a file name."""
        self._is_over = True
        self._is_spoiled = False
        self._progress = FrameProgress()
        self._rules = rules_of("blender")
        self._saved: set[str] = set()
        self._held: list[str] = []
        self._problems: set[tuple[str, int | str | None]] = set()
        self._is_traceback = False

    def feed(self, line: str) -> list[LogEvent]:
        return [event for part in line.split("\r") for event in self._hear(part)]

    def close(self) -> list[LogEvent]:
        return []

    def _hear(self, line: str) -> Iterator[LogEvent]:
        own, marker = split_marker(line)
        yield from self._hear_blender(own)
        if marker is not None:
            yield from self._hear_driver(marker)

    # --- the driver's markers -----------------------------------------------------------------

    def _hear_driver(self, marker: Marker) -> Iterator[LogEvent]:
        self._is_driven = True
        frame = marker.frame
        match marker.event:
            case "loaded":
                self._version = marker.text("version") or self._version
                self._progress.passes = max(1, marker.count("passes") or 1)
            case "frame_started" if frame is not None:
                yield from self._begin(frame)
            case "progress":
                yield from self._move_on(marker.text("text"))
            case "frame_saved" if frame is not None and frame == self._frame:
                yield from self._save(marker.text("path"), frame)
            case "frame_finished" if frame is not None:
                yield from self._save_held()
                yield from self._finish(frame, marker.seconds())
            case "problem":
                yield from self._report(self._problem_of(marker))
            case "done" | "gave_way":
                yield from self._quit(marker.event)

    def _problem_of(self, marker: Marker) -> Problem:
        code, text = marker.text("code"), marker.text("text")
        kind = self._rules.match(text) if code == "render_error" else None
        is_warning = marker.text("severity") == Severity.WARNING
        return Problem(
            code=kind.code if kind and kind.code != "error" else code,
            text=text,
            severity=Severity.WARNING if is_warning else Severity.FATAL,
            frame=marker.frame,
        )

    # --- Blender's own lines ------------------------------------------------------------------

    def _hear_blender(self, line: str) -> Iterator[LogEvent]:
        text = _STAMP.sub("", line, count=1).strip() if line[:1].isdigit() else line.strip()
        if self._is_traceback and (not text or line[:1].isspace()):
            return
        if match := _STATUS.match(text):
            yield from self._hear_status(int(match[1]), text)
        elif match := _START.match(text):
            yield from self._begin_native(int(match[1]))
        elif match := _SAVED.match(text):
            yield from self._hear_saved(match["quoted"] or match["bare"])
        elif match := _TIME.match(text):
            yield from self._hear_time(match)
        elif match := _SKIPPED.match(text):
            frame = self._number_in(match[1])
            yield from self._report(Problem("skipped", text, Severity.WARNING, frame))
        elif text == "Blender quit":
            yield from self._quit(text)
        else:
            yield from self._hear_other(text)

    def _hear_status(self, frame: int, text: str) -> Iterator[LogEvent]:
        yield from self._begin_native(frame)
        yield from self._move_on(text)
        yield from self._hear_problem(text)

    def _hear_saved(self, path: str) -> Iterator[LogEvent]:
        if self._is_driven:
            self._held.append(path)
            return
        is_rendering = self._is_told and not self._is_over
        frame = self._frame if is_rendering else self._number_in(path)
        if frame is None and not self._is_over:
            frame = self._frame
        if frame is not None and frame != self._frame:
            yield from self._begin(frame, is_told=False)
        yield from self._save(path, frame)

    def _hear_time(self, match: re.Match[str]) -> Iterator[LogEvent]:
        if self._frame is not None and not self._is_driven:
            hours, minutes, seconds = (float(part or 0) for part in match.groups())
            yield from self._finish(self._frame, 3600 * hours + 60 * minutes + seconds)

    def _hear_other(self, text: str) -> Iterator[LogEvent]:
        was_traceback, self._is_traceback = self._is_traceback, bool(_TRACEBACK.match(text))
        if was_traceback and _RAISED.match(text):
            yield from self._report(Problem("python_error", text, Severity.WARNING))
        elif match := _VERSION.match(text):
            self._version = match[1]
        elif text and not self._is_traceback:
            yield from self._hear_problem(text)

    def _hear_problem(self, text: str) -> Iterator[LogEvent]:
        if kind := self._rules.match(text):
            frame = None if self._is_over else self._frame
            yield from self._report(Problem(kind.code, text, kind.severity, frame))

    # --- what becomes of it -------------------------------------------------------------------

    def _begin_native(self, frame: int) -> Iterator[LogEvent]:
        if not self._is_driven:
            yield from self._begin(frame)

    def _begin(self, frame: int, *, is_told: bool = True) -> Iterator[LogEvent]:
        self._is_told = is_told
        if frame != self._frame:
            self._frame = frame
            self._is_over = self._is_spoiled = self._has_quit = False
            self._progress.restart()
            self._saved.clear()
            self._held.clear()
            yield FrameStarted(frame)

    def _move_on(self, text: str) -> Iterator[LogEvent]:
        if self._frame is not None and not self._is_over and self._progress.advance(text):
            percent, seconds_left = self._progress.percent, self._progress.seconds_left
            yield Progress(percent, self._frame, seconds_left)

    def _save_held(self) -> Iterator[LogEvent]:
        """Files that only Blender named, of File Output nodes, come after the driver's picture.

        The first file of a frame is its main one, and a frame that failed must not be judged by
        the others alone.
        """
        for path in self._held:
            yield from self._save(path, self._frame)
        self._held.clear()

    def _save(self, path: str, frame: int | None) -> Iterator[LogEvent]:
        key = path.replace("\\", "/")
        if path and key not in self._saved:
            self._saved.add(key)
            yield FrameSaved(path, frame)

    def _finish(self, frame: int, seconds: float | None) -> Iterator[LogEvent]:
        if frame == self._frame and not self._is_over:
            self._is_over = True
            if not self._is_spoiled:
                yield FrameFinished(frame, seconds)

    def _report(self, problem: Problem) -> Iterator[LogEvent]:
        """Once per frame and kind; a warning once per text."""
        problem = self._blame_version(replace(problem, text=_LEVEL.sub("", problem.text, count=1)))
        problem = self._rules.put_in_words(problem)
        text_key, frame_key = (problem.code, problem.text), (problem.code, problem.frame)
        is_warning = problem.severity is Severity.WARNING
        if (text_key if is_warning else frame_key) not in self._problems:
            yield problem
        self._problems |= {text_key} if is_warning else {text_key, frame_key}
        self._is_spoiled |= problem.severity is Severity.FATAL

    def _blame_version(self, problem: Problem) -> Problem:
        """A file of a newer Blender looks broken to an older one, or crashes it."""
        if problem.code not in ("scene_damaged", "crash") or not self._is_scene_newer():
            return problem
        told = f"The scene is of Blender {self._scene_version}, this is {self._version}: "
        return replace(problem, code="version", text=told + problem.text)

    def _is_scene_newer(self) -> bool:
        if self._scene_version is None or self._version is None:
            return False
        return _release(self._scene_version) > _release(self._version)

    def _quit(self, text: str) -> Iterator[LogEvent]:
        self._is_over |= not self._is_driven
        if not self._has_quit:
            self._has_quit = True
            yield RunFinished(text)

    def _number_in(self, path: str) -> int | None:
        """The frame that the file name names, if there is no doubt; a minus may be a hyphen."""
        name = re.split(r"[/\\]", path)[-1].rpartition(".")[0]
        numbers = {int(sign + digits) for sign, digits in _NUMBER.findall(name)}
        if self._frames:
            numbers = (numbers | {abs(number) for number in numbers}) & self._frames
        return numbers.pop() if len(numbers) == 1 else None


def _release(version: str) -> tuple[int, ...]:
    """The first two numbers, which decide what can be read."""
    return tuple(int(part) for part in re.findall(r"\d{1,9}", version)[:2])
