"""Our script inside hython, against a stand-in for Houdini's module."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from render_manager.base.paths import resource
from render_manager.domain.events import (
    FrameFinished,
    FrameSaved,
    FrameStarted,
    LogEvent,
    Problem,
    RunFinished,
    Severity,
)
from render_manager.domain.job import RenderJob, RenderOptions
from render_manager.renderers.custom import CustomRenderer
from render_manager.renderers.renderer import Installation, read_log

FAKES = Path(__file__).parents[2] / "fakes"
HOUDINI = CustomRenderer(resource("renderers", "houdini.toml"))


def write_scene(folder: Path, warning: str = "", **rops: dict[str, Any]) -> Path:
    folder.mkdir(exist_ok=True)
    scene = folder / "it's 一个 shot.hip"
    nodes = {f"/out/{name}": facts for name, facts in rops.items()}
    scene.write_text(json.dumps({"warning": warning, "nodes": nodes}), "utf-8")
    return scene


def picture(folder: Path) -> str:
    return str(folder / "beauty 雪.$F4.exr")


def run(scene: Path, *frames: int, rop: str = "") -> tuple[int, list[LogEvent]]:
    """Start what the description starts, and hear it as the engine does."""
    job = RenderJob(
        str(scene), "houdini", "shot", str(scene.parent), RenderOptions(extra={"rop": rop})
    )
    place = Installation("houdini", Path(sys.executable), None, "test")
    command = HOUDINI.command(job, frames, place)
    done = subprocess.run(
        command.argv,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": str(FAKES)},
    )
    lines = done.stdout.decode("utf-8").splitlines()
    return done.returncode, [event for _n, event in read_log(HOUDINI.listen(job, frames), lines)]


def test_the_only_rop_renders_any_frames_and_names_their_files(tmp_path: Path) -> None:
    folder = tmp_path / "the scenes"
    scene = write_scene(folder, mantra1={"picture": picture(folder)})
    code, events = run(scene, -2, 1, 7)
    assert code == 0
    assert [event.frame for event in events if isinstance(event, FrameStarted)] == [-2, 1, 7]
    saved = [event for event in events if isinstance(event, FrameSaved)]
    assert [event.frame for event in saved] == [-2, 1, 7]
    assert saved[1].path == picture(folder).replace("$F4", "0001")
    assert [event.frame for event in events if isinstance(event, FrameFinished)] == [-2, 1, 7]
    assert isinstance(events[-1], RunFinished)


def test_a_rop_can_be_chosen_and_the_end_of_a_chain_is_the_only_one(tmp_path: Path) -> None:
    good = {"picture": picture(tmp_path)}
    scene = write_scene(
        tmp_path,
        geo1={**good, "outputs": ["mantra1"]},
        mantra1=good,
        off={**good, "bypassed": True},
        note={},
    )
    assert run(scene, 1)[0] == 0
    assert run(scene, 1, rop="/out/geo1")[0] == 0


def test_several_rops_are_listed_for_a_choice(tmp_path: Path) -> None:
    good = {"picture": picture(tmp_path)}
    code, events = run(write_scene(tmp_path, mantra1=good, karma1=good), 1)
    (problem,) = [event for event in events if isinstance(event, Problem)]
    assert code == 3
    assert problem.text == "say which ROP to render; the scene has /out/mantra1, /out/karma1"
    assert (problem.code, problem.severity) == ("wrong_rop", Severity.FATAL)
    assert problem.advice


def test_a_rop_that_is_not_there_is_refused(tmp_path: Path) -> None:
    code, events = run(write_scene(tmp_path), 1, rop="/out/nope")
    assert code == 3
    assert "there is no ROP /out/nope; the scene has none" in str(events)


def test_a_scene_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    scene = tmp_path / "damaged.hip"
    scene.write_bytes(b"\x00\x01")
    assert run(scene, 1)[0] == 3
    assert run(tmp_path / "gone.hip", 1)[0] == 3


def test_what_is_missing_in_a_scene_does_not_stop_it(tmp_path: Path) -> None:
    scene = write_scene(tmp_path, "Unknown node type", mantra1={"picture": picture(tmp_path)})
    assert run(scene, 1)[0] == 0


def test_a_frame_that_fails_ends_the_run_in_words(tmp_path: Path) -> None:
    scene = write_scene(tmp_path, mantra1={"picture": picture(tmp_path), "fails": [2]})
    code, events = run(scene, 1, 2, 3)
    (problem,) = [event for event in events if isinstance(event, Problem)]
    assert code == 4
    assert problem.text == "frame 2: Cook error in shader 皮肤"
    assert problem.frame == 2
    assert [event.frame for event in events if isinstance(event, FrameFinished)] == [1]


def test_a_file_that_was_not_written_is_not_named(tmp_path: Path) -> None:
    old = tmp_path / "beauty 雪.0001.exr"
    old.write_bytes(b"old")
    os.utime(old, (1, 1))
    facts = {"picture": picture(tmp_path), "writes_nothing": True}
    _code, events = run(write_scene(tmp_path, mantra1=facts), 1)
    assert not [event for event in events if isinstance(event, FrameSaved)]
