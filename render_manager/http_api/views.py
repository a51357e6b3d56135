"""Tasks and frames as JSON has them. Plain dicts: the models of `models.py` describe them, and a
test holds the two together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from render_manager.domain.frames import format_frames
from render_manager.domain.task import FrameDetail, Task
from render_manager.service.reading import problem_as_json
from render_manager.service.telling import tell_detail, tell_task
from render_manager.storage.records import RunRecord


def status_as_json(task: Task) -> dict[str, Any]:
    return {
        "id": task.id,
        "status": task.state.value,
        "progress_percentage": round(task.percentage, 2),
        "completed_frames": task.completed_frames,
        "total_frames": task.total_frames,
        "error_message": task.error_message,
    }


def task_as_json(task: Task, now: float) -> dict[str, Any]:
    job, options, phase = task.job, task.job.options, task.phase
    return status_as_json(task) | {
        "project_file": job.project_file,
        "render_engine": job.renderer,
        "priority": task.priority,
        "retry_count": task.retry_count,
        "max_retries": task.max_retries,
        "celery_task_id": None,
        "name": job.name,
        "frames": task.frames_text or _frames_text(task),
        "failed_frames": task.failed_frames,
        "output_dir": job.output_dir,
        "camera": options.camera,
        "layers": list(options.layers),
        "width": options.width,
        "height": options.height,
        "scene": options.scene,
        "samples": options.samples,
        "engine": options.engine,
        "device": options.device,
        "format": options.format,
        "options": dict(options.extra),
        "on_suspicion": task.on_suspicion.value,
        "suspicious_frames": len(task.suspicions),
        "start_at": task.times.start_at,
        "hours": task.times.hours,
        "ready_by": task.times.ready_by,
        "machines": list(task.kept_to),
        "needs": dict(task.needs),
        "frame_order": task.frame_order.value,
        "approve_after": task.approve_after,
        "awaits_approval": task.awaits_approval,
        "depends_on": [{"task": each.task_id, "by_frame": each.by_frame} for each in task.after],
        "held": task.is_held,
        "runs": len(task.runs),
        "phase": phase.phase.value if phase else None,
        "warnings": _warnings(task),
        "problem": problem_as_json(task.problem),
        "created_at": task.created_at,
        "started_at": task.started_at,
        "finished_at": task.finished_at,
        "elapsed_seconds": round(task.elapsed(now), 1),
        "seconds_left": task.seconds_left(),
    }


def task_in_full(task: Task, now: float, *, with_frames: bool = True) -> dict[str, Any]:
    return task_as_json(task, now) | {"detail": tell_task(task, with_frames=with_frames)}


def _frames_text(task: Task) -> str:
    numbers = task.frames.numbers
    if isinstance(numbers, range) and len(numbers) > 1:
        step = "" if numbers.step == 1 else f"x{numbers.step}"
        return f"{numbers[0]}-{numbers[-1]}{step}"
    return format_frames(numbers)


def _warnings(task: Task) -> list[str]:
    scene = task.job.scene
    return [finding.text for finding in task.findings] + list(scene.warnings if scene else ())


def frame_as_json(
    task: Task, index: int, detail: FrameDetail, *, in_full: bool = False
) -> dict[str, Any]:
    number = task.frames.numbers[index]
    more = {"detail": tell_detail(detail)} if in_full else {}
    return more | {
        "id": task.frame_id(index),
        "task_id": task.id,
        "frame_number": number,
        "status": task.frames.state(index).word,
        "output_path": detail.output_path,
        "thumbnail_path": detail.thumbnail_path,
        "render_time": detail.seconds,
        "error_message": detail.error_message,
        "files": [file.path for file in detail.files],
        "suspicions": [each.value for each in task.suspicions.get(number, ())],
    }


def run_as_json(run: RunRecord) -> dict[str, Any]:
    return asdict(run)


def spans(indexes: Iterable[int]) -> list[tuple[int, int]]:
    """Rising indexes as (first, count) of those that follow each other."""
    found: list[tuple[int, int]] = []
    for index in indexes:
        if found and found[-1][0] + found[-1][1] == index:
            found[-1] = found[-1][0], found[-1][1] + 1
        else:
            found.append((index, 1))
    return found
