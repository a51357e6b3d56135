"""What an Unreal project says of its renders, read without the engine (which takes minutes)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.domain.job import SceneInfo
from render_manager.renderers.ordinary_file import check_ordinary
from render_manager.renderers.scenes.unreal_assets import Assets, find_assets

LARGEST = 4 * 1024 * 1024
"""Bytes; a project file has a few thousand."""

PLUGINS = {
    "MovieRenderPipeline": "Movie Render Queue",
    "PythonScriptPlugin": "Python Editor Script Plugin",
}
"""What a render needs, by its name in the project file and in Unreal's window."""

QUEUE, STOCK = "Movie Render Queue", "Movie Render Queue without Python"
"""The engine of a project, and of one that switches the scripts off which our executor needs."""

KINDS = ("map", "sequence", "preset", "queue")


def read_uproject(path: Path) -> SceneInfo:
    """What the project file and the headers of its assets say. The frame range of a sequence is
    not among it. Raises UserError if the file cannot be read as a project."""
    project = _read(path)
    assets = find_assets(path.parent / "Content")
    association = project.get("EngineAssociation")
    version = association if isinstance(association, str) and association[:1].isdigit() else None
    return SceneInfo(
        renderer="ue",
        version=version,
        engine=STOCK if _refuses_python(project) else QUEUE,
        prefix="{project_dir}/Saved/MovieRenders/{sequence_name}.{frame_number}",
        choices={kind: assets.listed(kind) for kind in KINDS},
        requires=tuple(PLUGINS.values()),
        warnings=tuple(_warnings(project, assets)),
    )


def association_of(path: Path) -> str:
    """The engine that the project asks for: "5.6", a GUID, or "" for the one that it lies in."""
    association = _read(path).get("EngineAssociation")
    return association if isinstance(association, str) else ""


def _read(path: Path) -> dict[str, Any]:
    check_ordinary(path)
    try:
        if path.stat().st_size > LARGEST:
            raise UserError(_no_project(path), field="project_file")
        data = path.read_bytes()
    except OSError as error:
        sentence = _("“{path}” cannot be read ({reason}). Check the disk or network.")
        reason = error.strerror or error
        raise UserError(sentence.format(path=path, reason=reason), field="project_file") from None
    try:
        encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        project = json.loads(data.decode(encoding))
    except (ValueError, RecursionError):
        raise UserError(_no_project(path), field="project_file") from None
    if not isinstance(project, dict):
        raise UserError(_no_project(path), field="project_file")
    return project


def _no_project(path: Path) -> str:
    return _("“{name}” is no Unreal project. Choose the .uproject of the project.").format(
        name=path.name
    )


def _warnings(project: dict[str, Any], assets: Assets) -> Iterator[str]:
    for name, title in PLUGINS.items():
        if _state_of(project, name) is not True:
            sentence = _("The plug-in “{plugin}” is not switched on in the project. Switch it on.")
            yield sentence.format(plugin=title)
    if _refuses_python(project):
        yield _(
            "Without Python Unreal renders the range of the preset, in one piece, and the preset "
            "must write into the task's output folder, under the task's name."
        )
    if not assets.by_kind.get("sequence") and not assets.by_kind.get("queue"):
        yield _("No level sequence was found in the project's Content folder.")
    if not assets.is_whole:
        yield _("The project has so many files that not all were looked at: type what is missing.")
    yield _("The project file does not say the frames of its sequences. Enter them.")


def _refuses_python(project: dict[str, Any]) -> bool:
    return _state_of(project, "PythonScriptPlugin") is False


def _state_of(project: dict[str, Any], name: str) -> bool | None:
    """Whether a plug-in is switched on or off; None if the project does not name it."""
    plugins = project.get("Plugins")
    known = plugins if isinstance(plugins, list) else []
    states = [
        one.get("Enabled") for one in known if isinstance(one, dict) and one.get("Name") == name
    ]
    return states[0] is True if states else None
