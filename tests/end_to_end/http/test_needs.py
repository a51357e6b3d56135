"""What tasks need of the named limits, through the API and the command line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from .conftest import Served
from .test_commands import Command, anywhere, command, quiet_log

__all__ = ["anywhere", "command", "quiet_log"]


@pytest.fixture(autouse=True)
def limited(served: Served) -> Iterator[None]:
    limit(served, "licence=2, gpu_gb=24/machine")
    yield
    limit(served, "")


def limit(served: Served, text: str) -> None:
    reply = served.client.patch("/api/settings", json={"settings": {"limits": text}})
    assert reply.status_code == 200, reply.text


@pytest.mark.parametrize("needs", [{"gpu_gb": 8}, "gpu_gb=8", "gpu_gb: 8"])
def test_a_task_says_what_its_runs_need(served: Served, needs: object) -> None:
    made = served.submit("needs", needs=needs, frames="1-1")
    assert made["needs"] == {"gpu_gb": 8}
    assert served.wait_for_end(made["id"])["status"] == "completed"
    changed = served.client.patch(f"/api/tasks/{made['id']}", json={"needs": {}}).json()
    assert changed["needs"] == {}


def test_why_it_waits_is_told(served: Served) -> None:
    made = served.submit("waits", needs={"licence": 2}, frames="1-1", paused=True)
    served.wait(made["id"], lambda task: task["total_frames"] == 1)
    limit(served, "licence=1")
    served.client.post(f"/api/tasks/{made['id']}/resume")
    told = served.client.get(f"/api/tasks/{made['id']}/outlook").json()
    assert told["waiting"][0].startswith("A run of it needs 2 licence, and the limit is 1.")
    limit(served, "licence=2")
    assert served.wait_for_end(made["id"])["status"] == "completed"


@pytest.mark.parametrize(
    ("needs", "said"),
    [
        ({"gpu": 1}, "There is no limit called gpu. There are: licence, gpu_gb."),
        ({"licence": 3}, "3 licence can never be had: the limit is 2."),
        ("licence=many", "write “licence=many” like gpu_gb=8"),
        ({"licence": -1}, "needs"),
        ({"licence": 1.5}, "needs"),
        ({"licence": None}, "needs"),
        ({"licence": 10**30}, "needs"),
        (["licence"], "needs"),
        (7, "needs"),
    ],
)
def test_what_could_never_be_had_is_refused(served: Served, needs: Any, said: str) -> None:
    body = {"project_file": served.scene("refused"), "render_engine": "fake", "needs": needs}
    reply = served.client.post("/api/tasks/", json=body)
    assert reply.status_code == 422
    assert said in reply.json()["detail"]
    assert reply.json()["field"].startswith("needs")


def test_the_command_line_says_needs(served: Served, command: Command) -> None:
    submit = ("submit", served.scene("by_need"), "--renderer", "fake", "--json")
    (task,) = command(*submit, "--needs", "gpu_gb=8,licence").json
    assert task["needs"] == {"gpu_gb": 8, "licence": 1}
    assert "gpu_gb=8, licence=1" in command("show", task["id"]).out
    refused = command("change", task["id"], "--needs", "gpu=8")
    assert refused.code == 2 and "There is no limit called gpu." in refused.err
    (changed,) = command("change", task["id"], "--needs", "", "--json").json
    assert changed["needs"] == {}
