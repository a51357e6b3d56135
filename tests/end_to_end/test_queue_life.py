"""The life of tasks through every real part but the renderer: engine, evidence, journal, verbs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import house
import psutil
import pytest
from fake_renderer import FakeListener
from house import details, make_scene, rendered, submit, wait_for_end, wait_until
from pytestqt.qtbot import QtBot

from render_manager.assembly import RenderManager
from render_manager.base.errors import ConflictError, UserError
from render_manager.base.settings import Settings, load_settings
from render_manager.domain.events import LogEvent, Problem
from render_manager.domain.states import FrameState, TaskState


def test_a_scene_becomes_frames_with_evidence(manager: RenderManager, tmp_path: Path) -> None:
    scene = make_scene(tmp_path / "scenes")
    task = submit(manager, scene)
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED
    for number, detail in zip(task.frames.numbers, details(manager, task), strict=True):
        assert detail.state is FrameState.COMPLETED
        (file,) = detail.files
        assert file.path == str(Path(task.job.output_dir) / f"shot_{number:04d}.png")
        assert (file.width, file.height) == (32, 18)
        assert detail.thumbnail_path and Path(detail.thumbnail_path).is_file()
    assert rendered(scene) == [1, 2, 3, 4, 5]


def test_the_log_begins_with_the_command_line(manager: RenderManager, tmp_path: Path) -> None:
    task = submit(manager, make_scene(tmp_path / "scenes"))
    wait_for_end(manager, task)
    (run,) = manager.service.runs(task.id).result(timeout=30)
    assert run.log_path is not None
    first = Path(run.log_path).read_text("utf-8").splitlines()[0]
    assert first == run.command
    assert "fake_render.py" in first


def test_a_crash_is_retried_and_renders_only_what_is_missing(
    manager: RenderManager, tmp_path: Path
) -> None:
    scene = make_scene(tmp_path / "scenes", end=6, crash_at=4, crash_times=1)
    task = submit(manager, scene)
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED
    assert rendered(scene) == [1, 2, 3, 4, 4, 5, 6]


def test_a_frame_that_always_crashes_fails_with_the_reason(
    manager: RenderManager, tmp_path: Path
) -> None:
    scene = make_scene(tmp_path / "scenes", end=3, crash_at=2)
    task = submit(manager, scene, max_retries=1)
    wait_for_end(manager, task)
    assert task.state is TaskState.FAILED
    assert task.error_message == "Fake: out of luck"
    assert house.frames_in([FrameState.FAILED], task) == [2]
    assert task.completed_frames == 2
    assert rendered(scene) == [1, 2, 2, 3]


def test_a_frame_that_kills_the_renderer_is_tried_last(
    manager: RenderManager, tmp_path: Path
) -> None:
    scene = make_scene(tmp_path / "scenes", end=4, crash_at=2, crash_times=2)
    task = submit(manager, scene)
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED
    assert rendered(scene) == [1, 2, 2, 3, 4, 2]


def let_complaints_mean(problem: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every complaint of the fake renderer be understood as `problem`."""
    feed = FakeListener.feed

    def feed_with(self: FakeListener, line: str) -> Iterator[LogEvent]:
        said = list(feed(self, line))
        yield from (problem if isinstance(event, Problem) else event for event in said)

    monkeypatch.setattr(FakeListener, "feed", feed_with)


