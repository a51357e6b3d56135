"""The listener for Blender: recorded logs of many versions, and whatever else may come."""

from __future__ import annotations

import json
from pathlib import Path

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
from render_manager.renderers.blender.log import BlenderListener
from render_manager.renderers.problem_rules import rules_of

LOGS = Path(__file__).parents[2] / "recordings" / "logs"
SAMPLES = Path(__file__).parents[4] / "shared" / "samples" / "logs"


def excerpts(path: Path) -> list[list[str]]:
    """The lines between comments: each is the log of one run."""
    found: list[list[str]] = []
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("#"):
            found.append([])
        elif found:
            found[-1].append(line)
    return [lines for lines in found if lines]


def hear(lines: list[str], *frames: int, scene_version: str | None = None) -> list[LogEvent]:
    listener = BlenderListener(frames, scene_version)
    return [event for line in lines for event in listener.feed(line)] + listener.close()


def hear_recording(name: str, *frames: int) -> list[LogEvent]:
    (lines,) = excerpts(LOGS / f"blender_{name}.log")
    return hear(lines, *frames)


def milestones(events: list[LogEvent]) -> list[LogEvent]:
    return [event for event in events if not isinstance(event, Progress)]


def problems(events: list[LogEvent]) -> list[tuple[str, Severity, int | None]]:
    return [(e.code, e.severity, e.frame) for e in events if isinstance(e, Problem)]


def percents(events: list[LogEvent], frame: int) -> list[float]:
    return [e.percent for e in events if isinstance(e, Progress) and e.frame == frame]


def marker(event: str, **facts: object) -> str:
    return "[render-manager] " + json.dumps({"event": event, **facts})


# --- with the driver --------------------------------------------------------------------------


def test_driver_and_blender_3_together_tell_each_thing_once() -> None:
    events = hear_recording("driver_3.4", -2, 1)
    blocked = """scripts disabled for "/renders/shot34.blend", skipping 'autorun.py'"""
    assert milestones(events) == [
        Problem("scripts_blocked", blocked, Severity.WARNING),
        FrameStarted(-2),
        FrameSaved("/renders/out/shot_-0002.png", -2),
        FrameSaved("/renders/aov/Image-0002.png", -2),
        FrameFinished(-2, 0.159),
        FrameStarted(1),
        FrameSaved("/renders/out/shot_0001.png", 1),
        FrameSaved("/renders/aov/Image0001.png", 1),
        FrameFinished(1, 0.009),
        RunFinished("done"),
    ]
    assert percents(events, -2) == percents(events, 1) == [0, 50, 100]


def test_driver_and_blender_4() -> None:
    events = milestones(hear_recording("driver_4.5", -2, 1))
    assert problems(events) == [("scripts_blocked", Severity.WARNING, -2)]
    assert [event for event in events if not isinstance(event, Problem)] == [
        FrameStarted(-2),
        FrameSaved("/renders/out/shot_-0002.png", -2),
        FrameFinished(-2, 0.087),
        FrameStarted(1),
        FrameSaved("/renders/out/shot_0001.png", 1),
        FrameFinished(1, 0.005),
        RunFinished("done"),
    ]


def test_driver_and_blender_5_with_two_eyes_gives_way() -> None:
    assert hear_recording("driver_5.2", 1, 2) == [
        FrameStarted(1),
        Progress(0.0, 1),
        FrameSaved("/renders/out/shot_0001_L.png", 1),
        FrameSaved("/renders/out/shot_0001_R.png", 1),
        FrameFinished(1, 0.114),
        RunFinished("gave_way"),
    ]


def test_a_frame_that_failed_is_neither_saved_nor_finished() -> None:
    """A File Output node had written its picture, the scene's own could not be written."""
    events = hear_recording("driver_cannot_save_3.4", 1, 2)
    assert [type(event) for event in milestones(events)] == [Problem, FrameStarted, Problem]
    assert problems(events)[1:] == [("cannot_save", Severity.FATAL, 1)]


def test_a_problem_told_by_both_is_told_once() -> None:
    events = hear_recording("driver_no_camera_4.5", 1, 2)
    expected = Problem("no_camera", "Cannot render, no camera", Severity.FATAL, 1, is_hopeless=True)
    assert events == [FrameStarted(1), expected]


def test_progress_of_blender_5_comes_from_the_driver() -> None:
    text = "Remaining: 01:02.50 | Mem: 9M | Sample 32/128"
    lines = [marker("frame_started", frame=4), marker("progress", frame=4, text=text)]
    assert hear(lines)[1:] == [Progress(25.0, 4, 62.5)]


