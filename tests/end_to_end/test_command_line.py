"""The command line as a user runs it: another process, real Blender, real POV-Ray."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from blender_scenes import make_blend
from PIL import Image
from processes import marked_processes

from render_manager.base.paths import platform_home, resource

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"


def run(
    *arguments: str | Path, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments),
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment() | (env or {}),
        timeout=240,
        check=False,
    )


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "render_manager", *(str(word) for word in arguments)]


def environment() -> dict[str, str]:
    root = str(Path(__file__).parents[2])
    return os.environ | {
        "EMBEDDED_BLENDER_DIR": str(platform_home() / "blender"),
        "PYTHONPATH": root,
        "RETRY_DELAY_SECONDS": "0",
        "LC_ALL": "C.UTF-8",
    }


SIGNAL_AT_IMPORT = """
import signal, sys

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "{moment}":
            sys.meta_path.remove(self)
            signal.raise_signal({kind:d})

sys.meta_path.insert(0, Finder())
"""
"""As `sitecustomize.py`: the process sends itself a signal when it first imports that module."""


# --- render -----------------------------------------------------------------------------------


@pytest.mark.blender
def test_scattered_frames_of_two_cameras_and_layers_to_multilayer_exr(
    blender_python: Path, tmp_path: Path
) -> None:
    scene = make_blend(blender_python, tmp_path / "镜 头" / "it's 1.blend", two_of_all=True)
    for camera in ("Camera", "Side"):
        done = run(
            *("render", scene, "--frames", "1,3,7-8", "--camera", camera),
            *("--format", "OPEN_EXR_MULTILAYER", "--output", tmp_path / camera, "--json"),
        )
        assert done.returncode == 0, done.stderr
        (task,) = json.loads(done.stdout)["tasks"]
        assert [frame["frame_number"] for frame in task["frames"]] == [1, 3, 7, 8]
        on_disk = {str(path) for path in (tmp_path / camera).iterdir()}
        known = [path for frame in task["frames"] for path in frame["files"]]
        assert set(known) == on_disk, "all files are known to their frames"
        assert len(known) == 4
    assert (tmp_path / "Camera").stat().st_ino != (tmp_path / "Side").stat().st_ino


@pytest.mark.blender
def test_missing_frames_are_named_with_their_reason(blender_python: Path, tmp_path: Path) -> None:
    scene = make_blend(blender_python, tmp_path / "shot.blend", end=2)
    done = run("render", scene, "--camera", "Nobody", "--retries", "0")
    assert done.returncode == 1
    assert "2 of 2 frames are missing" in done.stdout
    assert "Nobody" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.blender
@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl+C is sent differently there")
def test_an_interrupt_ends_the_renderers(blender_python: Path, tmp_path: Path) -> None:
    scene = make_blend(blender_python, tmp_path / "slow.blend", width=960, height=540, samples=512)
    home = Path(os.environ["RENDER_MANAGER_HOME"])
    process = subprocess.Popen(
        command("render", scene), env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    processes = marked_processes(home, wait_for=1)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert processes and not any(child.is_running() for child in processes)
    assert not marked_processes(home)


@pytest.mark.skipif(sys.platform == "win32", reason="there a kill is never polite")
@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("moment", ["typer", "render_manager.base.settings", "PySide6.QtCore"])
def test_an_interrupt_while_the_command_still_starts_ends_it_cleanly(
    tmp_path: Path, kind: signal.Signals, moment: str
) -> None:
    (tmp_path / "sitecustomize.py").write_text(SIGNAL_AT_IMPORT.format(moment=moment, kind=kind))
    (tmp_path / "shot.blend").write_bytes(b"")
    path = os.pathsep.join([str(tmp_path), environment()["PYTHONPATH"]])
    done = run("render", "shot.blend", env={"PYTHONPATH": path})
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")
    assert not (Path(os.environ["RENDER_MANAGER_HOME"]) / "sessions").exists(), "it did not begin"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["render", "missing.blend"], "There is no file missing.blend"),
        (["render", "shot.xyz"], "cannot be rendered here"),
        (["render", "shot.blend", "--frames", "10-1"], "run backwards"),
        (["render", "shot.blend", "--frames", "1-999999999"], "too many frames"),
        (["render", "shot.blend", "--frames", "abc"], "is not a frame range"),
        (["render", "shot.blend", "--priority", "11"], "priority"),
        (["render"], "files"),
        (["inspect", "missing.blend"], "missing.blend"),
        (["explain", "missing.log"], "missing.log"),
        (["explain", "--exit-code", "abc"], "is no exit code"),
        (["explain", "--exit-code", "77"], "Nothing is known of exit code 77"),
        (["explain", "shot.blend", "--renderer", "nobody"], "There is no renderer"),
    ],
)
def test_wrong_use_is_2_and_a_sentence(tmp_path: Path, arguments: list[str], sentence: str) -> None:
    (tmp_path / "shot.blend").write_bytes(b"")
    (tmp_path / "shot.xyz").write_bytes(b"")
    done = run(*arguments)
    assert done.returncode == 2, done.stdout + done.stderr
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"", "empty"), (b"BLENDER-v402" + b"\0" * 60, "blend"), (b"\x89PNG\r\n\x1a\n", "PNG")],
)
def test_a_scene_that_is_none_is_said_so(tmp_path: Path, content: bytes, word: str) -> None:
    scene = tmp_path / "broken.blend"
    scene.write_bytes(content)
    for verb in ("inspect", "render"):
        done = run(verb, scene)
        assert done.returncode in (1, 2)
        assert word in done.stdout + done.stderr
        assert "Traceback" not in done.stderr


def test_nonsense_in_dotenv_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("MAX_RETRIES=many\n")
    done = run("doctor")
    assert done.returncode == 2
    assert "MAX_RETRIES" in done.stderr and ".env" in done.stderr


# --- a renderer described by a file -----------------------------------------------------------


@pytest.mark.skipif(shutil.which("povray") is None, reason="POV-Ray is not installed")
def test_a_renderer_described_by_toml_renders(home: Path, tmp_path: Path) -> None:
    (home / "renderers").mkdir(parents=True)
    shutil.copy(resource("samples", "povray.toml"), home / "renderers")
    shutil.copy(resource("samples", "orbit.pov"), tmp_path)
    done = run(
        *("render", tmp_path / "orbit.pov", "--frames", "1,3-4"),
        *("--width", "160", "--height", "90", "--json"),
    )
    assert done.returncode == 0, done.stderr
    (task,) = json.loads(done.stdout)["tasks"]
    assert [frame["frame_number"] for frame in task["frames"]] == [1, 3, 4]
    assert all(Path(path).is_file() for frame in task["frames"] for path in frame["files"])
    assert all(frame["thumbnail_path"] for frame in task["frames"])


TOY = """
name = "toy"
title = "Toy"
suffixes = [".toy"]
executable = {python!r}
frames = "one"
command = [
  "{{executable}}", "-c",
  "import sys; from PIL import Image; Image.new('RGB', (8, 4), sys.argv[3]).save(sys.argv[2])",
  "{{scene}}", "{{output_stem}}_{{frame}}.png", "{{tint}}",
]
output = "{{output_stem}}_{{frame}}.png"
needs = ["tint"]
[options]
tint = ""
"""


def test_an_option_of_the_renderer_is_set(home: Path, tmp_path: Path) -> None:
    (home / "renderers").mkdir(parents=True)
    (home / "renderers" / "toy.toml").write_text(TOY.format(python=sys.executable), "utf-8")
    scene, out = tmp_path / "a.toy", tmp_path / "out"
    scene.write_text("x")
    asked = ("render", scene, "--frames", "7", "--output", out)
    done = run(*asked, "--set", "tint=#ff0000")
    assert done.returncode == 0, done.stderr
    with Image.open(out / "a_7.png") as picture:
        assert picture.getpixel((0, 0)) == (255, 0, 0)
    assert "must be told the option “tint”" in "".join(run(*asked).stdout.split("\n"))
    assert run(*asked, "--set", "tint").returncode == 2


# --- inspect, explain, doctor -----------------------------------------------------------------


@pytest.mark.blender
def test_inspect_says_what_blender_says(blender_python: Path, tmp_path: Path) -> None:
    scene = make_blend(blender_python, tmp_path / "shot.blend", start=5, end=9, two_of_all=True)
    done = run("inspect", scene, "--json")
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    assert said["renderer"] == "blender"
    assert said["version"].startswith("4.5")
    assert said["frames"] == {"start": 5, "end": 9, "step": 1}
    assert said["fps"] == 24
    assert said["resolution"] == {"width": 64, "height": 36}
    assert {camera["name"] for camera in said["cameras"]} == {"Camera", "Side"}
    assert [layer["name"] for layer in said["layers"]] == ["Beauty", "Shadow"]
    assert said["engine"] == "CYCLES"
    assert said["output"]["format"] == "PNG"


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not beside this checkout")
def test_every_sample_is_read() -> None:
    scenes = sorted((SAMPLES / "scenes").glob("*.blend"))
    assert scenes
    for scene in scenes:
        done = run("inspect", scene, "--json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["frames"]["start"] is not None
    for log in sorted((SAMPLES / "logs").glob("blender*.log")):
        done = run("explain", log, "--json")
        assert done.returncode == 0, done.stderr
        events = [json.loads(line) for line in done.stdout.splitlines()]
        assert all({"event", "line"} <= event.keys() for event in events)
        kinds = {event["event"] for event in events}
        assert ("problem" if "errors" in log.name else "frame_saved") in kinds


@pytest.mark.blender
def test_doctor_finds_blender_and_folders(blender_python: Path) -> None:
    done = run("doctor", "--json")
    assert done.returncode == 0, done.stderr
    health = json.loads(done.stdout)
    blender = next(r for r in health["renderers"] if r["name"] == "blender")
    assert blender["installations"]
    assert all(folder["writable"] for folder in health["folders"])
    assert run("doctor").returncode == 0


def test_help_imports_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "render_manager", "--help"],
        capture_output=True,
        text=True,
        env=environment(),
        check=True,
    )
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert not loaded & {"PySide6", "sqlmodel", "sqlalchemy", "numpy", "rich", "pydantic"}


@pytest.mark.blender
def test_words_in_square_brackets_are_only_words(blender_python: Path, tmp_path: Path) -> None:
    scene = make_blend(blender_python, tmp_path / "a[b]" / "shot [b].blend", end=1)
    done = run("inspect", scene)
    assert done.returncode == 0 and "shot [b].blend" in done.stdout
    odd = {"RENDER_OUTPUT_DIR": str(tmp_path / "m[" / "x]")}
    assert run("doctor", env=odd).returncode == 0
    blocker = tmp_path / "m[" / "y]"
    blocker.write_text("a file")
    done = run("render", scene, "--output", blocker, "--retries", "0")
    assert done.returncode == 1 and str(blocker) in done.stdout


def test_a_session_under_way_is_not_tidied_away(home: Path, tmp_path: Path) -> None:
    sessions = home / "sessions"
    alive = sessions / f"20000101-000000-{os.getpid()}"
    dead = [sessions / f"20000101-0000{number:02}-999999999" for number in range(1, 30)]
    for folder in (alive, *dead):
        folder.mkdir(parents=True)
    scene = tmp_path / "empty.blend"
    scene.write_bytes(b"")
    assert run("render", scene).returncode == 1
    assert alive.is_dir() and not dead[0].exists()


def test_a_home_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    scene, blocker = tmp_path / "empty.blend", tmp_path / "home-file"
    scene.write_bytes(b"")
    blocker.write_text("a file")
    done = run("render", scene, env={"RENDER_MANAGER_HOME": str(blocker)})
    assert done.returncode == 2 and "RENDER_MANAGER_HOME" in done.stderr
