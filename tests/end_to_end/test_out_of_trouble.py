"""A run always comes to its end, and a verb always does what it can, whatever refuses."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import house
import pytest
from fake_renderer import FakeRenderer
from house import details, make_scene, rendered, submit, wait_for_end, wait_until
from pytestqt.qtbot import QtBot

from render_manager.assembly import RenderManager
from render_manager.base.errors import NotFoundError, UserError
from render_manager.base.settings import Settings
from render_manager.domain.events import Outcome, Problem, RunEnded, RunReport
from render_manager.domain.job import RenderJob
from render_manager.domain.states import FrameState, TaskState
from render_manager.images.reading import FrameReading
from render_manager.renderers.renderer import Command, Installation


def test_cancel_ends_the_renderer_though_the_disk_refuses(
    manager: RenderManager, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = submit(manager, make_scene(tmp_path / "scenes", seconds=0.5, end=100))
    wait_until(manager, lambda: task.completed_frames >= 1)

    def refuse(*_args: object) -> None:
        raise UserError("The disk is full.")

    with monkeypatch.context() as full:
        full.setattr(manager.journal, "commit", refuse)
        with pytest.raises(UserError, match="disk is full"):
            manager.service.cancel([task.id])
    wait_until(manager, lambda: not task.runs)
    assert task.state is TaskState.CANCELLED


def test_a_verb_with_an_unknown_task_changes_none(manager: RenderManager, tmp_path: Path) -> None:
    task = submit(manager, make_scene(tmp_path / "scenes"), hold=True)
    with pytest.raises(NotFoundError):
        manager.service.cancel([task.id, 4711])
    assert task.state is TaskState.PAUSED


def test_a_pause_before_the_renderer_has_started_is_not_lost(
    manager: RenderManager, tmp_path: Path
) -> None:
    scene = make_scene(tmp_path / "scenes", end=60, seconds=0.2)
    task = submit(manager, scene)
    manager.dispatcher.dispatched.connect(lambda: manager.service.pause([task.id]))
    wait_until(manager, lambda: task.state is TaskState.PAUSED and not task.runs)
    assert rendered(scene) == []
    assert task.frames.counts[FrameState.PENDING] == 60
    assert task.retry_count == 0


class Declaring(FakeRenderer):
    """Names its files beforehand, and its log does not tell when a frame begins."""

    def command(
        self, job: RenderJob, frames: tuple[int, ...], installation: Installation
    ) -> Command:
        command = super().command(job, frames, installation)
        folder = Path(job.output_dir)
        outputs = {frame: (folder / f"{job.name}_{frame:04d}.png",) for frame in frames}
        return replace(command, outputs=outputs)


def test_cancel_leaves_frames_that_never_began_pending(
    qtbot: QtBot, settings: Settings, tmp_path: Path
) -> None:
    manager = house.build(settings, Declaring())
    manager.start()
    task = submit(manager, make_scene(tmp_path / "scenes", end=20, seconds=0.2))
    wait_until(manager, lambda: task.completed_frames >= 2)
    manager.service.cancel([task.id])
    wait_until(manager, lambda: not task.runs)
    assert len(house.frames_in([FrameState.FAILED], task)) <= 1, "only the frame in work"
    manager.stop()


def test_frames_that_were_not_begun_at_a_crash_are_not_bad(
    qtbot: QtBot, settings: Settings, tmp_path: Path
) -> None:
    manager = house.build(settings, Declaring())
    manager.start()
    scene = make_scene(tmp_path / "scenes", end=12, crash_at=3, crash_times=1)
    task = submit(manager, scene)
    wait_until(manager, lambda: task.is_held or task.state.has_ended)
    assert task.state is TaskState.COMPLETED, task.error_message
    manager.stop()


def test_quitting_in_the_middle_of_rendering_again_takes_no_old_file_for_a_bad_frame(
    qtbot: QtBot, settings: Settings, tmp_path: Path
) -> None:
    manager = house.build(settings, Declaring())
    manager.start()
    scene = make_scene(tmp_path / "scenes", end=12)
    task = submit(manager, scene)
    wait_for_end(manager, task)
    make_scene(tmp_path / "scenes", end=12, seconds=0.2)
    manager.service.retry_frames(task.id, range(1, 13))
    wait_until(manager, lambda: task.completed_frames >= 2)
    manager.stop()
    assert not task.is_held, task.error_message
    assert task.failed_frames == 0


def test_a_frame_that_is_cut_off_by_cancelling_is_not_bad(
    qtbot: QtBot, settings: Settings, tmp_path: Path
) -> None:
    manager = house.build(settings, Declaring())
    manager.start()
    task = submit(manager, make_scene(tmp_path / "scenes", end=3, slow=[2]))
    half = Path(task.job.output_dir) / "shot_0002.png"
    wait_until(manager, half.exists)
    manager.service.cancel([task.id])
    wait_until(manager, lambda: not task.runs)
    assert details(manager, task)[1].error_message == "Cancelled."
    assert task.doubts.bad_row == set()
    assert not half.exists(), "it is put aside"
    manager.stop()


def test_cancel_ends_a_run_whose_files_cannot_be_read_to_the_end(
    qtbot: QtBot, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.adopt({"cancel_grace_seconds": 0.5}, {})
    manager = house.build(settings)
    never: Future[FrameReading] = Future()
    monkeypatch.setattr(manager.images, "submit", lambda _request: never)
    manager.start()
    task = submit(manager, make_scene(tmp_path / "scenes", end=3))
    wait_until(manager, lambda: task.frames.counts[FrameState.RENDERING] > 0)
    manager.service.cancel([task.id])
    wait_until(manager, lambda: not task.runs)
    assert task.state is TaskState.CANCELLED
    manager.stop()


def test_a_renderer_that_hangs_after_its_last_frame_is_ended_and_has_succeeded(
    qtbot: QtBot, settings: Settings, tmp_path: Path
) -> None:
    settings.adopt({"finish_grace_seconds": 0.3}, {})
    manager = house.build(settings)
    manager.start()
    task = submit(manager, make_scene(tmp_path / "scenes", end=2, hang="after"))
    wait_until(manager, lambda: len(task.frames) > 0 and not task.runs and bool(task.finished_at))
    assert task.state is TaskState.COMPLETED
    assert task.error_message is None
    assert [detail.state for detail in details(manager, task)] == [FrameState.COMPLETED] * 2
    manager.stop()


def test_a_task_whose_frames_are_there_can_be_cancelled_while_its_renderer_hangs(
    manager: RenderManager, tmp_path: Path
) -> None:
    task = submit(manager, make_scene(tmp_path / "scenes", end=2, hang="after"))
    wait_until(manager, lambda: task.completed_frames == 2)
    manager.service.cancel([task.id])
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED


def test_a_run_that_shows_a_task_to_be_hopeless_ends_the_others_of_it(
    qtbot: QtBot, settings: Settings, tmp_path: Path
) -> None:
    settings.adopt({"max_concurrent_runs": 2}, {})
    manager = house.build(settings)
    manager.start()
    task = submit(manager, make_scene(tmp_path / "scenes", end=2, hang="before"))
    wait_until(manager, lambda: sum(run.pid is not None for run in task.runs.values()) == 2)
    hopeless = Problem("missing_scene", "no such file", is_hopeless=True)
    end = RunEnded(Outcome.FAILED, 1, "The scene is gone.", (1,), problem=hopeless)
    manager.dispatcher.reported.emit([RunReport(min(task.runs), (end,))])
    assert task.is_held
    wait_until(manager, lambda: not task.runs, timeout_ms=10_000)
    assert not task.runs
    manager.stop()


def test_five_bad_frames_in_a_row_stop_the_renderer_and_hold_the_task(
    manager: RenderManager, tmp_path: Path
) -> None:
    bad = list(range(3, 61))
    scene = make_scene(tmp_path / "scenes", end=60, seconds=0.05, truncate=bad)
    task = submit(manager, scene)
    wait_until(manager, lambda: task.is_held and not task.runs)
    assert task.completed_frames == 2
    assert "5 frames in a row were bad (3-7)" in (task.error_message or "")
    assert max(rendered(scene)) < 60, "it did not render on until the morning"
