"""The Python client against a real server."""

from __future__ import annotations

import asyncio
import re
import time
from pathlib import Path
from typing import Any

import pytest

from render_manager.client import ApiError, AsyncClient, Client

from .conftest import Served

README = Path(__file__).parents[3] / "README.md"


def test_a_task_from_upload_to_download(served: Served, tmp_path: Path) -> None:
    scene = tmp_path / "镜头.fake"
    scene.write_text('{"end": 2, "pad": "' + "x" * 200_000 + '"}', "utf-8")
    sent: list[tuple[int, int]] = []
    with Client(served.url, served.token) as manager:
        uploaded = manager.upload(scene, progress=lambda *each: sent.append(each))
        assert Path(uploaded["path"]).read_bytes() == scene.read_bytes()
        assert sent[-1] == (scene.stat().st_size,) * 2
        task = manager.submit(uploaded["path"], priority=8)
        assert [task["id"], 8] == [manager.task(task["id"])["id"], task["priority"]]
        seen = list(manager.watch(task["id"], every=0.02))
        assert seen[-1]["status"] == "completed"
        frame = manager.frames(task["id"], status="completed")[1]
        target = manager.download(frame["id"], tmp_path / "got" / "2.png")
        assert target.read_bytes() == Path(frame["files"][0]).read_bytes()
        assert manager.thumbnail(frame["id"]).startswith(b"\xff\xd8")
        (run,) = manager.runs(task["id"])
        log = manager.log(task["id"], run=run["id"])
        assert "frame" in log
        assert b"".join(manager.log_pieces(task["id"])).decode() == log
        assert manager.log(task["id"], tail=10) == log[-10:]


def test_the_verbs(served: Served) -> None:
    with Client(served.url, served.token) as manager:
        task = manager.submit(served.scene("client verbs"), frames="1-3", paused=True)
        id = task["id"]
        assert manager.change(id, priority=9, max_retries=0)["priority"] == 9
        assert manager.move(id, priority=2)["priority"] == 2
        copy = manager.duplicate(id)
        assert manager.cancel(copy["id"])["status"] == "cancelled"
        served.wait(copy["id"], lambda now: not now["runs"])
        manager.remove(copy["id"])
        assert "Remove" in manager.undo()["undone"]
        with pytest.raises(ApiError) as caught:
            manager.pause(id)
        assert caught.value.status == 409
        assert manager.tasks(search="client verbs", status="paused")["total"] == 1
        manager.resume(id)
        served.wait_for_end(id)
        assert manager.retry_frames(id, [2])["completed_frames"] == 2
        served.wait_for_end(id)
        with pytest.raises(ApiError, match="is there"):
            manager.retry(id, failed_only=True)
        with pytest.raises(ApiError, match="suspicious"):
            manager.accept_frames(id, "1-3")
        assert "fake" in [each["name"] for each in manager.renderers()]
        assert manager.health()["status"] == "ok"


def test_what_the_server_refuses(served: Served) -> None:
    with Client(served.url, served.token) as manager:
        with pytest.raises(ApiError) as caught:
            manager.submit("/etc/passwd")
        assert (caught.value.status, caught.value.field) == (422, "project_file")
        with pytest.raises(ApiError) as caught:
            manager.download(999_999, "nowhere.png")
        assert caught.value.status == 404
        with pytest.raises(ApiError) as caught:
            list(manager.log_pieces(999_999))
        assert caught.value.status == 404
    with Client(served.url, "wrong") as stranger, pytest.raises(ApiError) as caught:
        stranger.tasks()
    assert caught.value.status == 401


def test_the_same_with_asyncio(served: Served, tmp_path: Path) -> None:
    async def work() -> None:
        async with AsyncClient(served.url, served.token) as manager:
            scene = tmp_path / "awaited.fake"
            scene.write_text('{"end": 2}', "utf-8")
            uploaded = await manager.upload(scene)
            task = await manager.submit(uploaded["path"])
            seen = [each async for each in manager.watch(task["id"], every=0.02)]
            assert seen[-1]["status"] == "completed"
            frames = await manager.frames(task["id"])
            got = await asyncio.gather(
                *(manager.download(each["id"], tmp_path / f"{each['id']}.png") for each in frames)
            )
            assert [each.read_bytes()[1:4] for each in got] == [b"PNG", b"PNG"]
            pieces = [piece async for piece in manager.log_pieces(task["id"])]
            assert b"".join(pieces).decode() == await manager.log(task["id"])
            with pytest.raises(ApiError):
                await manager.task(999_999)
            await manager.remove(task["id"])

    asyncio.run(work())


def test_the_example_of_the_readme(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    section = README.read_text("utf-8").partition("## From Python")[2].partition("\n## ")[0]
    (example,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    for theirs, ours in {
        "http://127.0.0.1:8787": served.url,
        "the token": served.token,
        "/scenes/shot.blend": served.scene("readme", end=2),
        "1-24": "1-2",
        "pictures": str(tmp_path),
    }.items():
        assert theirs in example
        example = example.replace(theirs, ours)
    sleep = time.sleep
    monkeypatch.setattr(time, "sleep", lambda _seconds: sleep(0.02))
    exec(compile(example, "README.md", "exec"), {})
    assert "100.0" in capsys.readouterr().out
    assert len(list(tmp_path.glob("*.png"))) == 2
