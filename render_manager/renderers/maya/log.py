"""Reads the log of Maya's `Render`: what Maya says, and what the renderer inside it says.

Maya renders all frames of one layer before the next layer (Autodesk's help, "How frames are
rendered with render layers on the command-line"), so a frame of several layers or cameras is
finished only by its last pass; its files are told then, all at once.
"""

from __future__ import annotations

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
from render_manager.domain.job import RenderJob
from render_manager.renderers.maya import lines
from render_manager.renderers.maya.engines import cameras_of, layers_of, may_have_more
from render_manager.renderers.maya.passes import Passes
from render_manager.renderers.problem_rules import rules_of

MOST_PROBLEMS = 1000
"""A log that complains more often says nothing new."""


OVERWRITTEN = "overwritten"
"""The code of a problem that no line tells."""


class MayaListener:
    """Fulfils Listener, for every renderer inside Maya."""

    def __init__(self, job: RenderJob | None, frames: tuple[int, ...]) -> None:
        self._frames = frames
        self._rules = rules_of("maya")
        self._passes = Passes(frames, _passes_of(job))
        self._held = frames[-1] if frames and job and may_have_more(job) else None
        """A frame that is finished only with the scene: a run whose frames are all finished is
        ended, and pictures that nobody counted may come after the last."""
        self._frame: int | None = None
        """The frame in work, as far as the log lets one know."""
        self._is_rendering = False
        self._has_saved = False
        """Whether the pass in work has written a file, so that it is nearly over."""
        self._percent = -1.0
        self._abort: Problem | None = None
        """Why the picture in work was given up; it is written all the same."""
        self._problems: set[tuple[str, int | None, str]] = set()
        self._has_ended = False

    def feed(self, line: str) -> Iterable[LogEvent]:
        text = line.strip()
        if not text:
            return
        said = lines.understand(text)
        match said:
            case lines.Began(path, frame):
                yield from self._begin_pass(path, frame)
            case lines.Percent(begins_anew=True, percent=percent) if percent < self._percent:
                yield from self._end_pass(None, "")
                yield from self._move_on(percent, "")
            case lines.Percent(percent, path):
                yield from self._move_on(percent, path)
            case lines.Wrote(path):
                yield from self._save(path)
            case lines.Rendered(seconds, path):
                yield from self._end_pass(seconds, path)
            case lines.SceneDone():
                yield from self._end(text)
            case _:
                yield from self._hear_problem(text)

    def close(self) -> Iterable[LogEvent]:
        """A renderer that came to its end has rendered what it has to: also a frame with fewer
        passes than the scene promised."""
        if self._abort is not None and not self._frames:
            yield from self._report(self._abort)
        if self._has_ended:
            for frame in self._passes.open:
                yield from self._finish(frame)

    # --- frames -------------------------------------------------------------------------------

    def _begin_pass(self, path: str, named: int | None) -> Iterator[LogEvent]:
        """Arnold says so at each refinement of a progressive picture, which is no other frame."""
        refines = self._is_rendering and not self._has_saved and self._abort is None
        if named is not None and (not self._frames or named in self._frames):
            yield from self._begin(named)
        elif path or not refines:
            yield from self._begin(self._number(path))
        else:
            self._percent = -1.0

    def _begin(self, frame: int | None) -> Iterator[LogEvent]:
        """Renderers that name no file at the start render the frames in order."""
        frame = self._passes.next_after(self._frame) if frame is None else frame
        self._is_rendering, self._percent, self._abort = True, -1.0, None
        self._has_saved = False
        before, self._frame = self._frame, frame
        if frame is not None and frame != before:
            if self._passes.expected == 1 and self._held is None:
                yield FrameStarted(frame)
            else:
                yield Progress(self._passes.percent(frame, 0.0), frame)

    def _move_on(self, percent: float, path: str) -> Iterator[LogEvent]:
        if path:
            yield from self._begin_if_other(self._number(path))
        elif not self._is_rendering or self._frame is None:
            yield from self._begin(None)
        if percent > self._percent:
            self._percent = percent
            whole = percent if self._frame is None else self._passes.percent(self._frame, percent)
            yield Progress(min(100.0, whole), self._frame)

    def _begin_if_other(self, frame: int | None) -> Iterator[LogEvent]:
        if frame is not None and (frame != self._frame or not self._is_rendering):
            yield from self._begin(frame)

    def _save(self, path: str) -> Iterator[LogEvent]:
        frame = self._number(path)
        frame = self._frame if frame is None else frame
        if frame is None:
            yield FrameSaved(path)
        elif self._abort is not None:
            yield from self._give_up(frame, self._abort)
        else:
            if frame != self._frame:
                yield from self._begin(frame)
            self._has_saved = True
            if self._passes.overwrites(frame, path) and (rule := self._rules.about(OVERWRITTEN)):
                yield from self._report(rule.problem(path, frame))
            yield from self._tell(frame, self._passes.save(frame, path))

    def _end_pass(self, seconds: float | None, path: str) -> Iterator[LogEvent]:
        if path:
            yield from self._save(path)
        frame, self._is_rendering = self._frame, False
        if frame is not None and self._abort is not None:
            yield from self._give_up(frame, self._abort)
        elif frame is not None and self._passes.end_pass(frame, seconds) and frame != self._held:
            yield from self._finish(frame)

    def _give_up(self, frame: int, why: Problem) -> Iterator[LogEvent]:
        """What is written of the frame all the same is no evidence."""
        self._passes.spoil(frame)
        self._frame, self._abort = frame, None
        yield from self._report(replace(why, frame=frame))

    def _finish(self, frame: int) -> Iterator[LogEvent]:
        paths, seconds = self._passes.finish(frame)
        yield from self._tell(frame, paths)
        yield FrameFinished(frame, seconds)

    def _tell(self, frame: int, paths: Iterable[str]) -> Iterator[LogEvent]:
        yield from (FrameSaved(path, frame) for path in paths)

    def _end(self, text: str) -> Iterator[LogEvent]:
        if not self._has_ended:
            self._has_ended = True
            yield from self.close()
            yield RunFinished(text)

    def _number(self, path: str) -> int | None:
        return lines.frame_of(path, self._frames)

    # --- problems -----------------------------------------------------------------------------

    def _hear_problem(self, text: str) -> Iterator[LogEvent]:
        rule = self._rules.match(text)
        if rule is None:
            return
        frame = self._frame if self._is_rendering else None
        problem = rule.problem(text, frame)
        if lines.is_abort(text):
            self._abort = problem  # told when it is known of which frame
        else:
            yield from self._report(problem)

    def _report(self, problem: Problem) -> Iterator[LogEvent]:
        """The same words once per frame; a warning once at all."""
        frame = None if problem.severity is Severity.WARNING else problem.frame
        key = (problem.code, frame, problem.text)
        if key not in self._problems and len(self._problems) < MOST_PROBLEMS:
            self._problems.add(key)
            yield problem


def _passes_of(job: RenderJob | None) -> int:
    """How many pictures a frame consists of: a layer seen by a camera each."""
    if job is None:
        return 1
    return max(1, len(layers_of(job))) * max(1, len(cameras_of(job)))
