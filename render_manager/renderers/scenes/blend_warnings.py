"""What a person should know of a .blend before it is rendered: gaps, traps and surprises."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PureWindowsPath

from render_manager.base.i18n import N_, _
from render_manager.domain.job import SceneInfo
from render_manager.renderers.scenes.blend_scene import BlendScene

_STORED = {
    "start": N_("the first frame"),
    "end": N_("the last frame"),
    "step": N_("the frame step"),
    "fps": N_("the frames per second"),
    "layers": N_("the view layers"),
    "engine": N_("the render engine"),
    "prefix": N_("the output path"),
    "format": N_("the file format"),
}

_MOVIES = {"FFMPEG", "AVI_RAW", "AVI_JPEG"}


def warnings_about(info: SceneInfo, scene: BlendScene) -> Iterator[str]:
    """Sentences about the scene that `info` was read from."""
    if scene.is_elsewhere:
        yield _("The open scene is linked from another file, so nothing is known of it here.")
        return
    yield from _about_gaps(info)
    yield from _about_size(scene)
    yield from _about_cameras(info, scene)
    yield from _about_output(info, scene)
    yield from _about_content(info, scene)


def _about_gaps(info: SceneInfo) -> Iterator[str]:
    gaps = [_(words) for member, words in _STORED.items() if getattr(info, member) in (None, ())]
    if gaps:
        yield _("Not known of this file: {gaps}. Blender {version} stores that otherwise.").format(
            gaps=", ".join(gaps), version=info.version
        )


def _about_size(scene: BlendScene) -> Iterator[str]:
    if scene.resolution is None:
        yield _("The size of the pictures is not known: the file has no resolution.")
    elif scene.size is None:
        yield _("The render region is smaller than a pixel: Blender will refuse to render it.")
    elif scene.joins_views:
        yield _("The size of the pictures is not known: both eyes go into one stereo picture.")
    elif scene.has_views:
        yield _("The scene is rendered in several views (stereo): a picture per frame and view.")


def _about_cameras(info: SceneInfo, scene: BlendScene) -> Iterator[str]:
    if info.camera is None and not scene.shows_edit:
        yield _("The scene has no active camera. Choose one, or Blender will not render it.")
    if scene.marker_cameras:
        yield _("Markers switch the camera on their frames, whichever is chosen: {names}.").format(
            names=", ".join(scene.marker_cameras)
        )
    if scene.has_linked_members:
        yield _("Cameras linked from other files are not listed, except the active one.")


def _about_output(info: SceneInfo, scene: BlendScene) -> Iterator[str]:
    if info.format in _MOVIES:
        yield _("The scene writes a movie. Its frames will be written as PNG pictures instead.")
    if info.prefix is not None and not _is_anchored(info.prefix):
        yield _("The output path “{path}” depends on the folder that Blender starts in.").format(
            path=info.prefix
        )
    if scene.shows_edit:
        yield _("The video sequencer has strips: they are rendered instead of the cameras' view.")


def _about_content(info: SceneInfo, scene: BlendScene) -> Iterator[str]:
    if info.start is not None and info.end is not None and info.end < info.start:
        yield _("The frame range {start} to {end} runs backwards and holds no frame.").format(
            start=info.start, end=info.end
        )
    if info.layers and not any(layer.renderable for layer in info.layers):
        yield _("No view layer is used for rendering: the pictures will be empty.")
    if scene.scripts:
        yield _(
            "Python in the file runs only if Blender may run scripts by itself: {names}."
        ).format(names=", ".join(scene.scripts))


def _is_anchored(path: str) -> bool:
    """Whether the path means the same from any folder; `//` is that of the .blend."""
    return path.startswith(("/", "\\")) or PureWindowsPath(path).drive != ""
