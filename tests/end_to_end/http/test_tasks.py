"""The task API, as a client of the original service uses it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from pydantic import TypeAdapter

from render_manager.http_api.models import FrameOut, TaskOut, TaskStatus

from .conftest import Served

TASK_FIELDS = {
    *("id", "project_file", "render_engine", "status", "priority", "total_frames"),
    *("completed_frames", "retry_count", "max_retries", "celery_task_id", "error_message"),
}
FRAME_FIELDS = {
    *("id", "task_id", "frame_number", "status", "output_path", "thumbnail_path"),
    *("render_time", "error_message"),
}


def test_a_task_from_its_creation_to_its_pictures(served: Served) -> None:
    made = served.submit("film", priority=7, total_frames=4, max_retries=3)
    assert made.keys() >= TASK_FIELDS
    assert (made["priority"], made["max_retries"]) == (7, 3)
    assert served.wait_for_end(made["id"])["status"] == "completed"
    status = served.client.get(f"/api/tasks/{made['id']}/status").json()
    assert status == {
        "id": made["id"],
        "status": "completed",
        "progress_percentage": 100.0,
        "completed_frames": 4,
        "total_frames": 4,
        "error_message": None,
    }
    frames = served.client.get(f"/api/tasks/{made['id']}/frames").json()
    assert [frame["frame_number"] for frame in frames] == [1, 2, 3, 4]
    assert all(frame.keys() >= FRAME_FIELDS for frame in frames)
    picture = served.client.get(f"/api/files/download/{frames[0]['id']}")
    assert picture.content.startswith(b"\x89PNG")
    assert picture.headers["content-type"] == "image/png"
    thumbnail = served.client.get(f"/api/files/thumbnail/{frames[0]['id']}")
    assert thumbnail.status_code == 200
    assert thumbnail.headers["content-type"] == "image/jpeg"
    log = served.client.get(f"/api/tasks/{made['id']}/log")
    assert "Frame" in log.text or "frame" in log.text


def test_replies_are_what_the_models_say(served: Served) -> None:
    task = served.submit("models", frames="1-2", paused=True)
    TaskOut.model_validate(task)
    listed = served.client.get("/api/tasks/", params={"search": "models"}).json()
    TypeAdapter(list[TaskOut]).validate_python(listed["items"])
    TaskStatus.model_validate(served.client.get(f"/api/tasks/{task['id']}/status/").json())
    frames = served.client.get(f"/api/tasks/{task['id']}/frames").json()
    TypeAdapter(list[FrameOut]).validate_python(frames)


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_slash_at_the_end_makes_no_difference(served: Served, slash: str) -> None:
    assert served.client.get(f"/api/tasks{slash}").status_code == 200
    assert served.client.get(f"/api/health{slash}").status_code == 200


def test_every_verb(served: Served) -> None:
    task = served.submit("verbs", {"seconds": 0.2, "end": 50})
    path = f"/api/tasks/{task['id']}"
    served.wait(task["id"], lambda now: now["status"] == "running")
    assert served.client.delete(path).status_code == 409
    assert served.client.post(f"{path}/pause").json()["status"] in ("paused", "running")
    served.wait(task["id"], lambda now: now["status"] == "paused")
    assert served.client.post(f"{path}/resume").json()["status"] in ("pending", "running")
    changed = served.client.patch(path, json={"priority": 9, "max_retries": 1, "paused": True})
    assert (changed.json()["priority"], changed.json()["max_retries"]) == (9, 1)
    cancelled = served.client.post(f"{path}/cancel")
    assert cancelled.status_code == 200
    served.wait(task["id"], lambda now: now["status"] == "cancelled" and not now["runs"])
    assert served.client.patch(path, json={"frames": "1-2"}).json()["total_frames"] == 2
    assert served.client.post(f"{path}/retry").status_code == 200
    assert served.wait_for_end(task["id"])["status"] == "completed"
    again = served.client.post(f"{path}/frames/retry", json={"frames": [2]})
    assert again.json()["completed_frames"] == 1
    assert served.wait_for_end(task["id"])["status"] == "completed"
    copy = served.client.post(f"{path}/duplicate")
    assert copy.status_code == 201
    moved = served.client.post(f"/api/tasks/{copy.json()['id']}/move", json={"priority": 2})
    assert moved.json()["priority"] == 2
    served.wait_for_end(copy.json()["id"])
    runs = served.client.get(f"{path}/runs").json()
    assert {run["outcome"] for run in runs} >= {"finished"}
    gone = served.client.delete(path)
    assert (gone.status_code, gone.content) == (204, b"")
    assert served.client.get(path).status_code == 404
    assert "Remove" in served.client.post("/api/undo").json()["undone"]
    assert served.client.get(path).status_code == 200


def test_long_replies_to_many_at_once_come_whole(served: Served) -> None:
    for n in range(40):
        served.submit(f"many {n}", paused=True)
    url, headers = f"{served.url}/api/tasks/?limit=1000", dict(served.client.headers)

    def ask(_n: int) -> int:
        return len(httpx.get(url, headers=headers, timeout=30, trust_env=False).json()["items"])

    with ThreadPoolExecutor(8) as clients:
        counts = set(clients.map(ask, range(80)))
    assert len(counts) == 1
    assert counts.pop() >= 40


def test_the_list_is_sifted_sorted_and_in_pages(served: Served) -> None:
    ids = [served.submit(f"page {n}", paused=True, priority=n)["id"] for n in range(4)]
    asked: dict[str, Any] = {"search": "PAGE", "order": "priority", "status": "paused"}
    found = served.client.get("/api/tasks/", params=asked).json()
    assert [task["id"] for task in found["items"]] == ids
    page = served.client.get("/api/tasks/", params={**asked, "limit": 2, "offset": 1}).json()
    assert [task["id"] for task in page["items"]] == ids[1:3]
    assert page["total"] == 4
    other = served.client.get("/api/tasks/", params={**asked, "order": "-id"}).json()
    assert [task["id"] for task in other["items"]] == ids[::-1]
    assert served.client.get("/api/tasks/", params={"render_engine": "maya"}).json()["total"] == 0


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "project_file"),
        ({"project_file": "x.fake", "priority": 11}, "priority"),
        ({"project_file": "x.fake", "priority": "7"}, "priority"),
        ({"project_file": "x.fake", "total_frames": 0}, "total_frames"),
        ({"project_file": "x.fake", "frame": "1"}, "frame"),
        ({"project_file": ""}, "project_file"),
        ({"project_file": "/etc/passwd"}, "project_file"),
        ([], None),
        (None, None),
    ],
)
def test_a_mistake_is_named_and_leaves_nothing(
    served: Served, asked: Any, field: str | None
) -> None:
    before = served.client.get("/api/tasks/").json()["total"]
    reply = served.client.post("/api/tasks/", json=asked)
    assert reply.status_code == 422
    assert reply.json().get("field") == field
    assert reply.json()["detail"]
    assert served.client.get("/api/tasks/").json()["total"] == before


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/tasks/999999", 404),
        ("GET", "/api/tasks/12345678901234567890123", 404),
        ("GET", "/api/nothing", 404),
        ("PUT", "/api/tasks/", 405),
        ("GET", "/api/tasks/?limit=0", 422),
        ("GET", "/api/tasks/?limit=ten", 422),
        ("GET", "/api/tasks/?status=lost", 422),
        ("GET", "/api/files/download/999999", 404),
        ("GET", "/api/files/thumbnail/999999", 404),
        ("GET", "/api/tasks/999999/log", 404),
        ("GET", "/api/events", 426),
    ],
)
def test_faults_are_json_with_a_sentence(
    served: Served, method: str, path: str, status: int
) -> None:
    reply = served.client.request(method, path)
    assert reply.status_code == status
    assert reply.json()["detail"]
