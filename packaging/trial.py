"""Renders under Wine with a stand-in for Maya: what the trial of the installer adds to its self-test."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
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


def try_installed_render(
    place: Workplace, tools: Path, wine: Wine, installed: Path, display: str
) -> None:
    """The installed program is given a scene as Explorer's menu gives it, on the command line of a
    second start; and another by a real drag, which is cancelled and retried by mouse and keyboard."""
    data = next(wine.programs().parent.glob("RenderManager"))
    folder = data / "trial 场景"
    given, dropped = make_scene(folder / "shot.ma"), make_scene(folder / "dropped.ma")
    wait = dropped.with_name("dropped.ma.wait")  # the stand-in stays at its third frame
    wait.touch()
    out = folder / "out"
    environment = {"QUEUE_AT_ONCE": "true", "RENDER_OUTPUT_DIR": named(out), "UI_LANGUAGE": "en"}
    window = wine.start([installed / "RenderManager.exe"], **environment)
    tasks = Tasks(data / "render-manager.sqlite3")
    hand = Hand(place, tools, display)
    try:
        if window_shown(display, "Render Manager", 60) is None:
            raise BuildError("The installed program shows no window")
        wine.run([installed / "RenderManager.exe", "open", named(given)], seconds=60)
        tasks.wait(shot="completed")
        time.sleep(3)  # until it has drawn the last thumbnail
        picture_of(display, place.out / "render-wine.png")
        say(f"A scene from its command line: {FRAMES} frames")
        hand.drop(dropped, at=(700, 400))
        _wait_for_frames(out / "dropped", 2)
        picture_of(display, place.out / "dropped-wine.png")
        hand.click(TASK_ROW)
        hand.press("ctrl+a")
        hand.click(TASK_ROW, button=3)
        picture_of(display, place.out / "menu-wine.png")
        hand.click(CANCEL)
        tasks.wait(shot="completed", dropped="cancelled")
        wait.unlink()
        hand.press("F5")
        tasks.wait(shot="completed", dropped="completed")
        time.sleep(3)
        picture_of(display, place.out / "retried-wine.png")
    finally:
        wine.end()
        window.wait(60)
    tasks.check_frames(2 * FRAMES)
    say(f"A scene dropped on its window: cancelled, retried, {FRAMES} frames with thumbnails")


TASK_ROW, CANCEL = (90, 113), (135, 250)
"""The first row of the task table, and Cancel in the menu of a right click there, as seen from the
window's corner."""


class Hand:
    """A person at the mouse and the keyboard of the screen, by the X server's own events."""

    def __init__(self, place: Workplace, tools: Path, display: str) -> None:
        self._source = [str(tools), str(place.packaging / "drag_source.py")]
        self._environment = {**os.environ, "DISPLAY": display}
        self._display = display

    def drop(self, file: Path, at: tuple[int, int]) -> None:
        """Drag a file from another program's window onto the program's. Raises BuildError."""
        source = subprocess.Popen(
            [*self._source, str(file)],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            window_shown(self._display, "Drag source", 30)
            x, y = self._place(at)
            self._do("mousemove", 20, 10, "mousedown", 1)
            for step in range(1, 11):
                self._do("mousemove", 20 + (x - 20) * step // 10, 10 + (y - 10) * step // 10)
                time.sleep(0.2)  # as fast as a hand; Wine asks the program at every place
            self._do("mouseup", 1)
            said, _errors = source.communicate(timeout=30)
        finally:
            source.kill()
        if said.strip() != "dropped":
            raise BuildError(f"The window did not take what was dropped: {said!r}")

    def click(self, at: tuple[int, int], button: int = 1) -> None:
        self._do("mousemove", *self._place(at), "click", button)
        time.sleep(0.5)

    def press(self, *keys: str) -> None:
        for key in keys:
            self._do("key", key)
            time.sleep(0.5)

    def _place(self, at: tuple[int, int]) -> tuple[int, int]:
        """From the window's corner to the screen's."""
        said = run(["xwininfo", "-display", self._display, "-name", "Render Manager"], seconds=30)
        corner = re.findall(r"Absolute upper-left [XY]: +(-?\d+)", said)
        return int(corner[0]) + at[0], int(corner[1]) + at[1]

    def _do(self, *words: str | int) -> None:
        run(["xdotool", *map(str, words)], environment=self._environment, seconds=30)


class Tasks:
    """What the program wrote of its tasks."""

    def __init__(self, database: Path) -> None:
        self._database = database

    def wait(self, **states: str) -> None:
        """Until the tasks, by name, are in these states. Raises BuildError."""
        latest = time.monotonic() + PATIENCE
        while (found := dict(self._ask("SELECT name, status FROM render_task"))) != states:
            if time.monotonic() > latest:
                raise BuildError(f"The tasks are not as they should be: {found}, not {states}")
            time.sleep(0.3)

    def check_frames(self, count: int) -> None:
        """A file that lies there may have been refused. Raises BuildError."""
        frames = self._ask("SELECT status, thumbnail_path FROM render_frame")
        done = [status == "completed" and path for status, path in frames]
        if len(frames) != count or not all(done):
            raise BuildError(f"Not all frames of the trial were completed: {frames}")

    def check_machines(self, names: set[str]) -> None:
        """Who rendered. Raises BuildError."""
        found = {name for (name,) in self._ask("SELECT DISTINCT machine FROM run")}
        if found != names:
            raise BuildError(f"The trial was rendered by {found}, not by {names}")

    def _ask(self, query: str) -> list[tuple[str, str]]:
        connection = sqlite3.connect(self._database)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()


def make_scene(file: Path, frames: int = FRAMES) -> Path:
    """A scene for the stand-in."""
    file.parent.mkdir(parents=True, exist_ok=True)
    told = SCENE.replace("shot.ma", file.name).replace('".ef" 4', f'".ef" {frames}')
    file.write_text(told, "utf-8")
    return file


def _wait_for_frames(folder: Path, count: int) -> None:
    latest = time.monotonic() + PATIENCE
    while len(list(folder.rglob("*.png"))) < count:
        if time.monotonic() > latest:
            raise BuildError(f"There are no {count} frames in {folder}")
        time.sleep(0.2)
