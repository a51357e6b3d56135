"""Blender: an installed one, or the embedded one (Blender as a Python module), driven the same way.

Inside either runs `driver.py`, which renders any list of frames in one process.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from render_manager.base.i18n import _
from render_manager.base.settings import Settings
from render_manager.domain.frames import format_frames
from render_manager.domain.job import RenderJob, RenderOptions, SceneInfo
from render_manager.renderers.blender.embedded import EMBEDDED, embedded_blender
from render_manager.renderers.blender.log import BlenderListener
from render_manager.renderers.blender.places import (
    OLDEST,
    blender_version,
    find_blenders,
    named_program,
)
from render_manager.renderers.environment import ENVIRONMENT
from render_manager.renderers.extras import check_extra
from render_manager.renderers.renderer import Command, Installation, Listener, each_once, release
from render_manager.renderers.scenes.blend import read_blend

DRIVER = Path(__file__).with_name("driver.py")

MOST_FRAMES_TEXT = 20_000
"""Characters of frame numbers in one command line, of which Windows takes 32,767 in all."""

_PYTHON_EXIT_CODE = "9"
"""What Blender answers for an exception, which it otherwise ignores; the driver's MISTAKE too."""

_FORMATS = {"EXR": "OPEN_EXR", "MULTILAYER": "OPEN_EXR_MULTILAYER", "JPG": "JPEG", "TIF": "TIFF"}
_ENGINES = {
    "EEVEE": "BLENDER_EEVEE",
    "BLENDER_EEVEE_NEXT": "BLENDER_EEVEE",
    "WORKBENCH": "BLENDER_WORKBENCH",
}
_GONE_ENGINES = ("BLENDER_RENDER", "BLENDER_GAME")
"""Of scenes from before 2.80, which Blender opens with Eevee."""


class BlenderRenderer:
    """Fulfils Renderer."""

    name = "blender"
    title = "Blender"
    suffixes = (".blend",)
    gives_way = True

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    # --- where it is --------------------------------------------------------------------------

    def installations(self) -> list[Installation]:
        """BLENDER_EXECUTABLE, that on PATH, those in the usual folders, the embedded one."""
        return each_once(self._candidates())

    def _candidates(self) -> Iterator[Installation]:
        named = self._settings.blender_executable
        if named is not None and not self.problems():
            program = named_program(named)
            yield Installation(self.name, program, blender_version(program), "setting")
        for program, version, source in find_blenders():
            yield Installation(self.name, program, version, source)
        embedded = embedded_blender(self._settings.embedded_blender_dir)
        if embedded is not None:
            yield embedded

    def problems(self) -> list[str]:
        """A sentence if BLENDER_EXECUTABLE names something that cannot be used."""
        named = self._settings.blender_executable
        if named is None:
            return []
        program = named_program(named)
        version = blender_version(program)
        if version is not None and release(version) >= OLDEST:
            return []
        mend = _("Correct BLENDER_EXECUTABLE, or leave it empty to find Blender by itself.")
        return [f"{_fault(program, version)} {mend}"]

    def how_to_install(self) -> str:
        advice = _(
            "Install Blender from blender.org, or fetch the embedded one (about 370 MB): "
            "render-manager fetch-blender."
        )
        return " ".join([*self.problems(), advice])

    # --- what it is asked ---------------------------------------------------------------------

    def inspect(self, project_file: Path) -> SceneInfo:
        return read_blend(project_file)

    def split(self, job: RenderJob, frames: tuple[int, ...]) -> list[tuple[int, ...]]:
        """All at once, unless they are so scattered that no command line holds them."""
        if not frames:
            return []
        if len(format_frames(frames)) <= MOST_FRAMES_TEXT:
            return [frames]
        middle = len(frames) // 2
        return [*self.split(job, frames[:middle]), *self.split(job, frames[middle:])]

    def command(
        self, job: RenderJob, frames: tuple[int, ...], installation: Installation
    ) -> Command:
        """See Renderer. Raises ValueError for frames that are not one piece of `split`."""
        check_extra(job.options, (), self.title)
        frames_text = format_frames(frames)
        if len(frames_text) > MOST_FRAMES_TEXT:
            raise ValueError(f"{len(frames)} scattered frames for one run: ask split first")
        output = os.path.join(job.output_dir, f"{job.name}_####")  # noqa: PTH118  as it is
        wishes = [f"--frames={frames_text}", f"--output={output}", *_wishes(job)]
        return Command((*_start(installation, job.project_file), *wishes), ENVIRONMENT)

    def listen(self, job: RenderJob | None, frames: tuple[int, ...]) -> Listener:
        scene = job.scene if job else None
        return BlenderListener(frames, scene.version if scene else None)


def _start(installation: Installation, project_file: str) -> tuple[str, ...]:
    """Everything before the driver's own options. Blender reads its arguments from left to right:
    what shall hold for the scene stands before it."""
    program = str(installation.executable)
    scene = os.path.join(".", project_file) if project_file.startswith("-") else project_file  # noqa: PTH118
    if _is_module(installation):
        return (program, "-I", "-X", "utf8", str(DRIVER), "--", scene)
    safety = ("--disable-autoexec", "--python-exit-code", _PYTHON_EXIT_CODE)
    return (program, "-b", *safety, scene, "-P", str(DRIVER), "--")


def _is_module(installation: Installation) -> bool:
    """Whether it is a Python with Blender as a module, which reads no arguments of Blender's."""
    name = installation.executable.name.lower()
    return installation.source == EMBEDDED or name.startswith(("python", "pypy"))


def _wishes(job: RenderJob) -> Iterator[str]:
    options = job.options
    values = {
        "scene": options.scene,
        "camera": options.camera,
        "width": options.width,
        "height": options.height,
        "samples": options.samples,
        "engine": _engine(job),
        "device": options.device,
        "format": _format(options),
    }
    yield from (f"--{name}={value}" for name, value in values.items() if value)
    yield from (f"--view-layer={layer}" for layer in options.layers)


def _engine(job: RenderJob) -> str | None:
    """The engine asked for, else the scene's own, to be refused where it is not installed.

    Blender would silently render with Eevee instead.
    """
    asked = job.options.engine
    if asked is None and job.options.scene is None and job.scene is not None:
        asked = job.scene.engine
    if asked is None or asked in _GONE_ENGINES:
        return None
    word = asked.upper()
    if word in ("CYCLES", *_ENGINES.values()):
        return word
    return _ENGINES.get(word, asked)


def _format(options: RenderOptions) -> str | None:
    word = options.format.upper() if options.format else None
    return _FORMATS.get(word, word) if word else None


def _fault(program: Path, version: str | None) -> str:
    if version is not None:
        return _("“{path}” is Blender {version}, which is too old: it must be {oldest}.").format(
            path=program, version=version, oldest=".".join(map(str, OLDEST))
        )
    if not program.is_file():
        return _("There is no Blender at “{path}”.").format(path=program)
    return _("“{path}” does not start or is no Blender.").format(path=program)
