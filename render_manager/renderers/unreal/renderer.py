"""Unreal Engine: projects are read without it, and rendered by Movie Render Queue in `-game`.

Our executor (`python/render_manager_executor.py`) runs inside; nothing of the user's project is
changed. Unproven: no engine could be run where this was written. The command line is that of real
runs with Unreal 5.6 and 5.8 (public notes), the executor's calls are those of Epic's own example.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.base.settings import Settings
from render_manager.domain.frames import format_frames
from render_manager.domain.job import RenderJob, SceneInfo
from render_manager.renderers.described.runs import even_runs
from render_manager.renderers.environment import ENVIRONMENT
from render_manager.renderers.extras import check_extra
from render_manager.renderers.renderer import SETTING, Command, Installation, each_once
from render_manager.renderers.scenes.unreal import KINDS, STOCK, association_of, read_uproject
from render_manager.renderers.unreal.asset_path import clean
from render_manager.renderers.unreal.log import UnrealListener
from render_manager.renderers.unreal.places import (
    engine_for,
    engine_of_program,
    find_engines,
    program_of,
    root_of,
    version_of,
)

PYTHON = Path(__file__).with_name("python")
"""The folder that the engine's Python is told of: our executor, and nothing else."""

MOST_RANGES_TEXT = 6_000
"""Characters of frame numbers in one run; all variables together may have 32,767 on Windows."""

WARM_UP = 8
"""Frames that are rendered and thrown away before a range that begins within a shot, unless the
task says otherwise: motion blur and temporal anti-aliasing need those before (as a farm does it)."""

SWITCHES = (
    "-game",
    "-RenderOffscreen",
    "-unattended",
    "-NoSound",
    "-NoTextureStreaming",
    "-windowed",
    "-NoLoadingScreen",
    "-NoSplash",
    "-log",
    "-stdout",
    "-FullStdOutLogOutput",
    "-UTF8Output",
    # without it nDisplay's engine may take over (unreal-render-farm)
    "-ini:Engine:[/Script/Engine.Engine]:GameEngine=/Script/Engine.GameEngine",
)

EXECUTOR = (
    # on for this run also where the project does not name it (public scripts start it so)
    "-EnablePlugins=PythonScriptPlugin",
    "-MoviePipelineLocalExecutorClass="
    "/Script/MovieRenderPipelineCore.MoviePipelinePythonHostExecutor",
    "-ExecutorPythonClass=/Engine/PythonTypes.RenderManagerExecutor",
)


