"""Which frames one run can take, and how a list of frames is written for a renderer."""

from __future__ import annotations

from render_manager.renderers.described.template import Template

MOST_LISTED = 1000
"""The most frames named on one command line: Windows allows 32,767 characters for all of it."""

Frames = tuple[int, ...]


def single_frames(frames: Frames) -> list[Frames]:
    """A run for each frame."""
    return [(frame,) for frame in frames]


def even_runs(frames: Frames, *, any_step: bool) -> list[Frames]:
    """Ascending `frames` cut where their spacing changes, or wherever it is not 1."""
    runs: list[list[int]] = []
    for frame in frames:
        if runs and _continues(runs[-1], frame, any_step):
            runs[-1].append(frame)
        else:
            runs.append([frame])
    return [tuple(run) for run in runs]


def short_lists(frames: Frames) -> list[Frames]:
    """`frames` in pieces that fit a command line."""
    return [frames[at : at + MOST_LISTED] for at in range(0, len(frames), MOST_LISTED)]


def step_of(frames: Frames) -> int:
    """The spacing of evenly spaced frames; 1 for a single one."""
    return frames[1] - frames[0] if len(frames) > 1 else 1


def list_text(frames: Frames, separator: str, stretch: Template | None) -> str:
    """`frames` as the renderer reads them; `stretch` is how it writes neighbours (`1-3`)."""
    return separator.join(stretch_texts(frames, stretch))


def stretch_texts(frames: Frames, stretch: Template | None) -> list[str]:
    """`frames` as the renderer writes them, neighbours together; each by itself without `stretch`."""
    if stretch is None:
        return [str(frame) for frame in frames]
    return [_stretch_text(run, stretch) for run in even_runs(frames, any_step=False)]


def _continues(run: list[int], frame: int, any_step: bool) -> bool:
    gap = frame - run[-1]
    if len(run) > 1:
        return gap == run[1] - run[0]
    return any_step or gap == 1


def _stretch_text(run: Frames, stretch: Template) -> str:
    if len(run) == 1:
        return str(run[0])
    return stretch.fill({"first": run[0], "last": run[-1]})
