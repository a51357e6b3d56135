"""A renderer that a pipeline TD adds by writing one TOML file, with no line of code.

The file is explained by the comments of `resources/samples/povray.toml`; what it is made of
(templates, patterns, programs) is in `renderers/described`. Here that meets the contract.
"""

from __future__ import annotations

from pathlib import Path

from render_manager.base.i18n import _
from render_manager.domain.job import RenderJob, SceneInfo
from render_manager.renderers.described import runs
from render_manager.renderers.described.job_values import (
    check_digits,
    check_job,
    frame_values,
    output_files,
    run_values,
    scene_values,
)
from render_manager.renderers.described.listener import PatternListener
from render_manager.renderers.described.programs import find_programs, program_version
from render_manager.renderers.described.reading import read_description
from render_manager.renderers.described.scene import inspect_scene
from render_manager.renderers.described.template import Values, fill_arguments
from render_manager.renderers.problem_rules import rules_of
from render_manager.renderers.renderer import Command, Installation


class CustomRenderer:
    """The renderer that `file` describes; reading it raises UserError, a sentence per mistake."""

    gives_way = False

    def __init__(self, file: Path) -> None:
        self.file = file
        self._said = read_description(file)

    @property
    def name(self) -> str:
        return self._said.name

    @property
    def title(self) -> str:
        return self._said.title

    @property
    def suffixes(self) -> tuple[str, ...]:
        return self._said.suffixes

    @property
    def is_from_documentation(self) -> bool:
        """Whether nobody has run it yet; see `is_from_documentation` in renderer.py."""
        return self._said.proof == "documentation"

    @property
    def writes_where_scene_says(self) -> bool:
        """Whether nothing in the file names the output folder; see renderer.py."""
        return not {"output_dir", "output_stem"} & self._said.used

    def installations(self) -> list[Installation]:
        programs = find_programs(self._said.executable, self.file.parent)
        return [
            Installation(self.name, program, self._version(program), source)
            for program, source in programs.items()
        ]

    def problems(self) -> list[str]:
        return []

    def how_to_install(self) -> str:
        return _("Install it, or name its program as “executable” in {file}.").format(
            file=self.file
        )

    def inspect(self, project_file: Path) -> SceneInfo:
        return inspect_scene(project_file, self._said)

    def split(self, job: RenderJob, frames: tuple[int, ...]) -> list[tuple[int, ...]]:  # noqa: ARG002
        if self._said.frames == "one":
            return runs.single_frames(frames)
        if self._said.frames == "range":
            return runs.even_runs(frames, any_step="step" in self._said.used)
        return runs.short_lists(frames)

    def command(
        self, job: RenderJob, frames: tuple[int, ...], installation: Installation
    ) -> Command:
        """See Renderer. Raises ValueError for frames that are not one piece of `split`."""
        if self.split(job, frames) != [frames]:
            raise ValueError(f"{self.name} cannot render {frames} in one run: ask split first")
        check_job(job, self._said)
        scene = scene_values(job, self._said, self.file.parent)
        check_digits(frames, scene, self._said)
        values: Values = {
            **scene,
            **run_values(frames, self._said),
            **frame_values(frames[0], scene),
            "executable": str(installation.executable),
        }
        files = {frame: output_files(frame, scene, self._said) for frame in frames}
        return Command(
            argv=tuple(fill_arguments(self._said.command, values, self._stretches(frames))),
            env=self._environment(values),
            cwd=Path(self._said.working_dir.fill(scene)),
            outputs=files if self._said.output else {},
        )

    def listen(self, job: RenderJob | None, frames: tuple[int, ...]) -> PatternListener:  # noqa: ARG002
        return PatternListener(self._said.patterns, self._said.problem, frames, rules_of(self.name))

    def _stretches(self, frames: tuple[int, ...]) -> list[str]:
        return runs.stretch_texts(frames, self._said.frame_list.range)

    def _environment(self, values: Values) -> dict[str, str | None]:
        return {
            name: value.fill(values) if value else None
            for name, value in self._said.env.items()
            if value is None or value.is_given(values)
        }

    def _version(self, program: Path) -> str | None:
        in_path = self._said.version_in_path
        if in_path and (match := in_path.search(program.as_posix())):
            return match[1]
        if not self._said.version_args:
            return None
        return program_version(program, self._said.version_args, self._said.version_pattern)
