"""The window on another machine's queue: a real server, the real window, the API between them."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from house import TestCatalog, make_scene
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from stand_in import Answers, FakeTray, Opened

from render_manager.base.errors import UserError
from render_manager.base.settings import Settings, load_settings
from render_manager.domain.machines import MachineState
from render_manager.domain.states import FrameState, TaskState
from render_manager.domain.task import Task
from render_manager.gui.memory import WindowMemory
from render_manager.gui.window import MainWindow
from render_manager.remote.greeting import greet
from render_manager.remote.service import RemoteService

from .conftest import Served, end_server, start_server

PATIENCE_MS = 30_000


class Connected:
    """The window, and what is behind it."""

    def __init__(self, qtbot: QtBot, served: Served, home: Path, *, is_here: bool = False) -> None:
        """`is_here`: by the key of the server's own user."""
        self.qtbot = qtbot
        self.settings = load_settings(ui_theme="dark", ui_language="en")

        def token() -> str | None:
            file = served.home / "api.json"
            if not is_here:
                return served.token
            return str(json.loads(file.read_text("utf-8"))["key"]) if file.exists() else None

        there = greet(served.url, token(), is_here=is_here, token_of_now=token)
        self.service = RemoteService(there, self.settings, TestCatalog(self.settings))
        self.opened = Opened()
        self.window = MainWindow(
            self.service,
            self.settings,
            memory=WindowMemory(home / "window.ini"),
            dialogs=Answers(),
            desktop=self.opened,
            tray=FakeTray(),
            movies=self.service,
            elsewhere=there.name,
        )
        self.service.start()

    def until(self, is_so: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(is_so()), timeout=PATIENCE_MS)

    def task(self, task_id: int, is_so: Callable[[Task], bool] = lambda _task: True) -> Task:
        """The task here, as soon as it is as wanted."""
        tasks = self.service.queue.tasks
        self.until(lambda: task_id in tasks and is_so(tasks[task_id]))
        return tasks[task_id]

    def close(self) -> None:
        self.window.close()
        self.service.stop()
        self.window.deleteLater()


@pytest.fixture
def connected(qtbot: QtBot, served: Served, tmp_path: Path) -> Iterator[Connected]:
    connected = Connected(qtbot, served, tmp_path)
    with qtbot.waitExposed(connected.window):
        connected.window.show()
    connected.until(lambda: connected.service.is_up)
    yield connected
    connected.close()


def is_completed(task: Task) -> bool:
    return task.state is TaskState.COMPLETED


def test_tasks_come_into_the_table_and_go(served: Served, connected: Connected) -> None:
    connected.window._opener.open(Path("/no/such/folder"))
    connected.until(lambda: connected.window.banner.sentence.startswith("It is on 127.0.0.1"))
    before = served.submit("before", frames="1-3", paused=True, priority=8)
    task = connected.task(before["id"], lambda task: task.total_frames == 3)
    assert task.priority == 8
    assert connected.window.model.row_of(task.id) is not None
    assert "127.0.0.1" in connected.window.windowTitle()
    served.client.post(f"/api/tasks/{task.id}/resume")
    connected.task(task.id, is_completed)
    assert task.frames.counts == (0, 0, 3, 0)
    served.client.delete(f"/api/tasks/{task.id}")
    connected.until(lambda: connected.window.model.row_of(task.id) is None)


def test_frames_have_thumbnails_details_logs_and_pictures(
    served: Served, connected: Connected
) -> None:
    window = connected.window
    shown = served.submit("pictures", {"nan": [1, 2, 3]}, frames="1-3")
    task = connected.task(shown["id"], is_completed)
    window.show_tasks([task.id])
    connected.until(lambda: window.details.frames.detail(2))
    path = window.details.frames.thumbnail(0)
    assert path
    here = connected.service.bring(path)
    assert here != path and Path(here).read_bytes() == Path(path).read_bytes()
    detail = window.details.frames.detail(0)
    assert detail is not None and detail.state is FrameState.COMPLETED
    preview = window.details.inspector.preview
    window.details.inspector.show_page(preview)
    connected.until(lambda: preview.picture.looking.view is not None)
    wanted = preview.picture.looking.wanted
    assert wanted is not None and wanted.path.endswith(".exr")
    log = window.details.inspector.log
    window.details.inspector.show_page(log)
    connected.until(lambda: log.document.count > 3)
    (run,) = window.details.inspector.history.runs
    assert run.log_path is not None
    log.open_wanted.emit(Path(run.log_path))
    connected.until(lambda: connected.opened.opened)
    (opened,) = connected.opened.opened
    assert str(opened) != run.log_path and opened.read_bytes() == Path(run.log_path).read_bytes()


