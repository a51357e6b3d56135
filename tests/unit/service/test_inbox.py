from __future__ import annotations

import codecs
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot
from stand_in import StandIn

from render_manager.base.errors import UserError
from render_manager.base.paths import inbox_dir
from render_manager.base.settings import Settings
from render_manager.domain.states import Wish
from render_manager.domain.task import Task
from render_manager.service import inbox as inbox_module
from render_manager.service import inbox_patience
from render_manager.service.inbox import Inbox
from render_manager.service.inbox_folder import MAX_BYTES, REJECTED_KEPT, InboxFolder
from render_manager.service.inbox_request import is_whole, read_request
from render_manager.service.schemas import Submission


class Box:
    """An inbox with a service behind it, and a submitter in front."""

    def __init__(self, stand_in: StandIn, qtbot: QtBot) -> None:
        self.stand_in, self.service = stand_in, stand_in.service
        self.service._clock = time.time
        self.folder = inbox_dir()
        self.inbox = Inbox(self.service, self.folder)
        self.told: list[str] = []
        self.service.noticed.connect(self.told.append)
        self._qtbot = qtbot

    def lay(self, name: str, content: bytes | dict[str, Any], *, old: bool = True) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{name}.task.json"
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        path.with_suffix(".part").write_bytes(raw)
        if old:
            os.utime(path.with_suffix(".part"), (1000, 1000))
        path.with_suffix(".part").replace(path)
        return path

    def reply(self, name: str) -> dict[str, Any]:
        """The answer, when it is there."""
        path = self.folder / f"{name}.reply.json"
        self._qtbot.waitUntil(path.exists)
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return found

    def names(self) -> set[str]:
        return {path.name for path in self.folder.iterdir()} - {"running.json"}

    @property
    def tasks(self) -> int:
        return len(self.service.queue.tasks)


@pytest.fixture
def box(qtbot: QtBot, settings: Settings) -> Iterator[Box]:
    box = Box(StandIn(settings), qtbot)
    yield box
    box.inbox.stop()


DRIVE = "C:" if sys.platform == "win32" else ""
"""Without one no path is whole on Windows."""


def request(scene: str = "/shots/a.fake", **more: Any) -> dict[str, Any]:
    scene = f"{DRIVE}{scene}" if scene.startswith("/") else scene
    return {"version": 1, "project_file": scene, "from": "Test 1.0", **more}


# --- what is right ----------------------------------------------------------------------------


def test_a_scene_that_waits_is_queued_with_all_its_wishes(box: Box) -> None:
    wishes = {
        "frames": "1-10x2,40",
        "priority": 8,
        "output_dir": f"{DRIVE}/renders/镜头",
        "camera": "远 Far",
        "layers": ["bg", "fg"],
        "width": 320,
        "height": 200,
        "extra": {"queue": "/Game/Q.Q", "map": ""},
        "hold": True,
    }
    box.lay("one", request("/shots/场景 a.fake", render_engine="fake", **wishes))
    box.inbox.start()
    (task,) = [box.service.task(box.reply("one")["task_id"])]
    job, options = task.job, task.job.options
    assert (job.project_file, job.renderer) == (
        str(Path(f"{DRIVE}/shots/场景 a.fake").absolute()),
        "fake",
    )
    assert (task.frames_text, task.priority, task.wish) == ("1-10x2,40", 8, Wish.PAUSE)
    assert job.output_dir == str(Path(f"{DRIVE}/renders/镜头").absolute())
    assert (options.camera, options.layers) == ("远 Far", ("bg", "fg"))
    assert (options.width, options.height) == (320, 200)
    assert options.extra == {"queue": "/Game/Q.Q"}
    assert box.names() == {"one.reply.json"}
    assert box.told == ["Test 1.0 sent 场景 a.fake."]


