"""Looks before a renderer is started whether it can be, and what may go wrong.

Takes well under a second; asks disks, so it is not for the main thread.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.domain.forecast import first_shortage
from render_manager.domain.job import RenderJob
from render_manager.domain.preflight import (
    NO_RENDERER,
    Finding,
    Level,
    ScriptPolicy,
    listed,
    look_through,
)
from render_manager.renderers.catalog import Catalog
from render_manager.renderers.renderer import (
    Installation,
    Renderer,
    missing_plug_ins,
    version_numbers,
)

LONGEST_WINDOWS_PATH = 259
"""Characters of a path that every Windows program can open (MAX_PATH without its last zero)."""

ROOM_FOR_LAYERS = 60
"""Characters that folders of layers and cameras, and the rest of a frame's name, may add."""

_BAD_ON_WINDOWS = re.compile(r'[<>"|?*\x00-\x1f]|[ .](?=[\\/]|$)')


def preflight(
    job: RenderJob,
    frames: tuple[int, ...],
    renderer: Renderer,
    catalog: Catalog,
    scripts: ScriptPolicy,
) -> tuple[Finding, ...]:
    """What is found, the worst first. `frames` are those to be rendered."""
    findings = [
        *_scene(job),
        *look_through(job, scripts),
        *_program(job, frames, renderer, catalog),
        *_output(job, len(frames)),
        *(windows_findings(job, frames) if sys.platform == "win32" else ()),
    ]
    order = list(reversed(Level))
    return tuple(sorted(findings, key=lambda each: order.index(each.level)))


def impossible(job: RenderJob) -> Finding | None:
    """Why no renderer can be started, if it lies with the scene or the output; that there is none
    or that it does not take the job, a start finds out by itself."""
    found = (*_scene(job), *_output(job, 0))
    return next((finding for finding in found if finding.level is Level.IMPOSSIBLE), None)


def has_changed(job: RenderJob) -> bool:
    """Whether the scene was saved since it was read, as far as is known."""
    known = job.scene.modified if job.scene else None
    stamp = modified_at(Path(job.project_file))
    return known is not None and stamp is not None and stamp != known


def modified_at(scene: Path) -> float | None:
    """When the file was last saved; None if it cannot be asked."""
    try:
        return scene.stat().st_mtime
    except OSError:
        return None


def _scene(job: RenderJob) -> Iterator[Finding]:
    scene = Path(job.project_file)
    try:
        with scene.open("rb"):
            pass
    except OSError as error:
        sentence = _("The scene {scene} cannot be read ({why}). Put it back, or connect its drive.")
        text = sentence.format(scene=scene, why=error.strerror or error)
        yield Finding("scene_missing", text, Level.IMPOSSIBLE)
        return
    if has_changed(job):
        text = _(
            "The scene was saved again since it was read. What is shown of it may be out of date."
        )
        yield Finding("scene_changed", text)


def _program(
    job: RenderJob, frames: tuple[int, ...], renderer: Renderer, catalog: Catalog
) -> Iterator[Finding]:
    version = job.scene.version if job.scene else None
    try:
        installation = catalog.installation_for(renderer, version)
        for piece in renderer.split(job, frames)[:1]:
            renderer.command(job, piece, installation)
    except UserError as error:
        yield Finding(NO_RENDERER, str(error), Level.IMPOSSIBLE)
        return
    yield from _versions(renderer, installation, version)
    yield from _plug_ins(job, renderer, installation)


def _versions(
    renderer: Renderer, installation: Installation, scene: str | None
) -> Iterator[Finding]:
    """Another major version reads the scene in another way, or not at all."""
    if scene is None or installation.version is None:
        return
    wanted, there = version_numbers(scene), version_numbers(installation.version)
    words = {"title": renderer.title, "scene": scene, "there": installation.version}
    if there[: len(wanted)] < wanted:
        sentence = _(
            "The scene is of {title} {scene}, and the newest here is {there}. It may not open."
        )
        yield Finding("older_renderer", sentence.format(**words))
    elif there[:1] > wanted[:1]:
        sentence = _("The scene is of {title} {scene}. It is rendered with {there}.")
        yield Finding("newer_renderer", sentence.format(**words))


def _plug_ins(job: RenderJob, renderer: Renderer, installation: Installation) -> Iterator[Finding]:
    """Those that the scene asks for and that lie in none of the places known."""
    gone = missing_plug_ins(renderer, job.scene, installation) if job.scene else ()
    if gone:
        sentence = _(
            "The scene needs plug-ins that were not found with {title}: {names}. Without them it may "
            "render wrongly or not at all."
        )
        title = " ".join(filter(None, (renderer.title, installation.version)))
        yield Finding("plug_ins", sentence.format(title=title, names=listed(gone)))


def _output(job: RenderJob, count: int) -> Iterator[Finding]:
    """What is wrong with the folder for `count` frames."""
    folder = Path(job.output_dir)
    # pathlib's own raises for a name that is too long for the disk
    there = next((one for one in (folder, *folder.parents) if os.path.exists(one)), folder)  # noqa: PTH110
    if not there.is_dir():
        sentence = _("The output folder {folder} is a file. Choose another one.")
        yield Finding("output_is_file", sentence.format(folder=there), Level.IMPOSSIBLE)
    elif not os.access(there, os.W_OK | os.X_OK):
        sentence = _("{folder} cannot be written to. Choose another output folder or mend it.")
        yield Finding("output_not_writable", sentence.format(folder=there), Level.IMPOSSIBLE)
    elif told := first_shortage(job, count, shutil.disk_usage(there).free):
        yield Finding("little_room", told)


def windows_findings(job: RenderJob, frames: tuple[int, ...]) -> Iterator[Finding]:
    """What Windows and the programs on it do not take in a path."""
    number = max((len(str(frame)) for frame in frames), default=0)
    length = len(job.output_dir) + len(job.name) + max(number, 4) + ROOM_FOR_LAYERS
    if length > LONGEST_WINDOWS_PATH:
        text = _("The paths of the frames become too long for some programs. Choose a shorter one.")
        yield Finding("long_path", text)
    if _BAD_ON_WINDOWS.search(job.output_dir[2:]) or _BAD_ON_WINDOWS.search(job.name):
        sentence = _("{folder} holds characters that Windows does not take. Choose another folder.")
        yield Finding("bad_path", sentence.format(folder=job.output_dir), Level.ERROR)
