"""The examples of the original service's README, with a real Blender and a fake Maya.

They are as they stand there, but for the port and the token.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ending import TELLING, exit_code
from maya_install import make_program, make_scene

from render_manager.base.paths import platform_home
from render_manager.renderers.renderer import Installation

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="the fake is a shell script"),
    pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here"),
]

CREATE = r"""curl -X POST "http://localhost:8000/api/tasks/" \
  -H "Content-Type: application/json" \
  -d '{
    "project_file": "C:/uploads/my_project.ma",
    "render_engine": "maya",
    "priority": 7,
    "total_frames": 100,
    "max_retries": 3
  }'"""
STATUS = 'curl "http://localhost:8000/api/tasks/1/status"'
FRAMES = 'curl "http://localhost:8000/api/tasks/1/frames"'
DOWNLOAD = 'curl "http://localhost:8000/api/files/download/1" --output frame_001.png'
THUMBNAIL = 'curl "http://localhost:8000/api/files/thumbnail/1" --output thumb_001.jpg'
CANCEL = 'curl -X POST "http://localhost:8000/api/tasks/1/cancel"'

BLEND = Path(__file__).parents[3] / "resources" / "samples" / "demo.blend"


class Server:
    """`render-manager serve` in a folder of its own, which stands for the drive C:."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        maya = make_program(folder / "Autodesk" / "Maya2024")
        self.env = (
            os.environ
            | TELLING
            | {
                "RENDER_MANAGER_HOME": str(folder / "home"),
                "RENDER_OUTPUT_DIR": "C:/render_outputs",
                "THUMBNAIL_DIR": "C:/render_outputs/thumbnails",
                "UPLOAD_DIR": "C:/uploads",
                "MAYA_EXECUTABLE": str(maya),
                "EMBEDDED_BLENDER_DIR": str(platform_home() / "blender"),
                "MIN_FREE_DISK_MB": "0",
                "API_PORT": "0",
            }
        )
        words = [sys.executable, "-m", "render_manager", "serve"]
        self.process = subprocess.Popen(
            words, cwd=folder, env=self.env, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().split()[-1]
        self.token = (folder / "home" / "api-token").read_text("ascii")

    def run(self, example: str) -> str:
        """What the example prints."""
        line = example.replace("\\\n", " ")  # as a shell joins lines
        words = shlex.split(line.replace("http://localhost:8000", self.address))
        words += ["-sS", "-H", f"Authorization: Bearer {self.token}"]
        done = subprocess.run(words, cwd=self.folder, capture_output=True, text=True, check=True)
        return done.stdout

    def ask(self, example: str) -> Any:
        return json.loads(self.run(example))

    def wait(self, example: str, is_so: Callable[[Any], bool]) -> Any:
        until = time.monotonic() + 120
        while not is_so(said := self.ask(example)):
            assert time.monotonic() < until and said["status"] != "paused", said
            time.sleep(0.1)
        return said

    def end(self) -> None:
        with self.process:
            self.process.send_signal(signal.SIGTERM)
            assert exit_code(self.process) == 130


@pytest.fixture
def server(tmp_path: Path, blender_installation: Installation) -> Iterator[Server]:
    server = Server(tmp_path)
    yield server
    server.end()


def test_the_examples_with_a_fake_maya(server: Server) -> None:
    make_scene(server.folder / "C:" / "uploads" / "my_project.ma")
    made = server.ask(CREATE)
    assert (made["id"], made["render_engine"], made["priority"]) == (1, "maya", 7)
    assert (made["max_retries"], made["status"]) == (3, "pending")
    server.wait(STATUS, lambda said: said["completed_frames"] >= 1)
    status = server.ask(STATUS)
    assert list(status) == [
        *("id", "status", "progress_percentage", "completed_frames", "total_frames"),
        "error_message",
    ]
    assert status["total_frames"] == 100
    frames = server.ask(FRAMES)
    assert [frame["frame_number"] for frame in frames] == list(range(1, 101))
    server.run(DOWNLOAD)
    assert (server.folder / "frame_001.png").stat().st_size > 100
    server.run(THUMBNAIL)
    assert (server.folder / "thumb_001.jpg").read_bytes().startswith(b"\xff\xd8")
    server.run(CANCEL)
    assert server.ask(STATUS)["status"] in ("cancelled", "completed")


def test_the_examples_with_a_real_blender(server: Server) -> None:
    uploads = server.folder / "C:" / "uploads"
    uploads.mkdir(parents=True, exist_ok=True)
    shutil.copy(BLEND, uploads / "my_project.blend")
    example = CREATE.replace("my_project.ma", "my_project.blend").replace('"maya"', '"blender"')
    example = example.replace('"total_frames": 100', '"frames": "1-2", "width": 64, "height": 36')
    assert server.ask(example)["render_engine"] == "blender"
    done = server.wait(STATUS, lambda said: said["status"] in ("completed", "failed"))
    assert done["status"] == "completed", done
    server.run(DOWNLOAD)
    assert (server.folder / "frame_001.png").read_bytes().startswith(b"\x89PNG")
    server.run(THUMBNAIL)
    assert (server.folder / "thumb_001.jpg").read_bytes().startswith(b"\xff\xd8")
