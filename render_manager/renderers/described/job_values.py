"""What the placeholders of a described renderer stand for in one run of one task."""

from __future__ import annotations

from pathlib import Path

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.domain.job import RenderJob, RenderOptions
from render_manager.renderers.described.description import Description
from render_manager.renderers.described.placeholders import names_in
from render_manager.renderers.described.runs import list_text, step_of
from render_manager.renderers.described.template import Values
from render_manager.renderers.extras import check_extra


def check_job(job: RenderJob, said: Description) -> None:
    """Raises UserError if the renderer could only do something else than what was asked for."""
    _check_choices(job.options, said)
    check_extra(job.options, said.options, said.title)
    _check_needed(job, said)
    _check_paths(job, said)


def scene_values(job: RenderJob, said: Description, here: Path) -> Values:
    """What is the same for all frames of the task; `here` is the folder of the renderer's file."""
    options, scene, defaults = job.options, job.scene, said.defaults
    frames = (scene.frames if scene else None) or defaults.frames
    return {
        "scene": job.project_file,
        "scene_dir": str(Path(job.project_file).parent),
        "output_dir": job.output_dir,
        "output_stem": str(Path(job.output_dir) / job.name),
        "name": job.name,
        "here": str(here),
        "scene_first": frames[0] if frames else None,
        "scene_last": frames[-1] if frames else None,
        "width": options.width or (scene and scene.width) or defaults.width,
        "height": options.height or (scene and scene.height) or defaults.height,
        **_choices(options),
        "samples": options.samples,
        "engine": options.engine,
        "device": options.device,
        "format": options.format,
        **{name: _option(name, job, said) for name in said.options},
    }


def run_values(frames: tuple[int, ...], said: Description) -> Values:
    """What stands for the frames of a run."""
    return {
        "first": frames[0],
        "last": frames[-1],
        "step": step_of(frames),
        "count": len(frames),
        "frames": list_text(frames, said.frame_list.separator, said.frame_list.range),
    }


def frame_values(frame: int, scene: Values) -> Values:
    """What stands for one frame; `scene` is the task's values."""
    last = scene["scene_last"]
    padded = None if last is None else str(frame).zfill(len(str(last)))
    return {"frame": frame, "padded": padded}


def output_files(frame: int, scene: Values, said: Description) -> tuple[Path, ...]:
    """The files that a frame must leave; a relative one lies in the output folder."""
    values = {**scene, **frame_values(frame, scene)}
    folder = Path(str(scene["output_dir"]))
    return tuple(folder / template.fill(values) for template in said.output)


def check_digits(frames: tuple[int, ...], scene: Values, said: Description) -> None:
    """Raises UserError for a frame that {padded} has no room for.

    POV-Ray 3.7 then eats a letter of the file's name (measured: frame 100 of 1-48 is a100.png
    where 99 is a_99.png).
    """
    last, beyond = scene["scene_last"], str(frames[-1])
    if last is None or len(beyond) <= len(str(last)):
        return
    if "padded" in names_in(said.output) | said.used:
        raise UserError(
            _(
                "Frame {frame} has more digits than the last frame {last} of the scene, by which "
                "{title} names its files. Give the scene its right range."
            ).format(frame=beyond, last=last, title=said.title),
            field="frames",
        )


def _option(name: str, job: RenderJob, said: Description) -> str | None:
    """What the user says, else what the file says, else the only thing that the scene has."""
    offered = job.scene.choices.get(name, ()) if job.scene else ()
    only = offered[0] if len(offered) == 1 and name in said.needs else None
    return job.options.extra.get(name) or said.options[name] or only


def _choices(options: RenderOptions) -> dict[str, str | None]:
    """The user's choices that decide what is in the picture."""
    return {
        "camera": options.camera,
        "layers": ",".join(options.layers) or None,
        "scene_name": options.scene,
    }


def _check_choices(options: RenderOptions, said: Description) -> None:
    for name, chosen in _choices(options).items():
        if chosen and name not in said.used:
            raise UserError(
                _(
                    "{title} cannot be told the “{name}” to render: its file does not use "
                    "{{{name}}}. Leave it empty, or add {{{name}}} to the command."
                ).format(title=said.title, name=name),
                field=name,
            )


def _check_needed(job: RenderJob, said: Description) -> None:
    for name in said.needs:
        if _option(name, job, said) is None:
            offered = job.scene.choices.get(name, ()) if job.scene else ()
            raise UserError(
                _("{title} must be told the option “{name}”. The scene has: {names}.").format(
                    title=said.title, name=name, names=", ".join(offered) or "–"
                ),
                field=name,
            )


def _check_paths(job: RenderJob, said: Description) -> None:
    if said.forbidden_in_paths is None:
        return
    for text in (job.project_file, job.output_dir, job.name):
        if found := said.forbidden_in_paths.search(text):
            raise UserError(
                _(
                    "{title} does not understand “{found}” in “{path}”. "
                    "Rename it, or choose another folder."
                ).format(title=said.title, found=found[0], path=text)
            )
