"""What a person should know about a Maya scene before it is rendered."""

from __future__ import annotations

import re
from collections.abc import Iterator

from render_manager.base.i18n import _
from render_manager.renderers.scenes.maya_assets import Missing
from render_manager.renderers.scenes.maya_nodes import (
    OVERRIDES,
    RENDER_GLOBALS,
    SHORT,
    MayaFile,
)
from render_manager.renderers.scenes.maya_references import Referenced
from render_manager.renderers.scenes.maya_scene import MayaScene

_SHOWN = frozenset(
    {
        *("startFrame", "endFrame", "byFrameStep", "width", "height"),
        *("currentRenderer", "imageFilePrefix", "imageFormat"),
    }
)
"""The settings that a layer may have otherwise, of those that are shown."""

_TEXTURED = frozenset({"mtoa", "redshift4maya", "vrayformaya", "RenderMan_for_Maya.py"})
"""Plug-ins whose textures are looked for in a .ma."""

_LONG = {"w": "width", "h": "height", **{short: long for long, short in SHORT.items()}}


def warnings_about(scene: MayaScene, referenced: Referenced, missing: Missing) -> list[str]:
    """Sentences, the gravest first."""
    return [
        *_about_file(scene.file),
        *_about_frames(scene),
        *_about_cameras(scene, referenced),
        *_about_references(referenced, missing.unknown),
        *_about_missing(missing),
    ]


def _about_file(file: MayaFile) -> Iterator[str]:
    if not file.complete:
        yield _("The scene's file ends too early: it was not saved whole. Save it again in Maya.")
    if file.codeset is not None:
        yield _("The scene's text encoding “{name}” is not known: names may look wrong.").format(
            name=file.codeset
        )
    if file.guessed:
        yield _("The scene does not say its text encoding: names may look wrong.")
    if file.full:
        yield _("The scene is so large that not all of it was read: lists may not be complete.")
    if file.binary and not _TEXTURED.isdisjoint(file.plugins):
        yield _("In a .mb, textures of plug-ins cannot be checked. Save it as .ma to check them.")


def _about_frames(scene: MayaScene) -> Iterator[str]:
    frames = scene.frames
    if frames is None:
        yield _("The scene's frame range cannot be read. Enter the frames.")
    elif scene.single_frame is not None:
        yield _("The scene is set to a single frame. Enter the frames if it is an animation.")
    elif not frames.whole:
        yield _("The scene's frame range has fractions; whole frames are shown. Check them.")
    if changed := _changed(scene.file):
        yield _("A layer changes {settings}: the values shown are the scene's defaults.").format(
            settings=", ".join(changed)
        )
    if scene.file.setting(RENDER_GLOBALS).switch("me", default=False):
        yield _("The scene renumbers its files: their numbers are not those of the frames.")
    if scene.size[0] is None:
        yield _("The scene's resolution cannot be read here. The renderer's own is taken.")


def _changed(file: MayaFile) -> list[str]:
    """Render setup names an override's node after the attribute, with a number if need be."""
    overrides = (re.sub(r"\d+$", "", node.name.rsplit(":", 1)[-1]) for node in file.of(*OVERRIDES))
    names = {_LONG.get(name, name) for name in (*overrides, *file.layer_changes)}
    return sorted(names & _SHOWN)


def _about_cameras(scene: MayaScene, referenced: Referenced) -> Iterator[str]:
    """A reference that was not read may have the camera that renders."""
    cameras = [*scene.cameras(), *referenced.cameras]
    unread = referenced.unknown or referenced.passed or referenced.missing
    if cameras and not unread and not any(camera.renderable for camera in cameras):
        yield _("No camera of the scene is set to render. Choose a camera.")


def _about_references(referenced: Referenced, unknown_files: int) -> Iterator[str]:
    if referenced.passed:
        yield _(
            "Not all referenced scenes were looked into: cameras and layers may be missing here."
        )
    if unknown_files + referenced.unknown:
        yield _(
            "Paths of other computers cannot be checked here ({number}): a file may be missing."
        ).format(number=unknown_files + referenced.unknown)


def _about_missing(missing: Missing) -> Iterator[str]:
    if missing.unlisted:
        yield _("More files are missing than the list shows: {number} others.").format(
            number=missing.unlisted
        )
    if missing.unsought:
        yield _("The scene has so many files that {number} of them were not looked for.").format(
            number=missing.unsought
        )
