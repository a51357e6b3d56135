"""What a .blend says of its render, read without Blender (which takes seconds to start)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.domain.job import SceneCamera, SceneInfo, SceneLayer
from render_manager.renderers.scenes.blend_assets import ASSETS, missing_assets
from render_manager.renderers.scenes.blend_file import BlendFile, load
from render_manager.renderers.scenes.blend_scene import (
    FIELDS,
    BlendScene,
    current_scene,
    name_of,
)
from render_manager.renderers.scenes.blend_stream import UnreadableError
from render_manager.renderers.scenes.blend_warnings import warnings_about


def read_blend(path: Path) -> SceneInfo:
    """What the scene that Blender opens the file at `path` with says of itself.

    `width` and `height` are those of the picture: resolution, percentage and crop, as Blender
    computes them. Lists and names are of that scene, `scenes` and `missing` of the whole file.
    Raises UserError if the file cannot be read as a .blend, whatever its bytes.
    """
    blend = _load(path)
    scene = current_scene(blend)
    if scene is None:
        raise UserError(
            _(
                "“{name}” holds no scene, just parts for other files. Choose one with a scene."
            ).format(name=path.name)
        )
    info = _scene_info(blend, scene)
    return replace(
        info,
        missing=missing_assets(blend, path.absolute().parent),
        warnings=tuple(warnings_about(info, scene)),
    )


def _load(path: Path) -> BlendFile:
    try:
        if not path.is_file():
            raise UserError(_no_file(path))
        return load(path, {**FIELDS, **ASSETS})
    except UnreadableError as problem:
        facts = {word: _(fact) for word, fact in problem.facts.items()}
        sentence = _(problem.sentence).format(name=path.name, **facts)
    except PermissionError:
        sentence = _("You have no right to read “{path}”. Ask its owner.").format(path=path)
    except OSError as problem:
        reason = problem.strerror or str(problem)
        sentence = _("“{path}” cannot be read ({reason}). Check the disk or network.").format(
            path=path, reason=reason
        )
    raise UserError(sentence)


def _no_file(path: Path) -> str:
    if path.is_dir():
        return _("“{path}” is a folder. Choose a .blend file in it.").format(path=path)
    return _("There is no file “{path}”. Choose the scene again.").format(path=path)


def _scene_info(blend: BlendFile, scene: BlendScene) -> SceneInfo:
    record = scene.record
    width, height = (None if scene.joins_views else scene.size) or (None, None)
    return SceneInfo(
        renderer="blender",
        version=f"{blend.version // 100}.{blend.version % 100}",
        start=record.whole("r.sfra"),
        end=record.whole("r.efra"),
        step=record.whole("r.frame_step"),
        fps=scene.fps,
        width=width,
        height=height,
        cameras=tuple(SceneCamera(name, renderable=True) for name in scene.cameras),
        layers=tuple(SceneLayer(name, renderable) for name, renderable in scene.layers),
        scenes=tuple(name_of(other) for other in blend.of("Scene")),
        prefix=record.text("r.pic"),
        format=scene.format,
        engine=record.text("r.engine") or None,
        camera=scene.camera,
    )
