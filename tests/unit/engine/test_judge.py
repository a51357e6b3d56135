from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from render_manager.domain.events import FrameCompleted, FrameFile, FrameRejected
from render_manager.domain.evidence import ExpectedFile, Measure, Suspicion
from render_manager.domain.job import RenderJob
from render_manager.engine.folder_watch import FolderWatch
from render_manager.engine.folders_in_use import FoldersInUse
from render_manager.engine.frame_watch import Claim
from render_manager.engine.judge import Judge
from render_manager.images.pool import ImagePool
from render_manager.images.reading import FrameReading, FrameRequest

MEASURE = Measure(0.5, 7, "ab")


class Reader:
    """Stands for the image pool: the test says when a request is answered, and how."""

    def __init__(self) -> None:
        self.asked: list[tuple[FrameRequest, Future[FrameReading]]] = []

    def submit(self, request: FrameRequest) -> Future[FrameReading]:
        self.asked.append((request, Future()))
        return self.asked[-1][1]

    def answer(self, reason: str | None = None) -> None:
        """Answer the oldest request: its files are good, or there is a reason against them."""
        request, future = self.asked.pop(0)
        files = tuple(FrameFile(path, 7, 32, 18) for path in request.paths + request.others)
        found = () if reason else (Suspicion.BLACK,)
        future.set_result(FrameReading(files, None, reason, found, None if reason else MEASURE))


class AtOnce:
    """A loop whose time stands still: what is posted is done at once, and no timer rings."""

    def post(self, act: Callable[[], None]) -> None:
        act()

    def timer(self, *_: Any, **__: Any) -> Any:
        return SimpleNamespace(start=lambda: None, stop=lambda: None)


class Bench:
    """A judge, with what it said."""

    def __init__(self, folder: Path, expected: tuple[ExpectedFile, ...] = ()) -> None:
        self.folder, self.reader = folder, Reader()
        self.said: list[Any] = []
        job = RenderJob("/shot.fake", "fake", "shot", str(folder))
        watch = FolderWatch(job, time.time(), FoldersInUse())
        pool = cast(ImagePool, self.reader)
        self.judge = Judge(AtOnce(), pool, range(1, 6), None, watch, expected)
        self.judge.verdict.connect(self.said.append)

    def claim(self, frame: int) -> str:
        path = self.folder / f"shot_{frame:04d}.png"
        path.write_bytes(b"picture")
        self.judge.judge(Claim(frame, (str(path),)))
        return str(path)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_a_good_frame_tells_what_was_found_and_the_first_one_teaches(bench: Bench) -> None:
    for frame in (1, 2):
        bench.claim(frame)
        bench.reader.answer()
    first, second = bench.said
    assert (first.suspicions, first.measure) == ((Suspicion.BLACK,), MEASURE)
    assert first.expected == (ExpectedFile("shot_#.png", (32, 18)),)
    assert second.expected == ()


def test_what_only_the_folder_tells_of_may_have_any_size(bench: Bench) -> None:
    proxy = bench.folder / "shot_proxy_0001.jpg"
    proxy.write_bytes(b"small")
    main = bench.claim(1)
    request = bench.reader.asked[0][0]
    assert (request.paths, request.others) == ((main,), (str(proxy),))


def test_what_the_task_knew_before_is_not_learned_again(tmp_path: Path) -> None:
    expected = (ExpectedFile("shot_#.png", (64, 18)),)
    bench = Bench(tmp_path, expected)
    bench.judge.close()
    bench.claim(1)
    bench.reader.answer()
    (rejected,) = bench.said
    assert isinstance(rejected, FrameRejected)
    assert "64 × 18" in rejected.reason


def test_a_frame_is_looked_at_again_before_it_is_bad(bench: Bench) -> None:
    bench.claim(1)
    bench.reader.answer("still growing")
    assert bench.said == []
    bench.claim(2)
    bench.reader.answer()
    bench.reader.answer()
    assert [type(event) for event in bench.said] == [FrameCompleted] * 2


def test_a_frame_that_is_bad_twice_is_rejected_while_the_renderer_works(bench: Bench) -> None:
    bench.claim(1)
    bench.reader.answer("truncated")
    bench.claim(2)
    bench.reader.answer("truncated")
    assert bench.said == [FrameRejected(1, "truncated")]


def test_a_frame_rejected_while_the_renderer_lived_gets_another_chance(bench: Bench) -> None:
    bench.claim(1)
    bench.reader.answer("still growing")
    bench.claim(2)
    bench.reader.answer("still growing")
    bench.judge.close()
    bench.judge.judge_anew()
    bench.reader.answer("still growing")
    assert [type(event) for event in bench.said] == [FrameRejected]
    bench.reader.answer()
    bench.reader.answer()
    assert [event.frame for event in bench.said if isinstance(event, FrameCompleted)] == [1, 2]
    assert not bench.judge.reasons
    assert bench.judge.bad_files(None) == []


def test_a_frame_that_stays_bad_is_rejected_for_good(bench: Bench) -> None:
    path = bench.claim(1)
    bench.judge.close()
    bench.judge.judge_anew()
    bench.reader.answer("truncated")
    bench.reader.answer("truncated")
    assert not bench.judge.is_busy
    assert bench.judge.reasons == {1: "truncated"}
    assert bench.judge.bad_files(None) == [Path(path)]


def test_what_could_not_be_read_is_not_taken_for_bad(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.judge.close()
    bench.claim(1)
    bench.reader.asked[0][1].set_exception(RuntimeError("the worker is gone"))
    assert "could not be read" in bench.judge.reasons[1]
    assert bench.judge.bad_files(None) == []
    assert caplog.records[0].levelno == logging.ERROR
    caplog.clear()


def test_leftovers_of_the_frame_in_work_are_bad_files(bench: Bench) -> None:
    bench.claim(1)
    bench.reader.answer()
    half = bench.folder / "shot_0002.png"
    half.write_bytes(b"ha")
    assert bench.judge.bad_files(2) == [half]
    assert bench.judge.bad_files(1) == []


def test_a_watermark_marks_the_frame_it_names(bench: Bench) -> None:
    bench.judge.mark(2)
    for frame in (1, 2, 3):
        bench.claim(frame)
        bench.reader.answer()
    marked = [event.frame for event in bench.said if Suspicion.WATERMARK in event.suspicions]
    assert marked == [2]


def test_a_watermark_that_names_no_frame_marks_all_that_follow(bench: Bench) -> None:
    bench.claim(1)
    bench.judge.mark(None)
    bench.reader.answer()
    for frame in (2, 3):
        bench.claim(frame)
        bench.reader.answer()
    marked = [event.frame for event in bench.said if Suspicion.WATERMARK in event.suspicions]
    assert marked == [2, 3]
