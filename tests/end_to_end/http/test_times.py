"""Times of tasks through the API and the command line."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from .conftest import Served
from .test_commands import Command, anywhere, command, quiet_log

__all__ = ["anywhere", "command", "quiet_log"]

NINE = datetime(2040, 1, 1, 9, 0).timestamp()


def test_a_task_with_times_waits_for_them(served: Served) -> None:
    made = served.submit(
        "later", start_at=NINE, hours="mo-fr 19-8", ready_by="2040-01-02 09:00", frames="1-2"
    )
    assert (made["start_at"], made["hours"]) == (NINE, "Mo-Fr 19:00-08:00")
    assert made["ready_by"] == NINE + 86_400
    served.wait(made["id"], lambda task: task["total_frames"] == 2)
    told = served.client.get(f"/api/tasks/{made['id']}/outlook").json()
    assert told["waiting"][0].startswith("Starts at 2040-01-02 19:00, when its hours begin")
    patch = {"start_at": 0, "hours": "", "ready_by": ""}
    changed = served.client.patch(f"/api/tasks/{made['id']}", json=patch).json()
    assert (changed["start_at"], changed["hours"], changed["ready_by"]) == (None, None, None)
    assert served.wait_for_end(made["id"])["status"] == "completed"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"start_at": "soon"}, "write it like 19:00"),
        ({"start_at": -1}, "start_at"),
        ({"start_at": 1e300}, "start_at"),
        ({"start_at": []}, "start_at"),
        ({"ready_by": "25:00"}, "write it like 19:00"),
        ({"hours": "Mo-Fr"}, "has no times"),
        ({"hours": 8}, "hours"),
    ],
)
def test_what_is_no_time_is_refused(served: Served, asked: dict[str, Any], said: str) -> None:
    body = {"project_file": served.scene("refused"), "render_engine": "fake", **asked}
    reply = served.client.post("/api/tasks/", json=body)
    assert reply.status_code == 422
    assert said in reply.json()["detail"]
    assert reply.json()["field"] in asked


def test_the_command_line_says_times(served: Served, command: Command) -> None:
    scene = served.scene("by_command")
    submit = ("submit", scene, "--renderer", "fake", "--start-at", "2040-01-01 09:00", "--json")
    said = command(*submit, "--hours", "Sa all day", "--ready-by", "2040-01-02 09:00")
    assert said.code == 0, said.err
    (task,) = json.loads(said.out)
    assert (task["start_at"], task["hours"]) == (NINE, "Sa all day")
    shown = command("show", task["id"]).out
    assert "2040-01-01 09:00" in shown and "Sa all day" in shown
    assert command("change", task["id"], "--start-at", "", "--hours", "always").code == 0
    assert served.task(task["id"])["start_at"] is None
    refused = command("change", task["id"], "--hours", "Mo-Fr")
    assert refused.code == 2 and "has no times" in refused.err
    assert command("remove", task["id"]).code == 0 or command("cancel", task["id"]).code == 0
