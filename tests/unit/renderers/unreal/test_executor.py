"""Our executor in a stand-in for the engine that enforces what was seen in real ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from render_manager.renderers.unreal.renderer import PYTHON

FAKE = Path(__file__).parents[3] / "fakes" / "fake_unreal"
RUN = """
import unreal, init_unreal, sys
assets = unreal.ENGINE.assets
assets["/Game/S.S"] = object()
assets["/Game/Abstract.Abstract"] = unreal.Config()
assets["/Game/Abstract.Abstract"].find_or_add_setting_by_class(unreal.MoviePipelineRenderPass)
assets["/Game/G.G"] = unreal.MovieGraphConfig(
    unreal.MovieGraphGlobalOutputSettingNode(),
    unreal.MovieGraphFileOutputNode(),
    unreal.MovieGraphWarmUpSettingNode(),
)
assets["/Game/Bare.Bare"] = unreal.MovieGraphConfig(unreal.MovieGraphFileOutputNode())
queue = assets["/Game/Q.Q"] = unreal.MoviePipelineQueue()
for _job in range(2):
    config = queue.allocate_new_job(unreal.MoviePipelineExecutorJob).get_configuration()
    config.find_or_add_setting_by_class(unreal.MoviePipelineDeferredPassBase)
sys.exit(unreal.run('RenderManagerExecutor'))
"""


def run(folder: Path, faults: dict[str, Any] | None = None, **wanted: Any) -> dict[str, Any]:
    """What the last status says, with the exit code and what was printed."""
    job = {
        "map": "/Game/M.M",
        "sequence": "/Game/S.S",
        "ranges": [[1, 3]],
        "width": 32,
        "height": 18,
        "output_dir": str(folder / "out"),
        "name": "film",
        "warm_up": 8,
    } | wanted
    env = os.environ | {
        "PYTHONPATH": os.pathsep.join(map(str, (FAKE, PYTHON))),
        "RENDER_MANAGER_JOB": json.dumps(job),
        "RENDER_MANAGER_STATUS_FILE": str(folder / "run.status"),
        "RENDER_MANAGER_STOP_FILE": str(folder / "run.stop"),
        "FAKE_UNREAL_FAULTS": json.dumps((faults or {}) | {"folder": str(folder)}),
    }
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    said: dict[str, Any] = json.loads((folder / "run.status").read_text("utf-8"))
    return said | {"exit_code": done.returncode, "log": done.stdout + done.stderr}


def test_ranges_one_after_another_each_warmed_up(tmp_path: Path) -> None:
    said = run(tmp_path, ranges=[[1, 2], [7, 7]])
    assert (said["state"], said["exit_code"]) == ("finished", 0)
    assert said["log"].count("LogFake: warm-up 8") == 2
    files = {(file["frame"], Path(file["path"]).name) for file in said["files"]}
    assert files == {
        (frame, f"film.Shot.Cam A.{name}.{frame:04d}.png")
        for frame in (1, 2, 7)
        for name in ("FinalImage", "WorldNormal")
    }


def test_the_status_tells_shot_passes_and_warm_up(tmp_path: Path) -> None:
    said = run(tmp_path)
    assert said["passes"] == ["FinalImage", "WorldNormal"]
    assert said["warm_up"] == 8
    assert {file["pass"] for file in said["files"]} == set(said["passes"])


def test_an_unreal_that_tells_no_progress_renders_all_the_same(tmp_path: Path) -> None:
    said = run(tmp_path, {"no_progress": True})
    assert (said["state"], len(said["files"])) == ("finished", 6)


def test_a_graph_renders_the_frames_asked_for_into_the_folder(tmp_path: Path) -> None:
    said = run(tmp_path, preset="/Game/G.G", ranges=[[3, 4], [9, 9]])
    assert (said["state"], said["errors"]) == ("finished", [])
    assert [(file["frame"], Path(file["path"])) for file in said["files"]] == [
        (frame, tmp_path / "out" / f"film.Shot.Cam A.Layer.beauty.{frame:04d}.png")
        for frame in (3, 4, 9)
    ]
    assert said["log"].count("LogFake: warm-up 8") == 2


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ({"preset": "/Game/Bare.Bare"}, "The graph needs a “Global Output Settings” node"),
        ({"preset": "/Game/Abstract.Abstract"}, "Add “Deferred Rendering” to it"),
        ({"sequence": "/Game/Gone.Gone"}, "The level sequence /Game/Gone.Gone is not there"),
    ],
)
def test_what_could_only_go_wrong_is_not_begun(
    wanted: dict[str, Any], why: str, tmp_path: Path
) -> None:
    said = run(tmp_path, **wanted)
    assert (said["state"], said["exit_code"]) == ("failed", 0)
    assert why in said["errors"][0]
    assert said["files"] == []


def test_every_job_of_a_queue_renders_every_range(tmp_path: Path) -> None:
    said = run(tmp_path, queue="/Game/Q.Q", ranges=[[1, 1], [5, 5]])
    assert said["state"] == "finished"
    assert {(file["frame"], Path(file["path"]).name[:9]) for file in said["files"]} == {
        (frame, f"film.job{job}") for frame in (1, 5) for job in (1, 2)
    }


def test_files_are_in_the_log_as_well(tmp_path: Path) -> None:
    log = run(tmp_path)["log"]
    assert log.count('"event": "files"') == 1
    assert '"event": "finished"' in log


def test_a_mistake_ends_the_engine_and_is_told(tmp_path: Path) -> None:
    said = run(tmp_path, preset="/Game/Gone.Gone")
    assert said["state"] == "failed"
    assert said["exit_code"] == 0, "it did not stay open"
    assert "The preset /Game/Gone.Gone is not there" in said["errors"][0]


def test_nonsense_from_outside_is_told_too(tmp_path: Path) -> None:
    said = run(tmp_path, ranges="nonsense")
    assert said["state"] == "failed"
    assert said["errors"]


def test_it_stops_when_asked(tmp_path: Path) -> None:
    (tmp_path / "run.stop").touch()
    said = run(tmp_path, ranges=[[1, 100]])
    assert said["state"] == "stopped"
    assert len(said["files"]) < 100


def test_braces_in_a_name_are_no_token(tmp_path: Path) -> None:
    said = run(tmp_path, name="a {frame_number} b")
    assert said["state"] == "finished"
    assert Path(said["files"][0]["path"]).name.startswith("a (frame_number) b.")


@pytest.mark.parametrize("trap", ["plain attributes", "_post_init"])
def test_the_stand_in_is_as_hard_as_the_engine(trap: str, tmp_path: Path) -> None:
    checks = {
        "plain attributes": "e.x = 1; assert not hasattr(e, 'x')",
        "_post_init": "\ntry:\n    e._post_init()\n    assert False\nexcept unreal.EngineError: pass",
    }
    program = f"import unreal; e = unreal.MoviePipelinePythonHostExecutor(); {checks[trap]}"
    if trap == "_post_init":
        program = program.replace("; \n", "\n")
    env = os.environ | {"PYTHONPATH": str(FAKE)}
    subprocess.run([sys.executable, "-c", program], env=env, check=True, timeout=60)
