from __future__ import annotations

import sys
from pathlib import Path

import pytest

from render_manager.engine.error_boxes import switch_off_error_boxes
from render_manager.engine.loop import PlainLoop
from render_manager.engine.plain_process import PlainProcess
from render_manager.renderers.renderer import Command

TELL = "import os; print(os.environ['MAYA_DISABLE_CER'], os.environ['MAYA_DISABLE_CIP'])"


def test_a_renderer_is_started_without_its_crash_reporter_unless_the_user_wants_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAYA_DISABLE_CIP", "0")
    monkeypatch.delenv("MAYA_DISABLE_CER", raising=False)
    log = tmp_path / "run.log"
    loop, command = PlainLoop(), Command((sys.executable, "-c", TELL))
    process = PlainProcess(loop, command, log, tmp_path / "run.stop", tmp_path / "run.status")
    process.finished.connect(lambda _code: loop.quit())
    process.start()
    loop.run()
    assert log.read_text().split() == ["1", "0"]


def test_error_boxes_can_be_switched_off_wherever_we_run() -> None:
    switch_off_error_boxes()