def test_one_that_comes_later_is_noticed_at_once(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the watcher: the timer is too slow for this test."""
    box.inbox.start()
    for timer in box.inbox._timers:
        timer.stop()
    box.lay("late", request())
    assert box.reply("late") == {"task_id": 1}


def test_one_that_the_watcher_missed_is_found_by_the_timer(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(box.inbox, "_watcher", DeafWatcher())
    box.inbox._timers[0].setInterval(20)
    box.inbox.start()
    box.lay("missed", request())
    assert box.reply("missed") == {"task_id": 1}


def test_the_folder_may_be_removed_meanwhile(box: Box) -> None:
    box.inbox._timers[0].setInterval(20)
    box.inbox.start()
    (box.folder / "running.json").unlink()
    box.folder.rmdir()
    box._qtbot.waitUntil(box.folder.is_dir)
    box.lay("one", request())
    assert box.reply("one") == {"task_id": 1}


def test_scenes_are_queued_as_they_were_sent(box: Box) -> None:
    for number in range(inbox_module.AT_ONCE + 5):
        path = box.lay(f"{99 - number}", request(f"/shots/{number}.fake"))
        os.utime(path, (1000 + number, 1000 + number))
    box.inbox.start()
    box.reply(f"{99 - inbox_module.AT_ONCE - 4}")
    assert box.told == [f"Test 1.0 sent {count} scenes." for count in (inbox_module.AT_ONCE, 5)]
    scenes = [task.job.name for task in box.service.tasks()]
    assert scenes == [str(number) for number in range(inbox_module.AT_ONCE + 5)]


def test_it_says_that_it_is_there_until_it_ends(box: Box) -> None:
    box.inbox.start()
    running = json.loads((box.folder / "running.json").read_text("utf-8"))
    assert running["pid"] == os.getpid()
    assert abs(running["at"] - time.time()) < 60
    box.inbox.stop()
    assert not (box.folder / "running.json").exists()


def test_keys_of_a_later_submitter_are_let_be() -> None:
    assert read_request(json.dumps(request(colour="red")).encode()).sender == "Test 1.0"


# --- what is wrong ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no JSON"),
        (b"\xff\xfe\x00rubbish", "no JSON"),
        (b'{"version": 1, "project_file": "/a.f', "no JSON"),
        (b"[" * 50_000, "no JSON"),
        (b"[]", "does not hold a request"),
        (request(version=2), "another version"),
        ({"version": 1}, "“project_file”"),
        (request("shots/a.fake"), "“project_file”"),
        (request("/a\0.fake"), "“project_file”"),
        (request("/a\ud800.fake"), "no JSON"),
        (request(priority=11), "“priority”"),
        (request(output_dir="renders"), "“output_dir”"),
        (request(width=0), "“width”"),
        (request(extra={"map": 5}), "“extra.map”"),
        (request(layers="bg"), "“layers”"),
        (b" " * (MAX_BYTES + 1), "larger than a megabyte"),
    ],
)
def test_what_cannot_be_used_is_put_aside_and_told(
    box: Box, content: bytes | dict[str, Any], why: str
) -> None:
    box.lay("bad", content)
    box.inbox.start()
    told = box.reply("bad")["error"]
    assert why in told
    assert box.told == [told]
    assert box.tasks == 0
    assert box.names() == {"bad.reply.json", "rejected"}
    assert len(list((box.folder / "rejected").iterdir())) == 1


def test_a_folder_and_a_pipe_are_no_requests(box: Box) -> None:
    (box.folder / "folder.task.json").mkdir(parents=True)
    if sys.platform != "win32":
        os.mkfifo(box.folder / "pipe.task.json")
        (box.folder / "link.task.json").symlink_to("/dev/zero")
    box.lay("good", request())
    box.inbox.start()
    assert "task_id" in box.reply("good")
    assert "no ordinary file" in box.reply("folder")["error"]
    assert not [name for name in box.names() if name.endswith(("task.json", ".taken"))]


def test_what_is_still_being_written_is_waited_for(box: Box) -> None:
    raw = json.dumps(request()).encode()
    path = box.lay("slow", raw[:20], old=False)
    box.inbox.start()
    box.lay("other", request("/shots/b.fake"))
    box.reply("other")
    assert path.read_bytes() == raw[:20]
    path.write_bytes(raw)
    box.inbox._soon.start()
    assert box.reply("slow") == {"task_id": 2}


def test_a_locked_file_is_tried_again(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_args: object) -> None:
        raise PermissionError(13, "in use")

    with monkeypatch.context() as patched:
        patched.setattr(InboxFolder, "take", locked)
        path = box.lay("one", request())
        box.inbox.start()
        box._qtbot.waitUntil(lambda: not box.inbox._soon.isActive())
        assert path.exists()
    box.inbox._soon.start()
    assert box.reply("one") == {"task_id": 1}
    assert box.told == ["Test 1.0 sent a.fake."]


def test_a_file_that_stays_out_of_reach_is_told_once(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_args: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(inbox_patience, "OUT_OF_REACH_SECONDS", 0)
    monkeypatch.setattr(InboxFolder, "read", refused)
    box.lay("secret", request())
    box.inbox._look()
    box.inbox._look()
    assert box.told == [
        "secret.task.json in the inbox cannot be read (Permission denied), so its scene is not "
        "queued. Allow Render Manager to read and move it, or delete it."
    ]


@pytest.mark.parametrize("ahead", [-3, 3, 40])
def test_the_clock_of_a_file_server_may_be_another_one(
    box: Box, monkeypatch: pytest.MonkeyPatch, ahead: float
) -> None:
    """A request that is still being written is not refused for that."""
    path = box.lay("slow", b'{"version": 1, ', old=False)
    os.utime(path, (time.time() + ahead,) * 2)
    box.inbox._look()
    assert path.exists()
    monkeypatch.setattr(inbox_patience, "UNFINISHED_SECONDS", 0)
    box.inbox._look()
    assert "no JSON" in box.reply("slow")["error"]


@pytest.mark.parametrize("name", ["", "a" * 240, "长" * 80])
def test_a_name_of_any_length_is_taken(box: Box, name: str) -> None:
    raw = json.dumps(request()).encode()
    box.folder.mkdir(parents=True)
    (box.folder / f"{name}.task.json").write_bytes(raw)
    box.inbox._look()
    assert box.tasks == 1
    assert [one for one in box.names() if not one.endswith(".reply.json")] == []


def test_a_file_of_a_windows_editor_is_read(box: Box) -> None:
    box.lay("one", codecs.BOM_UTF8 + json.dumps(request()).encode())
    box.inbox.start()
    assert box.reply("one") == {"task_id": 1}


def test_a_sender_cannot_fill_the_window(box: Box) -> None:
    box.lay("one", request(**{"from": "a\n\n\n\tb"}))
    box.inbox._look()
    assert box.told == ["a b sent a.fake."]


def test_a_submitter_that_reads_while_we_write_is_no_trouble(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_use(*_args: object) -> None:
        raise PermissionError(13, "in use")

    box.inbox.start()
    with monkeypatch.context() as patched:
        patched.setattr(InboxFolder, "say_running", in_use)
        box.inbox._say_running()
        assert box.told == []
        box.inbox._say_running()
    assert "Other programs cannot send scenes" in box.told[0]


def test_what_the_queue_refuses_is_answered_in_its_words(box: Box) -> None:
    box.lay("one", request(render_engine="nobody"))
    box.inbox.start()
    answer = box.reply("one")["error"]
    assert "nobody" in answer
    assert box.told == [f"Test 1.0 sent a.fake, which was not queued: {answer}"]
    assert box.names() == {"one.reply.json"}


@pytest.mark.parametrize(
    "wishes",
    [
        {"project_file": f"{DRIVE}/" + "a" * 3000 + ".fake"},
        {"project_file": f"{DRIVE}/" + "a/" * 1500 + ".fake"},
        {"output_dir": f"{DRIVE}/" + "b" * 3000},
        {"output_dir": "/dev/null/x"},
        {"frames": "1-99999999999"},
        {"frames": "1," * 49_000},
        {"frames": "-" * 90_000},
        {"extra": {"a": "b"}, "layers": [""] * 900, "camera": "\u0000"},
    ],
)
def test_the_strangest_wishes_are_queued_or_refused(box: Box, wishes: dict[str, Any]) -> None:
    box.lay("odd", {**request(), **wishes})
    box.lay("good", request("/shots/good.fake"))
    box.inbox.start()
    assert len(box.reply("odd")) == 1
    assert "task_id" in box.reply("good")


def test_a_request_that_trips_over_a_bug_does_not_stop_the_others(
    box: Box, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    submit = box.service.submit

    def buggy(submission: Submission) -> Task:
        return {f"{DRIVE}/shots/good.fake": submit}[submission.project_file](submission)

    monkeypatch.setattr(box.service, "submit", buggy)
    box.lay("bad", request())
    box.lay("good", request("/shots/good.fake"))
    box.inbox.start()
    assert "Its log says more" in box.reply("bad")["error"]
    assert box.reply("good") == {"task_id": 1}
    assert "This is a bug" in caplog.text
    caplog.clear()


@pytest.mark.skipif(sys.platform != "linux", reason="only there names are any bytes")
def test_a_name_that_is_no_text_is_no_trouble(box: Box) -> None:
    box.lay("good", request())
    (box.folder / os.fsdecode(b"\xff\xfe.task.json")).write_bytes(b"\xff")
    os.utime(box.folder / os.fsdecode(b"\xff\xfe.task.json"), (1000, 1000))
    box.inbox.start()
    assert "task_id" in box.reply("good")
    assert any("??.task.json" in told for told in box.told)


def test_an_inbox_that_is_no_folder_is_told_once(box: Box) -> None:
    box.folder.parent.mkdir(parents=True, exist_ok=True)
    box.folder.touch()
    box.inbox._timers[0].setInterval(5)
    box.inbox.start()
    box._qtbot.waitUntil(lambda: len(box.told) > 0)
    box.inbox._look()
    assert len(box.told) == 1
    assert "Other programs cannot send scenes" in box.told[0]


@hypothesis_settings(max_examples=40)
@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_any_bytes_are_read_or_refused_in_a_sentence(raw: bytes) -> None:
    is_whole(raw)
    with pytest.raises(UserError):
        read_request(raw)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
)


@given(st.dictionaries(st.sampled_from([*request(), "frames", "extra", "layers", "hold"]), JSON))
@hypothesis_settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
def test_any_object_is_read_or_refused_in_a_sentence(content: dict[str, Any]) -> None:
    try:
        read_request(json.dumps(content).encode()).submission()
    except UserError as error:
        assert str(error)


# --- never twice ------------------------------------------------------------------------------


def test_a_kill_after_queueing_does_not_queue_it_twice(box: Box) -> None:
    """The manager died between the commit and the answer."""
    taken = InboxFolder(box.folder).take(box.lay("one", request()))
    task = box.service.submit(read_request(taken.path.read_bytes()).submission())
    box.inbox.start()
    assert box.reply("one") == {"task_id": task.id}
    assert box.tasks == 1


def test_a_kill_before_queueing_loses_nothing(box: Box) -> None:
    """The same scene was queued some time ago; that was another request."""
    box.service.submit(read_request(json.dumps(request()).encode()).submission())
    box.stand_in.queue.task(1).created_at -= 60
    InboxFolder(box.folder).take(box.lay("one", request()))
    box.inbox.start()
    assert box.reply("one") == {"task_id": 2}


def test_the_same_scene_sent_twice_at_once_is_queued_twice(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With other layers, say; the clock of Windows stands still for 15 ms at a time."""
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    box.service._clock = lambda: now
    box.lay("one", request(layers=["bg"]))
    box.lay("two", request(layers=["fg"]))
    box.lay("three", request(layers=["fg"]))
    box.inbox.start()
    tasks = {box.reply(name)["task_id"] for name in ("one", "two", "three")}
    assert tasks == {1, 2, 3}


def test_after_a_kill_only_the_task_of_that_very_request_counts(box: Box) -> None:
    InboxFolder(box.folder).take(box.lay("one", request(camera="Near")))
    box.service.submit(read_request(json.dumps(request(camera="Far")).encode()).submission())
    box.inbox.start()
    assert box.reply("one") == {"task_id": 2}


def test_a_disk_that_refuses_the_answer_does_not_queue_it_twice(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(InboxFolder, "reply", full)
        box.lay("one", request())
        box.inbox.start()
        box._qtbot.waitUntil(lambda: box.tasks == 1)
        box.inbox._look()
    box.inbox._look()
    assert box.reply("one") == {"task_id": 1}
    assert box.tasks == 1


def test_a_task_that_only_the_disk_refused_counts_as_queued(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The queue has it, and writes it down later."""

    def full(*_args: object) -> None:
        raise UserError("The disk is full.")

    monkeypatch.setattr(box.stand_in.journal, "commit", full)
    box.lay("one", request())
    box.inbox.start()
    assert box.reply("one") == {"task_id": 1}
    assert box.tasks == 1


# --- tidying ----------------------------------------------------------------------------------


def test_old_answers_and_old_rejects_are_removed(box: Box) -> None:
    rejected = box.folder / "rejected"
    rejected.mkdir(parents=True)
    for number in range(REJECTED_KEPT + 3):
        (rejected / f"bad.{1000 + number}.json").touch()
    for name, age in (("old", 2 * 86400), ("new", 60)):
        (box.folder / f"{name}.reply.json").touch()
        os.utime(box.folder / f"{name}.reply.json", (time.time() - age,) * 2)
    box.inbox.start()
    assert box.names() == {"new.reply.json", "rejected"}
    kept = {path.name for path in rejected.iterdir()}
    assert len(kept) == REJECTED_KEPT
    assert "bad.1002.json" not in kept


class DeafWatcher:
    """A watcher that never says anything."""

    def directories(self) -> list[str]:
        return []

    def addPath(self, _path: str) -> bool:
        return True
