"""The first frames are looked at before the others are rendered."""

from __future__ import annotations

import pytest

from .conftest import Served
from .test_commands import Command, anywhere, command, quiet_log

__all__ = ["anywhere", "command", "quiet_log"]


def test_it_waits_after_its_first_frames_until_they_are_approved(served: Served) -> None:
    made = served.submit("film", {"end": 9}, approve_after=3, frame_order="ends_first")
    task = served.wait(made["id"], lambda task: task["awaits_approval"])
    assert (task["status"], task["completed_frames"], task["approve_after"]) == ("pending", 3, 3)
    frames = served.client.get(f"/api/tasks/{made['id']}/frames").json()
    assert [f["frame_number"] for f in frames if f["status"] == "completed"] == [1, 5, 9]
    told = served.client.get(f"/api/tasks/{made['id']}/outlook").json()
    assert told["waiting"][0].startswith("Its first 3 frames are rendered. Look at them")
    approved = served.client.post(f"/api/tasks/{made['id']}/approve").json()
    assert (approved["approve_after"], approved["awaits_approval"]) == (0, False)
    assert served.wait_for_end(made["id"])["completed_frames"] == 9
    again = served.client.post(f"/api/tasks/{made['id']}/approve")
    assert again.status_code == 409


def test_approving_is_taken_back(served: Served) -> None:
    made = served.submit("undone", {"end": 4}, approve_after=1, paused=True)
    served.wait(made["id"], lambda task: task["total_frames"] == 4)
    served.client.post("/api/verbs", json={"verb": "approve", "tasks": [made["id"]]})
    assert served.task(made["id"])["approve_after"] == 0
    assert served.client.post("/api/undo").json()["undone"] == "Approve 1 task"
    assert served.task(made["id"])["approve_after"] == 1


@pytest.mark.parametrize("wrong", [-1, 10**7, "many"])
def test_nonsense_is_refused(served: Served, wrong: object) -> None:
    body = {"project_file": served.scene("no"), "render_engine": "fake", "approve_after": wrong}
    reply = served.client.post("/api/tasks/", json=body)
    assert (reply.status_code, reply.json()["field"]) == (422, "approve_after")


def test_the_command_line_approves(served: Served, command: Command) -> None:
    submit = (
        "submit",
        served.scene("c", end=5),
        "--renderer",
        "fake",
        "--approve-after",
        "2",
        "--json",
    )
    (task,) = command(*submit).json
    served.wait(task["id"], lambda task: task["awaits_approval"])
    (approved,) = command("approve", task["id"], "--json").json
    assert approved["approve_after"] == 0
    assert served.wait_for_end(task["id"])["status"] == "completed"
