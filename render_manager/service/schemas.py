"""What a door hands in with a verb.

Moments are seconds since 1970, or text as `base.moments` reads it; hours are text as `base.hours`
reads it. `machines` are names of machines and of pools, as a list or as text with commas between;
`needs` are amounts by the name of a limit, or text as `base.amounts` reads it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from render_manager.domain.after import After
from render_manager.domain.evidence import OnSuspicion
from render_manager.domain.frame_order import FrameOrder
from render_manager.domain.job import RenderOptions


@dataclass(frozen=True, slots=True)
class Submission:
    """A scene to be queued. None means "the default": of the scene, or of the settings.

    `frames` is text such as "1-100x2,150"; `total_frames` means frames 1 to that number, as in the
    original service. With `hold` the task waits, paused, until it is resumed.
    """

    project_file: str
    render_engine: str | None = None
    frames: str | None = None
    total_frames: int | None = None
    priority: int | None = None
    max_retries: int | None = None
    output_dir: str | None = None
    options: RenderOptions = field(default_factory=RenderOptions)
    hold: bool = False
    on_suspicion: OnSuspicion | None = None
    start_at: str | float | None = None
    hours: str | None = None
    ready_by: str | float | None = None
    machines: Sequence[str] | None = None
    needs: Mapping[str, int] | str | None = None
    depends_on: Sequence[After] | str | None = None
    frame_order: FrameOrder | None = None
    approve_after: int | None = None


@dataclass(frozen=True, slots=True)
class TaskChanges:
    """What is to be different about tasks; None leaves it as it is.

    An empty text, no `layers`, 0 `samples` and a `size` of (0, 0) mean "as in the scene". `size` is
    width and height in pixels. `extra` are options that one renderer knows (`RenderOptions.extra`)
    by name; an empty one is taken away, others stay as they are. So are empty times: without a start
    a task runs when it is its turn, without hours in those for all. `machines` are names of machines
    and pools that may render it; without any, all may. `needs` are what each run takes of the named
    limits, where that is other than for its renderer; without any it is as for its renderer.
    """

    frames: str | None = None
    camera: str | None = None
    layers: tuple[str, ...] | None = None
    size: tuple[int, int] | None = None
    samples: int | None = None
    engine: str | None = None
    device: str | None = None
    format: str | None = None
    extra: dict[str, str] | None = None
    output_dir: str | None = None
    priority: int | None = None
    max_retries: int | None = None
    on_suspicion: OnSuspicion | None = None
    start_at: str | float | None = None
    hours: str | None = None
    ready_by: str | float | None = None
    machines: Sequence[str] | None = None
    needs: Mapping[str, int] | str | None = None
    depends_on: Sequence[After] | str | None = None
    frame_order: FrameOrder | None = None
    approve_after: int | None = None
