"""A task: one scene to render with its frames, what the user wants of it, and its runs under way."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from render_manager.domain.after import After
from render_manager.domain.events import FrameFile, Phase, PhaseChanged, Problem
from render_manager.domain.evidence import Expectation, Measure, OnSuspicion, Suspicion
from render_manager.domain.frame_order import FrameOrder, Pass, passes
from render_manager.domain.frames import FrameTable
from render_manager.domain.job import RenderJob
from render_manager.domain.neighbours import Neighbours
from render_manager.domain.patience import KILLS_TO_SET_ASIDE
from render_manager.domain.preflight import Finding
from render_manager.domain.states import FrameState, TaskState, Wish, task_state
from render_manager.domain.terms import TERMS, Terms
from render_manager.domain.timetable import NO_WISHES, TimeWishes

LOW, NORMAL, HIGH = range(3)
"""The priority bands 0–3, 4–7 and 8–10."""


def band(priority: int) -> int:
    """The band that a priority from 0 to 10 lies in."""
    return (priority >= 4) + (priority >= 8)


@dataclass(frozen=True, slots=True)
class FrameDetail:
    """Everything known of one frame. `seconds` is its render time; the first file is the main one."""

    state: FrameState
    files: tuple[FrameFile, ...] = ()
    thumbnail_path: str | None = None
    seconds: float | None = None
    error_message: str | None = None

    @property
    def output_path(self) -> str | None:
        return self.files[0].path if self.files else None


@dataclass(slots=True)
class Doubts:
    """What the queue has seen of a task's frames since the program started."""

    neighbours: Neighbours[FrameDetail] = field(default_factory=Neighbours)
    bad_row: set[int] = field(default_factory=set)
    """The frames found bad since the last good one, by number."""
    seen_again: dict[int, list[str]] = field(default_factory=dict)
    """By frame number: the digests of the pictures that were rendered again as suspicious."""
    rejects: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """By frame number: the files to put aside before it is rendered again."""

    def may_look_again(self, number: int, measure: Measure | None, most: int) -> bool:
        """Whether a suspicious frame is worth another try: one that comes out the same is not."""
        seen = self.seen_again.setdefault(number, [])
        digest = measure.digest if measure is not None else ""
        if len(seen) >= most or (digest and digest in seen):
            return False
        seen.append(digest)
        return True

    def take_rejects(self, frames: Iterable[int]) -> tuple[str, ...]:
        """The files to put aside before these frames are rendered again; told once."""
        return tuple(path for frame in frames for path in self.rejects.pop(frame, ()))

    def forgive(self) -> None:
        self.bad_row.clear()
        self.seen_again.clear()


LEAN = 0.25
"""How much the newest measurement counts in a running mean."""

DRIFT = LEAN / (2 - LEAN)
"""The share of the measurements' variance that a running mean itself has."""

CAUTION = 1.6
"""How many mean deviations an estimate may be off: of frame times that scatter by the bell curve,
four in five lie nearer to their mean."""


@dataclass(slots=True)
class Timing:
    """What the task's runs have taught: seconds until the first frame, and per frame.

    Each is a running mean that leans to the newer measurements; None until one was made. `scatter`
    is how far frames were from the mean before them, as a running mean too; None until the second.
    `silence` is the longest time without a sign of life after which a renderer went on, in memory
    only.
    """

    startup: float | None = None
    frame: float | None = None
    scatter: float | None = None
    silence: float = 0.0

    def learn_startup(self, seconds: float) -> None:
        self.startup = _lean(self.startup, seconds)

    def learn_frame(self, seconds: float) -> None:
        if self.frame is not None:
            self.scatter = _lean(self.scatter, abs(seconds - self.frame))
        self.frame = _lean(self.frame, seconds)

    def learn_silence(self, seconds: float) -> None:
        self.silence = max(self.silence, seconds)

    def seconds_for(self, frames: float) -> tuple[float, float] | None:
        """What so many more frames will take, from … to; None before the first.

        Their mean is off from the one so far by two things: chance, which evens out over many
        frames, and the drift of the running mean, which does not. For `scatter` s and n frames:
        n · (mean ± CAUTION · s · √(1/n + DRIFT)).
        """
        if self.frame is None:
            return None
        share = math.sqrt(1 / max(1.0, frames) + DRIFT)
        off = CAUTION * (self.scatter or 0.0) * share
        return frames * max(0.0, self.frame - off), frames * (self.frame + off)


def _lean(mean: float | None, value: float) -> float:
    return value if mean is None else mean + LEAN * (value - mean)


@dataclass(slots=True)
class Run:
    """A renderer process at work on some frames of a task, as the queue sees it."""

    id: int
    frames: tuple[int, ...]
    started_at: float
    pid: int | None = None
    process_created: float | None = None
    log_path: str | None = None
    command: str | None = None
    completed: int = 0
    machine: str = ""
    """Who makes it; "" is this machine."""
    is_giving_way: bool = False
    phase: PhaseChanged | None = None
    progress: dict[int, float] = field(default_factory=dict)
    """Percent done of the frames in work."""


