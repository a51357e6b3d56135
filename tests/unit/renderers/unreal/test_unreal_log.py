"""What Unreal says, by its log and by our executor's status file. Quoted lines are public logs."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from render_manager.domain.events import (
    FrameFinished,
    FrameSaved,
    FrameStarted,
    LogEvent,
    Phase,
    PhaseChanged,
    Problem,
    Progress,
    RunFinished,
)
from render_manager.renderers.renderer import StatusListener
from render_manager.renderers.unreal.log import LAG, UnrealListener


def hear(*lines: str) -> list[LogEvent]:
    listener = UnrealListener(())
    return [*(event for line in lines for event in listener.feed(line)), *listener.close()]


def status(state: str, **facts: Any) -> str:
    return json.dumps({"version": 1, "state": state, **facts})


def test_it_has_a_status() -> None:
    assert isinstance(UnrealListener(()), StatusListener)


def test_loading_and_compiling_and_rendering_are_told_apart() -> None:
    events = hear(
        "LogMovieRenderPipeline: Successfully detected and loaded required movie arguments.",
        "LogShaderCompilers: Display: 412 shaders left",
        "[2026.10.05-06.23.59:251][  0]LogStaticMesh: Display: Waiting for static meshes to be "
        "ready 109/115 (/Game/H_244/SM_Car/Mesh_6352) ...",
        "LogMovieRenderPipeline: [0] Initializing Camera Cut [1/4] in [Shot] Cut.",
        "Finished rendering last shot. Moving to Finalize to finish writing items to disk.",
        "MoviePipelineLinearExecutorBase finished 1 jobs in +00:00:34.638",
    )
    phases = [event.phase for event in events if isinstance(event, PhaseChanged)]
    assert phases == [
        *(Phase.LOADING, Phase.COMPILING, Phase.COMPILING, Phase.RENDERING, Phase.FINALIZING)
    ]
    assert isinstance(events[-1], RunFinished)


def test_a_fatal_fault_keeps_the_line_that_says_what_it_was() -> None:
    events = hear(
        "[2026.10.03-08.57.40:950][  4]LogWindows: Error: appError called: Assertion failed: "
        "(Index >= 0) & (Index < ArrayNum) [File:D:/build/Array.h] [Line: 1067] ",
        "Array index out of bounds: 1 into an array of size 1",
        "Something else",
    )
    (problem,) = events
    assert isinstance(problem, Problem)
    assert problem.code == "crash"
    assert problem.text.endswith("Array index out of bounds: 1 into an array of size 1")


def test_noise_of_good_runs_is_no_problem() -> None:
    assert (
        hear(
            "Error [GENERAL |  | OpenXR-Loader] : Failed to find default runtime",
            "[2026.10.03-08.42.06:357][  0]LogLinker: Warning: [AssetLog] X.uasset: VerifyImport: "
            "Failed to find script package",
        )
        == []
    )


def test_frames_come_by_the_status_and_finish_when_their_files_must_be_there() -> None:
    listener = UnrealListener(tuple(range(1, 10)))
    events: list[LogEvent] = []
    for frame in range(1, 8):
        events += listener.look(status("rendering", frame=frame))
    assert [each for each in events if isinstance(each, FrameStarted)] == [FrameStarted(1)]
    assert [e.frame for e in events if isinstance(e, Progress)] == list(range(2, 8))
    finished = [each.frame for each in events if isinstance(each, FrameFinished)]
    assert finished == list(range(1, 7 - LAG))
    last = list(listener.look(status("finished")))
    assert [each.frame for each in last if isinstance(each, FrameFinished)] == [3, 4, 5, 6, 7]
    assert isinstance(last[-1], RunFinished)


def test_the_end_of_one_range_is_not_the_end_of_the_run() -> None:
    listener = UnrealListener((1, 7))
    events = list(listener.look(status("rendering", frame=1)))
    events += listener.feed("LogMovieRenderPipeline: Movie Pipeline completed. Duration: +00:01")
    assert not any(isinstance(event, RunFinished) for event in events)
    assert isinstance(list(listener.look(status("finished")))[-1], RunFinished)


def test_without_our_executor_the_end_of_the_log_is_the_end_of_all_frames() -> None:
    listener = UnrealListener((1, 2))
    line = "MoviePipelineLinearExecutorBase finished 1 jobs in +00:00:34.638"
    assert list(listener.feed(line)) == [FrameFinished(1), FrameFinished(2), RunFinished(line)]


def test_frames_that_were_too_quick_to_be_seen_are_finished_by_their_files() -> None:
    listener = UnrealListener((1, 2))
    files = [{"frame": 2, "path": "/out/a.0002.png"}]
    events = list(listener.look(status("finished", files=files)))
    assert FrameFinished(2) in events


def test_a_frame_of_several_jobs_is_finished_by_the_last() -> None:
    listener = UnrealListener(tuple(range(1, 9)))
    first = [
        e for f in range(1, 9) for e in listener.look(status("rendering", frame=f, is_last=False))
    ]
    assert not any(isinstance(event, FrameFinished) for event in first)


def test_what_both_tell_is_told_once() -> None:
    listener = UnrealListener((1,))
    file = {"frame": 1, "pass": "FinalImage", "path": "/out/a.0001.png"}
    marker = "LogPython: [render-manager] " + json.dumps({"event": "files", "files": [file]})
    events = [*listener.look(status("rendering", files=[file])), *listener.feed(marker)]
    assert [each for each in events if isinstance(each, FrameSaved)] == [
        FrameSaved("/out/a.0001.png", 1)
    ]


def test_an_error_in_the_executor_is_told() -> None:
    listener = UnrealListener(())
    events = list(listener.look(status("failed", errors=["The preset /Game/P is not there."])))
    (problem,) = [each for each in events if isinstance(each, Problem)]
    assert "/Game/P" in problem.text


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=10,
)
_KEYS = st.sampled_from(["state", "frame", "files", "finished", "errors", "percent", "text"])
_STATES = st.sampled_from(["loading", "rendering", "finished", "failed", "stopped"])


@given(st.lists(st.text(max_size=300)), st.dictionaries(_KEYS, _JSON | _STATES), st.text())
def test_any_log_and_any_status_are_survived(
    lines: list[str], facts: dict[str, Any], rubbish: str
) -> None:
    listener = UnrealListener((1, 2, 3))
    for line in lines:
        list(listener.feed(line))
    list(listener.look(json.dumps(facts)))
    list(listener.feed("[render-manager] " + json.dumps({"event": "x", **facts})))
    list(listener.look(rubbish))
    list(listener.close())


def test_the_phase_names_the_shot_and_its_warm_up() -> None:
    listener = UnrealListener(())
    looks = [
        status("rendering", shot="Shot010 Cam A", is_warming_up=True),
        status("rendering", shot="Shot010 Cam A", is_warming_up=False),
        status("rendering", is_warming_up=True),
        status("rendering", shot={"not": "a text"}),
    ]
    events = [event for said in looks for event in listener.look(said)]
    texts = [event.text for event in events if isinstance(event, PhaseChanged)]
    assert texts == ["Shot010 Cam A: warm-up", "Shot010 Cam A", "Warm-up", ""]
