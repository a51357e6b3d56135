"""What another machine's window asks: tasks in full, several at once, and the settings."""

from __future__ import annotations

from typing import Any

from raw_http import RawEvents

from render_manager.domain.states import FrameState, TaskState
from render_manager.service.telling import detail_of, end_of, run_of, task_of

from .conftest import Served

FULL = "/api/events?detail=full"


def test_a_task_and_its_frames_can_be_had_in_full(served: Served) -> None:
    shown = served.submit("in full", frames="1-3", priority=7, options={"take": "a"})
    served.wait_for_end(shown["id"])
    path = f"/api/tasks/{shown['id']}"
    assert served.client.get(path).json().keys() == shown.keys()
    told = served.client.get(path, params={"detail": "full"}).json()
    task, _has_frames = task_of(told["detail"])
    assert (task.id, task.priority, task.state) == (shown["id"], 7, TaskState.COMPLETED)
    assert task.job.options.extra == {"take": "a"}
    frames = served.client.get(f"{path}/frames", params={"detail": "full"}).json()
    details = [detail_of(each["detail"]) for each in frames]
    assert [each.state for each in details] == [FrameState.COMPLETED] * 3
    assert [each.output_path for each in details] == [each["output_path"] for each in frames]
    assert all(each.files[0].width > 0 for each in details)
    (run,) = served.client.get(f"{path}/runs").json()
    assert run["task_id"] == shown["id"] and run["log_path"] and run["command"]
    assert served.client.get(path, params={"detail": "some"}).status_code == 422


def test_events_tell_in_full_and_only_to_those_who_ask(served: Served) -> None:
    with (
        RawEvents(served.port, served.token, path=FULL) as full,
        RawEvents(served.port, served.token) as plain,
    ):
        assert all(each["detail"]["frames"] is not None for each in full.snapshot())
        assert all("detail" not in each for each in plain.snapshot())
        shown = served.submit("told in full", frames="1-2", priority=3)
        began, ended, messages = set[int](), set[int](), list[dict[str, Any]]()
        while not ended:
            message = next(full.changes())
            messages.append(message)
            for each in message["runs"]:
                (ended if end_of(each["end"]) else began).add(run_of(each["run"]).id)
        assert began == ended
        with_frames = [
            told["detail"]["frames"] is not None
            for message in messages
            for told in message["tasks"]
            if told["id"] == shown["id"]
        ]
        assert with_frames[0] and not with_frames[-1]
        details = [each["detail"] for message in messages for each in message["frames"]]
        assert {detail_of(each).state for each in details} >= {FrameState.COMPLETED}
        served.client.patch("/api/settings", json={"settings": {"max_retries": 4}})
        assert next(each for each in iter(full.read, None) if each["type"] == "settings")[
            "names"
        ] == ["max_retries"]
        served.client.patch("/api/settings", json={"settings": {"max_retries": 3}})


def do(served: Served, verb: str, *tasks: int, **more: Any) -> Any:
    return served.client.post("/api/verbs", json={"verb": verb, "tasks": tasks, **more})


def test_several_tasks_at_once_are_one_step_of_undo(served: Served) -> None:
    ids = [served.submit(f"several {n}", paused=True)["id"] for n in range(3)]
    assert do(served, "priority", *ids, priority=9).json() == {"tasks": ids}
    assert [served.task(each)["priority"] for each in ids] == [9, 9, 9]
    served.client.post("/api/undo")
    assert [served.task(each)["priority"] for each in ids] == [5, 5, 5]
    assert do(served, "change", *ids, changes={"width": 64, "height": 36}).status_code == 200
    assert served.task(ids[1])["width"] == 64
    assert do(served, "change", *ids, changes={"width": 0, "height": 0}).status_code == 200
    assert served.task(ids[1])["width"] is None
    look = {"samples": 16, "engine": "CYCLES", "device": "CPU", "format": "PNG"}
    assert do(served, "change", *ids, changes=look).status_code == 200
    assert served.task(ids[1]).items() >= look.items()
    as_in_scene = {"samples": 0, "engine": "", "device": "", "format": " "}
    assert do(served, "change", *ids, changes=as_in_scene).status_code == 200
    assert {served.task(ids[1])[name] for name in look} == {None}
    assert do(served, "change", *ids, changes={"samples": -1}).status_code == 422
    copies = do(served, "duplicate", *ids).json()["tasks"]
    assert not {*copies} & {*ids}
    assert do(served, "cancel", *copies).status_code == 200
    assert do(served, "move", ids[2], before=ids[0]).status_code == 200
    assert do(served, "remove", *ids, *ids, *copies).status_code == 200
    assert served.client.get(f"/api/tasks/{ids[0]}").status_code == 404
    assert do(served, "pause", 987_654).status_code == 404
    assert do(served, "priority", 987_654).json()["field"] == "priority"
    assert do(served, "explode", *ids).status_code == 422


def test_why_a_task_waits(served: Served) -> None:
    shown = served.submit("waiting", paused=True)
    told = served.client.get(f"/api/tasks/{shown['id']}/outlook").json()
    assert told["waiting"] == ["It is paused. Resume it, and it gets its turn."]
    assert (told["holdup"], told["disk"]) == (None, None)


def test_settings_without_secrets_and_without_what_opens_the_machine(served: Served) -> None:
    told = served.client.get("/api/settings").json()["settings"]
    assert "api_token" not in told and "ui_theme" not in told
    assert told["max_retries"] == {"value": 3, "origin": "default", "may_change": True}
    assert not told["upload_dir"]["may_change"] and not told["api_host"]["may_change"]

    def refused(**settings: Any) -> str:
        reply = served.client.patch("/api/settings", json={"settings": settings})
        assert reply.status_code == 422, reply.text
        return str(reply.json()["field"])

    assert refused(blender_executable="/bin/sh") == "BLENDER_EXECUTABLE"
    assert refused(scene_scripts="allow") == "SCENE_SCRIPTS"
    assert refused(api_token="x" * 20) == "API_TOKEN"
    assert refused(ui_theme="dark") == "UI_THEME"
    assert refused(no_such="1") == "NO_SUCH"
    assert refused(max_retries=1000, default_priority=7) == "MAX_RETRIES"
    assert served.client.get("/api/settings").json()["settings"] == told
