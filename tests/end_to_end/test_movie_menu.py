"""A movie by right-click, and that it can be stopped while it is being made."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from house import ENDED, build, make_scene, submit, wait_until
from pytestqt.qtbot import QtBot
from stand_in import Answers, FakeTray, Opened

from render_manager.assembly import RenderManager
from render_manager.base.settings import Settings
from render_manager.gui.memory import WindowMemory
from render_manager.gui.window import MainWindow

ENDLESS = """#!/bin/sh
for last; do :; done
cat > "$last"
exec tail -f /dev/null
"""


@pytest.fixture
def manager(qtbot: QtBot, settings: Settings) -> Iterator[RenderManager]:
    manager = build(settings)
    manager.start()
    yield manager
    manager.stop()


@pytest.mark.skipif(os.name == "nt", reason="the ffmpeg of this test is a shell script")
def test_one_that_is_being_made_can_be_stopped(
    qtbot: QtBot, manager: RenderManager, tmp_path: Path
) -> None:
    ffmpeg = tmp_path / "ffmpeg"
    ffmpeg.write_text(ENDLESS, "utf-8")
    ffmpeg.chmod(0o755)
    manager.settings.adopt({"ffmpeg_executable": ffmpeg}, {})
    memory = WindowMemory(tmp_path / "window.ini")
    window = MainWindow(
        manager.service,
        manager.settings,
        memory=memory,
        dialogs=Answers(),
        desktop=Opened(),
        tray=FakeTray(),
        ends=manager.ends,
    )
    qtbot.addWidget(window)
    window.show()
    actions = window.actions_of_tasks.actions
    assert not actions["stop_movie"].isVisible()
    task = submit(manager, make_scene(tmp_path / "scenes"), frames="1-2")
    wait_until(manager, lambda: task.state in ENDED)
    folder = Path(task.job.output_dir)
    window.table.select([task.id])
    qtbot.waitUntil(actions["make_movie"].isEnabled)
    actions["make_movie"].trigger()
    assert actions["stop_movie"].isVisible()
    qtbot.waitUntil(lambda: any(folder.glob(".*.part.mp4")), timeout=30_000)
    actions["stop_movie"].trigger()
    qtbot.waitUntil(lambda: not any(folder.glob(".*.part.mp4")))
    assert not actions["stop_movie"].isVisible()
    assert not any(folder.glob("*.mp4"))
