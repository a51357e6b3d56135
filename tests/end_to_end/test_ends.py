"""A real task ends, and others are told; what fails there is said and does not touch the task."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from house import ENDED, build, make_scene, submit, wait_until
from listening import hook
from pytestqt.qtbot import QtBot

from render_manager.assembly import RenderManager
from render_manager.base.errors import UserError
from render_manager.base.settings import Settings
from render_manager.domain.states import TaskState
from render_manager.domain.task import Task


@pytest.fixture
def manager(qtbot: QtBot, settings: Settings) -> Iterator[RenderManager]:
    manager = build(settings)
    manager.start()
    yield manager
    manager.stop()


def render(manager: RenderManager, folder: Path) -> Task:
    task = submit(manager, make_scene(folder), frames="1-2")
    wait_until(manager, lambda: task.state in ENDED)
    return task


def test_the_webhook_is_told_of_the_end(
    qtbot: QtBot, manager: RenderManager, tmp_path: Path
) -> None:
    with hook() as listening:
        manager.settings.adopt({"webhook_url": listening.url}, {})
        task = render(manager, tmp_path / "scenes")
        qtbot.waitUntil(listening.was_told.is_set)
    ((_path, told),) = listening.told
    assert (told["task_id"], told["status"], told["completed_frames"]) == (task.id, "completed", 2)


def test_a_failure_is_said_and_the_task_stays_completed(
    qtbot: QtBot, manager: RenderManager, tmp_path: Path
) -> None:
    with hook((404, "")) as listening, qtbot.waitSignal(manager.service.noticed) as noticed:
        manager.settings.adopt({"webhook_url": listening.url}, {})
        task = render(manager, tmp_path / "scenes")
    assert noticed.args == [f"{task.job.name}: The webhook was not told: it answers 404."]
    assert task.state is TaskState.COMPLETED


def test_only_the_ends_that_are_wanted(
    qtbot: QtBot, manager: RenderManager, tmp_path: Path
) -> None:
    with hook() as listening:
        manager.settings.adopt({"webhook_url": listening.url, "ends_told": ("cancelled",)}, {})
        render(manager, tmp_path / "scenes")
        cancelled = submit(manager, make_scene(tmp_path / "scenes", "other"), hold=True)
        manager.service.cancel([cancelled.id])
        qtbot.waitUntil(listening.was_told.is_set)
    assert [told["task_id"] for _path, told in listening.told] == [cancelled.id]


def test_a_test_message(qtbot: QtBot, manager: RenderManager) -> None:
    assert manager.ends is not None
    with hook((200, ""), (500, "")) as listening:
        manager.settings.adopt({"webhook_url": listening.url}, {})
        with qtbot.waitSignal(manager.ends.tried) as taken:
            manager.ends.try_out()
        with qtbot.waitSignal(manager.ends.tried) as refused:
            manager.ends.try_out()
    assert taken.args == [""]
    assert refused.args == ["The webhook was not told: it answers 500."]


def test_a_test_message_to_nobody(qtbot: QtBot, manager: RenderManager) -> None:
    assert manager.ends is not None
    with qtbot.waitSignal(manager.ends.tried) as tried:
        manager.ends.try_out()
    assert "fill in" in tried.args[0]


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
def test_a_movie_is_made_of_a_completed_task(
    qtbot: QtBot, manager: RenderManager, tmp_path: Path
) -> None:
    assert manager.ends is not None
    manager.settings.adopt({"make_movie": True}, {})
    with qtbot.waitSignal(manager.ends.made, timeout=60_000) as made:
        task = render(manager, tmp_path / "scenes")
    movie = Path(made.args[0])
    assert movie == Path(task.job.output_dir) / f"{task.job.name}.mp4"
    assert movie.stat().st_size > 0


def test_a_movie_of_nothing_is_refused(manager: RenderManager, tmp_path: Path) -> None:
    assert manager.ends is not None
    task = submit(manager, make_scene(tmp_path / "scenes"), hold=True)
    program = tmp_path / "ffmpeg"
    program.touch()
    manager.settings.adopt({"ffmpeg_executable": program}, {})
    with pytest.raises(UserError, match="no finished frame"):
        manager.ends.make_movies([task.id])
