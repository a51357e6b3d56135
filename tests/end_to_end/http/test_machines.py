"""Machines through the API and the command line, and tasks that are kept to some."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from .conftest import Served
from .test_commands import Command, anywhere, command, quiet_log

__all__ = ["anywhere", "command", "quiet_log"]


@pytest.fixture(autouse=True)
def switched_on(served: Served) -> Iterator[None]:
    yield
    steer(served, "enable", "local")


def steer(served: Served, verb: str, *names: str) -> Any:
    reply = served.client.post("/api/machines", json={"verb": verb, "machines": names})
    return reply.json() if reply.status_code == 200 else reply.status_code


def test_this_machine_is_told_of_and_switched_off(served: Served) -> None:
    (here,) = served.client.get("/api/machines").json()
    assert (here["name"], here["state"], here["is_local"]) == ("local", "idle", True)
    assert here["slots"] >= 1
    (off,) = steer(served, "drain", "local")
    assert off["state"] == "off"
    made = served.submit("waits", frames="1-2")
    served.wait(made["id"], lambda task: task["total_frames"] == 2)
    told = served.client.get(f"/api/tasks/{made['id']}/outlook").json()
    assert "No machine that may render it is there and switched on." in told["waiting"]
    assert steer(served, "enable", "local")[0]["state"] in ("idle", "rendering")
    assert served.wait_for_end(made["id"])["status"] == "completed"


def test_its_log_is_told(served: Served) -> None:
    log = served.client.get("/api/machines/log", params={"machine": "local"}).json()
    assert log["heard"] is not None
    reply = served.client.get("/api/machines/log", params={"machine": "nobody"})
    assert reply.status_code == 404


def test_what_cannot_be_is_refused(served: Served) -> None:
    assert steer(served, "drain", "nobody") == 404
    assert steer(served, "forget", "local") == 409
    assert steer(served, "explode", "local") == 422
    assert steer(served, "drain") == 422
    asked = {"verb": "set_hours", "machines": ["local"], "hours": "some day"}
    refused = served.client.post("/api/machines", json=asked)
    assert (refused.status_code, refused.json()["field"]) == (422, "hours")


def test_a_task_is_kept_to_machines(served: Served) -> None:
    made = served.submit("kept", machines=["gpu", "local"], frames="1-1")
    assert made["machines"] == ["gpu", "local"]
    assert served.wait_for_end(made["id"])["status"] == "completed"
    other = served.submit("elsewhere", machines=["gpu"], frames="1-1")
    served.wait(other["id"], lambda task: task["total_frames"] == 1)
    told = served.client.get(f"/api/tasks/{other['id']}/outlook").json()
    assert "It is kept to gpu, and no such machine is there." in told["waiting"]
    changed = served.client.patch(f"/api/tasks/{other['id']}", json={"machines": []}).json()
    assert changed["machines"] == []
    assert served.wait_for_end(other["id"])["status"] == "completed"
    wrong = served.client.patch(f"/api/tasks/{other['id']}", json={"machines": ["a b"]})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "machines")


def test_the_command_line_steers_them(served: Served, command: Command) -> None:
    assert "local" in command("machines").out
    (off,) = command("machines", "drain", "local", "--json").json
    assert off["state"] == "off"
    (on,) = command("machines", "enable", "local", "--json").json
    assert on["state"] in ("idle", "rendering")
    (resting,) = command("machines", "hours", "local", "--hours", "mon 3:00-3:01", "--json").json
    assert resting["hours"] == "Mo 03:00-03:01"
    assert "Mo 03:00-03:01" in command("machines").out
    (free,) = command("machines", "hours", "local", "--hours", "always", "--json").json
    assert free["hours"] == ""
    assert command("machines", "hours", "local", "--hours", "some day").code != 0
    assert command("machines", "log", "local").code == 0
    refused = command("machines", "drain", "nobody")
    assert refused.code != 0
    assert "no machine called nobody" in refused.err


def test_the_command_line_keeps_tasks_to_them(served: Served, command: Command) -> None:
    submit = ("submit", served.scene("by_name"), "--renderer", "fake", "--json")
    (task,) = command(*submit, "--machines", "gpu, farm1").json
    assert task["machines"] == ["gpu", "farm1"]
    (changed,) = command("change", task["id"], "--machines", "", "--json").json
    assert changed["machines"] == []
