"""What is known of a task, line by line."""

from __future__ import annotations

from render_manager.base.amounts import needs_text
from render_manager.base.i18n import _, ngettext
from render_manager.domain.frame_order import CHOICES as FRAME_ORDERS
from render_manager.domain.frame_order import FrameOrder
from render_manager.domain.job import RenderJob
from render_manager.domain.readiness import Verdict
from render_manager.domain.states import TaskState
from render_manager.domain.task import Task
from render_manager.gui import text
from render_manager.gui.inspector.fact_sheet import Fact
from render_manager.gui.inspector.frame_times import FrameTimes
from render_manager.gui.inspector.run_words import moment
from render_manager.service.queue_service import QueueService

FOLDER, SCENE, LOG = "folder:", "scene:", "log:"
"""The links of a sheet."""

MOST_NAMED = 50
"""Missing files and warnings that are listed."""


def facts(service: QueueService, task: Task, times: FrameTimes, now: float) -> list[Fact]:
    """All of them, what is wrong first; what is not known is left out."""
    all_of_them = [
        *_troubles(task),
        Fact(_("Why it waits"), _why_waiting(service, task)),
        *_ready(service, task),
        Fact(_("Disk"), service.disk_forecast(task) or "", is_bad=True),
        *_scene(service, task),
        *_rendering(service, task),
        *_moments(task, times, now),
    ]
    return [fact for fact in all_of_them if fact.value]


def _troubles(task: Task) -> list[Fact]:
    scene = task.job.scene
    has_log = bool(text.problem(task)) and task.started_at is not None
    return [
        Fact(_("Problem"), text.problem(task), is_bad=True),
        Fact(_("What to do"), _advice(task)),
        Fact("", _("Show it in the log") if has_log else "", link=LOG),
        Fact(_("Missing files"), _lines(scene.missing) if scene else "", is_bad=True),
        Fact(_("Warnings"), _lines(scene.warnings) if scene else ""),
    ]


def _why_waiting(service: QueueService, task: Task) -> str:
    """Why nothing is rendered; of a held task its problem says so already."""
    return "" if task.is_held else "\n".join(service.why_waiting(task.id))


def _ready(service: QueueService, task: Task) -> list[Fact]:
    """When it will be done; a problem if that is too late."""
    is_late = service.readiness.verdict(task) in (Verdict.MAY, Verdict.WILL_NOT)
    return [Fact(_("Ready"), "\n".join(service.readiness.sentences(task)), is_bad=is_late)]


def _advice(task: Task) -> str:
    """What helps, if the task will not go on by itself."""
    if task.state is not TaskState.FAILED:
        return ""
    if task.lacks_frames:
        return _("Enter the frames of the task (Change…), then press Retry (F5).")
    if task.is_broken:
        return _("Mend the scene, then press Retry (F5): it is read again.")
    return _(
        "Look at the log for the cause and mend it, then press Retry (F5): only the frames that "
        "are missing are rendered."
    )


def _scene(service: QueueService, task: Task) -> list[Fact]:
    job = task.job
    return [
        Fact(_("Scene"), job.project_file, link=SCENE),
        Fact(_("Output"), job.output_dir, link=FOLDER),
        Fact(_("Renderer"), _renderer(service, task)),
        Fact(_("Engine"), _chosen(job, "engine")),
        Fact(_("Camera"), _chosen(job, "camera")),
        Fact(_("Layers"), _layers(job)),
    ]


def _renderer(service: QueueService, task: Task) -> str:
    title = text.renderer_title(service, task)
    version = task.job.scene.version if task.job.scene else None
    if not version:
        return title
    return _("{renderer}, scene saved by {version}").format(renderer=title, version=version)


def _chosen(job: RenderJob, name: str) -> str:
    """What the user chose, else what the scene says."""
    own = getattr(job.options, name)
    return str(own or (getattr(job.scene, name) if job.scene else None) or "")


def _layers(job: RenderJob) -> str:
    in_scene = job.scene.layers if job.scene else ()
    names = job.options.layers or [
        layer.name for layer in in_scene if layer.renderable is not False
    ]
    return ", ".join(names)


def _rendering(service: QueueService, task: Task) -> list[Fact]:
    size = task.job.expected_size
    return [
        Fact(_("ID"), str(task.id)),
        Fact(_("Frames"), _frames(task)),
        Fact(_("Resolution"), "{} × {}".format(*size) if size else ""),
        Fact(_("On machines"), ", ".join(task.kept_to)),
        Fact(_("Frame order"), _frame_order(task)),
        Fact(_("Look at first"), _approval(task)),
        Fact(_("Starts after"), _after(service, task)),
        Fact(_("Needs"), needs_text(task.needs)),
        Fact(_("Priority"), text.priority_text(task.priority).strip()),
        Fact(
            _("Retries"),
            _("{count} of {most} used").format(count=task.retry_count, most=task.max_retries),
        ),
    ]


def _after(service: QueueService, task: Task) -> str:
    """The tasks that it waits for, by name."""
    tasks = service.queue.tasks
    here = (each for each in task.after if each.task_id in tasks)
    return ", ".join(each.words(tasks[each.task_id].job.name) for each in here)


def _approval(task: Task) -> str:
    count = task.approve_after
    return ngettext("{count} frame", "{count} frames", count).format(count=count) if count else ""


def _frame_order(task: Task) -> str:
    is_usual = task.frame_order is FrameOrder.NUMBERED
    return "" if is_usual else _(FRAME_ORDERS[task.frame_order])


def _frames(task: Task) -> str:
    numbers = task.frames.numbers
    written = task.frames_text or (f"{numbers[0]}–{numbers[-1]}" if numbers else "")
    if not task.frames:
        return written
    return _("{frames}  ({done} done)").format(frames=written, done=text.frames_done(task))


def _moments(task: Task, times: FrameTimes, now: float) -> list[Fact]:
    has_begun = task.started_at is not None
    return [
        Fact(_("Start at"), _wished(task.times.start_at, now)),
        Fact(_("Hours"), task.times.hours or ""),
        Fact(_("Ready by"), _wished(task.times.ready_by, now)),
        Fact(_("Submitted"), moment(task.created_at, now)),
        Fact(_("Started"), moment(task.started_at, now) if has_begun else ""),
        Fact(_("Finished"), moment(task.finished_at, now) if task.finished_at else ""),
        Fact(_("Elapsed"), text.duration(task.elapsed(now)) if has_begun else ""),
        Fact(_("Per frame"), _per_frame(times)),
    ]


def _wished(at: float | None, now: float) -> str:
    return "" if at is None else moment(at, now)


def _per_frame(times: FrameTimes) -> str:
    if times.summary is None:
        return ""
    average, shortest, longest = (text.precise(seconds) for seconds in times.summary)
    return _("{average} on average, {shortest} to {longest}").format(
        average=average, shortest=shortest, longest=longest
    )


def _lines(sentences: tuple[str, ...]) -> str:
    shown = list(sentences[:MOST_NAMED])
    if len(sentences) > MOST_NAMED:
        shown.append(_("and {count} more").format(count=len(sentences) - MOST_NAMED))
    return "\n".join(shown)