@dataclass(slots=True, eq=False)
class Task:
    """One scene with its frames. Times are seconds since the epoch; `position` orders equals."""

    id: int
    job: RenderJob
    created_at: float
    position: float = 0.0
    priority: int = 5
    wish: Wish = Wish.RUN
    kept_to: tuple[str, ...] = ()
    """The machines and pools that may render it, by name; without any, all may."""
    needs: Mapping[str, int] = field(default_factory=dict)
    """What each run takes of the named limits, where that is other than for its renderer; 0 is nothing."""
    after: tuple[After, ...] = ()
    """The earlier tasks that it waits for."""
    frames_text: str | None = None
    """The frames the user asked for; None means the scene's own range."""
    frames: FrameTable = field(default_factory=FrameTable)
    approve_after: int = 0
    """After so many frames, the first in its order, it waits until somebody approves them; 0 is never."""
    frame_order: FrameOrder = FrameOrder.NUMBERED
    """Which of them are rendered first."""
    first_frame_id: int = 0
    """The id of the first frame; the others follow without a gap."""
    times: TimeWishes = NO_WISHES
    max_retries: int = 3
    retry_count: int = 0
    retry_at: float | None = None
    failures: dict[int, int] = field(default_factory=dict)
    """How often the runs of a frame, by its number, failed by its fault. In memory only."""
    kills: dict[int, int] = field(default_factory=dict)
    """How often the frame ended the renderer with an error. In memory only."""
    waits_for_license_since: float | None = None
    """When the renderer was first refused a licence, if it has had none since. In memory only."""
    license_refusals: int = 0
    """How often since then."""
    error_message: str | None = None
    problem: Problem | None = None
    """What the log of the newest run that ended is blamed for. In memory only."""
    is_broken: bool = False
    """The scene could not be read, so there are no frames."""
    findings: tuple[Finding, ...] = ()
    """What was found wrong with it before it was rendered; not kept over a restart."""
    started_at: float | None = None
    finished_at: float | None = None
    on_suspicion: OnSuspicion = OnSuspicion.NOTE
    intended: frozenset[Suspicion] = frozenset()
    """What the user said is as intended; no frame is suspected of it."""
    expected: Expectation = ()
    """What every frame should have, as far as its first good ones told."""
    suspicions: dict[int, tuple[Suspicion, ...]] = field(default_factory=dict)
    """What a person should look at, by frame number, less what is intended."""
    doubts: Doubts = field(default_factory=Doubts)
    """In memory only."""
    frame_bytes: float | None = None
    """The size of a frame's files, as a running mean. In memory only."""
    rendered_seconds: float = 0.0
    """Time spent in runs that have ended."""
    timing: Timing = field(default_factory=Timing)
    runs: dict[int, Run] = field(default_factory=dict)

    @property
    def state(self) -> TaskState:
        return task_state(
            self.wish,
            self.frames.counts,
            has_runs=bool(self.runs),
            is_broken=self.is_broken,
        )

    @property
    def terms(self) -> Terms:
        """On what terms it is rendered."""
        return Terms(**{name: getattr(self, name) for name in TERMS})

    @property
    def is_in_play(self) -> bool:
        """Whether it matters to what is started or stopped next."""
        return bool(self.runs) or (
            self.wish is Wish.RUN and self.frames.counts[FrameState.PENDING] > 0
        )

    @property
    def lacks_frames(self) -> bool:
        """Whether its scene was read, but does not say which frames to render."""
        return self.is_broken and self.job.scene is not None

    @property
    def phase(self) -> PhaseChanged | None:
        """What its runs are at, while none of them renders; None if that is nothing special."""
        phases = [run.phase for run in self.runs.values()]
        if not phases or any(each is None or each.phase is Phase.RENDERING for each in phases):
            return None
        return phases[0]

    @property
    def is_held(self) -> bool:
        """Whether the queue itself paused it, because it cannot succeed as it is."""
        return self.state is TaskState.PAUSED and self.error_message is not None

    @property
    def is_inspected(self) -> bool:
        """Whether its scene was read (or found unreadable)."""
        return len(self.frames) > 0 or self.is_broken

    @property
    def total_frames(self) -> int:
        return len(self.frames)

    @property
    def completed_frames(self) -> int:
        return self.frames.counts[FrameState.COMPLETED]

    @property
    def failed_frames(self) -> int:
        return self.frames.counts[FrameState.FAILED]

    @property
    def percentage(self) -> float:
        """How much is done, 0–100, counting the finished part of frames in work."""
        if not self.frames:
            return 0.0
        partial = sum(sum(run.progress.values()) for run in self.runs.values()) / 100
        done = min(self.completed_frames + partial, len(self.frames))
        return 100 * done / len(self.frames)

    def elapsed(self, now: float) -> float:
        """Seconds spent rendering, up to `now`."""
        return self.rendered_seconds + sum(
            max(0.0, now - run.started_at) for run in self.runs.values()
        )

    def seconds_left(self) -> tuple[float, float] | None:
        """From … to, by the frames so far, with the runs it has now; None before the first.

        The same twice where frame times do not scatter. See `Timing.seconds_for`.
        """
        estimate = self.timing.seconds_for(len(self.frames) * (1 - self.percentage / 100))
        if estimate is None:
            return None
        runs = max(1, len(self.runs))
        return estimate[0] / runs, estimate[1] / runs

    def learn_size(self, size: int) -> None:
        """A frame is there whose files have so many bytes."""
        self.frame_bytes = _lean(self.frame_bytes, size)

    def note_license_refusal(self, now: float) -> None:
        if self.waits_for_license_since is None:
            self.waits_for_license_since = now
        self.license_refusals += 1

    def forget_license_wait(self) -> bool:
        """It waits for no licence any more; say whether it did."""
        did = self.waits_for_license_since is not None
        self.waits_for_license_since = None
        self.license_refusals = 0
        return did

    def blame(self, frames: Iterable[int], killer: int | None) -> None:
        """Count a failure of each of `frames`, one of which may have ended the renderer."""
        for frame in frames:
            self.failures[frame] = self.failures.get(frame, 0) + 1
        if killer is not None:
            self.kills[killer] = self.kills.get(killer, 0) + 1

    def acquit(self, frame: int) -> None:
        """The frame is there: what it did before no longer counts."""
        self.failures.pop(frame, None)
        self.kills.pop(frame, None)

    def is_worn(self, frame: int) -> bool:
        """Whether the frame failed as often as it may."""
        return self.failures.get(frame, 0) > self.max_retries

    def is_set_aside(self, frame: int) -> bool:
        """Whether the frame ended the renderer so often that it is rendered last, and alone."""
        return self.kills.get(frame, 0) >= KILLS_TO_SET_ASIDE

    def forget_troubles(self) -> None:
        """Nothing is held against any frame, and no licence is waited for."""
        self.failures.clear()
        self.kills.clear()
        self.doubts.forgive()
        self.forget_license_wait()

    def forget_evidence(self) -> None:
        """Its frames are to be others: what was learned of those before does not count."""
        self.expected = ()
        self.suspicions.clear()
        self.doubts = Doubts()

    def suspect(self, frame: int, suspicions: Iterable[Suspicion]) -> bool:
        """Note what is suspicious about a frame; say whether anything is that was not before."""
        before = self.suspicions.get(frame, ())
        news = [each for each in suspicions if each not in self.intended and each not in before]
        if news:
            self.suspicions[frame] = tuple(each for each in Suspicion if each in {*before, *news})
        return bool(news)

    def drop_frame(self, index: int) -> None:
        """The frame is to be rendered again: nothing is known of its picture."""
        self.suspicions.pop(self.frames.numbers[index], None)
        self.doubts.neighbours.forget(index)

    def begin_run(self, run: Run) -> None:
        """A run is under way, with frames that no other one gets."""
        self.runs[run.id] = run
        self.frames.give(run.frames)

    def end_run(self, run: Run) -> None:
        """It is not any more."""
        del self.runs[run.id]
        self.frames.take_back(run.frames)

    def frame_id(self, index: int) -> int:
        return self.first_frame_id + index

    def unassigned(self, most: int, may_render: Callable[[int], bool] | None = None) -> list[int]:
        """The first pending frames of one pass (see `passes`), ascending and at most `most`, that no
        run has been given; only those that `may_render` lets be begun, if it is given.

        Frames set aside come last, and one at a time: they would take the others down with them.
        """
        most = min(most, self._let_begin) if self.approve_after else most
        set_aside: list[int] = []
        for each in passes(self.frame_order, len(self.frames)):
            ordinary: list[int] = []
            for frame in self._free(each, may_render):
                if len(ordinary) == most:
                    break
                (set_aside if self.is_set_aside(frame) else ordinary).append(frame)
            if ordinary:
                return ordinary
        return set_aside[: min(most, 1)]

    @property
    def awaits_approval(self) -> bool:
        """Whether it goes on when its first frames are approved, and not before."""
        if not self.approve_after or self.wish is not Wish.RUN or self.runs:
            return False
        return self.frames.counts[FrameState.PENDING] > 0 and self._let_begin == 0

    @property
    def _let_begin(self) -> int:
        """How many more frames may be begun before somebody looks at the first."""
        return max(0, self.approve_after - (len(self.frames) - self.frames.free_count))

    def _free(self, places: Pass, may_render: Callable[[int], bool] | None) -> Iterator[int]:
        indexes = (index for span in places for index in self.frames.free(span))
        free = map(self.frames.numbers.__getitem__, indexes)
        return free if may_render is None else filter(may_render, free)


def sort_key(task: Task) -> tuple[int, float, int]:
    """The order in which tasks get their turn: higher priority first, then position, then age."""
    return -task.priority, task.position, task.id


def in_turn(tasks: Sequence[Task]) -> list[Task]:
    return sorted(tasks, key=sort_key)
