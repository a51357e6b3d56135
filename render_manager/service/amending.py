"""Changing what a task renders, before or after it was queued: checked first, then carried out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path

from render_manager.base.errors import ConflictError, UserError
from render_manager.base.i18n import _
from render_manager.domain.evidence import Expectation, Suspicion
from render_manager.domain.frames import FrameTable, parse_frames
from render_manager.domain.job import RenderJob, RenderOptions, SceneInfo
from render_manager.domain.preflight import listed, unknown_camera, unknown_layer
from render_manager.domain.queue import Queue
from render_manager.domain.task import FrameDetail, Task
from render_manager.domain.terms import Terms
from render_manager.service.output_dirs import check_no_clash
from render_manager.service.schemas import TaskChanges

LARGEST_SIDE = 65_536
"""Pixels along an edge; above it no renderer here writes pictures."""

MOST_SAMPLES = 10_000_000
"""Per pixel."""


@dataclass(frozen=True, slots=True)
class Amendment:
    """What a task is to become. `numbers` are its frames, None if its scene is to say them."""

    task: Task
    job: RenderJob
    frames_text: str | None
    numbers: Sequence[int] | None

    @property
    def has_other_picture(self) -> bool:
        """Whether finished frames would show something else, so that they are no evidence."""
        return self.job != self.task.job

    @property
    def has_other_frames(self) -> bool:
        if self.numbers is not None and self.task.frames:
            return list(self.numbers) != list(self.task.frames.numbers)
        return self.frames_text != self.task.frames_text

    @property
    def is_other(self) -> bool:
        """Whether something else is rendered, and not only sooner or more often."""
        return self.has_other_picture or self.has_other_frames

    def carry_out(self, queue: Queue) -> bool:
        """Change the task; returns whether its scene must be read (again) to give it frames."""
        is_other = self.is_other
        queue.set_frames_text(self.task.id, self.frames_text)
        if not is_other:
            return False
        if self.has_other_picture or self.numbers is None or not self.task.frames:
            queue.replace_job(self.task.id, self.job)
            return True
        queue.reframe(self.task.id, self.numbers)
        return False


@dataclass(frozen=True, slots=True)
class Before:
    """A task as it was, to undo an amendment. `details` of its frames are asked for before it is
    changed; None if the frames stay as they are."""

    task_id: int
    job: RenderJob
    frames_text: str | None
    frames: FrameTable
    terms: Terms
    rendered_seconds: float
    expected: Expectation
    suspicions: Mapping[int, tuple[Suspicion, ...]]
    details: Future[list[FrameDetail]] | None

    @classmethod
    def of(cls, task: Task, details: Future[list[FrameDetail]] | None) -> Before:
        return cls(
            task.id,
            task.job,
            task.frames_text,
            task.frames,
            task.terms,
            task.rendered_seconds,
            task.expected,
            dict(task.suspicions),
            details,
        )

    def put_back(self, queue: Queue) -> bool:
        """Undo; returns whether the scene must be read to give the task frames.

        What was rendered since may have overwritten files, so what was known of them is known no
        more; frames that show the same picture as before keep what is known of them now.
        """
        task = queue.task(self.task_id)
        queue.set_terms(self.task_id, self.terms)
        queue.set_frames_text(self.task_id, self.frames_text)
        is_same = task.frames is self.frames and task.job == self.job
        if self.details is None or is_same:
            return False
        if task.rendered_seconds == self.rendered_seconds:
            details = self.details.result()
            queue.put_frames_back(
                self.task_id, self.job, self.frames, details, self.expected, self.suspicions
            )
        elif task.job == self.job and self.frames:
            queue.reframe(self.task_id, self.frames.numbers)
        else:
            queue.replace_job(self.task_id, self.job)
        return not task.frames


def plan(tasks: Sequence[Task], changes: TaskChanges, queue: Queue) -> list[Amendment]:
    """What becomes of each task. Raises UserError, with the field at fault, if one cannot be so."""
    amendments = [_amendment(task, changes) for task in tasks]
    if changes.output_dir is not None:
        _check_folders(amendments, queue)
    for each in amendments:
        if each.is_other:
            queue.check_is_idle(each.task)
    return amendments


def _amendment(task: Task, changes: TaskChanges) -> Amendment:
    job = replace(task.job, options=_options(task.job, changes))
    if changes.output_dir is not None:
        job = replace(job, output_dir=_folder(changes.output_dir))
    text = task.frames_text
    if changes.frames is not None:
        text = changes.frames.strip() or None
    return Amendment(task, job, text, _numbers(task, text))


def _numbers(task: Task, text: str | None) -> Sequence[int] | None:
    if text is not None:
        return parse_frames(text)
    scene = task.job.scene
    if scene is None:
        return None
    if not scene.frames:
        raise UserError(
            _("The scene does not say which frames to render. Give them, for example 1-100."),
            field="frames",
        )
    return scene.frames


def _options(job: RenderJob, changes: TaskChanges) -> RenderOptions:
    options = job.options
    if changes.camera is not None:
        options = replace(options, camera=_known_camera(changes.camera, job.scene))
    if changes.layers is not None:
        options = replace(options, layers=_known_layers(changes.layers, job.scene))
    if changes.size is not None:
        width, height = _checked_size(changes.size)
        options = replace(options, width=width, height=height)
    if changes.samples is not None:
        options = replace(options, samples=_checked_samples(changes.samples))
    if changes.engine is not None:
        options = replace(options, engine=changes.engine.strip() or None)
    if changes.device is not None:
        options = replace(options, device=changes.device.strip() or None)
    if changes.format is not None:
        options = replace(options, format=changes.format.strip() or None)
    if changes.extra:
        extra = options.extra | _known_choices(changes.extra, job.scene)
        options = replace(options, extra={name: text for name, text in extra.items() if text})
    return options


def _known_choices(extra: Mapping[str, str], scene: SceneInfo | None) -> dict[str, str]:
    """The same without spaces around. What the scene has a list of must be in it."""
    chosen = {name: text.strip() for name, text in extra.items()}
    for name, text in chosen.items():
        known = scene.choices.get(name, ()) if scene else ()
        if text and known and text not in known:
            raise UserError(
                _("The scene has no “{value}”. It has: {known}.").format(
                    value=text, known=listed(known)
                ),
                field=name,
            )
    return chosen


def _known_camera(camera: str, scene: SceneInfo | None) -> str | None:
    if told := unknown_camera(camera, scene):
        raise UserError(told, field="camera")
    return camera or None


def _known_layers(layers: tuple[str, ...], scene: SceneInfo | None) -> tuple[str, ...]:
    if told := unknown_layer(layers, scene):
        raise UserError(told, field="layers")
    return layers


def _checked_size(size: tuple[int, int]) -> tuple[int | None, int | None]:
    if size == (0, 0):
        return None, None
    if not all(1 <= side <= LARGEST_SIDE for side in size):
        raise UserError(
            _("The size is {width} × {height}. Use 1 to {most:,} pixels for each.").format(
                width=size[0], height=size[1], most=LARGEST_SIDE
            ),
            field="size",
        )
    return size


def _checked_samples(samples: int) -> int | None:
    if not 0 <= samples <= MOST_SAMPLES:
        raise UserError(
            _(
                "There cannot be {count:,} samples. Use 1 to {most:,}, or 0 for those of the scene."
            ).format(count=samples, most=MOST_SAMPLES),
            field="samples",
        )
    return samples or None


def _folder(text: str) -> str:
    if not text.strip():
        raise UserError(_("Name the folder that the frames go to."), field="output_dir")
    return str(Path(text.strip()).expanduser().absolute())


def _check_folders(amendments: list[Amendment], queue: Iterable[Task]) -> None:
    amended = {each.task.id for each in amendments}
    others = [task for task in queue if task.id not in amended]
    taken: set[tuple[str, str]] = set()
    for each in amendments:
        check_no_clash(Path(each.job.output_dir), each.job.name, others)
        place = (each.job.output_dir, each.job.name)
        if place in taken:
            raise ConflictError(
                _("Two of these scenes are called “{name}”. Give each a folder of its own.").format(
                    name=each.job.name
                ),
                field="output_dir",
            )
        taken.add(place)