def test_a_marker_may_cut_a_line_of_blender() -> None:
    line = "Saved: '/r/a_0001.png'" + marker("frame_saved", frame=1, path="/r/a_0001.png")
    lines = [marker("frame_started", frame=1), line, marker("frame_finished", frame=1, seconds=2)]
    saved = FrameSaved("/r/a_0001.png", 1)
    assert hear(lines) == [FrameStarted(1), saved, FrameFinished(1, 2.0)]


def test_the_same_file_with_other_slashes_is_the_same_file() -> None:
    lines = [
        marker("frame_started", frame=1),
        "Saved: 'C:/r/a_0001.png'",
        marker("frame_saved", frame=1, path="C:\\r\\a_0001.png"),
        marker("frame_finished", frame=1),
    ]
    assert len([e for e in hear(lines) if isinstance(e, FrameSaved)]) == 1


@pytest.mark.parametrize(
    ("facts", "severity"), [({}, Severity.FATAL), ({"severity": "warning"}, Severity.WARNING)]
)
def test_problems_of_the_driver(facts: dict[str, str], severity: Severity) -> None:
    line = marker("problem", code="unknown_camera", text="There is no camera 'X'.", **facts)
    hopeless = severity is Severity.FATAL
    text = "There is no camera 'X'."
    assert hear([line]) == [Problem("unknown_camera", text, severity, is_hopeless=hopeless)]


@pytest.mark.parametrize(
    "line",
    [
        "[render-manager] ",
        "[render-manager] {",
        "[render-manager] []",
        '[render-manager] {"event": 3}',
        "[render-manager] " + "[" * 100_000,
        marker("frame_started"),
        marker("frame_started", frame=True),
        marker("frame_started", frame="1"),
        marker("frame_started", frame=10**400),
        marker("frame_saved", frame=1, path=7),
        marker("frame_finished", frame=1, seconds=10**400),
        marker("unheard of"),
    ],
)
def test_a_broken_marker_is_nothing(line: str) -> None:
    assert hear([line]) == []


# --- Blender alone ----------------------------------------------------------------------------


def test_the_native_log_of_blender_3() -> None:
    events = hear_recording("native_3.4", 1, 2)
    frames = [event for event in milestones(events) if not isinstance(event, Problem)]
    assert [type(event) for event in frames] == [
        *[FrameStarted, FrameSaved, FrameSaved, FrameFinished] * 2,
        RunFinished,
    ]
    assert FrameSaved("/renders/native/shot_0002.png", 2) in frames


def test_blender_as_a_module_may_log_just_the_files() -> None:
    """Then the frame is that which the file is named for."""
    lines = excerpts(LOGS / "blender_module_5.0.log")[0]
    folder = "/renders/o5.0.1_CYCLES"
    assert milestones(hear(lines, 1, 2))[:4] == [
        FrameStarted(1),
        FrameSaved(f"{folder}/shot_0001.png", 1),
        FrameStarted(2),
        FrameSaved(f"{folder}/shot_0002.png", 2),
    ]


def test_the_time_of_a_frame_without_status_lines() -> None:
    (lines,) = excerpts(LOGS / "blender_module_4.2.log")
    events = hear(lines, 1, 2)
    finished = [event for event in events if isinstance(event, FrameFinished)]
    assert finished == [FrameFinished(1, 45.03), FrameFinished(2, 38.01)]
    assert problems(events) == [
        ("skipped", Severity.WARNING, 1),
        ("skipped", Severity.WARNING, 2),
        ("cannot_save", Severity.FATAL, None),
    ]


def test_the_lines_of_blender_5() -> None:
    lines = [
        "00:00.100  render           | Rendering animation (frames 1..3)",
        "00:00.110  render           | Rendering frame 1",
        "00:00.300  render           | Fra: 1 | Rendering 8 / 16 samples",
        "00:00.687  render           | Saved: '/renders/it's 0001.png'",
        "01:00:00.687  render | Time: 01:02:00.49 (Saving: 00:00.05)",
    ]
    assert hear(lines) == [
        FrameStarted(1),
        Progress(50.0, 1),
        FrameSaved("/renders/it's 0001.png", 1),
        FrameFinished(1, 3720.49),
    ]


