"""The program is killed with -9 in the middle of a run, and started again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import house
import psutil
from fake_renderer import FakeRenderer
from house import make_scene, rendered, wait_for_end, wait_until
from pytestqt.qtbot import QtBot

from render_manager.base.settings import Settings
from render_manager.domain.states import TaskState
from render_manager.engine.process_tree import ProcessTree
from render_manager.renderers.renderer import Installation
from render_manager.service.aftermath import Aftermath

DOOMED = Path(house.__file__).with_name("doomed_manager.py")


def kill_after(scene: Path, frames: int) -> None:
    """Let another process render `scene` and kill it when so many frames have evidence."""
    doomed = subprocess.Popen(
        [sys.executable, str(DOOMED), str(scene)], stdout=subprocess.PIPE, text=True
    )
    assert doomed.stdout is not None
    for line in doomed.stdout:
        if int(line.split()[1]) >= frames:
            break
    doomed.kill()
    doomed.wait()
    doomed.stdout.close()


def go_on(scene: Path) -> None:
    """Have the renderer render the frame at which it waits, and the rest."""
    scene.with_suffix(".go").touch()


def test_a_renderer_that_lives_on_is_taken_over(
    qtbot: QtBot, settings: Settings, tmp_path: Path
) -> None:
    scene = make_scene(tmp_path / "scenes", end=12, wait_at=8)
    kill_after(scene, frames=3)
    manager = house.build(settings)
    (task,) = manager.service.tasks()
    assert task.state is TaskState.RUNNING
    (run,) = task.runs.values()
    assert ProcessTree.find(str(run.log_path)) is not None
    manager.start()
    go_on(scene)
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED
    assert rendered(scene) == list(range(1, 13)), "nothing lost, nothing twice"
    assert task.retry_count == 0
    manager.stop()


def test_a_run_that_was_taken_over_is_ended_with_child_and_stubborn_grandchild(
    qtbot: QtBot, settings: Settings, tmp_path: Path
) -> None:
    scene = make_scene(
        tmp_path / "scenes", end=50, wait_at=8, ignore_sigterm=True, stubborn_tree=True
    )
    kill_after(scene, frames=1)
    generations = [
        psutil.Process(int((scene.parent / f"{name}.pid").read_text()))
        for name in ("child", "grandchild")
    ]
    manager = house.build(settings)
    (task,) = manager.service.tasks()
    (run,) = task.runs.values()
    assert run.pid is not None
    generations.append(psutil.Process(run.pid))
    manager.start()
    assert manager.notices == [Aftermath(followed=1).text()]
    assert all(process.is_running() for process in generations)
    manager.service.cancel([task.id])
    wait_for_end(manager, task)
    assert task.state is TaskState.CANCELLED
    assert psutil.wait_procs(generations, timeout=30)[1] == []
    manager.stop()


def test_a_renderer_that_died_too_costs_no_retry(
    qtbot: QtBot, settings: Settings, tmp_path: Path
) -> None:
    scene = make_scene(tmp_path / "scenes", end=8, wait_at=5)
    kill_after(scene, frames=2)
    log = next((Path(settings.logs_dir) / "runs").rglob("*.log"))
    tree = ProcessTree.find(str(log))
    assert tree is not None and tree.kill() == []
    go_on(scene)
    manager = house.build(settings)
    manager.start()
    (task,) = manager.service.tasks()
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED
    assert task.retry_count == 0
    again = [frame for frame in rendered(scene) if rendered(scene).count(frame) > 1]
    assert len(set(again)) <= 1, "only the frame in work is rendered again"
    manager.stop()


def test_the_notice_says_what_became_of_the_renderers(
    qtbot: QtBot, settings: Settings, tmp_path: Path
) -> None:
    scene = make_scene(tmp_path / "scenes", end=6, wait_at=4)
    kill_after(scene, frames=1)
    manager = house.build(settings)
    (task,) = manager.service.tasks()
    manager.start()
    assert manager.notices == [Aftermath(followed=1).text()]
    go_on(scene)
    wait_for_end(manager, task)
    manager.stop()
    again = house.build(settings)
    again.start()
    assert again.notices == [], "this time it ended properly"
    again.stop()


def test_a_task_cancelled_just_before_the_kill_is_stopped_and_not_followed(
    qtbot: QtBot, settings: Settings, tmp_path: Path
) -> None:
    scene = make_scene(tmp_path / "scenes", end=50, wait_at=8, ignore_sigterm=True)
    kill_after(scene, frames=1)
    manager = house.build(settings)
    (task,) = manager.service.tasks()
    (run,) = task.runs.values()
    manager.service.queue.cancel(task.id)  # as it is when the wish was all that was written
    manager.start()
    assert manager.notices == [Aftermath(stopped=1).text()]
    wait_until(manager, lambda: not task.runs)
    assert ProcessTree.find(str(run.log_path)) is None
    assert task.state is TaskState.CANCELLED
    manager.stop()


class Gone(FakeRenderer):
    """A renderer that was taken off the machine."""

    def installations(self) -> list[Installation]:
        return []


def test_a_lost_renderer_that_cannot_be_followed_is_ended(
    qtbot: QtBot, settings: Settings, tmp_path: Path
) -> None:
    scene = make_scene(tmp_path / "scenes", end=50, wait_at=8)
    kill_after(scene, frames=1)
    log = next((Path(settings.logs_dir) / "runs").rglob("*.log"))
    assert ProcessTree.find(str(log)) is not None
    manager = house.build(settings, Gone())
    manager.start()
    (task,) = manager.service.tasks()
    manager.service.pause([task.id])
    wait_until(manager, lambda: not task.runs)
    assert ProcessTree.find(str(log)) is None
    manager.stop()