def test_a_hopeless_task_is_held_after_one_run_and_goes_on_when_mended(
    manager: RenderManager, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = make_scene(tmp_path / "scenes", end=4, crash_at=2, crash_times=1)
    let_complaints_mean(Problem("missing_texture", "no wood.png", is_hopeless=True), monkeypatch)
    task = submit(manager, scene)
    wait_until(manager, lambda: task.state is TaskState.PAUSED and not task.runs)
    assert task.error_message == "Fake: no wood.png"
    assert (task.retry_count, task.failed_frames, task.completed_frames) == (0, 0, 1)
    manager.service.resume([task.id])
    wait_for_end(manager, task)
    assert (task.state, task.error_message) == (TaskState.COMPLETED, None)
    assert rendered(scene) == [1, 2, 2, 3, 4]


@pytest.mark.parametrize(
    ("faults", "why"),
    [
        ({"truncate": [2]}, "shot_0002.png"),
        ({"wrong_size": [2]}, "64"),
        ({"skip": [2]}, "No file was written"),
    ],
)
def test_exit_code_0_is_no_evidence(
    manager: RenderManager, tmp_path: Path, faults: dict[str, Any], why: str
) -> None:
    task = submit(manager, make_scene(tmp_path / "scenes", **faults), max_retries=0)
    wait_for_end(manager, task)
    assert task.state is TaskState.FAILED
    assert house.frames_in([FrameState.FAILED], task) == [2]
    assert why in (details(manager, task)[1].error_message or "")


def test_cancel_ends_the_whole_tree_and_retry_renders_the_rest(
    manager: RenderManager, tmp_path: Path
) -> None:
    scenes = tmp_path / "scenes"
    scene = make_scene(scenes, seconds=0.2, ignore_sigterm=True, grandchild=True)
    task = submit(manager, scene)
    wait_until(manager, lambda: task.completed_frames >= 2)
    pids = [run.pid for run in task.runs.values()]
    pids.append(int((scenes / "grandchild.pid").read_text()))
    manager.service.cancel([task.id])
    assert task.state is TaskState.CANCELLED
    wait_until(manager, lambda: not task.runs)
    assert not any(psutil.pid_exists(pid) and is_alive(pid) for pid in pids if pid)
    done = house.frames_in([FrameState.COMPLETED], task)
    assert len(house.frames_in([FrameState.FAILED], task)) <= 1
    make_scene(scenes)
    manager.service.retry([task.id])
    before = len(rendered(scene))
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED
    assert not set(rendered(scene)[before:]) & set(done)


def is_alive(pid: int) -> bool:
    return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def test_a_high_task_is_finished_first_and_no_frame_is_rendered_twice(
    manager: RenderManager, tmp_path: Path
) -> None:
    low_scene = make_scene(tmp_path / "low", end=30, seconds=0.05)
    low = submit(manager, low_scene, priority=1)
    wait_until(manager, lambda: low.completed_frames >= 3)
    high = submit(manager, make_scene(tmp_path / "high", "urgent"), priority=9)
    wait_for_end(manager, high)
    assert high.state is TaskState.COMPLETED
    assert low.completed_frames < 30
    wait_for_end(manager, low)
    assert rendered(low_scene) == list(range(1, 31))


def test_pause_stops_at_a_frame_and_resume_goes_on(manager: RenderManager, tmp_path: Path) -> None:
    scene = make_scene(tmp_path / "scenes", end=12, seconds=0.1)
    task = submit(manager, scene)
    wait_until(manager, lambda: task.completed_frames >= 2)
    manager.service.pause([task.id])
    wait_until(manager, lambda: not task.runs)
    assert task.state is TaskState.PAUSED
    assert 2 <= task.completed_frames < 12
    assert task.retry_count == 0
    manager.service.resume([task.id])
    wait_for_end(manager, task)
    assert rendered(scene) == list(range(1, 13))


def test_frames_can_be_rendered_again(manager: RenderManager, tmp_path: Path) -> None:
    scene = make_scene(tmp_path / "scenes")
    task = submit(manager, scene, frames="1-5")
    wait_for_end(manager, task)
    manager.service.retry_frames(task.id, [2, 4])
    assert task.state is TaskState.PENDING
    wait_for_end(manager, task)
    assert rendered(scene) == [1, 2, 3, 4, 5, 2, 4]


def test_remove_can_be_undone(manager: RenderManager, tmp_path: Path) -> None:
    task = submit(manager, make_scene(tmp_path / "scenes"))
    wait_for_end(manager, task)
    manager.service.remove([task.id])
    assert manager.service.tasks() == []
    assert manager.service.undo() == "Remove 1 task"
    assert manager.service.task(task.id).completed_frames == 5
    with pytest.raises(ConflictError):
        manager.service.undo()


def test_an_unreadable_scene_fails_with_a_sentence_and_can_be_retried(
    manager: RenderManager, tmp_path: Path
) -> None:
    scene = tmp_path / "broken.fake"
    scene.write_text("{", "utf-8")
    task = submit(manager, scene)
    wait_until(manager, lambda: task.state is TaskState.FAILED)
    assert "is not a fake scene" in (task.error_message or "")
    make_scene(tmp_path, "broken")
    manager.service.retry([task.id])
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED


@pytest.mark.parametrize(
    "wishes",
    [{"frames": "10-1"}, {"frames": "abc"}, {"priority": 11}, {"total_frames": 0}],
)
def test_bad_wishes_are_refused_and_nothing_is_queued(
    manager: RenderManager, tmp_path: Path, wishes: dict[str, object]
) -> None:
    with pytest.raises(UserError):
        submit(manager, make_scene(tmp_path / "scenes"), **wishes)
    assert manager.service.tasks() == []


def test_an_output_folder_that_is_a_file_is_named(manager: RenderManager, tmp_path: Path) -> None:
    blocker = tmp_path / "out"
    blocker.write_text("a file")
    task = submit(manager, make_scene(tmp_path / "scenes"), output_dir=str(blocker))
    wait_until(manager, lambda: task.state is TaskState.FAILED)
    assert "is a file" in (task.error_message or "")
    assert blocker.read_text() == "a file"


def test_a_renderer_that_cannot_be_started_is_named(
    qtbot: QtBot, settings: Settings, tmp_path: Path
) -> None:
    manager = house.build(settings)
    manager.catalog.fake.executable = str(tmp_path / "gone")  # type: ignore[attr-defined]
    manager.start()
    task = submit(manager, make_scene(tmp_path / "scenes"), max_retries=0)
    wait_for_end(manager, task)
    assert "could not be started" in (task.error_message or "")
    manager.stop()


def test_paths_with_spaces_quotes_and_chinese(manager: RenderManager, tmp_path: Path) -> None:
    scene = make_scene(tmp_path / "it's a “中文” folder", "镜头 'a' 01")
    task = submit(manager, scene)
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED


def test_two_slots_share_a_task(qtbot: QtBot, home: Path, tmp_path: Path) -> None:
    settings = load_settings(render_output_dir=home / "r", max_concurrent_runs=2)
    manager = house.build(settings)
    manager.start()
    scene = make_scene(tmp_path / "scenes", end=8, seconds=0.05)
    task = submit(manager, scene)
    wait_until(manager, lambda: len(task.runs) == 2)
    wait_for_end(manager, task)
    assert sorted(rendered(scene)) == list(range(1, 9))
    manager.stop()


def test_reopened_everything_is_there(qtbot: QtBot, settings: Settings, tmp_path: Path) -> None:
    first = house.build(settings)
    first.start()
    done = submit(first, make_scene(tmp_path / "a", "done"))
    wait_for_end(first, done)
    slow_scene = make_scene(tmp_path / "b", "slow", end=6, seconds=0.3)
    slow = submit(first, slow_scene, priority=2)
    first.service.set_priority([slow.id], 3)
    wait_until(first, lambda: slow.completed_frames == 2)
    before = details(first, done)
    first.stop()

    second = house.build(settings)
    states = {task.id: task.state for task in second.service.tasks()}
    assert states == {done.id: TaskState.COMPLETED, slow.id: TaskState.PENDING}
    assert details(second, second.service.task(done.id)) == before
    again = second.service.task(slow.id)
    assert again.priority == 3
    kept = house.frames_in([FrameState.COMPLETED], again)
    second.start()
    count = len(rendered(slow_scene))
    wait_for_end(second, again)
    assert again.state is TaskState.COMPLETED
    assert not set(rendered(slow_scene)[count:]) & set(kept)
    second.stop()


def test_elapsed_and_estimate_come_from_the_runs(manager: RenderManager, tmp_path: Path) -> None:
    task = submit(manager, make_scene(tmp_path / "scenes", end=20, seconds=0.1))
    wait_until(manager, lambda: 2 <= task.completed_frames < 20)
    left = task.seconds_left()
    assert left is not None and 0 <= left[0] <= left[1] and left[1] > 0
    assert task.elapsed(time.time()) > 0
    wait_for_end(manager, task)
    assert task.rendered_seconds > 0.7


def test_a_listener_that_fails_does_not_keep_its_run_for_ever(
    manager: RenderManager,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(_self: FakeListener, _line: str) -> list[LogEvent]:
        raise ZeroDivisionError

    monkeypatch.setattr(FakeListener, "feed", fail)
    task = submit(manager, make_scene(tmp_path / "scenes", end=2), max_retries=0)
    wait_for_end(manager, task)
    assert task.state is TaskState.FAILED
    assert "The listener of Fake failed" in caplog.text
    caplog.clear()


def test_one_more_slot_is_used_at_once(manager: RenderManager, tmp_path: Path) -> None:
    tasks = [
        submit(manager, make_scene(tmp_path / name, name, end=4, seconds=0.3)) for name in "ab"
    ]
    wait_until(manager, lambda: sum(len(task.runs) for task in tasks) == 1)
    manager.service.change_settings({"max_concurrent_runs": 2})
    wait_until(manager, lambda: all(task.runs for task in tasks))
    wait_for_end(manager, *tasks)


def test_a_failure_says_cause_advice_and_the_line_of_the_log(
    manager: RenderManager, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = make_scene(tmp_path / "scenes", end=2, crash_at=1)
    let_complaints_mean(Problem("disk_full", "no space"), monkeypatch)
    task = submit(manager, scene, max_retries=0)
    wait_for_end(manager, task)
    assert task.problem is not None
    assert task.problem.line is not None
    assert task.error_message == (
        "The disk is full. Free some space, or choose another output folder. "
        f"Log line {task.problem.line}: no space"
    )
    (run, *_others) = manager.service.runs(task.id).result(timeout=30)
    log = Path(str(run.log_path)).read_text("utf-8").splitlines()
    assert "out of luck" in log[task.problem.line - 1]
    assert manager.service.why_waiting(task.id) == []