@pytest.mark.parametrize(
    ("path", "frames", "frame"),
    [
        ("/r/shot_0007.png", (7,), 7),
        ("/r/shot_-0004.png", (-4, 3), -4),
        ("/r/shot-0004.png", (4,), 4),  # a hyphen
        ("/r/shot-0004.png", (-4, 4), None),
        ("C:\\r12\\sc2_0003_L.exr", (3, 4), 3),
        ("/r/sc2_0003.exr", (2, 3), None),
        ("/r/sc2_0003.exr", (), None),
        ("/r/0003.exr", (), 3),
        ("/r/shot.png", (1,), None),
        ("/r/shot_0009.png", (1,), None),
        ("/r/" + "9" * 5000 + ".png", (1,), None),
    ],
)
def test_the_frame_in_a_file_name(path: str, frames: tuple[int, ...], frame: int | None) -> None:
    assert FrameSaved(path, frame) in hear([f"Saved: '{path}'"], *frames)


def test_a_named_frame_counts_more_than_a_file_name() -> None:
    events = hear(["Fra:9 Mem:1.00M | Sample 1/2", "Saved: /r/beauty_0002.exr"], 2, 9)
    assert events[-1] == FrameSaved("/r/beauty_0002.exr", 9)


def test_tiles_count_with_the_samples_in_them() -> None:
    lines = [
        "Fra:1 Mem:1M | Scene | Rendered 1/4 Tiles, Sample 32/64",
        "Fra:1 Mem:1M | Scene | Rendered 4/4 Tiles, Sample 64/64",
        "Fra:1 Mem:1M | Scene | Rendered 0/0 Tiles",
    ]
    assert percents(hear(lines), 1) == [37.5, 100.0]


@pytest.mark.parametrize("end", ["\r", "\r\n", ""])
def test_carriage_returns(end: str) -> None:
    assert hear([f"Fra:1 Mem:1M | Sample 1/4{end}"])[-1] == Progress(25.0, 1)


# --- problems ---------------------------------------------------------------------------------


def test_the_errors_of_blender_3() -> None:
    found = [problems(hear(lines)) for lines in excerpts(LOGS / "blender_errors_3.4.log")]
    fatal, warning = Severity.FATAL, Severity.WARNING
    assert found == [
        [("scene_missing", fatal, None)],
        [("scene_damaged", fatal, None)],
        [("scene_damaged", fatal, None)],
        [("no_camera", fatal, None)],
        [("unknown_engine", fatal, None)],
        [("python_error", warning, None)],
        [("python_error", warning, None), ("python_error", fatal, None)],
        [("python_error", warning, None)],
        [("cannot_save", fatal, 1)],
        [],
    ]


@pytest.mark.parametrize(
    ("line", "code", "severity"),
    [
        ("00:00.891  reports          | ERROR Cannot render, no camera", "no_camera", "fatal"),
        (
            "00:00.400  cycles           | ERROR CUDA error: Out of memory in cuMemAlloc(), line 1",
            "out_of_memory",
            "fatal",
        ),
        ("Fra:1 Mem:1M | Scene, Main | System is out of GPU memory", "out_of_memory", "fatal"),
        ("Malloc returns null: len=123 in imb, total 1", "out_of_memory", "fatal"),
        ("OptiX error: OPTIX_ERROR_INTERNAL in optixLaunch", "gpu", "error"),
        ("Writing: C:\\Temp\\shot.crash.txt", "crash", "fatal"),
        ("Error   : EXCEPTION_ACCESS_VIOLATION", "crash", "fatal"),
        ("/r/x_0001.tif: No space left on device", "disk_full", "fatal"),
        ("imb_savetiff: Could not write encoded TIFF.", "cannot_save", "fatal"),
        ("00:01.0  image.write | ERROR OpenImageIO write failed: x", "cannot_save", "fatal"),
        (
            "Warning: File written by newer Blender binary (500.119), expect loss of data!",
            "version",
            "warning",
        ),
        (
            "00:00.656  cycles | WARNING Image file /r/t.png does not exist.",
            "missing_file",
            "warning",
        ),
        ("ImportError: libSM.so.6: cannot open shared object file", "missing_library", "fatal"),
        ("Error: Engine 'X' not available for scene 'S' (an add-on", "unknown_engine", "error"),
        ("Error: something new", "error", "error"),
    ],
)
def test_what_a_line_tells(line: str, code: str, severity: str) -> None:
    assert [(c, s) for c, s, _ in problems(hear([line]))] == [(code, Severity(severity))]


@pytest.mark.parametrize(
    "line",
    [
        "Error: Not freed memory blocks: 27986, total unfreed memory 6.327427 MB",
        "EGL Error (0x3009): EGL_BAD_MATCH: Arguments are inconsistent",
        'Info: Saved "b4.2.0.blend"',
        "Read blend: /renders/errors.blend",
        "",
    ],
)
def test_what_is_no_problem(line: str) -> None:
    assert hear([line]) == []


