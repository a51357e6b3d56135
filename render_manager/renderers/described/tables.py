"""The tables of a renderer's TOML file; its keys are explained in `samples/povray.toml`."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from render_manager.domain.events import Severity
from render_manager.renderers.described.spots import NumberSpot
from render_manager.renderers.described.values import (
    FrameRange,
    LogRegex,
    LogRegexes,
    NumberRegex,
    PathRegexes,
    Pixels,
    ProgressRegexes,
    TemplateText,
    Word,
)

MOST_MEGABYTES = 64
"""The most of a scene that can be asked to be looked at: a few seconds."""


class Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Defaults(Table):
    """`[defaults]`: what is taken where the scene says nothing."""

    frames: FrameRange | None = None
    width: Pixels | None = None
    height: Pixels | None = None


class ScenePatterns(Table):
    """`[scene]`: where a scene says its own numbers."""

    start: NumberSpot | None = None
    end: NumberSpot | None = None
    width: NumberSpot | None = None
    height: NumberSpot | None = None
    frame_in_name: NumberRegex | None = None
    size_may_differ: bool = False
    megabytes: Annotated[int, Field(ge=1, le=MOST_MEGABYTES)] = 1


class LogPatterns(Table):
    """`[patterns]`: what the lines of the log mean."""

    frame_started: LogRegexes = ()
    progress: ProgressRegexes = ()
    saved: PathRegexes = ()
    frame_finished: LogRegexes = ()
    run_finished: LogRegexes = ()
    saved_first: bool = False


class ProblemPattern(Table):
    """`[[problem]]`: a line of the log that tells of something wrong."""

    pattern: LogRegex
    code: Word
    severity: Severity = Severity.ERROR


class FrameList(Table):
    """`frame_list`: how {frames} is written; `range` is for neighbours, as `{first}-{last}`."""

    separator: str = ","
    range: TemplateText | None = None
