"""What a door hands in with a verb."""

from __future__ import annotations

from dataclasses import dataclass, field

from render_manager.domain.job import RenderOptions


@dataclass(frozen=True, slots=True)
class Submission:
    """A scene to be queued. None means "the default": of the scene, or of the settings.

    `frames` is text such as "1-100x2,150"; `total_frames` means frames 1 to that number, as in the
    original service.
    """

    project_file: str
    render_engine: str | None = None
    frames: str | None = None
    total_frames: int | None = None
    priority: int | None = None
    max_retries: int | None = None
    output_dir: str | None = None
    options: RenderOptions = field(default_factory=RenderOptions)
