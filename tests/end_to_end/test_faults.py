"""Faults that a renderer can have, and what becomes of the task, its frames and processes.

Those that a watchdog ends are in `test_watchdog.py`, those of the files a task shares in
`test_evidence.py`.
"""

from __future__ import annotations

import locale
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from house import details, frames_in, make_scene, rendered, submit, wait_for_end, wait_until
from processes import marked_processes
from PySide6.QtCore import QTimer

from render_manager.assembly import RenderManager
from render_manager.domain.evidence import Suspicion
from render_manager.domain.states import FrameState, TaskState
from render_manager.domain.task import Task

MOST_GROWTH = 100_000_000


class Bench:
    """Renders scenes with faults; there are no retries, so that each shows what it does."""

    def __init__(self, manager: RenderManager, home: Path, folder: Path) -> None:
        self.manager = manager
        self.home = home
        self.folder = folder

    def begin(self, *, end: int = 3, output: Path | None = None, **faults: Any) -> Task:
        wishes = {"output_dir": str(output)} if output else {}
        scene = make_scene(self.folder, end=end, **faults)
        return submit(self.manager, scene, max_retries=0, **wishes)

    def render(self, **faults: Any) -> Task:
        task = self.begin(**faults)
        wait_for_end(self.manager, task)
        return task

    def render_until_2(self, **faults: Any) -> Task:
        """A task that begins its second frame when `go_on` is called."""
        task = self.begin(wait_at=2, **faults)
        wait_until(self.manager, lambda: completed(task) == [1])
        return task

    def go_on(self, task: Task) -> None:
        (self.folder / "shot.go").touch()
        wait_for_end(self.manager, task)

    def reason(self, task: Task, frame: int) -> str:
        return details(self.manager, task)[frame - 1].error_message or ""

    def log_of(self, task: Task) -> Path:
        return next((self.home / "logs" / "runs" / str(task.id)).glob("*.log"))


@pytest.fixture
def bench(manager: RenderManager, home: Path, tmp_path: Path) -> Iterator[Bench]:
    """Nothing that a test started may be left when it is over."""
    yield Bench(manager, home, tmp_path / "scenes")
    assert not marked_processes(home)


def completed(task: Task) -> list[int]:
    return frames_in([FrameState.COMPLETED], task)


def failed(task: Task) -> list[int]:
    return frames_in([FrameState.FAILED], task)


# --- what is written, and what is not ---------------------------------------------------------


def test_exit_code_0_with_nothing_said_or_written_completes_nothing(bench: Bench) -> None:
    task = bench.render(idle=True)
    assert (task.state, completed(task)) == (TaskState.FAILED, [])
    assert task.error_message == "Fake ended without rendering 1-3."


def test_an_empty_file_is_no_frame(bench: Bench) -> None:
    task = bench.render(empty=[2])
    assert (completed(task), failed(task)) == ([1, 3], [2])
    assert bench.reason(task, 2) == "“shot_0002.png” is empty."


def test_a_black_frame_is_suspicious(bench: Bench) -> None:
    task = bench.render(black=[2])
    assert Suspicion.BLACK in task.suspicions[2]


def test_a_frame_with_nan_is_suspicious(bench: Bench) -> None:
    task = bench.render(nan=[1, 2, 3])
    assert all(Suspicion.NAN in task.suspicions[frame] for frame in (1, 2, 3))


def test_a_file_that_is_written_slowly_is_waited_for(bench: Bench) -> None:
    task = bench.render(slow=[2])
    assert (task.state, completed(task)) == (TaskState.COMPLETED, [1, 2, 3])


# --- processes --------------------------------------------------------------------------------


def test_a_grandchild_that_outlives_a_good_run_is_ended_and_the_task_completed(
    bench: Bench,
) -> None:
    task = bench.render(grandchild=True)
    assert task.state is TaskState.COMPLETED
    assert not marked_processes(bench.home)


# --- the log ----------------------------------------------------------------------------------


