"""What the patterns of a described renderer find in a scene file, and what is assumed beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.domain.frames import format_frames
from render_manager.domain.job import SceneInfo
from render_manager.renderers.described.description import Description
from render_manager.renderers.described.numbers import frame_range, whole
from render_manager.renderers.described.values import LONGEST_LINE, MOST_PIXELS

READ_BYTES = 1_000_000
"""How much of a scene is looked at, from its beginning."""


def inspect_scene(scene: Path, description: Description) -> SceneInfo:
    """The frames and size of a scene. Raises UserError if it cannot be read or is empty."""
    found = _numbers(_lines(scene), dict(description.scene))
    defaults = description.defaults
    frames = frame_range(found.get("start"), found.get("end"))
    taken = frames or defaults.frames
    width = _pixels(found.get("width"))
    height = _pixels(found.get("height"))
    return SceneInfo(
        renderer=description.name,
        start=taken[0] if taken else None,
        end=taken[-1] if taken else None,
        step=taken.step if taken else None,
        width=width or defaults.width,
        height=height or defaults.height,
        warnings=(
            *_frames_warning(scene, frames, taken),
            *_size_warning(scene, width and height, defaults.width, defaults.height),
        ),
    )


def _lines(scene: Path) -> list[str]:
    try:
        with scene.open("rb") as file:
            beginning = file.read(READ_BYTES)
    except OSError as error:
        raise UserError(
            _("“{scene}” cannot be read ({why}). Check that it is there and that you may.").format(
                scene=scene, why=error.strerror or error
            ),
            field="project_file",
        ) from error
    if not beginning:
        raise UserError(
            _("“{scene}” is empty. Save the scene again.").format(scene=scene),
            field="project_file",
        )
    return beginning.decode("utf-8-sig", "replace").splitlines()


def _numbers(
    lines: Iterable[str], patterns: Mapping[str, re.Pattern[str] | None]
) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in lines:
        for key, pattern in patterns.items():
            match = pattern.search(line[:LONGEST_LINE]) if pattern and key not in found else None
            number = whole(match[1]) if match else None
            if number is not None:
                found[key] = number
    return found


def _pixels(number: int | None) -> int | None:
    return number if number is not None and 1 <= number <= MOST_PIXELS else None


def _frames_warning(scene: Path, frames: range | None, taken: range | None) -> Iterator[str]:
    if frames:
        return
    if taken:
        yield _("“{scene}” does not say its frames; {frames} are assumed.").format(
            scene=scene.name, frames=format_frames(taken)
        )
    else:
        yield _("“{scene}” does not say its frames; name the frames to render.").format(
            scene=scene.name
        )


def _size_warning(
    scene: Path, is_found: object, width: int | None, height: int | None
) -> Iterator[str]:
    if is_found:
        return
    if width and height:
        yield _("“{scene}” does not say its size; {width} × {height} pixels are assumed.").format(
            scene=scene.name, width=width, height=height
        )
    else:
        yield _(
            "“{scene}” does not say its size, so the size of its frames is not checked."
        ).format(scene=scene.name)
