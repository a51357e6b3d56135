"""Maya: scenes are read without it, and rendered by its `Render` program.

Unproven: no Maya could be run where this was written. It is held against the help texts, farms'
scripts and recorded logs that are named where they are used.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.base.settings import Settings
from render_manager.domain.job import RenderJob, SceneInfo
from render_manager.renderers.described.runs import even_runs, step_of
from render_manager.renderers.environment import ENVIRONMENT
from render_manager.renderers.extras import check_extra
from render_manager.renderers.maya.engines import THREADS, Engine, engine_of, sequence_text
from render_manager.renderers.maya.log import MayaListener
from render_manager.renderers.maya.places import find_mayas, maya_version, render_program
from render_manager.renderers.maya.plug_ins import unseen
from render_manager.renderers.renderer import (
    SETTING,
    Command,
    Installation,
    each_once,
    version_numbers,
)
from render_manager.renderers.scenes.maya import read_maya
from render_manager.renderers.scenes.maya_workspace import project_of

MOST_FRAMES_TEXT = 8_000
"""Characters of frame numbers in one command line. Windows' own shell, which a studio may wrap
`Render` in, takes 8,191."""

QUIET: dict[str, str | None] = {
    **ENVIRONMENT,
    "MAYA_DISABLE_CER": "1",
    "MAYA_DISABLE_CIP": "1",
    "MAYA_DISABLE_CLIC_IPM": "1",
    "MAYA_DISABLE_ADP": "1",
    "MAYA_DEBUG_ENABLE_CRASH_REPORTING": "0",
    "MAYA_OPENCL_IGNORE_DRIVER_VERSION": "1",
    "REDSHIFT_FORCEQUITONINTERNALERROR": "1",
    "MAYA_UI_LANGUAGE": "en_US",
}
"""No crash dialog that waits for a click, as farms set it (Deadline 10's MayaCmd plug-in); and
English, which a Chinese or Japanese Maya speaks too, for its log is read.

Unproven: that a Maya installed in another language has its English with it for batch renders.
"""


class MayaRenderer:
    """Fulfils Renderer."""

    name = "maya"
    title = "Maya"
    suffixes = (".ma", ".mb")
    gives_way = False

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    # --- where it is --------------------------------------------------------------------------

    def installations(self) -> list[Installation]:
        """MAYA_EXECUTABLE, then all that are found, the newest first."""
        return each_once([*self._named(), *self._found()])

    def _named(self) -> Iterator[Installation]:
        named = self._settings.maya_executable
        if named is not None and (program := render_program(named)):
            yield Installation(self.name, program, maya_version(program), SETTING)

    def _found(self) -> list[Installation]:
        found = [
            Installation(self.name, program, maya_version(program), source)
            for program, source in find_mayas()
        ]
        return sorted(found, key=lambda one: version_numbers(one.version or ""), reverse=True)

    def problems(self) -> list[str]:
        """A sentence if MAYA_EXECUTABLE names something that has no `Render`."""
        named = self._settings.maya_executable
        if named is None or render_program(named):
            return []
        sentence = _(
            "There is no Maya with a “Render” program at “{path}”. Correct MAYA_EXECUTABLE, or "
            "leave it empty to find Maya by itself."
        )
        return [sentence.format(path=named)]

    def how_to_install(self) -> str:
        advice = _("Install Maya, or name its Render program as MAYA_EXECUTABLE in the settings.")
        return " ".join([*self.problems(), advice])

    # --- what it is asked ---------------------------------------------------------------------

    def inspect(self, project_file: Path) -> SceneInfo:
        return read_maya(project_file)

    def missing_plug_ins(self, scene: SceneInfo, installation: Installation) -> list[str]:
        """See `missing_plug_ins` in renderer.py."""
        return unseen(scene.requires, installation.executable, installation.version)

    def split(self, job: RenderJob, frames: tuple[int, ...]) -> list[tuple[int, ...]]:
        """Evenly spaced runs; with Arnold all at once, unless no command line holds them."""
        if not engine_of(job).has_lists:
            return even_runs(frames, any_step=True)
        if not frames or len(sequence_text(frames)) <= MOST_FRAMES_TEXT:
            return [frames] if frames else []
        middle = len(frames) // 2
        return [*self.split(job, frames[:middle]), *self.split(job, frames[middle:])]

    def command(
        self, job: RenderJob, frames: tuple[int, ...], installation: Installation
    ) -> Command:
        """See Renderer. Raises ValueError for frames that are not one piece of `split`."""
        if self.split(job, frames) != [frames]:
            raise ValueError(f"Maya cannot render {frames} in one run: ask split first")
        check_extra(job.options, (THREADS,), self.title)
        _check_threads(job.options.extra.get(THREADS, ""))
        engine = engine_of(job)
        wishes = [*_frames(frames), *_output(engine, job), *_choices(engine, job)]
        scene = _slashes(job.project_file)
        argv = (str(installation.executable), "-r", engine.word, *wishes, scene)
        return Command(argv, {**QUIET, **_location(installation.executable)})

    def listen(self, job: RenderJob | None, frames: tuple[int, ...]) -> MayaListener:
        return MayaListener(job, frames)


def _location(program: Path) -> dict[str, str | None]:
    """MAYA_LOCATION of another Maya, which may have started us, would make this one load that
    one's files."""
    location = os.environ.get("MAYA_LOCATION")
    if location is None or program.is_relative_to(location):
        return {}
    return {"MAYA_LOCATION": None}


def _check_threads(count: str) -> None:
    if count and not (count.isascii() and count.isdecimal()):
        sentence = _("The number of threads is “{text}”. Write it as a whole number.")
        raise UserError(sentence.format(text=count), field=THREADS)


def _frames(frames: tuple[int, ...]) -> Iterator[str]:
    """Always given, also for one frame: so that its number is in the file's name."""
    if len(even_runs(frames, any_step=True)) > 1:
        yield from ("-seq", sequence_text(frames))
    else:
        yield from ("-s", str(frames[0]), "-e", str(frames[-1]), "-b", str(step_of(frames)))


def _output(engine: Engine, job: RenderJob) -> Iterator[str]:
    """`-proj` only where there is a project: a wrong one ends Maya with status 206."""
    project = project_of(Path(job.project_file))
    if project is not None:
        yield from ("-proj", _slashes(str(project)))
    yield from ("-rd", _slashes(job.output_dir))
    if engine.has_names:
        yield from ("-im", job.name)
    if engine.has_numbering:
        yield from ("-fnc", "name.#.ext", "-pad", "4")


def _choices(engine: Engine, job: RenderJob) -> Iterator[str]:
    options = job.options
    if options.camera:
        yield from ("-cam", options.camera)
    if options.layers:
        yield from ("-rl", _layer_nodes(job))
    if options.width and options.height:
        yield from engine.size(options.width, options.height)
    if options.format and engine.has_formats:
        yield from ("-of", options.format.lower())
    yield from engine.own(options)


def _layer_nodes(job: RenderJob) -> str:
    """The layers as `-rl` takes them: by their nodes, which those of Render Setup have too.

    Unproven: that several are parted by a space is what `-rl boolean|name(s)` means to 3Delight's
    plug-in, whose manual says so; Maya's own help does not say.
    """
    known = (
        {layer.name: layer.node or layer.name for layer in job.scene.layers} if job.scene else {}
    )
    return " ".join(known.get(name, name) for name in job.options.layers)


def _slashes(path: str) -> str:
    """Maya takes forward slashes on Windows too, and a backslash for an escape in places."""
    is_of_windows = path[1:3] == ":\\" or path.startswith("\\\\")
    return path.replace("\\", "/") if is_of_windows else path
