"""`render-manager selftest`: it passes here, says what fails, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from render_manager.selftest.renderer import SelftestRenderer
from render_manager.selftest.report import Report
from render_manager.selftest.run import run_selftest

NAMES = ["start", "database", "window", "http", "render", "thumbnails", "processes", "stop"]


def test_all_of_it_passes_and_touches_only_a_temporary_folder(home: Path, tmp_path: Path) -> None:
    for folder in ("temporary", "user"):
        (tmp_path / folder).mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "render_manager", "selftest", "--json"],
        # What is wrong with the user's own settings is not the program's fault.
        env=os.environ
        | {
            "TMPDIR": str(tmp_path / "temporary"),
            "TEMP": str(tmp_path / "temporary"),
            "HOME": str(tmp_path / "user"),
            "API_PORT": "nonsense",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        },
        capture_output=True,
        encoding="utf-8",
        timeout=200,
        check=False,
    )
    report = json.loads(done.stdout)
    assert [check["name"] for check in report["checks"]] == NAMES
    assert [check for check in report["checks"] if not check["ok"]] == []
    assert (done.returncode, report["ok"]) == (0, True)
    assert not home.exists()
    assert list((tmp_path / "temporary").iterdir()) == []


class NeverSaves(SelftestRenderer):
    """A renderer whose program ends at once with nothing done."""

    def command(self, job, frames, installation):  # type: ignore[no-untyped-def]
        command = super().command(job, frames, installation)
        return type(command)((sys.executable, "-c", "pass"), outputs=command.outputs)


@pytest.mark.gui
def test_a_check_that_fails_is_said_and_the_others_are_made(
    qapp: object, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("render_manager.selftest.checks.PATIENCE", 20.0)
    monkeypatch.setattr("render_manager.selftest.run.logging.shutdown", lambda: None)
    assert run_selftest(as_json=True, renderer=NeverSaves()) == 1
    checks = json.loads(capsys.readouterr().out)["checks"]
    assert [check["name"] for check in checks] == NAMES
    failed = {check["name"]: check["says"] for check in checks if not check["ok"]}
    assert set(failed) == {"render", "thumbnails", "processes"}
    assert all(failed.values())


def test_the_report_says_how_it_went_as_a_whole(caplog: pytest.LogCaptureFixture) -> None:
    report = Report()
    assert report.attempt("one", "One", lambda: "fine")
    assert "works here" in report.text("Heading")
    assert not report.attempt("two", "Two", lambda: str(1 // 0))
    caplog.clear()
    text = report.text("Heading")
    assert "✔ One" in text
    assert "✖ Two" in text
    assert "does not work here: Two" in text
