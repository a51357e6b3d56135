"""A task told to another machine comes back as it was."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import pytest

from render_manager.domain.after import After
from render_manager.domain.events import FrameFile, Outcome, Phase, PhaseChanged, Problem, RunEnded
from render_manager.domain.evidence import ExpectedFile, OnSuspicion, Suspicion
from render_manager.domain.frame_order import FrameOrder
from render_manager.domain.frames import FrameTable
from render_manager.domain.job import RenderJob, RenderOptions, SceneCamera, SceneInfo, SceneLayer
from render_manager.domain.preflight import Finding, Level
from render_manager.domain.states import FrameState, Wish
from render_manager.domain.task import FrameDetail, Run, Task, Timing
from render_manager.domain.timetable import TimeWishes
from render_manager.service.telling import (
    detail_of,
    end_of,
    run_of,
    task_of,
    tell_detail,
    tell_end,
    tell_run,
    tell_task,
)

SCENE = SceneInfo(
    "maya",
    version="2025",
    start=1,
    end=50,
    fps=23.976,
    size_may_differ=True,
    cameras=(SceneCamera("persp", renderable=False), SceneCamera("镜头")),
    layers=(SceneLayer("beauty", node="rs_beauty", is_referenced=True),),
    choices={"take": ("a", "b")},
    warnings=("A texture is missing.",),
)
RUN = Run(
    7,
    (1, 2, 3, 7, 9),
    1000.5,
    pid=4,
    log_path="/logs/7.log",
    command="Render -s 1",
    phase=PhaseChanged(Phase.LOADING),
    progress={2: 40.0, 3: 0.5},
)


def full_task() -> Task:
    """A task with a value of its own in every field."""
    return Task(
        3,
        RenderJob(
            "/a.ma", "maya", "a", "/out", RenderOptions(layers=("x",), extra={"k": "v"}), SCENE
        ),
        900.0,
        position=2.5,
        priority=8,
        wish=Wish.PAUSE,
        frames_text="1-9",
        frames=FrameTable(range(1, 10), bytes([2, 2, 1, 1, 3, 0, 0, 0, 2])),
        first_frame_id=40,
        times=TimeWishes(5.0, "always", 6.0),
        max_retries=1,
        retry_count=1,
        retry_at=1010.0,
        failures={5: 2},
        kills={5: 1},
        waits_for_license_since=5.0,
        license_refusals=2,
        error_message="Nothing goes.",
        problem=Problem("no_camera", "no cam", line=3, cause="c", advice="a"),
        is_broken=True,
        findings=(Finding("x", "y", Level.ERROR),),
        started_at=901.0,
        finished_at=902.0,
        on_suspicion=OnSuspicion.FAIL,
        intended=frozenset({Suspicion.BLACK}),
        expected=(ExpectedFile("a.####.exr", (4, 3), ("R",)),),
        suspicions={1: (Suspicion.FLAT, Suspicion.NAN)},
        frame_bytes=10.5,
        rendered_seconds=3.5,
        timing=Timing(1.0, 2.0, 0.5, 9.0),
        runs={7: RUN},
        kept_to=("gpu", "local"),
        approve_after=2,
        after=(After(2), After(1, by_frame=True)),
        frame_order=FrameOrder.ENDS_FIRST,
        needs={"gpu_gb": 8, "maya_licence": 0},
    )


def values(task: Task) -> dict[str, Any]:
    said = {each.name: getattr(task, each.name) for each in fields(Task) if each.name != "doubts"}
    return said | {"frames": (list(task.frames.numbers), task.frames.states)}


def test_every_field_of_a_task_comes_back() -> None:
    task = full_task()
    plain = values(Task(3, RenderJob("", "", "", ""), 900.0))
    same = {name for name, value in values(task).items() if value == plain[name]}
    assert same == {"id", "created_at"}  # else the example proves nothing of the others
    back, has_frames = task_of(json.loads(json.dumps(tell_task(task))))
    assert has_frames
    assert values(back) == values(task)
    assert back.problem is not None and back.problem.cause == "c"  # makes no difference to ==


@pytest.mark.parametrize("numbers", [(), (5,), range(-4, 90, 3), (1, 2, 3, 9, 10, 40)])
def test_frames_of_every_kind(numbers: Any) -> None:
    task = Task(1, full_task().job, 0.0, frames=FrameTable(numbers))
    back, _has_frames = task_of(tell_task(task))
    assert list(back.frames.numbers) == list(numbers)


def test_a_million_frames_are_short() -> None:
    task = Task(1, full_task().job, 0.0, frames=FrameTable(range(1_000_000)))
    assert len(json.dumps(tell_task(task))) < 3000


def test_without_frames_nothing_is_said_of_them() -> None:
    told = tell_task(full_task(), with_frames=False)
    assert told["frames"] is None
    assert not task_of(told)[1]


def test_runs_ends_and_details() -> None:
    end = RunEnded(Outcome.FAILED, 3, "why", (1, 2), problem=Problem("a", "b"))
    detail = FrameDetail(
        FrameState.COMPLETED, (FrameFile("/a.exr", 5, 4, 3, ("R",), ("nan",)),), "/t.jpg", 2.5
    )
    assert run_of(json.loads(json.dumps(tell_run(RUN)))) == RUN
    assert end_of(json.loads(json.dumps(tell_end(end)))) == end
    assert end_of(tell_end(None)) is None
    assert detail_of(json.loads(json.dumps(tell_detail(detail)))) == detail


@pytest.mark.parametrize(
    "wrong",
    [
        {"numbers": [[1, 10**9, 1]], "states": [[0, 10**9]]},
        {"numbers": [[1, 2, 1]], "states": [[0, 5]]},
        {"numbers": [[1, 2, 1]], "states": [[9, 2]]},
        {"numbers": [[1, 2, 0]], "states": [[0, 2]]},
        {"numbers": [[1, 10**30, 1]], "states": [[0, 2]]},
        {"numbers": [[1, 2, 1]], "states": [[0, 50_000_000], [0, -49_999_998]]},
    ],
)
def test_frames_that_cannot_be_are_refused(wrong: Any) -> None:
    with pytest.raises(ValueError):
        task_of(tell_task(full_task()) | {"frames": wrong})


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), -1e308, 10**30])
def test_a_time_that_nobody_can_show_is_no_task(wrong: float) -> None:
    said = tell_task(full_task())
    with pytest.raises(ValueError):
        task_of(said | {"created_at": wrong})
