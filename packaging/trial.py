"""Renders under Wine with a stand-in for Maya: what the trial of the installer adds to its self-test.

A file cannot be dropped on another process' window from out here. So the drop is made inside a
window of the same sources under Windows' Python, and the installed program is given the scene as
Explorer's menu gives it: on its command line, handed on by a second start.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from steps import BuildError, Workplace, run, say
from wine import COMPILER, Wine, named, picture_of, window_shown

TESTS = (
    "tests/unit/engine/test_windows_job.py",
    "tests/end_to_end/test_kill.py",
    "tests/end_to_end/test_let_go.py",
    "tests/end_to_end/test_maya_on_windows.py",
)
"""What only Windows has to show: jobs, managers that die, and a scene from drop to retry."""

SCENE = """//Maya ASCII 2024 scene
//Name: shot.ma
requires maya "2024";
createNode transform -n "shotCam";
createNode camera -n "shotCamShape" -p "shotCam";
select -ne :defaultRenderGlobals;
\tsetAttr ".ren" -type "string" "mayaSoftware";
\tsetAttr ".an" yes;
\tsetAttr ".fs" 1;
\tsetAttr ".ef" 4;
select -ne :defaultResolution;
\tsetAttr ".w" 96;
\tsetAttr ".h" 54;
"""
FRAMES = 4
PATIENCE = 120


def fake_maya(place: Workplace, folder: Path) -> Path:
    """A `Render.exe` in this folder."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "Render.exe"
    source = place.root / "tests" / "fakes" / "fake_maya.c"
    run([COMPILER, "-municode", "-O2", "-s", "-o", program, source])
    return program


def try_real_parts(place: Workplace, wine: Wine) -> None:
    """The tests of what Windows alone can show, with Windows' Python."""
    say("Jobs, kills, and a Maya scene from drop to retry, under Wine")
    said = wine.run(
        [r"C:\py311\python.exe", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        + [named(place.root / test) for test in TESTS],
        seconds=1500,
        PYTHONPATH=named(place.root),
        PYTHONDONTWRITEBYTECODE="1",
        FAKE_RENDER_EXE=named(fake_maya(place, place.made)),
        FAKE_RENDER_PICTURE=named(place.out / "maya-wine.png"),
    )
    say(f"  {said.strip().splitlines()[-1]}")


def try_installed_render(place: Workplace, wine: Wine, installed: Path, display: str) -> None:
    """A scene handed to the installed program, which runs already: it renders all frames."""
    data = next(wine.programs().parent.glob("RenderManager"))
    scene = data / "trial 场景" / "shot.ma"
    scene.parent.mkdir(exist_ok=True)
    scene.write_text(SCENE, "utf-8")
    environment = {"QUEUE_AT_ONCE": "true", "RENDER_OUTPUT_DIR": named(scene.parent / "out")}
    window = wine.start([installed / "RenderManager.exe"], **environment)
    try:
        if window_shown(display, "Render Manager", 60) is None:
            raise BuildError("The installed program shows no window")
        wine.run([installed / "RenderManager.exe", "open", named(scene)], seconds=60)
        _wait_for_frames(scene.parent / "out")
        time.sleep(3)  # until it has drawn the last thumbnail
        picture_of(display, place.out / "render-wine.png")
    finally:
        wine.end()
        window.wait(60)
    _check_completed(data / "render-manager.sqlite3")
    say(f"A scene from its command line: {FRAMES} frames, each with evidence and a thumbnail")


def _wait_for_frames(folder: Path) -> None:
    latest = time.monotonic() + PATIENCE
    while len(list(folder.rglob("*.png"))) < FRAMES:
        if time.monotonic() > latest:
            raise BuildError(f"There are no {FRAMES} frames in {folder}")
        time.sleep(0.2)


def _check_completed(database: Path) -> None:
    """A file that lies there may have been refused."""
    connection = sqlite3.connect(database)
    try:
        asked = "SELECT status, thumbnail_path FROM render_frame"
        frames = connection.execute(asked).fetchall()
    finally:
        connection.close()
    if len(frames) != FRAMES or not all(status == "completed" and path for status, path in frames):
        raise BuildError(f"Not all frames of the trial were completed: {frames}")
