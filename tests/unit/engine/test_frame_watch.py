from __future__ import annotations

from pathlib import Path

from render_manager.domain.events import (
    FrameFinished,
    FrameSaved,
    FrameStarted,
    LogEvent,
    Problem,
    Severity,
)
from render_manager.engine.frame_watch import Claim, FrameWatch

FOLDER = Path("/out")


def claims(watch: FrameWatch, *events: LogEvent) -> list[Claim]:
    return [claim for event in events for claim in watch.take(event)]


def test_a_frame_is_ready_when_the_log_says_so() -> None:
    watch = FrameWatch([1, 2], {}, FOLDER)
    heard = claims(
        watch,
        FrameStarted(1),
        FrameSaved("/out/a_1.exr"),
        FrameSaved("b_1.exr"),
        FrameSaved("/out/a_1.exr"),
        FrameFinished(1, 2.5),
    )
    assert heard == [Claim(1, (str(FOLDER / "a_1.exr"), str(FOLDER / "b_1.exr")), 2.5)]


def test_a_frame_is_ready_when_the_next_one_starts() -> None:
    watch = FrameWatch([1, 2], {}, FOLDER)
    heard = claims(watch, FrameStarted(1), FrameSaved("a.png"), FrameStarted(2))
    assert [claim.frame for claim in heard] == [1]


def test_each_frame_is_told_once() -> None:
    watch = FrameWatch([1], {}, FOLDER)
    heard = claims(watch, FrameStarted(1), FrameSaved("a.png"), FrameFinished(1), FrameFinished(1))
    assert len(heard) == 1
    assert list(watch.close()) == []


def test_what_is_left_at_the_end_is_judged_if_it_has_files() -> None:
    watch = FrameWatch([1, 2, 3], {3: (Path("/out/c_3.png"),)}, FOLDER)
    claims(watch, FrameStarted(1), FrameSaved("a.png"))
    assert [claim.frame for claim in watch.close()] == [1, 3]


def test_expected_files_are_demanded_too() -> None:
    watch = FrameWatch([5], {5: (Path("/out/five.png"),)}, FOLDER)
    heard = claims(watch, FrameStarted(5), FrameSaved("/out/extra.png"), FrameFinished(5))
    assert heard[0].paths == (str(FOLDER / "five.png"), str(FOLDER / "extra.png"))


def test_frames_of_others_are_not_ours() -> None:
    watch = FrameWatch([1], {}, FOLDER)
    assert claims(watch, FrameStarted(9), FrameSaved("x.png"), FrameFinished(9)) == []


def test_a_frame_that_the_log_calls_lost_is_never_handed_out() -> None:
    watch = FrameWatch([1, 2], {}, FOLDER)
    lost = Problem("render_error", "render aborted", Severity.FATAL, frame=1)
    heard = claims(watch, FrameStarted(1), FrameSaved("a.png"), lost, FrameStarted(2))
    assert heard == []
    assert list(watch.close()) == []
