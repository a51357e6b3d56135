"""What a Maya scene (.ma, .mb) says of its render, read without Maya (which takes a minute)."""

from __future__ import annotations

import re
from pathlib import Path

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.domain.job import SceneInfo
from render_manager.renderers.scenes.maya_ascii_file import read_ascii
from render_manager.renderers.scenes.maya_assets import Missing, missing_assets
from render_manager.renderers.scenes.maya_binary import DamagedError
from render_manager.renderers.scenes.maya_binary_file import read_binary
from render_manager.renderers.scenes.maya_nodes import MayaFile
from render_manager.renderers.scenes.maya_places import Places
from render_manager.renderers.scenes.maya_references import Referenced, follow
from render_manager.renderers.scenes.maya_scene import MayaScene
from render_manager.renderers.scenes.maya_scripts import scripts_of
from render_manager.renderers.scenes.maya_units import frames_per_second
from render_manager.renderers.scenes.maya_warnings import warnings_about

_ASCII = re.compile(rb"(?:\xef\xbb\xbf)?\s*//\s*Maya ASCII ([\w.]+)")
_BINARY = re.compile(rb"FOR4.{4}Maya|FOR8.{12}Maya", re.DOTALL)
_VERSION = re.compile(r"\d{1,4}(?:\.\d{1,3})*", re.ASCII)


def read_maya(path: Path) -> SceneInfo:
    """What the scene at `path` says of itself; which of the two forms it has, its bytes tell.

    Frames are the scene's own, in its time unit; `width` and `height` those of its render settings,
    before a layer changes them. Cameras are named as `Render -cam` takes them. Layers of render
    setup are named as people do: `Render -rl` takes them with `rs_` before the name. Cameras and
    layers of loaded references are listed as well, with their namespace. Raises UserError if the
    file cannot be read as a Maya scene, whatever its bytes.
    """
    scene = MayaScene(_read(path), path.stem)
    places = Places(path)
    referenced = follow(scene.file, places, _read)
    return _scene_info(scene, referenced, missing_assets(scene.file, places))


def _read(path: Path) -> MayaFile:
    try:
        if not path.is_file():
            raise UserError(_no_file(path))
        return _file(path)
    except DamagedError:
        sentence = _("“{name}” is damaged. Save it again in Maya.").format(name=path.name)
    except PermissionError:
        sentence = _("You have no right to read “{path}”. Ask its owner.").format(path=path)
    except OSError as problem:
        reason = problem.strerror or str(problem)
        sentence = _("“{path}” cannot be read ({reason}). Check the disk or network.").format(
            path=path, reason=reason
        )
    raise UserError(sentence)


def _file(path: Path) -> MayaFile:
    with path.open("rb") as stream:
        start = stream.read(200)
        stream.seek(0)
        if _BINARY.match(start):
            return read_binary(stream)
        if match := _ASCII.match(start):
            return read_ascii(stream, match[1].decode("ascii", "replace"))
    raise UserError(
        _("“{name}” is no Maya scene. Choose a .ma or .mb that Maya saved.").format(name=path.name)
    )


def _no_file(path: Path) -> str:
    if path.is_dir():
        return _("“{path}” is a folder. Choose a scene in it.").format(path=path)
    return _("There is no file “{path}”. Choose the scene again.").format(path=path)


def _scene_info(scene: MayaScene, referenced: Referenced, missing: Missing) -> SceneInfo:
    frames = scene.frames
    cameras = (*scene.cameras(), *referenced.cameras)
    rendering = [camera.name for camera in cameras if camera.renderable]
    width, height = scene.size
    return SceneInfo(
        renderer="maya",
        version=_version(scene.file.version),
        start=frames.start if frames else None,
        end=frames.end if frames else None,
        step=frames.step if frames else None,
        single_frame=scene.single_frame,
        fps=frames_per_second(scene.file.time_unit),
        width=width,
        height=height,
        cameras=cameras,
        layers=(*scene.layers(), *referenced.layers),
        prefix=scene.prefix,
        format=scene.format,
        naming=scene.naming,
        engine=scene.engine,
        camera=rendering[0] if len(rendering) == 1 else None,
        references=tuple(dict.fromkeys(one.path for one in scene.file.references)),
        scripts=tuple(scripts_of(scene.file)),
        requires=tuple(_requires(scene.file)),
        missing=tuple(dict.fromkeys((*referenced.missing, *missing.paths))),
        warnings=tuple(warnings_about(scene, referenced, missing)),
    )


def _version(said: str | None) -> str | None:
    """The year without what Maya puts behind it: "2018ff09" is a 2018."""
    match = _VERSION.match(said or "")
    return match[0] if match else None


def _requires(file: MayaFile) -> list[str]:
    return [f"{name} {version}".strip() for name, version in file.plugins.items()]
