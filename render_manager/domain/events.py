"""What happens: the events read from a renderer's log, and those a run reports.

Log events are what a listener makes of log lines; they are claims. Run events are what the engine
has established (files checked, process ended) and are all that changes a frame's state.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from render_manager.base.i18n import _
from render_manager.domain.evidence import Expectation, Measure, Suspicion


class Severity(StrEnum):
    """How much a problem matters: worth knowing, bad for this frame, or the end of the run."""

    WARNING = "warning"
    ERROR = "error"
    FATAL = "fatal"


# --- log events -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FrameStarted:
    frame: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the frame is (0–100), and the renderer's own estimate of the seconds left."""

    percent: float
    frame: int | None = None
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True)
class FrameSaved:
    """The renderer says that it wrote a file; `path` is as the log names it."""

    path: str
    frame: int | None = None


@dataclass(frozen=True, slots=True)
class FrameFinished:
    """The renderer says that the frame is done; `seconds` is its own timing, if it tells."""

    frame: int
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something went wrong. `code` names the kind (`no_camera`), `text` is the log's own words.

    `is_hopeless` says that no frame of the task can succeed until somebody mends it (a missing
    scene). `line` is its place in the log, from 1. `cause` and `advice` are sentences in the user's
    language for what the code says, so they make no difference between two problems.
    """

    code: str
    text: str
    severity: Severity = Severity.ERROR
    frame: int | None = None
    is_hopeless: bool = False
    line: int | None = None
    cause: str = field(default="", compare=False)
    advice: str = field(default="", compare=False)

    def sentence(self) -> str:
        """Cause, what to do, and the log's line with its place; "" if the cause is not known."""
        if not self.cause:
            return ""
        place = _("Log: {text}") if self.line is None else _("Log line {line}: {text}")
        text = place.format(line=self.line, text=shorten(self.text, LONGEST_QUOTE))
        return " ".join(filter(None, (self.cause, self.advice, text)))


LONGEST_QUOTE = 200
"""Characters of a log's line that are quoted in a sentence."""


def shorten(text: str, most: int) -> str:
    """At most so many characters of the text, with a mark where some are left out."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


NO_LICENSE = "no_license"
"""The code of the one problem that is waited for, and uses up no retry."""


class Phase(StrEnum):
    """What a run is at, where that is not frames: the one before the first frame has other limits."""

    LOADING = "loading"
    COMPILING = "compiling"
    """Shaders, meshes, textures: minutes to hours, the first time."""
    RENDERING = "rendering"
    FINALIZING = "finalizing"
    """The frames are rendered and the last files are being written."""


@dataclass(frozen=True, slots=True)
class PhaseChanged:
    """What the run is at now, as the log says and as the run passes it on.

    `text` is the renderer's own word for it, `percent` is of the phase.
    """

    phase: Phase
    text: str = ""
    percent: float | None = None


@dataclass(frozen=True, slots=True)
class RunFinished:
    """The renderer says that it came to its end (which proves nothing about frames)."""

    text: str = ""


LogEvent = (
    FrameStarted | Progress | FrameSaved | FrameFinished | Problem | PhaseChanged | RunFinished
)


# --- evidence ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FrameFile:
    """One output file of a frame, read and found whole.

    `width` and `height` are pixels; `size` is bytes; `layers` are the names found in the file
    (EXR parts or layers); `notes` says what is suspicious though readable (`black`, `nan`, …).
    """

    path: str
    size: int
    width: int
    height: int
    layers: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


# --- run events -------------------------------------------------------------------------------


class Outcome(StrEnum):
    """How a run ended."""

    FINISHED = "finished"
    """The process ended by itself and every frame of the chunk has evidence."""
    FAILED = "failed"
    """The process ended and frames lack evidence."""
    GAVE_WAY = "gave_way"
    """Asked to make room, it stopped at a frame border."""
    CANCELLED = "cancelled"
    """Ended because the user or the end of the program asked for it."""
    NOT_STARTED = "not_started"
    """The process could not be started at all."""


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The process exists. `process_created` is its creation time (seconds since the epoch)."""

    pid: int
    process_created: float
    command: str
    log_path: str


@dataclass(frozen=True, slots=True)
class RunNoticed:
    """Something that the user should know of the run, though it goes on; a sentence."""

    text: str


@dataclass(frozen=True, slots=True)
class FrameBegan:
    frame: int


@dataclass(frozen=True, slots=True)
class FrameProgress:
    frame: int
    percent: float
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True)
class FrameCompleted:
    """The frame's files are there, new, whole and of the right size; the first is the main one.

    `suspicions` are those that the frame itself gives rise to, and `expected` is what every frame
    of the task should have from now on, if this run learned it.
    """

    frame: int
    files: tuple[FrameFile, ...]
    seconds: float | None = None
    thumbnail_path: str | None = None
    suspicions: tuple[Suspicion, ...] = ()
    measure: Measure | None = None
    expected: Expectation = ()


@dataclass(frozen=True, slots=True)
class FrameRejected:
    """The frame has no evidence; `reason` is a sentence for a person."""

    frame: int
    reason: str


@dataclass(frozen=True, slots=True)
class RunEnded:
    """The process and all its children are gone; `missing` are the frames without evidence.

    `problem` is the one that the log or a watchdog blames, `in_work` the frame that was being
    rendered when the process ended by itself, if there was one. `longest_silence` is the longest
    time without a sign of life, in seconds, after which the renderer went on.
    """

    outcome: Outcome
    exit_code: int | None = None
    reason: str = ""
    missing: tuple[int, ...] = ()
    startup_seconds: float | None = None
    problem: Problem | None = None
    in_work: int | None = None
    longest_silence: float = 0.0


RunEvent = (
    RunStarted
    | PhaseChanged
    | RunNoticed
    | FrameBegan
    | FrameProgress
    | FrameCompleted
    | FrameRejected
    | RunEnded
)


@dataclass(frozen=True, slots=True)
class RunReport:
    """A batch of events of one run, in order."""

    run_id: int
    events: tuple[RunEvent, ...] = field(default=())
