"""Tasks that wait for others, through the API, the command line and real runs."""

from __future__ import annotations

from .conftest import Served
from .test_commands import Command, anywhere, command, quiet_log

__all__ = ["anywhere", "command", "quiet_log"]


def test_one_is_rendered_after_the_other_however_urgent_it_is(served: Served) -> None:
    go = served.uploads / "first.go"
    first = served.submit("first", {"end": 4, "wait_at": 3})
    second = served.submit("second", {"end": 4}, depends_on=[first["id"]], priority=10)
    third = served.submit(
        "third", {"end": 4}, depends_on=[{"task": first["id"], "by_frame": True}], priority=9
    )
    assert second["depends_on"] == [{"task": first["id"], "by_frame": False}]
    served.wait(first["id"], lambda task: task["completed_frames"] == 2)
    told = served.client.get(f"/api/tasks/{second['id']}/outlook").json()
    assert told["waiting"][0] == "It starts when first is completed."
    assert served.task(second["id"])["completed_frames"] == 0
    go.touch()
    assert served.wait_for_end(second["id"])["status"] == "completed"
    assert served.wait_for_end(third["id"])["status"] == "completed"


def test_no_task_waits_for_itself_or_in_a_circle(served: Served) -> None:
    one = served.submit("one", paused=True)
    two = served.submit("two", depends_on=str(one["id"]), paused=True)
    for wanted, said in (
        ([two["id"]], "wait for each other for ever: one → two → one"),
        ([one["id"]], "cannot wait for itself"),
        ([10**9], "There is no task"),
        ("soon", "cannot be used"),
    ):
        reply = served.client.patch(f"/api/tasks/{one['id']}", json={"depends_on": wanted})
        assert (reply.status_code, reply.json()["field"]) == (422, "depends_on")
        assert said in reply.json()["detail"]
    cleared = served.client.patch(f"/api/tasks/{two['id']}", json={"depends_on": []}).json()
    assert cleared["depends_on"] == []
    served.client.post("/api/undo")
    assert served.task(two["id"])["depends_on"] == [{"task": one["id"], "by_frame": False}]


def test_the_command_line_says_what_comes_first(served: Served, command: Command) -> None:
    (first,) = command("submit", served.scene("c1"), "--renderer", "fake", "--json").json
    submit = ("submit", served.scene("c2"), "--renderer", "fake", "--json")
    (second,) = command(*submit, "--after", f"{first['id']}/frame").json
    assert second["depends_on"] == [{"task": first["id"], "by_frame": True}]
    assert f"{first['id']}/frame" in command("show", second["id"]).out
    (changed,) = command("change", second["id"], "--after", "", "--json").json
    assert changed["depends_on"] == []
