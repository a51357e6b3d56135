"""The command line as a whole: help in groups, completion, and nothing heavy before it is needed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from systems import posix_paths

from render_manager.cli import autostart as autostart_command
from render_manager.cli.doors import Doors
from render_manager.cli.main import app, run
from render_manager.cli.remote.commands import COMMANDS, QUEUE
from render_manager.service.autostart import Autostart, autostart
from render_manager.service.autostart.program import Done


def _no_door(*_arguments: object) -> int:
    raise AssertionError("no other door was asked for")


NOBODY = Doors(_no_door, _no_door, _no_door, _no_door)

WHAT_IS_LOADED = """
import sys
from render_manager.cli.doors import Doors
from render_manager.cli.main import run

heavy = ("httpx", "rich", "PySide6", "sqlmodel", "pydantic")
run(["--help"], Doors(None, None, None, None))
print([name for name in heavy if name in sys.modules], file=sys.stderr)
run(["list"], Doors(None, None, None, None))
print([name for name in heavy if name in sys.modules], file=sys.stderr)
"""


def test_help_has_every_command_in_its_group(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"], NOBODY) == 0
    said = capsys.readouterr().out
    groups = dict(re.findall(r"^(\S.*):\n((?:  .*\n?)+)", said, re.MULTILINE))
    assert list(groups) == ["Options", "Start", "Scenes and logs", QUEUE, "Set up"]
    assert re.findall(r"^  (\w\S*)", groups[QUEUE], re.MULTILINE) == [*COMMANDS, "machines"]
    named = [name for group in groups.values() for name in re.findall(r"(?m)^  (\w\S*)", group)]
    assert len(named) == len(app.registered_commands) + len(app.registered_groups)


def test_nothing_heavy_is_loaded_before_it_is_needed() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WHAT_IS_LOADED], capture_output=True, encoding="utf-8"
    )
    at_help, _sentence, at_list = done.stderr.splitlines()
    assert at_help == "[]"
    assert at_list == "['httpx', 'rich', 'pydantic']"


def test_a_shell_is_told_what_could_come_next(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("_RENDER_MANAGER_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "render-manager re")
    monkeypatch.setenv("COMP_CWORD", "1")
    with pytest.raises(SystemExit):
        run([], NOBODY)
    assert capsys.readouterr().out.split() == ["render", "retry", "resume", "remove"]


@posix_paths
def test_autostart(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    units = tmp_path / "systemd" / "user"

    def system(words: object) -> Done:
        is_question = "is-enabled" in str(words)
        return Done(int(is_question and not any(units.glob("*"))), "")

    def ours(**of_what: Any) -> Autostart:
        return autostart(system, "linux", **of_what)

    monkeypatch.setattr(autostart_command, "autostart", ours)
    assert run(["autostart"], NOBODY) == 1
    assert run(["autostart", "--on"], NOBODY) == 0
    assert "systemctl --user start" in capsys.readouterr().out
    assert run(["autostart", "--status", "--json"], NOBODY) == 0
    assert json.loads(capsys.readouterr().out) == {"autostart": True, "said": []}
    assert run(["autostart", "--off"], NOBODY) == 0
    assert run(["autostart", "--status"], NOBODY) == 1
    assert run(["autostart", "--on", "--off"], NOBODY) == 2
    assert run(["farm", "autostart", "--on", "--name", "one", "--pool", "gpu"], NOBODY) == 0
    assert [each.name for each in units.glob("*")] == ["render-manager-worker.service"]
    (unit,) = units.glob("*")
    assert "render_manager farm worker --name one --pool gpu" in unit.read_text("utf-8")
    assert run(["farm", "autostart", "--off"], NOBODY) == 0
