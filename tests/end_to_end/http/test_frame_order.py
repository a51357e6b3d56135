"""Which frames come first, through the API, the command line and real runs."""

from __future__ import annotations

from .conftest import Served
from .test_commands import Command, anywhere, command, quiet_log

__all__ = ["anywhere", "command", "quiet_log"]


def test_every_4th_frame_comes_first(served: Served) -> None:
    task = served.submit("shot", {"end": 9}, frame_order="every_4th")
    assert task["frame_order"] == "every_4th"
    assert served.wait_for_end(task["id"])["status"] == "completed"
    runs = served.client.get(f"/api/tasks/{task['id']}/runs").json()
    frames = [run["frames"] for run in sorted(runs, key=lambda run: int(run["id"]))]
    assert frames[0] == "1-9x4", frames


def test_the_order_is_changed_and_put_back(served: Served, command: Command) -> None:
    submit = ("submit", served.scene("c"), "--renderer", "fake", "--paused", "--json")
    (task,) = command(*submit, "--frame-order", "ends_first").json
    assert task["frame_order"] == "ends_first"
    (changed,) = command("change", task["id"], "--frame-order", "every_8th", "--json").json
    assert changed["frame_order"] == "every_8th"
    served.client.post("/api/undo")
    assert served.task(task["id"])["frame_order"] == "ends_first"
    said = command("change", task["id"], "--frame-order", "backwards")
    assert said.code != 0 and "frame_order" in said.err
