"""The command that is run when a task ends."""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path

import pytest

from render_manager.base.errors import UserError
from render_manager.base.settings import check
from render_manager.base.settings_values import command_words
from render_manager.service.ends import command
from render_manager.service.ends.ended import Ended

TOLD = Ended(7, "a; $(rm) b", "failed", "maya", "/a.ma", "/out", 10, 4, 6, "No licence", None)


def run(script: str, *words: str, longest: float = 60) -> None:
    command.run([sys.executable, "-c", script, *words], TOLD, threading.Event(), longest)


def test_it_gets_the_task(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    run(
        "import json, os, sys; json.dump([json.load(sys.stdin), dict(os.environ)], "
        "open(sys.argv[1], 'w'))",
        str(out),
    )
    task, environment = json.loads(out.read_text())
    assert (task["task_id"], task["name"]) == (7, "a; $(rm) b")
    assert environment["RENDER_MANAGER_NAME"] == "a; $(rm) b"
    assert environment["RENDER_MANAGER_STATUS"] == "failed"


def test_its_failure_is_said() -> None:
    with pytest.raises(UserError, match="ended with 3: no disk"):
        run("import sys; print('no disk'); sys.exit(3)")


def test_it_may_not_take_for_ever() -> None:
    with pytest.raises(UserError, match="longer than"):
        run("import threading; threading.Event().wait()", longest=0.3)


def test_a_program_that_is_not_there() -> None:
    with pytest.raises(UserError, match="/no/such failed"):
        command.run(["/no/such"], TOLD, threading.Event())


def test_leaving_ends_it() -> None:
    is_over = threading.Event()
    is_over.set()
    script = "import threading; threading.Event().wait()"
    command.run([sys.executable, "-c", script], TOLD, is_over)


def test_how_it_is_written() -> None:
    assert command_words("C:\\My Tools\\tell.exe") == ["C:\\My Tools\\tell.exe"]
    assert command_words('["tell", "--loud"]') == ["tell", "--loud"]
    with pytest.raises(UserError, match="write it like"):
        check("end_command", "[1]")
