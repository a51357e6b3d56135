"""The program is quit while renderers go on, and started again."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import house
from fake_renderer import FakeListener, FakeRenderer
from house import make_scene, rendered, wait_for_end, wait_until
from leaving_manager import EXIT_CODE
from pytestqt.qtbot import QtBot

from render_manager.base.settings import Settings
from render_manager.domain.events import FrameFinished, LogEvent
from render_manager.domain.job import RenderJob
from render_manager.domain.states import TaskState
from render_manager.engine.process_tree import ProcessTree
from render_manager.renderers.renderer import Listener
from render_manager.service.aftermath import Aftermath

LEAVING = Path(house.__file__).with_name("leaving_manager.py")


def test_renderers_that_were_left_at_work_are_taken_over(
    qtbot: QtBot, settings: Settings, tmp_path: Path
) -> None:
    scene = make_scene(tmp_path / "scenes", end=12, wait_at=8)
    done = subprocess.run(
        [sys.executable, str(LEAVING), str(scene)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (EXIT_CODE, "")
    manager = house.build(settings)
    (task,) = manager.service.tasks()
    (run,) = task.runs.values()
    assert ProcessTree.find(str(run.log_path)) is not None, "it goes on without us"
    manager.start()
    assert manager.notices == [Aftermath(followed=1).text(is_as_wanted=True)]
    scene.with_suffix(".go").touch()
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED
    assert rendered(scene) == list(range(1, 13)), "nothing lost, nothing twice"
    manager.stop()


def test_what_was_taken_over_can_be_left_again(
    qtbot: QtBot, settings: Settings, tmp_path: Path
) -> None:
    scene = make_scene(tmp_path / "scenes", end=16, wait_at=8)
    subprocess.run([sys.executable, str(LEAVING), str(scene)], check=False)
    between = house.build(settings)
    between.start()
    (earlier,) = between.service.tasks()
    wait_until(between, lambda: earlier.completed_frames >= 2)
    between.service.leaves_runs = True
    between.stop()
    manager = house.build(settings)
    manager.start()
    (task,) = manager.service.tasks()
    assert task.runs
    scene.with_suffix(".go").touch()
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED
    assert rendered(scene) == list(range(1, 17))
    manager.stop()


class TimelessListener(FakeListener):
    def feed(self, line: str) -> Iterator[LogEvent]:
        for event in super().feed(line):
            yield FrameFinished(event.frame) if isinstance(event, FrameFinished) else event


class Timeless(FakeRenderer):
    """Its log does not tell how long a frame took."""

    def listen(self, job: RenderJob | None, frames: tuple[int, ...]) -> Listener:
        return TimelessListener()


def test_what_was_rendered_unseen_teaches_no_times(
    qtbot: QtBot, settings: Settings, tmp_path: Path
) -> None:
    """Its lines are read within a moment: frames would seem to take no time, and to start late."""
    scene = make_scene(tmp_path / "scenes", end=4, seconds=0.3)
    subprocess.run([sys.executable, str(LEAVING), str(scene)], check=False)
    manager = house.build(settings, Timeless())
    (task,) = manager.service.tasks()
    (run,) = task.runs.values()
    tree = ProcessTree.find(str(run.log_path))
    assert tree is None or tree.root is None or tree.root.wait(30) in (0, None)
    run.started_at -= 3600
    known = task.timing.frame
    manager.start()
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED
    assert (task.timing.startup, task.timing.frame) == (None, known)
    manager.stop()
