from __future__ import annotations

import ast
import json
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest
from systems import posix_paths

from render_manager.base import paths
from render_manager.submitters import client, texts


def answering(monkeypatch: pytest.MonkeyPatch, **reply: object) -> None:
    """A manager that answers as soon as the sender begins to wait."""

    def answer(_seconds: float) -> None:
        for request in paths.inbox_dir().glob("*.task.json"):
            name = request.name.replace(".task.json", ".reply.json")
            request.with_name(name).write_text(json.dumps(reply))

    monkeypatch.setattr("time.sleep", answer)


def run_manager(age: float = 0.0) -> None:
    paths.inbox_dir().mkdir(parents=True, exist_ok=True)
    running = {"pid": 1, "at": time.time() - age}
    (paths.inbox_dir() / "running.json").write_text(json.dumps(running))


# --- where ------------------------------------------------------------------------------------


def test_both_sides_use_the_folder_that_was_chosen(home: Path) -> None:
    assert client.inbox_dir() == paths.inbox_dir() == home / "inbox"


@pytest.mark.parametrize("shared", [None, "", "/srv/共享", "not/absolute"])
def test_both_sides_agree_on_the_platforms_folder(
    monkeypatch: pytest.MonkeyPatch, shared: str | None
) -> None:
    monkeypatch.delenv("RENDER_MANAGER_HOME")
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    if shared is not None:
        monkeypatch.setenv("XDG_DATA_HOME", shared)
    assert client.inbox_dir() == paths.inbox_dir()


@posix_paths
@pytest.mark.parametrize("shared", [None, "/srv/shared"])
def test_both_sides_agree_on_macos(monkeypatch: pytest.MonkeyPatch, shared: str | None) -> None:
    from platformdirs.macos import MacOS

    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    if shared is not None:
        monkeypatch.setenv("XDG_DATA_HOME", shared)
    monkeypatch.setattr(sys, "platform", "darwin")
    assert client.platform_home() == Path(MacOS(paths.APP_NAME, appauthor=False).user_data_dir)


def test_what_was_noted_at_installation_counts_where_nothing_was_chosen(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("RENDER_MANAGER_HOME")
    monkeypatch.setattr(client, "__file__", str(tmp_path / "client.py"))
    (tmp_path / "render_manager_home.json").write_text('{"home": "/elsewhere"}')
    assert client.inbox_dir() == Path("/elsewhere", "inbox")
    (tmp_path / "render_manager_home.json").write_text("rubbish")
    assert client.inbox_dir() == paths.inbox_dir()


# --- sending ----------------------------------------------------------------------------------


def test_without_a_manager_the_scene_waits() -> None:
    answer = client.submit({"project_file": "/a.ma"})
    assert answer == (client.WAITS, None, False)
    (request,) = paths.inbox_dir().iterdir()
    assert json.loads(request.read_text()) == {"project_file": "/a.ma", "version": 1}
    assert request.name.endswith(".task.json")


def test_a_manager_that_died_is_not_taken_for_one_that_runs() -> None:
    run_manager(age=60)
    assert client.submit({"project_file": "/a.ma"}).sentence == client.WAITS


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"at": "soon"}', "[" * 9999])
def test_rubbish_is_no_manager(text: str) -> None:
    run_manager()
    (paths.inbox_dir() / "running.json").write_text(text)
    assert not client.is_running()


def test_the_task_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    run_manager()
    answering(monkeypatch, task_id=7)
    answer = client.submit({"project_file": "/a.ma"})
    assert answer == ("Sent to Render Manager as task 7.", 7, False)
    assert not list(paths.inbox_dir().glob("*.reply.json"))


def test_a_refusal_is_told_in_the_managers_words(monkeypatch: pytest.MonkeyPatch) -> None:
    run_manager()
    answering(monkeypatch, error="There is no renderer.")
    assert client.submit({"project_file": "/a"}) == ("There is no renderer.", None, True)


def test_a_manager_that_does_not_answer_is_not_waited_for_long() -> None:
    run_manager()
    assert client.submit({"project_file": "/a.ma"}, wait=0.1) == (client.BUSY, None, False)


def test_a_folder_that_cannot_be_written_is_told(home: Path) -> None:
    home.touch()
    answer = client.submit({"project_file": "/a.ma"})
    assert answer.is_refused
    assert "could not be laid into" in answer.sentence


def test_a_file_that_is_being_replaced_is_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows it cannot be opened in that moment; the manager runs all the same."""
    run_manager()
    read, tries = client._read, []

    def locked_at_first(path: Path) -> dict[str, object]:
        tries.append(path)
        return read(path) if len(tries) > 2 else {}

    monkeypatch.setattr(client, "_read", locked_at_first)
    assert client.is_running()


def test_the_answer_is_in_the_language_of_the_sender(monkeypatch: pytest.MonkeyPatch) -> None:
    def say(text: str) -> str:
        return texts.in_language(text, "zh_CN")

    assert client.submit({"project_file": "/a.ma"}, say=say).sentence == texts.CHINESE[client.WAITS]
    run_manager()
    answering(monkeypatch, task_id=7)
    assert "任务编号 7" in client.submit({"project_file": "/a.ma"}, say=say).sentence


# --- what it needs ----------------------------------------------------------------------------


@pytest.mark.parametrize("module", [client, texts])
def test_it_needs_nothing_but_an_old_python(module: ModuleType) -> None:
    tree = ast.parse(Path(str(module.__file__)).read_text("utf-8"), feature_version=(3, 7))
    names = [
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    ]
    names += [str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names
