"""What the patterns of a described renderer find in a scene file, and what is assumed beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.domain.frames import format_frames
from render_manager.domain.job import SceneInfo
from render_manager.renderers.described.description import Description
from render_manager.renderers.described.numbers import frame_range, whole
from render_manager.renderers.described.search import look_through
from render_manager.renderers.described.tables import ScenePatterns
from render_manager.renderers.described.values import MOST_PIXELS
from render_manager.renderers.ordinary_file import check_ordinary
from render_manager.renderers.renderer import from_documentation

MEGABYTE = 1_000_000


def inspect_scene(scene: Path, description: Description) -> SceneInfo:
    """The frames, size and choices of a scene. Raises UserError if it cannot be read or is empty."""
    spots = description.scene
    found, choices = look_through(_read(scene, spots.megabytes * MEGABYTE), description)
    defaults = description.defaults
    frames = _frame_in_name(scene, spots) or frame_range(found.get("start"), found.get("end"))
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
        size_may_differ=spots.size_may_differ,
        choices=choices,
        warnings=(
            *_proof_warning(description),
            *_frames_warning(scene, frames, taken),
            *_size_warning(scene, width and height, defaults.width, defaults.height),
        ),
    )


def _read(scene: Path, size: int) -> bytes:
    check_ordinary(scene)
    try:
        with scene.open("rb") as file:
            beginning = file.read(size)
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
    return beginning


def _frame_in_name(scene: Path, spots: ScenePatterns) -> range | None:
    match = spots.frame_in_name.search(scene.name) if spots.frame_in_name else None
    number = whole(match[1]) if match else None
    return frame_range(number, number)


def _pixels(number: int | None) -> int | None:
    return number if number is not None and 1 <= number <= MOST_PIXELS else None


def _proof_warning(description: Description) -> Iterator[str]:
    if description.proof == "documentation":
        yield from_documentation(description.title)


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
