"""The command lines of Unreal, and what our executor is told."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render_manager.base.errors import UserError
from render_manager.base.settings import load_settings
from render_manager.domain.job import RenderJob, RenderOptions, SceneInfo
from render_manager.renderers.renderer import Command, Installation
from render_manager.renderers.scenes.unreal import STOCK
from render_manager.renderers.unreal.asset_path import clean
from render_manager.renderers.unreal.renderer import PYTHON, UnrealRenderer

UE = Installation("ue", Path("/UE_5.6/UnrealEditor-Cmd"), "5.6.1", "launcher")
CHOICES = {
    "map": ("/Game/Maps/Street.Street",),
    "sequence": ("/Game/LS_1.LS_1", "/Game/LS_2.LS_2"),
    "preset": (),
    "queue": ("/Game/Queue.Queue",),
}


def command(frames: tuple[int, ...] = (1, 2, 3), **extra: str) -> Command:
    job = RenderJob(
        "/p/短片 1/Film.uproject",
        "ue",
        'Film "1" {x}',
        "/out/a b",
        RenderOptions(extra=extra),
        SceneInfo("ue", choices=CHOICES),
    )
    return UnrealRenderer(load_settings()).command(job, frames, UE)


def told(made: Command) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(str(made.env["RENDER_MANAGER_JOB"]))
    return said


def test_a_sequence_in_its_map() -> None:
    made = command(sequence="/Game/LS_2.LS_2")
    assert made.argv[:4] == (
        str(UE.executable),
        "/p/短片 1/Film.uproject",
        "/Game/Maps/Street.Street",
        "-game",
    )
    assert told(made)["sequence"] == "/Game/LS_2.LS_2"
    assert any(word.endswith("RenderManagerExecutor") for word in made.argv)
    assert made.env["UE_PYTHONPATH"] == str(PYTHON)
    assert (PYTHON / "init_unreal.py").is_file()


def test_nothing_of_a_persons_text_but_paths_of_assets_is_on_the_command_line() -> None:
    made = command(sequence="/Game/LS_2.LS_2")
    words = made.argv[2:]
    assert not any('"' in word or " " in word for word in words)
    assert told(made)["name"] == 'Film "1" {x}'


def test_a_preset_is_left_to_the_executor_as_a_graph_would_end_unreal_at_once() -> None:
    made = command(sequence="/Game/LS_2.LS_2", preset="/Game/Graph.Graph")
    assert not any(word.startswith(("-MoviePipelineConfig", "-LevelSeq")) for word in made.argv)
    assert told(made)["preset"] == "/Game/Graph.Graph"


def test_the_folders_of_a_pipeline_stay_on_the_python_path(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("UE_PYTHONPATH", "/studio/python")
    made = command(sequence="/Game/LS_2.LS_2")
    assert made.env["UE_PYTHONPATH"] == os.pathsep.join((str(PYTHON), "/studio/python"))


def test_any_frames_are_ranges_of_one_run() -> None:
    said = told(command((1, 2, 3, 7, 9, 10), sequence="/Game/LS_1"))
    assert said["ranges"] == [[1, 3], [7, 7], [9, 10]]
    assert said["warm_up"] == 8


def test_a_queue_needs_no_sequence() -> None:
    made = command(queue="/Game/Queue.Queue")
    assert told(made)["sequence"] is None
    assert told(made)["queue"] == "/Game/Queue.Queue"


def test_of_several_sequences_one_must_be_chosen() -> None:
    with pytest.raises(UserError, match="Choose the level sequence") as caught:
        command()
    assert caught.value.field == "sequence"


def test_without_python_the_stock_executor_renders_the_preset() -> None:
    scene = SceneInfo("ue", choices=CHOICES, engine=STOCK)
    options = RenderOptions(extra={"sequence": "/Game/LS_1", "preset": "/Game/P.P"})
    job = RenderJob("/p/F.uproject", "ue", "F", "/out", options, scene)
    made = UnrealRenderer(load_settings()).command(job, (1, 2), UE)
    assert "-MoviePipelineConfig=/Game/P.P" in made.argv
    assert not any("Executor" in word for word in made.argv)
    assert "UE_PYTHONPATH" not in made.env
    assert UnrealRenderer(load_settings()).split(job, (1, 2, 7)) == [(1, 2, 7)]


@pytest.mark.parametrize("path", ["/p/a -ExecCmds=quit b.uproject", '/p/a"b.uproject'])
def test_a_path_that_unreal_would_take_apart_is_refused(path: str) -> None:
    scene = SceneInfo("ue", choices=CHOICES)
    job = RenderJob(path, "ue", "F", "/out", RenderOptions(extra={"sequence": "/Game/LS_1"}), scene)
    with pytest.raises(UserError, match="Rename"):
        UnrealRenderer(load_settings()).command(job, (1,), UE)


def test_a_queue_needs_a_map_too() -> None:
    choices = CHOICES | {"map": ("/Game/A.A", "/Game/B.B")}
    options = RenderOptions(extra={"queue": "/Game/Queue.Queue"})
    job = RenderJob("/p/F.uproject", "ue", "F", "/out", options, SceneInfo("ue", choices=choices))
    with pytest.raises(UserError, match="Choose the map"):
        UnrealRenderer(load_settings()).command(job, (1,), UE)


def test_a_warm_up_is_a_number() -> None:
    assert told(command(sequence="/Game/LS_1", warm_up="12"))["warm_up"] == 12
    with pytest.raises(UserError, match="warm-up"):
        command(sequence="/Game/LS_1", warm_up="some")


@pytest.mark.parametrize(
    "text",
    [
        "/Game/Maps/Street",
        "/Game/Maps/Street.Street",
        "/Script/Engine.World'/Game/Maps/Street.Street'",
        "World'\"/Game/Maps/Street.Street\"'",
        "/All/Game/Maps/Street",
        "/Game/Content/Maps/Street",
        "Content/Maps/Street.umap",
        " /Game/Maps/Street.umap ",
    ],
)
def test_what_artists_paste_is_understood(text: str) -> None:
    assert clean(text, "map") == "/Game/Maps/Street.Street"


@pytest.mark.parametrize(
    "text", ["", "Street", '/Game/A" -ExecCmds="quit', "/Game/A B", "-game", "/Game/../A", "/Game"]
)
def test_what_could_get_into_the_command_line_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="no path of an asset"):
        clean(text, "map")


@given(st.sets(st.integers(-50, 100_000), max_size=3000))
def test_pieces_are_all_frames_once_and_fit_the_environment(numbers: set[int]) -> None:
    renderer, frames = UnrealRenderer(load_settings()), tuple(sorted(numbers))
    job = RenderJob("/p/F.uproject", "ue", "F", "/out")
    pieces = renderer.split(job, frames)
    assert tuple(frame for piece in pieces for frame in piece) == frames
    for piece in pieces:
        made = command(piece, sequence="/Game/LS_1")
        assert len(str(made.env["RENDER_MANAGER_JOB"])) < 28_000