class Gauge:
    """The most memory that our process had while something went on."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._before = self._most = self._process.memory_info().rss
        self._timer = QTimer(interval=20)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def growth(self) -> int:
        self._timer.stop()
        self._look()
        return self._most - self._before

    def _look(self) -> None:
        self._most = max(self._most, self._process.memory_info().rss)


def test_a_flood_of_200_mb_hides_no_frame_and_fills_no_memory(bench: Bench) -> None:
    gauge = Gauge()
    task = bench.render(flood_mb=200)
    assert (task.state, completed(task)) == (TaskState.COMPLETED, [1, 2, 3])
    assert gauge.growth() < MOST_GROWTH


def test_a_line_of_20_mb_hides_no_frame_and_fills_no_memory(bench: Bench) -> None:
    gauge = Gauge()
    task = bench.render(unended_mb=20)
    assert task.state is TaskState.COMPLETED
    assert gauge.growth() < MOST_GROWTH


def test_a_log_in_broken_utf_8_is_understood(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locale, "getpreferredencoding", lambda _lookup=True: "utf-8")
    task = bench.render(rubbish=True, crash_at=3)
    assert completed(task) == [1, 2]
    assert "out of luck" in (task.error_message or "")


def test_a_log_in_gbk_is_read_as_the_system_writes_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locale, "getpreferredencoding", lambda _lookup=True: "gbk")
    task = bench.render(encoding="gbk", crash_at=3, last_words="ERROR 找不到贴图")
    assert completed(task) == [1, 2]
    assert "找不到贴图" in (task.error_message or "")


def test_a_log_with_carriage_returns_only_is_read_line_by_line(bench: Bench) -> None:
    task = bench.render(line_end="\r", crash_at=3)
    _command, _end, said = bench.log_of(task).read_bytes().partition(b"\n")
    assert b"\n" not in said
    assert completed(task) == [1, 2]
    assert "out of luck" in (task.error_message or "")


def test_last_words_without_a_line_end_are_the_reason(bench: Bench) -> None:
    task = bench.render(end=1, crash_at=1, last_words="ERROR cut off")
    assert "cut off" in (task.error_message or "")


# --- what the renderer needs ------------------------------------------------------------------


def test_a_crash_after_a_licence_came_late_is_a_crash(bench: Bench) -> None:
    task = bench.begin(license_late_at=1, crash_at=3)
    wait_until(bench.manager, lambda: task.failed_frames == 1 and not task.runs)
    assert task.waits_for_license_since is None


def test_a_licence_that_is_lost_is_waited_for_and_the_good_frames_stay(bench: Bench) -> None:
    task = bench.begin(no_license_at=2)
    wait_until(bench.manager, lambda: task.waits_for_license_since is not None and not task.runs)
    assert (task.state, completed(task), failed(task)) == (TaskState.PENDING, [1], [])


def test_a_folder_that_goes_away_fails_its_frame_alone_and_is_made_anew(bench: Bench) -> None:
    task = bench.render_until_2(gone_at=2)
    bench.go_on(task)
    assert failed(task) == [2]
    assert "shot_0002.png" in bench.reason(task, 2)


def test_retry_renders_what_a_lost_folder_cost(bench: Bench) -> None:
    task = bench.render(gone_at=2)
    scene = make_scene(bench.folder, end=3)
    bench.manager.service.retry([task.id])
    wait_for_end(bench.manager, task)
    assert task.state is TaskState.COMPLETED
    assert rendered(scene).count(2) == 2


def test_a_file_in_place_of_the_folder_is_named(bench: Bench) -> None:
    task = bench.render_until_2(blocked_at=2)
    bench.go_on(task)
    assert (task.is_held, completed(task)) == (True, [1])
    assert str(bench.home / "renders" / "shot") in (task.error_message or "")


def test_what_a_full_disk_cuts_off_is_no_frame_and_the_reason_is_said(bench: Bench) -> None:
    task = bench.render(full_at=2)
    assert (completed(task), failed(task)) == ([1, 3], [2])
    assert "No space left on device" in bench.reason(task, 2)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 KB of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    _mount(folder, "-t", "tmpfs", "-o", "size=64k", "none")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def _mount(folder: Path, *options: str) -> None:
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root may mount a disk")
    if subprocess.run(["mount", *options, folder], capture_output=True).returncode:
        pytest.skip("no disk can be mounted here")


def test_on_a_disk_that_fills_up_the_good_frames_stay(bench: Bench, small_disk: Path) -> None:
    task = bench.render_until_2(end=2, output=small_disk / "shot")
    with (small_disk / "ballast").open("wb", buffering=0) as ballast, pytest.raises(OSError):
        while True:
            ballast.write(bytes(512))
    bench.go_on(task)
    assert (completed(task), failed(task)) == ([1], [2])
    assert "No space left on device" in bench.reason(task, 2)


def test_in_a_folder_that_becomes_read_only_the_good_frames_stay(
    bench: Bench, small_disk: Path
) -> None:
    task = bench.render_until_2(end=2, output=small_disk / "shot")
    _mount(small_disk, "-o", "remount,ro")
    bench.go_on(task)
    assert (completed(task), failed(task)) == ([1], [2])
    assert "Read-only file system" in bench.reason(task, 2)
