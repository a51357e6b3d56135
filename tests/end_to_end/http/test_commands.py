"""The commands against a real server, run in this process so that they are quick."""

from __future__ import annotations

import json
import logging
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from render_manager.cli.doors import Doors
from render_manager.cli.main import run

from .conftest import Served


@dataclass
class Said:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


Command = Callable[..., Said]


def _no_door(*_arguments: object) -> int:
    raise AssertionError("no command of the API opens another door")


@pytest.fixture
def quiet_log() -> Iterator[None]:
    """Take the log of the command away again."""
    root = logging.getLogger()
    before = list(root.handlers)
    yield
    for handler in [each for each in root.handlers if each not in before]:
        root.removeHandler(handler)
        handler.close()


@pytest.fixture
def anywhere(capsys: pytest.CaptureFixture[str], quiet_log: None) -> Command:
    """Runs a command as on a computer on which nothing serves."""

    def command(*words: object) -> Said:
        capsys.readouterr()
        code = run([str(word) for word in words], Doors(_no_door, _no_door, _no_door, _no_door))
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return Said(code, said.out, said.err)

    return command


@pytest.fixture
def command(served: Served, anywhere: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs a command on the computer of the server: nothing has to be set up."""
    monkeypatch.setenv("RENDER_MANAGER_HOME", str(served.home))
    return anywhere


def submitted(command: Command, scene: str, *more: object) -> int:
    said = command("submit", scene, "--renderer", "fake", "--json", *more)
    assert said.code == 0, said.err
    (task,) = said.json
    number: int = task["id"]
    return number


# --- a task's life --------------------------------------------------------------------------------


def test_a_task_from_submit_to_download(served: Served, command: Command, tmp_path: Path) -> None:
    scene = served.scene("cli film", end=3)
    id = submitted(command, scene, "--frames", "1-2", "--priority", 9, "--set", "take=a")
    seen = command("watch", id, "--every", 0.02, "--json")
    assert seen.code == 0
    assert seen.lines[-1]["status"] == "completed"
    task = command("show", id, "--json").json
    assert (task["priority"], task["total_frames"], task["options"]) == (9, 2, {"take": "a"})
    frames = command("frames", id, "--status", "completed", "--json").json
    assert [frame["frame_number"] for frame in frames] == [1, 2]
    got = command("download", id, tmp_path / "got", "--json")
    assert [Path(file).read_bytes() for file in got.json["files"]] == [
        Path(frame["files"][0]).read_bytes() for frame in frames
    ]
    (run,) = command("runs", id, "--json").json
    assert (run["frames"], run["exit_code"]) == ("1-2", 0)
    log = command("log", id, "--run", run["id"])
    assert log.code == 0 and log.out.count("\n") > 2
    last = command("log", id, "--tail", 1)
    assert last.out == log.out.splitlines(keepends=True)[-1]
    assert [each["line"] for each in command("log", id, "--json").lines] == log.out.splitlines()
    assert command("log", id, "--follow").out == log.out


def test_the_same_for_people(served: Served, command: Command, tmp_path: Path) -> None:
    said = command("submit", served.scene("cli 人", end=1), "--renderer", "fake")
    id = int(said.out.split()[0])
    assert "cli 人" in said.out
    assert "completed" in command("watch", id, "--every", 0.02).out.splitlines()[-1]
    assert "cli 人" in command("list", "--search", "cli 人").out
    shown = command("show", id).out
    assert "✔ completed  1/1  100 %" in shown
    assert "cli 人.fake" in shown
    assert "✔ completed" in command("frames", id).out
    assert "finished" in command("runs", id).out
    assert str(tmp_path) in command("download", id, tmp_path).out
    assert "removed" not in command("remove", id).err
    assert "Taken back" in command("undo").out


def test_a_relative_path_is_that_of_here(
    served: Served, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Path(served.scene("cli near"))
    monkeypatch.chdir(scene.parent)
    id = submitted(command, scene.name, "--paused", "--output", "there")
    task = served.task(id)
    assert task["project_file"] == str(scene)
    assert task["output_dir"].startswith(str(scene.parent / "there"))
    assert task["status"] == "paused"


def test_a_scene_is_sent(served: Served, command: Command, tmp_path: Path) -> None:
    (tmp_path / "sent.fake").write_text('{"end": 1}', "utf-8")
    id = submitted(command, "sent.fake", "--upload", "--paused")
    assert Path(served.task(id)["project_file"]).is_relative_to(served.uploads)


def test_of_an_archive_with_several_scenes_one_has_to_be_chosen(
    command: Command, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "project.zip", "w") as archive:
        archive.writestr("a.fake", "{}")
        archive.writestr("b.fake", "{}")
    said = command("submit", "project.zip", "--upload", "--paused")
    assert said.code == 2
    first, second = [line for line in said.err.splitlines() if line.endswith(".fake")]
    assert submitted(command, first, "--paused") < submitted(command, second, "--paused")


def test_nothing_to_watch_is_said(served: Served, command: Command) -> None:
    for task in command("list", "--json").json["items"]:
        command("cancel", task["id"])
    said = command("watch")
    assert (said.code, said.out) == (0, "Every task has ended, or is held.\n")


# --- verbs ----------------------------------------------------------------------------------------


def test_verbs(served: Served, command: Command) -> None:
    scenes = [served.scene(f"cli verb {n}", seconds=0.5) for n in range(2)]
    ids = [submitted(command, scene, "--paused") for scene in scenes]
    for id in ids:
        served.wait(id, lambda now: now["total_frames"] > 0)
    raised = command("priority", *ids, 8, "--json")
    assert [task["priority"] for task in raised.json] == [8, 8]
    changed = command("change", *ids, "--frames", "1-2", "--retries", 0, "--output", "to", "--json")
    look = ("--samples", 8, "--engine", "CYCLES", "--device", "CPU", "--format", "PNG")
    told = command("change", *ids, *look, "--json").json
    assert [told[1][name] for name in ("samples", "engine", "device", "format")] == [*look[1::2]]
    for id in ids:
        served.wait(id, lambda now: now["total_frames"] == 2)
    assert {Path(task["output_dir"]) for task in changed.json} == {Path("to").absolute()}
    assert command("change", *ids).code == 2
    assert command("move", ids[1], "--before", ids[0]).code == 0
    (copy,) = command("duplicate", ids[0], "--json").json
    assert command("cancel", copy["id"]).code == 0
    served.wait(copy["id"], lambda now: not now["runs"])
    assert command("remove", copy["id"], "--json").json[0]["id"] == copy["id"]
    assert command("resume", ids[0]).code == 0
    served.wait_for_end(ids[0])
    again = command("retry", ids[0], "--frames", "2", "--json")
    assert again.json[0]["completed_frames"] == 1
    served.wait_for_end(ids[0])


def test_one_that_is_refused_does_not_keep_the_others_from_it(
    served: Served, command: Command
) -> None:
    id = submitted(command, served.scene("cli others"), "--paused")
    said = command("cancel", 999_999, id, "--json")
    assert said.code == 1
    assert [task["status"] for task in said.json] == ["cancelled"]
    assert said.err.startswith("999999: ")


def test_a_list_is_sifted(served: Served, command: Command) -> None:
    for n in range(3):
        submitted(command, served.scene(f"cli sift {n}"), "--paused")
    words = ("list", "--search", "CLI SIFT", "--status", "paused", "--renderer", "fake")
    assert command(*words, "--json").json["total"] == 3
    assert "… and 2 more" in command(*words, "--limit", 1).out


def test_watching_ends_with_1_if_not_all_completed(served: Served, command: Command) -> None:
    scene = served.scene("cli bad", end=1, crash_at=1, crash_times=9)
    id = submitted(command, scene, "--retries", 0)
    said = command("watch", id, "--every", 0.02)
    assert said.code == 1
    assert "cli bad" in said.out


def test_a_log_is_followed_to_its_end(served: Served, command: Command) -> None:
    id = submitted(command, served.scene("cli follow", end=3, seconds=0.1))
    served.wait(id, lambda now: now["runs"] > 0)
    said = command("log", id, "--follow")
    assert said.code == 0
    assert said.out.splitlines()[-1] == "bye"


# --- no server, another server --------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", [("list",), ("show", 1), ("cancel", 1), ("watch",), ("submit", "x.blend"), ("undo",)]
)
def test_where_nothing_runs_it_is_said_what_to_do(
    anywhere: Command, words: Sequence[object]
) -> None:
    said = anywhere(*words)
    assert (said.code, said.out) == (2, "")
    assert "render-manager serve" in said.err
    assert len(said.err.splitlines()) == 1


@pytest.mark.parametrize("text", ["", "[]", '{"url": 3}', '{"url": "x y", "key": "k"}'])
def test_an_address_that_is_damaged_is_no_bug(anywhere: Command, home: Path, text: str) -> None:
    home.mkdir()
    (home / "api.json").write_text(text, "utf-8")
    said = anywhere("list")
    assert said.code == 2
    assert said.err


def test_a_server_that_went_is_said(anywhere: Command, home: Path) -> None:
    home.mkdir()
    (home / "api.json").write_text('{"url": "http://127.0.0.1:9", "key": "k", "pid": 1}')
    said = anywhere("list")
    assert said.code == 2
    assert "http://127.0.0.1:9" in said.err


def test_another_server_by_its_address_and_token(
    served: Served, anywhere: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.submit("cli remote", paused=True)
    there = ("--server", served.url.removeprefix("http://"), "--token", served.token)
    assert anywhere("list", "--search", "cli remote", "--json", *there).json["total"] == 1
    monkeypatch.setenv("RENDER_MANAGER_SERVER", served.url)
    monkeypatch.setenv("RENDER_MANAGER_TOKEN", "wrong")
    said = anywhere("list")
    assert said.code == 2
    assert "--token" in said.err
    assert anywhere("list", "--token", served.token).code == 0
    here = f"localhost:{served.port}"
    assert anywhere("list", "--server", here, "--token", served.token).code == 0
    refused = anywhere("submit", "/etc/passwd", "--token", served.token)
    assert refused.code == 2
    assert "API_ALLOWED_DIRS" in refused.err


def test_this_computer_needs_no_token_by_whatever_name(served: Served, command: Command) -> None:
    assert command("list", "--server", f"localhost:{served.port}").code == 0
    assert command("list", "--server", served.url).code == 0


def test_what_is_not_there(command: Command, tmp_path: Path) -> None:
    for words in (("show", 999_999), ("log", 999_999), ("watch", 999_999), ("frames", 999_999)):
        said = command(*words)
        assert (said.code, said.out) == (1, "")
        assert "999999" in said.err
    assert command("submit", "none.fake").code == 2
    assert command("submit", "none.fake", "--upload").code == 2
    assert command("list", "--status", "lost").code == 2
    assert command("retry", 1, "--failed-only", "--frames", "1").code == 2
    assert command("show", "one").code == 2
    assert command("list", "--server", "http://").code == 2
