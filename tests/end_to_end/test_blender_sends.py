"""The add-on, installed into real Blender, sends its scene to Render Manager, which renders it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import house
import pytest
from house import wait_for_end, wait_until
from PySide6.QtCore import QProcess, QProcessEnvironment
from pytestqt.qtbot import QtBot

from render_manager.assembly import RenderManager
from render_manager.base.paths import platform_home
from render_manager.base.settings import Settings, load_settings
from render_manager.domain.states import TaskState
from render_manager.renderers.blender.places import blender_version
from render_manager.submitters.install import install

pytestmark = pytest.mark.blender

SCRIPT = Path(house.__file__).with_name("blender_sends.py")
CHINESE = ["发送到 Render Manager", "请先为场景命名并保存，然后再发送。"]
EXTENSION = "bl_ext.user_default.render_manager"


@pytest.fixture
def settings(home: Path) -> Settings:
    return load_settings(
        render_output_dir=home / "renders",
        embedded_blender_dir=platform_home() / "blender",
        retry_delay_seconds=0,
    )


@pytest.fixture
def manager(qtbot: QtBot, settings: Settings) -> Iterator[RenderManager]:
    manager = house.build(settings)
    manager.start()
    yield manager
    manager.stop()


def told_by(output: bytes) -> dict[str, Any]:
    text = output.decode("utf-8", "replace")
    line = next((line for line in text.splitlines() if line.startswith("TOLD ")), None)
    assert line is not None, text
    told: dict[str, Any] = json.loads(line[5:])
    return told


def test_the_extension_sends_a_scene_that_is_then_rendered(
    manager: RenderManager, blender_python: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    install("blender", tmp_path / "extensions" / "user_default")
    scene = tmp_path / "场景 it's.blend"
    blender = QProcess()
    environment = QProcessEnvironment.systemEnvironment()
    environment.remove("PYTHONPATH")
    environment.remove("RENDER_MANAGER_HOME")  # it was noted when the extension was installed
    environment.insert("BLENDER_USER_EXTENSIONS", str(tmp_path / "extensions"))
    environment.insert("BLENDER_USER_CONFIG", str(tmp_path / "config"))
    blender.setProcessEnvironment(environment)
    with qtbot.waitSignal(blender.finished, timeout=120_000):
        blender.start(str(blender_python), [str(SCRIPT), EXTENSION, str(scene)])
    told = told_by(bytes(blender.readAllStandardOutput().data()))
    assert "Save the scene under a name first" in told["unsaved"]
    assert (told["sent"], told["entries"], told["left"]) == ("FINISHED", [True, True], False)
    assert told["folders"] == [str(tmp_path / "out"), "", str(tmp_path)]
    assert told["chinese"] in ([], CHINESE)
    assert "so it was not sent" in told["not saved"]
    assert told["drawn"] == [
        *("frames", "camera", "width", "height", "output_dir", "priority", "hold", "save"),
        "render.send_to_render_manager",
    ]
    wait_until(manager, lambda: len(manager.service.tasks()) == 1)
    (task,) = manager.service.tasks()
    wait_for_end(manager, task)
    assert (task.job.project_file, task.job.renderer, task.priority) == (str(scene), "blender", 6)
    assert (task.state, list(task.frames.numbers)) == (TaskState.COMPLETED, [2])
    assert len(list(Path(task.job.output_dir).iterdir())) == 1


def test_blender_itself_finds_the_extension_valid(blender_python: Path, tmp_path: Path) -> None:
    install("blender", tmp_path / "user_default")
    (checker,) = blender_python.parent.parent.rglob("bl_pkg/cli/blender_ext.py")
    extension = str(tmp_path / "user_default" / "render_manager")
    argv = [str(blender_python), str(checker), "validate", extension]
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    ran = subprocess.run(argv, capture_output=True, timeout=60, env=env, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_an_installed_blender_of_any_age_takes_it_as_an_add_on(tmp_path: Path) -> None:
    program = shutil.which("blender")
    version = blender_version(Path(program)) if program else None
    if program is None or version is None:
        pytest.skip("no Blender is installed on PATH")
    install("blender", tmp_path / "scripts" / "addons")
    env = {**os.environ, "BLENDER_USER_SCRIPTS": str(tmp_path / "scripts")}
    argv = [program, "-b", "-P", str(SCRIPT), "--", "render_manager", str(tmp_path / "a.blend")]
    ran = subprocess.run(argv, capture_output=True, timeout=120, env=env, check=False)
    told = told_by(ran.stdout)
    assert (told["sent"], told["entries"], told["left"]) == ("FINISHED", [True, True], False)