def test_verbs_go_there_and_are_taken_back(served: Served, connected: Connected) -> None:
    ids = [served.submit(f"verb {n}", paused=True, frames="1-2")["id"] for n in range(2)]
    tasks = [connected.task(each, lambda task: task.total_frames == 2) for each in ids]
    service, window = connected.service, connected.window
    service.set_priority(ids, 9)
    connected.until(lambda: [task.priority for task in tasks] == [9, 9])
    connected.until(lambda: service.undo_text)
    window._take_back()
    connected.until(lambda: [task.priority for task in tasks] == [5, 5])
    service.reorder([ids[1]], ids[0])
    connected.until(lambda: tasks[1].position < tasks[0].position)
    service.resume(ids)
    for each in ids:
        connected.task(each, is_completed)
    with pytest.raises(UserError, match="is completed and cannot be paused"):
        service.pause(ids)
    service.retry_frames(ids[0], [2])
    connected.until(lambda: not is_completed(tasks[0]))
    connected.task(ids[0], is_completed)
    service.remove(ids)
    connected.until(lambda: not {*ids} & service.queue.tasks.keys())
    service.undo()
    connected.until(lambda: {*ids} <= service.queue.tasks.keys())


def test_the_sheet_changes_tasks(served: Served, connected: Connected) -> None:
    window = connected.window
    shown = served.submit("sheet", paused=True, frames="1-4")
    task = connected.task(shown["id"], lambda task: task.total_frames == 4)
    window.show_tasks([task.id])
    window.sheet.change([task.id])
    line = window.sheet.form.frames.line
    line.selectAll()
    QTest.keyClicks(line, "1-2")
    connected.until(lambda: window.sheet.footer.default.isEnabled())
    window.sheet.accept()
    connected.until(lambda: task.total_frames == 2)
    assert window.sheet.isHidden()


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="needs ffmpeg")
def test_a_movie_is_made_there(served: Served, connected: Connected) -> None:
    made = served.submit("filmed", frames="1-3")
    served.wait_for_end(made["id"])
    task = connected.task(made["id"], lambda task: task.state is TaskState.COMPLETED)
    window = connected.window
    window.table.select([task.id])
    actions = window.actions_of_tasks.actions
    connected.until(actions["make_movie"].isEnabled)
    actions["make_movie"].trigger()
    assert window.banner.sentence == ""
    connected.until(lambda: list(Path(made["output_dir"]).glob("filmed*.mp4")))
    assert actions["stop_movie"].isVisible()


def test_the_machines_are_those_there(served: Served, connected: Connected) -> None:
    machines = connected.service.machines
    connected.window._machines_shown.setChecked(True)
    connected.until(machines.views)
    pane = connected.window.machines
    name = str(pane.model.index(0, 0).data())
    assert name == f"local ({connected.window._elsewhere})"
    machines.drain(["local"])
    assert [view.state for view in machines.views()] == [MachineState.OFF]
    assert machines.slots() == 0
    (there,) = served.client.get("/api/machines").json()
    assert there["state"] == "off"
    with pytest.raises(UserError, match="local is there"):
        machines.forget(["local"])
    machines.enable(["local"])
    machines.set_hours(["local"], "Mo 03:00-03:01")
    assert machines.views()[0].hours == "Mo 03:00-03:01"
    assert [seat.hours for seat in machines.seats()] == ["Mo 03:00-03:01"]
    machines.set_hours(["local"], "always")
    assert machines.views()[0].hours == ""
    with connected.qtbot.waitSignal(machines.logged, timeout=PATIENCE_MS) as told:
        machines.log("local")
    assert told.args is not None
    assert told.args[1].heard is not None