class UnrealRenderer:
    """Fulfils Renderer."""

    name = "ue"
    title = "Unreal Engine"
    suffixes = (".uproject",)
    gives_way = True
    """Movie Render Queue can be shut down when the frame in work is done; our executor asks it to."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    # --- where it is --------------------------------------------------------------------------

    def installations(self) -> list[Installation]:
        """UE_EXECUTABLE, then all engines that are found, the newest first."""
        return each_once([*self._named(), *self._found()])

    def _named(self) -> Iterator[Installation]:
        named = self._settings.ue_executable
        if named is not None and (program := engine_of_program(named)):
            root = root_of(program)
            yield Installation(self.name, program, version_of(root) if root else None, SETTING)

    def _found(self) -> Iterator[Installation]:
        for engine in find_engines():
            if program := program_of(engine.root):
                yield Installation(self.name, program, engine.version, engine.source)

    def problems(self) -> list[str]:
        """A sentence if UE_EXECUTABLE names something that is no editor."""
        named = self._settings.ue_executable
        if named is None or engine_of_program(named):
            return []
        sentence = _(
            "There is no UnrealEditor-Cmd at “{path}”. Correct UE_EXECUTABLE, or leave it empty to "
            "find Unreal Engine by itself."
        )
        return [sentence.format(path=named)]

    def how_to_install(self) -> str:
        advice = _(
            "Install Unreal Engine, or name its UnrealEditor-Cmd as UE_EXECUTABLE in the settings."
        )
        return " ".join([*self.problems(), advice])

    # --- what it is asked ---------------------------------------------------------------------

    def inspect(self, project_file: Path) -> SceneInfo:
        """The version is that of the engine which the project asks for, where that is known."""
        scene = read_uproject(project_file)
        if scene.version is not None:
            return scene
        engine = engine_for(association_of(project_file), project_file, find_engines())
        if engine is not None:
            return replace(scene, version=engine.version)
        unknown = _("The engine that the project asks for is not known here. The newest is taken.")
        return replace(scene, warnings=(unknown, *scene.warnings))

    def split(self, job: RenderJob, frames: tuple[int, ...]) -> list[tuple[int, ...]]:
        """All at once: a job of the queue for each range. Without our executor Unreal renders the
        range of the preset whatever is asked for, so once is enough."""
        if not frames or not _runs_executor(job) or len(format_frames(frames)) <= MOST_RANGES_TEXT:
            return [frames] if frames else []
        middle = len(frames) // 2
        return [*self.split(job, frames[:middle]), *self.split(job, frames[middle:])]

    def command(
        self, job: RenderJob, frames: tuple[int, ...], installation: Installation
    ) -> Command:
        """See Renderer. What is to be rendered goes to our executor as JSON in the environment: of
        the command line Unreal makes one text and takes that apart in its own way."""
        _check_path(job.project_file)
        check_extra(job.options, (*KINDS, "warm_up"), self.title)
        queue, level, preset = _asset(job, "queue"), _needed(job, "map"), _asset(job, "preset")
        sequence = None if queue else _needed(job, "sequence")
        argv = [str(installation.executable), job.project_file, level, *SWITCHES]
        if not _runs_executor(job):
            return Command((*argv, *_stock(sequence, queue or preset), *_window(job)), ENVIRONMENT)
        wanted = {
            "queue": queue,
            "map": level,
            "sequence": sequence,
            "preset": preset,
            "ranges": [(run[0], run[-1]) for run in even_runs(frames, any_step=False)],
            "width": job.options.width,
            "height": job.options.height,
            "output_dir": job.output_dir.replace("\\", "/"),
            "name": job.name,
            "warm_up": _warm_up(job),
        }
        told = json.dumps(wanted, ensure_ascii=True)
        env = {**ENVIRONMENT, "UE_PYTHONPATH": _python_path(), "RENDER_MANAGER_JOB": told}
        return Command((*argv, *EXECUTOR, *_window(job)), env)

    def listen(self, job: RenderJob | None, frames: tuple[int, ...]) -> UnrealListener:  # noqa: ARG002
        return UnrealListener(frames)


def _stock(sequence: str | None, config: str | None) -> list[str]:
    """For Unreal's own executor alone: to a custom one they are optional, and a preset that is a
    graph would end Unreal at once (MovieRenderPipelineCommandLine.cpp)."""
    named = {"LevelSequence": sequence, "MoviePipelineConfig": config}
    return [f"-{name}={asset}" for name, asset in named.items() if asset]


def _python_path() -> str:
    """Our folder before those that the user's pipeline names."""
    return os.pathsep.join(filter(None, (str(PYTHON), os.environ.get("UE_PYTHONPATH"))))


def _runs_executor(job: RenderJob) -> bool:
    """Without Python in the project Unreal renders the range of the preset, under the preset's
    names, and only folder and log tell how far it is."""
    return job.scene is None or job.scene.engine != STOCK


def _check_path(project: str) -> None:
    """Unreal takes its command line apart once more, and would find switches in such a path."""
    if '"' in project or re.search(r"\s-", project):
        sentence = _(
            "Unreal does not understand the path “{path}”. Rename what has a quote or “ -”."
        )
        raise UserError(sentence.format(path=project), field="project_file")


def _asset(job: RenderJob, kind: str) -> str | None:
    """The asset that the user chose, else the only one of the project; None if there is none."""
    chosen = job.options.extra.get(kind)
    if chosen:
        return clean(chosen, kind)
    known = job.scene.choices.get(kind, ()) if job.scene else ()
    is_asked = kind not in ("queue",) or not job.options.extra.get("sequence")
    only = len(known) == 1 and is_asked and (kind != "queue" or not _has_sequence(job))
    return clean(known[0], kind) if only else None


def _has_sequence(job: RenderJob) -> bool:
    """A queue that lies there is taken by itself only where there is nothing else to render."""
    return bool(job.scene and job.scene.choices.get("sequence"))


def _needed(job: RenderJob, kind: str) -> str:
    asset = _asset(job, kind)
    if asset is None:
        words = {
            "sequence": _("Choose the level sequence to render, or a render queue."),
            "map": _("Choose the map to render in."),
        }
        raise UserError(words[kind], field=kind)
    return asset


def _warm_up(job: RenderJob) -> int:
    text = job.options.extra.get("warm_up", "")
    if text and not text.isdecimal():
        sentence = _("The warm-up is “{text}”. Write it as a number of frames.")
        raise UserError(sentence.format(text=text), field="warm_up")
    return min(int(text), 1000) if text else WARM_UP


def _window(job: RenderJob) -> tuple[str, str]:
    """The window that nobody sees; pictures have their own size."""
    width, height = job.options.width or 1280, job.options.height or 720
    return f"-ResX={min(width, 1920)}", f"-ResY={min(height, 1080)}"
