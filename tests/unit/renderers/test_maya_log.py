"""What Maya's log says: frames, files, progress and problems, of each renderer inside it.

Quoted lines are from public logs; see `resources/problems` for where each kind was seen.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render_manager.domain.events import (
    FrameFinished,
    FrameSaved,
    FrameStarted,
    LogEvent,
    Problem,
    Progress,
    RunFinished,
    Severity,
)
from render_manager.domain.job import RenderJob, RenderOptions, SceneCamera, SceneInfo, SceneLayer
from render_manager.renderers.maya.lines import frame_of, seconds_in
from render_manager.renderers.maya.log import MayaListener

RIG = (
    SceneCamera("rig", renderable=True),
    SceneCamera("rigLeft", renderable=False),
    SceneCamera("rigRight", renderable=False),
)


def job(layers: int = 1, cameras: int = 1) -> RenderJob:
    scene = SceneInfo(
        "maya",
        layers=tuple(SceneLayer(f"l{i}", renderable=True) for i in range(layers)),
        cameras=tuple(SceneCamera(f"c{i}", renderable=True) for i in range(cameras)),
    )
    return RenderJob("/s/a.ma", "maya", "a", "/out", RenderOptions(), scene)


def hear(
    lines: Iterable[str], frames: tuple[int, ...] = (), of: RenderJob | None = None
) -> list[LogEvent]:
    listener = MayaListener(of, frames)
    events = [event for line in lines for event in listener.feed(line)]
    return [*events, *listener.close()]


T = TypeVar("T")


def told(events: list[LogEvent], *kinds: type[T]) -> list[T]:
    return [event for event in events if isinstance(event, kinds)]


def finished_frames(events: list[LogEvent]) -> list[int]:
    return [event.frame for event in told(events, FrameFinished)]


def arnold(path: str, *percents: int) -> list[str]:
    return [
        "00:00:00   485MB         |  starting 4 bucket workers of size 64x64 ...",
        *(f"00:00:01   504MB         |   {percent}% done - 27 rays/pixel" for percent in percents),
        "00:00:09   514MB         |  render done in 0:08.090",
        f"00:00:09   514MB         |  [driver_exr] writing file `{path}'",
        "00:00:09   514MB         | render done",
    ]


# --- Maya Software and Hardware 2.0 -----------------------------------------------------------


def test_software_frames_and_their_files_without_the_dot_too_many() -> None:
    lines = [
        "Starting Rendering /out/a.0001.iff.",
        "Finished Rendering /out/a.0001.iff.",
        "Finished Rendering C:/Users/chordee/images/test.0005.png.",
        "Scene /s/a.ma completed.",
    ]
    assert hear(lines) == [
        FrameStarted(1),
        FrameSaved("/out/a.0001.iff", 1),
        FrameFinished(1),
        FrameStarted(5),
        FrameSaved("C:/Users/chordee/images/test.0005.png", 5),
        FrameFinished(5),
        RunFinished("Scene /s/a.ma completed."),
    ]


def test_percents_of_the_window_batch_name_their_file() -> None:
    line = "// Result: Percentage of rendering done: 5 (/p/images/hud_shot.001.tga) // "
    assert hear([line, line]) == [FrameStarted(1), Progress(5.0, 1)]


# --- Arnold -----------------------------------------------------------------------------------


def test_arnold_names_the_frame_only_at_its_end() -> None:
    events = hear(arnold("/out/a.0007.exr", 0, 50) + arnold("/out/a.0009.exr", 5), (7, 9), job())
    assert told(events, FrameStarted, FrameSaved, FrameFinished) == [
        FrameStarted(7),
        FrameSaved("/out/a.0007.exr", 7),
        FrameFinished(7),
        FrameStarted(9),
        FrameSaved("/out/a.0009.exr", 9),
        FrameFinished(9),
    ]
    assert told(events, Progress) == [Progress(0, 7), Progress(50, 7), Progress(5, 9)]


def test_several_drivers_are_files_of_one_frame() -> None:
    lines = arnold("/out/beauty/a.0001.exr")
    lines.insert(-1, "00:00:09   514MB         |  [driver_exr] writing file `/out/N/a.0001.exr'")
    saved = told(hear(lines, (1,), job()), FrameSaved)
    assert saved == [FrameSaved("/out/beauty/a.0001.exr", 1), FrameSaved("/out/N/a.0001.exr", 1)]


def test_the_picture_of_an_aborted_render_is_no_evidence() -> None:
    lines = arnold("/out/a.0049.exr")
    lines.insert(1, "WARNING |  render terminating early:  received abort signal")
    events = hear(lines, (48, 49), job())
    assert told(events, FrameSaved, FrameFinished) == []
    (problem,) = told(events, Problem)
    assert (problem.frame, problem.severity) == (49, Severity.FATAL)


def test_an_abort_told_after_the_picture_spoils_it_too() -> None:
    lines = arnold("/out/a.0049.exr")
    lines.insert(-1, "00:00:02   279MB WARNING | [kick] render aborted due to earlier errors")
    events = hear(lines, (49,), job())
    assert told(events, FrameFinished) == []
    assert [each.frame for each in told(events, Problem)] == [49]


# --- layers and cameras -----------------------------------------------------------------------


def test_a_frame_of_several_layers_is_finished_by_the_last_one() -> None:
    lines = [
        line
        for layer in ("beauty", "shadow")
        for frame in (1, 2)
        for line in arnold(f"/out/{layer}/a.{frame:04d}.exr", 50)
    ]
    events = hear(lines, (1, 2), job(layers=2))
    assert told(events, FrameStarted) == []
    assert told(events, FrameSaved, FrameFinished) == [
        FrameSaved("/out/beauty/a.0001.exr", 1),
        FrameSaved("/out/shadow/a.0001.exr", 1),
        FrameFinished(1),
        FrameSaved("/out/beauty/a.0002.exr", 2),
        FrameSaved("/out/shadow/a.0002.exr", 2),
        FrameFinished(2),
    ]
    percents = [(each.frame, each.percent) for each in told(events, Progress)]
    assert percents == [(1, 0), (1, 25), (2, 0), (2, 25), (1, 50), (1, 75), (2, 50), (2, 75)]


def test_a_crash_in_the_second_layer_leaves_no_frame_that_lacks_it() -> None:
    lines = [line for frame in (1, 2) for line in arnold(f"/out/b/a.{frame:04d}.exr")]
    lines += [*arnold("/out/s/a.0001.exr"), "maya encountered a fatal error"]
    events = hear(lines, (1, 2), job(layers=2))
    assert finished_frames(events) == [1]
    assert {saved.frame for saved in told(events, FrameSaved)} == {1}


def test_a_scene_that_has_fewer_layers_than_it_promised_ends_all_the_same() -> None:
    lines = [*arnold("/out/a.0001.exr"), "Scene /s/a.ma completed."]
    assert finished_frames(hear(lines, (1,), job(layers=2, cameras=2))) == [1]


# --- V-Ray and Redshift -----------------------------------------------------------------------


def test_layers_of_a_referenced_scene_are_waited_for_only_by_the_last_frame() -> None:
    own, other = SceneLayer("own", True), SceneLayer("ref:fx", True, is_referenced=True)
    of = RenderJob(
        "/s/a.ma", "maya", "a", "/o", RenderOptions(), SceneInfo("maya", layers=(own, other))
    )
    lines = [line for i in (1, 2) for line in arnold(f"/o/own/a.000{i}.exr", 50)]
    more = [line for i in (1, 2) for line in arnold(f"/o/fx/a.000{i}.exr", 50)]
    assert finished_frames(hear(lines, (1, 2), of)) == [1]
    assert finished_frames(hear([*lines, "Scene /s/a.ma completed."], (1, 2), of)) == [1, 2]
    events = hear([*lines, *more, "Scene /s/a.ma completed."], (1, 2), of)
    assert finished_frames(events) == [1, 2]
    assert len(told(events, FrameSaved)) == 4
    assert not told(events, FrameStarted), "another frame's start would give up the last one"


@pytest.mark.parametrize(
    "scene",
    [
        SceneInfo("maya", cameras=RIG),
        SceneInfo("maya", references=("scenes/shot.ma",)),
    ],
)
def test_pictures_that_nobody_counted_are_not_cut_off(scene: SceneInfo) -> None:
    of = RenderJob("/s/a.ma", "maya", "a", "/o", RenderOptions(), scene)
    left, right = arnold("/o/Left/a.0001.exr"), arnold("/o/Right/a.0001.exr")
    assert finished_frames(hear(left, (1,), of)) == []
    events = hear([*left, *right, "Scene /s/a.ma completed."], (1,), of)
    assert finished_frames(events) == [1]
    assert len(told(events, FrameSaved)) == 2


@pytest.mark.parametrize(("second", "codes"), [("a", ["overwritten"]), ("b", [])])
def test_a_layer_that_overwrites_another_is_told(second: str, codes: list[str]) -> None:
    lines = [
        *arnold("/out/a.0001.exr"),
        *arnold(f"/out/{second}.0001.exr"),
        "00:00:09   514MB         |  [driver_exr] writing file `/out/late.0001.exr'",
    ]
    assert [each.code for each in told(hear(lines, (1,), job(2)), Problem)] == codes


def test_vray_names_its_files_and_times() -> None:
    lines = [
        'V-Ray: Successfully written image file ".../output/vray_spheres.0001.exr"',
        "V-Ray: Total frame time  0h  0m  1.6",
        "Closing log - 0 error(s), 0 warning(s)",
    ]
    assert hear(lines) == [
        FrameStarted(1),
        FrameSaved(".../output/vray_spheres.0001.exr", 1),
        FrameFinished(1, 1.6),
    ]


def test_redshift_frames_are_told_though_their_files_are_not() -> None:
    lines = [
        "[Redshift] Rendering frame 4 (1/2)",
        "INFO : [Redshift] Block 32/64 (7,4) rendered by GPU 0 in 2ms",
        "17:14:59 20190MB INFO: Rendering time: 31.9s (2 GPU(s) used)",
    ]
    assert hear(lines, (4, 5), job()) == [
        FrameStarted(4),
        Progress(50.0, 4),
        FrameFinished(4, 31.9),
    ]


# --- problems ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("Error: [Redshift] License error: (RLM) All licenses in use (-22) //", "no_license"),
        ("Maya: License was not obtained", "no_license"),
        ("Error: makeCameraRenderable.mel line 34: Camera [None] does not exist.", "no_camera"),
        ("// Maya exited with status -1073740940", "crash"),
        ('Plug-in, "mtoa", was not found on MAYA_PLUG_IN_PATH', "missing_plugin"),
        ("Error: file: /t/A.mel line 36: Scene /p/a.ma failed to render.", "render_error"),
        ("Not enough storage is available to process this command.", "out_of_memory"),
    ],
)
def test_what_goes_wrong_has_a_name_and_words(line: str, code: str) -> None:
    (problem,) = hear([line, line])
    assert isinstance(problem, Problem)
    assert problem.code == code
    assert problem.cause
    assert problem.advice


def test_good_lines_are_no_problems() -> None:
    lines = [
        "00:00:09   514MB         |     2:  [maketx] Couldn't convert the texture to TX %s",
        "00:00:09   514MB         | number of errors, error type:",
        "Closing log - 0 error(s), 0 warning(s)",
        'API  0.0  warn   302018: type conflict: "color" is type color,',
        "// Maya exited with status 0",
    ]
    assert hear(lines) == []


def test_status_211_is_worth_knowing_and_no_more() -> None:
    (problem,) = hear(["// Maya exited with status 211"])
    assert isinstance(problem, Problem)
    assert problem.severity is Severity.WARNING


# --- single facts -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "frames", "frame"),
    [
        ("/out/shot_010.0037.exr", (), 37),
        ("/out/shot_010.0037.exr", (10, 37), 37),
        ("/out/sc_v001.0002.crypto_01.exr", (1, 2), 2),
        ("/out/sc_v001.0002.crypto_01.exr", (), 2),
        ("/out/a.exr.0012", (), 12),
        ("/out/a_0003.jp2", (3,), 3),
        ("C:\\out\\a-0005.png", (5,), 5),
        ("/out/a.-005.png", (-5,), -5),
        ("/out/2024/a.exr", (), None),
        ("/out/a.0005.exr", (6,), None),
    ],
)
def test_the_frame_of_a_file(path: str, frames: tuple[int, ...], frame: int | None) -> None:
    assert frame_of(path, frames) == frame


def test_a_progressive_arnold_picture_is_one_frame_however_often_it_starts() -> None:
    start = "00:00:00   485MB         |  starting 4 bucket workers of size 64x64 ..."
    lines = [start, "00:00:01   504MB         |   100% done", *arnold("/out/a.0001.exr", 0, 100)]
    events = hear([*lines, *arnold("/out/a.0002.exr")], (1, 2, 3))
    assert [event.frame for event in told(events, FrameStarted)] == [1, 2]
    assert [event.percent for event in told(events, Progress)] == [100, 0, 100]
    assert finished_frames(events) == [1, 2]


def test_redshift_names_the_frame_that_it_renders() -> None:
    lines = [
        "[Redshift] Rendering frame 7 (1/2)",
        "[Redshift] Rendering time: 1.9s (1 GPU(s) used)",
        "[Redshift] Rendering frame 9 (2/2)",
        "[Redshift] Rendering time: 1.9s (1 GPU(s) used)",
    ]
    assert finished_frames(hear(lines, (5, 7, 9))) == finished_frames(hear(lines)) == [7, 9]


def test_renderman_counts_from_nought_for_each_frame() -> None:
    lines = [f"R90000  {percent}%" for percent in (0, 50, 100, 0, 50, 100)]
    events = hear([*lines, "Scene /s/a.ma completed."], (1, 2))
    assert [event.frame for event in told(events, FrameStarted)] == [1, 2]
    assert finished_frames(events) == [1]
    assert [event.percent for event in told(events, Progress)] == [0, 50, 100, 0, 50, 100]


def test_per_cent_with_a_fraction() -> None:
    lines = ["V-Ray: 3.5 %", "[2024/Jan/1|12:00:00] V-Ray: Rendering image...: 12.5% completed"]
    assert [event.percent for event in told(hear(lines, (1,)), Progress)] == [3.5, 12.5]


@pytest.mark.parametrize(
    ("line", "code", "severity"),
    [
        (
            'Error: line 1: Plug-in, "Turtle", was not found on MAYA_PLUG_IN_PATH.',
            "missing_plugin",
            Severity.WARNING,
        ),
        (
            'Error: line 1: Plug-in, "mtoa", was not found on MAYA_PLUG_IN_PATH.',
            "missing_plugin",
            Severity.FATAL,
        ),
        ("Error: Error reading file. : C:/s/ref.ma", "missing_file", Severity.ERROR),
        ('Cannot load scene "a.ma". Please check the scene name.', "scene_missing", Severity.FATAL),
        ("00:01 279MB ERROR   | [gpu] OptiX: Out of memory", "out_of_memory", Severity.FATAL),
        ("* signal caught: error C0000005 -- access violation", "crash", Severity.FATAL),
        ("# Error: RuntimeError: x", "error", Severity.WARNING),
        ("错误: 第 3 行", "error", Severity.WARNING),
        ("エラー: line 3", "error", Severity.WARNING),
    ],
)
def test_how_bad_a_line_is(line: str, code: str, severity: Severity) -> None:
    assert [(each.code, each.severity) for each in told(hear([line]), Problem)] == [
        (code, severity)
    ]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("31.9s", 31.9), ("10m:1s", 601), (" 0h  0m  1.6", 1.6), ("1h:2m:3s", 3723), ("", None)],
)
def test_times(text: str, seconds: float | None) -> None:
    assert seconds_in(text) == seconds


_SOME = st.one_of(
    st.text(max_size=200),
    st.sampled_from(
        [
            "Starting Rendering /out/a.0001.iff.",
            "Finished Rendering .",
            "Finished Rendering /out/a.99999999999999999999.iff.",
            "| render done",
            "| 999% done",
            "|  starting 4 bucket workers",
            "|  [driver_exr] writing file `/o/a.0002.exr'",
            "WARNING |  render terminating early:  received abort signal",
            "Scene x completed.",
            "V-Ray: Total frame time  0h  0m  1.6",
        ]
    ),
)


@given(st.lists(_SOME, max_size=40), st.sets(st.integers(-3, 9), max_size=5), st.integers(1, 3))
def test_any_log_is_survived_and_a_frame_finishes_once(
    lines: list[str], frames: set[int], layers: int
) -> None:
    events = hear(lines, tuple(sorted(frames)), job(layers))
    finished = [each.frame for each in events if isinstance(each, FrameFinished)]
    assert len(finished) == len(set(finished))
    assert all(0 <= each.percent <= 100 for each in events if isinstance(each, Progress))