def test_a_file_of_a_newer_blender_is_not_called_broken() -> None:
    lines = [
        "Blender 3.4.1",
        "Error: Failed to read blend file '/r/new.blend', not a blend file",
    ]
    assert problems(hear(lines, scene_version="5.0")) == [("version", Severity.FATAL, None)]
    assert problems(hear(lines, scene_version="3.4")) == [("scene_damaged", Severity.FATAL, None)]
    (problem,) = hear(lines, scene_version="5.0")
    assert isinstance(problem, Problem)
    assert problem.text.startswith("The scene is of Blender 5.0, this is 3.4.1: ")


def test_a_traceback_is_its_last_line() -> None:
    lines = [
        "Traceback (most recent call last):",
        '  File "addon.py", line 1, in <module>',
        "    raise KeyError('out of memory')",
        "",
        "KeyError: 'x'",
        "Fra:1 Mem:1M | Sample 1/4",
    ]
    problem = Problem("python_error", "KeyError: 'x'", Severity.WARNING)
    assert hear(lines) == [problem, FrameStarted(1), Progress(25.0, 1)]


def test_a_warning_is_told_once_for_all_frames_and_an_error_once_for_each() -> None:
    frame = ["Image file '/t.png' does not exist.", "HIP error: lost", "HIP error: lost again"]
    lines = ["Rendering frame 1", *frame, "Rendering frame 2", *frame]
    assert problems(hear(lines)) == [
        ("missing_file", Severity.WARNING, 1),
        ("gpu", Severity.ERROR, 1),
        ("gpu", Severity.ERROR, 2),
    ]


# --- anything ---------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *(
            "Fra:",
            "Saved: '",
            "'",
            "Time: ",
            "00:00.1",
            " | ",
            "Sample ",
            "1",
            "/",
            "0",
            "-",
            "9" * 50,
        ),
        *("Rendering frame ", "Rendered ", " Tiles", "Remaining:", "[render-manager] ", "\r", "\n"),
        *("Error: ", "Traceback (most recent call last):", "Blender ", "quit", "skipping existing"),
        *(
            ' frame "',
            '"',
            '{"event": "',
            "frame_started",
            "problem",
            '", "frame": ',
            "}",
            "٣",
            ".",
        ),
    ]
)
LINES = st.lists(st.text() | st.lists(PIECES, max_size=12).map("".join), max_size=20)


@given(LINES, st.lists(st.integers(-9, 9), max_size=3), st.none() | st.text(max_size=8))
def test_no_text_upsets_it(lines: list[str], frames: list[int], version: str | None) -> None:
    percent: dict[int | None, float] = {}
    for event in hear(lines, *frames, scene_version=version):
        if isinstance(event, FrameStarted):
            percent = {event.frame: -1.0}
        elif isinstance(event, Progress):
            assert percent.get(event.frame, -1.0) < event.percent <= 100
            percent[event.frame] = event.percent


@given(st.lists(st.integers(-50, 50), unique=True, min_size=1, max_size=6), st.data())
def test_each_frame_of_a_driven_run_starts_and_ends_once(
    frames: list[int], data: st.DataObject
) -> None:
    """Whatever Blender says in between."""
    noise = st.lists(st.sampled_from(excerpts(LOGS / "blender_native_3.4.log")[0]), max_size=5)
    lines = [marker("loaded", version="3.4.1", passes=1)]
    for frame in frames:
        lines += [marker("frame_started", frame=frame), *data.draw(noise)]
        lines += [marker("frame_finished", frame=frame, seconds=1)]
    events = hear(lines, *frames)
    assert [e.frame for e in events if isinstance(e, FrameStarted)] == frames
    assert [e.frame for e in events if isinstance(e, FrameFinished)] == frames


@pytest.mark.parametrize("name", ["5x", "cycles_4x", "debian_cycles", "eevee", "errors"])
def test_the_sample_logs(name: str) -> None:
    path = SAMPLES / f"blender_{name}.log"
    if not path.is_file():
        pytest.skip("the sample logs are not here")
    for lines in excerpts(path) or [path.read_text("utf-8").splitlines()]:
        events = hear(lines)
        assert events
        saved = [line for line in lines if "Saved: '" in line]
        assert len([e for e in events if isinstance(e, FrameSaved)]) == len(saved)


@pytest.mark.parametrize("log", sorted(LOGS.glob("blender*.log")), ids=lambda path: path.stem)
def test_a_kind_does_not_hang_on_the_numbers_in_a_line(log: Path) -> None:
    match = rules_of("blender").match
    for line in log.read_text("utf-8").splitlines():
        other = line.translate(str.maketrans("0123456789", "9876543210"))
        long = f"{line} {'.' * 400}"
        assert match(line) == match(other) == match(long), line
