"""A scene comes in from another program by the inbox, and is rendered."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import house
from house import make_scene, rendered, wait_for_end, wait_until
from pytestqt.qtbot import QtBot

from render_manager.assembly import RenderManager
from render_manager.base.paths import inbox_dir
from render_manager.base.settings import Settings
from render_manager.domain.states import TaskState
from render_manager.submitters import client

SEND = """
import json, sys
sys.path.insert(0, sys.argv[1])
import client
print(json.dumps(client.submit(json.loads(sys.argv[2]), wait=60)))
"""


def send(**request: Any) -> subprocess.Popen[str]:
    """Another program, with a Python that knows nothing of ours, sends a request."""
    folder = str(Path(client.__file__).parent)
    argv = [sys.executable, "-I", "-S", "-c", SEND, folder, json.dumps(request)]
    return subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)


def answer_to(sender: subprocess.Popen[str]) -> client.Answer:
    return client.Answer(*json.loads(sender.communicate(timeout=60)[0]))


def test_a_scene_that_was_sent_is_rendered_and_answered(
    manager: RenderManager, tmp_path: Path
) -> None:
    scene = make_scene(tmp_path / "场景 it's", end=9)
    sender = send(project_file=str(scene), frames="2-3", **{"from": "Test 1.0"})
    wait_until(manager, lambda: len(manager.service.tasks()) == 1)
    (task,) = manager.service.tasks()
    assert answer_to(sender) == ("Sent to Render Manager as task 1.", task.id, False)
    wait_for_end(manager, task)
    assert (task.state, rendered(scene)) == (TaskState.COMPLETED, [2, 3])
    assert [path.name for path in inbox_dir().iterdir()] == ["running.json"]


def test_a_scene_that_nobody_took_waits_for_the_next_start(
    qtbot: QtBot, settings: Settings, tmp_path: Path
) -> None:
    scene = make_scene(tmp_path / "scenes", end=2)
    assert answer_to(send(project_file=str(scene))) == (client.WAITS, None, False)
    manager = house.build(settings)
    manager.start()
    try:
        wait_until(manager, lambda: len(manager.service.tasks()) == 1)
        wait_for_end(manager, *manager.service.tasks())
        assert rendered(scene) == [1, 2]
    finally:
        manager.stop()
    again = house.build(settings)
    assert [task.state for task in again.service.tasks()] == [TaskState.COMPLETED]
    again.stop()
    assert not client.is_running()


def test_a_request_that_was_queued_before_a_kill_is_answered_and_not_queued_again(
    qtbot: QtBot, settings: Settings, tmp_path: Path
) -> None:
    """The task is in the database, and the request was still taken when the manager died."""
    scene = make_scene(tmp_path / "scenes", end=2)
    first = house.build(settings)
    task = house.submit(first, scene, hold=True)
    first.stop()
    inbox_dir().mkdir(parents=True, exist_ok=True)
    taken = inbox_dir() / f"one.{int(task.created_at * 1000)}.taken"
    taken.write_text(json.dumps({"version": 1, "project_file": str(scene)}))
    manager = house.build(settings)
    manager.start()
    qtbot.waitUntil((inbox_dir() / "one.reply.json").exists)
    assert [known.id for known in manager.service.tasks()] == [task.id]
    assert json.loads((inbox_dir() / "one.reply.json").read_text()) == {"task_id": task.id}
    assert not taken.exists()
    manager.stop()