def test_settings_are_those_there_and_the_looks_are_ours(
    served: Served, connected: Connected, settings: Settings
) -> None:
    service = connected.service
    service.change_settings({"max_concurrent_runs": 2, "ui_theme": "light"})
    told = served.client.get("/api/settings").json()["settings"]
    assert told["max_concurrent_runs"]["value"] == 2
    assert service.settings.max_concurrent_runs == 2 and connected.window.theme.choice == "light"
    served.client.patch("/api/settings", json={"settings": {"max_concurrent_runs": 1}})
    connected.until(lambda: service.settings.max_concurrent_runs == 1)
    connected.window._open_settings()
    dialog = connected.window.settings
    assert dialog is not None
    assert dialog.rows["upload_dir"].is_fixed and not dialog.rows["max_retries"].is_fixed
    with pytest.raises(UserError, match="RENDER_OUTPUT_DIR"):
        service.change_settings({"render_output_dir": "/elsewhere"})


def test_a_dropped_scene_is_sent_where_it_cannot_be_named(
    served: Served, connected: Connected, tmp_path: Path
) -> None:
    scene = tmp_path / "dropped.fake"
    scene.write_text('{"end": 2}', "utf-8")
    connected.service.change_settings({"queue_at_once": True})
    connected.window.take([scene])
    tasks = connected.service.queue.tasks
    connected.until(lambda: any(task.job.name == "dropped" for task in tasks.values()))
    (task,) = (task for task in tasks.values() if task.job.name == "dropped")
    assert Path(task.job.project_file).is_relative_to(served.uploads)
    connected.until(lambda: connected.window.banner.sentence.startswith("The scene was sent"))
    connected.task(task.id, is_completed)


def test_an_archive_of_a_project_brings_its_scenes(connected: Connected, tmp_path: Path) -> None:
    archive, empty = tmp_path / "project.zip", tmp_path / "empty.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for name in ("one", "two"):
            file.writestr(f"scenes/{name} of a project.fake", '{"end": 1}')
    with zipfile.ZipFile(empty, "w") as file:
        file.writestr("notes.txt", "nothing")
    connected.window.take([archive, empty])
    tasks = connected.service.queue.tasks
    connected.until(
        lambda: sum(task.job.name.endswith("of a project") for task in tasks.values()) == 2
    )
    connected.until(lambda: "no scene in “empty.zip”" in connected.window.banner.sentence)


def test_how_the_machine_is_that_renders(connected: Connected) -> None:
    connected.until(lambda: connected.window.status.disk.text.endswith("free"))
    assert connected.window.status.cpu.text != "– %"


def test_it_recovers_when_the_server_is_gone_for_a_while(qtbot: QtBot, tmp_path: Path) -> None:
    home = tmp_path / "there"
    process, (url, link) = start_server(home)
    token = (home / "api-token").read_text("ascii")
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=url, headers=headers, timeout=20, trust_env=False) as client:
        served = Served(url, link, home, client)
        shown = served.submit("lasting", frames="1-2", paused=True)
        connected = Connected(qtbot, served, tmp_path, is_here=True)
        task = connected.task(shown["id"], lambda task: task.total_frames == 2)
        end_server(process)
        connected.until(lambda: "cannot be reached" in connected.window.banner.sentence)
        with pytest.raises(UserError, match="cannot be reached"):
            connected.service.pause([task.id])
        process, _line = start_server(home, TEST_PORT=str(served.port))
        connected.until(lambda: "is there again" in connected.window.banner.sentence)
        connected.service.set_priority([task.id], 10)
        connected.until(lambda: task.priority == 10)
        scene = make_scene(tmp_path / "mine", "dropped", end=1)
        connected.window.take([scene])
        tasks = connected.service.queue.tasks
        connected.until(lambda: len(tasks) == 2)
        assert max(tasks.values(), key=lambda task: task.id).job.project_file == str(scene)
        connected.close()
        end_server(process)


def test_what_no_render_manager_says_is_said_in_words(connected: Connected) -> None:
    said: list[str] = []
    connected.service.noticed.connect(said.append)
    nonsense = ("{", "[1]", "[" * 100_000, '{"type": "changes"}')
    for text in nonsense:
        connected.service._stream.heard.emit(text)
    assert len(said) == len(nonsense)
    assert all("do not understand each other" in each for each in said)
