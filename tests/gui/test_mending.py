"""Thumbnails that are gone are made again: by the real pool of image workers, into the grid."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot
from stand_in import Answers, Opened, StandIn, window_of

from render_manager.base.settings import Settings
from render_manager.domain.events import FrameBegan, FrameCompleted, FrameFile
from render_manager.domain.states import FrameState
from render_manager.domain.task import FrameDetail, Task
from render_manager.images.pool import ImagePool
from render_manager.images.reading import FrameReading, FrameRequest
from render_manager.images.thumbnails import ThumbnailStore
from render_manager.service.mending import MOST_TIMES


class FakeImages:
    """Reads when it is told to."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._open: list[Future[FrameReading]] = []

    def submit(self, request: FrameRequest) -> Future[FrameReading]:
        self.asked += request.paths
        self._open.append(Future())
        return self._open[-1]

    def answer(self, thumbnail: str | None, reason: str | None = None) -> None:
        self._open.pop().set_result(FrameReading((), thumbnail, reason))


@pytest.fixture
def images() -> FakeImages:
    return FakeImages()


@pytest.fixture
def mended(qtbot: QtBot, settings: Settings, images: FakeImages) -> StandIn:
    """A service that mends thumbnails with FakeImages."""
    return StandIn(settings, images=images)


def file_of(number: int) -> FrameFile:
    return FrameFile(f"/out/shot.{number:04}.exr", 1, 2, 2)


def completed(stand_in: StandIn, count: int) -> Task:
    task = stand_in.add("shot", range(1, count + 1))
    events = [FrameCompleted(number, (file_of(number),)) for number in range(1, count + 1)]
    stand_in.report(stand_in.begin(task), *events)
    return task


def known(stand_in: StandIn, task: Task, index: int = 0) -> FrameDetail:
    stand_in.tell()
    return stand_in.journal.details[task.id][index]


# --- with real pictures -----------------------------------------------------------------------


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[ImagePool]:
    pool = ImagePool(1, ThumbnailStore(tmp_path / "thumbnails", 10**9))
    yield pool
    pool.close()


@pytest.mark.parametrize("lost", ["deleted", "overwritten", "never kept"])
def test_a_thumbnail_that_is_gone_is_seen_again(
    qtbot: QtBot,
    settings: Settings,
    pool: ImagePool,
    memory_file: Path,
    answers: Answers,
    opened: Opened,
    tmp_path: Path,
    lost: str,
) -> None:
    path = tmp_path / "shot.0001.png"
    Image.new("RGB", (640, 360), "#ff0000").save(path)
    first = pool.submit(FrameRequest((str(path),))).result(timeout=60)
    assert first.thumbnail_path is not None
    thumbnail = Path(first.thumbnail_path)
    if lost == "deleted":
        thumbnail.unlink()
    elif lost == "overwritten":
        thumbnail.write_bytes(b"no picture")
    stand_in = StandIn(settings, images=pool)
    task = stand_in.add("shot", range(1, 4))
    told = None if lost == "never kept" else str(thumbnail)
    stand_in.report(stand_in.begin(task), FrameCompleted(1, first.files, 1.0, told))
    window = window_of(stand_in, memory_file, answers=answers, opened=opened)
    qtbot.addWidget(window)
    window.show()
    window.table.select([task.id])
    grid = window.details.grid

    def color() -> str:
        image = grid.viewport().grab().toImage()
        at = grid.visualRect(grid.model().index(0, 0)).center() - QPoint(0, 10)
        return image.pixelColor(at * image.devicePixelRatio()).name()

    qtbot.waitUntil(lambda: color() in ("#fe0000", "#ff0000"), timeout=30_000)
    assert known(stand_in, task).thumbnail_path == str(thumbnail)
    assert thumbnail.exists()
    assert task.frames.state(0) is FrameState.COMPLETED
    window.close()


# --- the service ------------------------------------------------------------------------------


def test_frames_are_mended_one_by_one_as_far_as_they_are_still_wanted(
    mended: StandIn, images: FakeImages, qtbot: QtBot
) -> None:
    task = completed(mended, 6)
    mended.service.mend_thumbnails(task.id, [0, 1, 2])
    qtbot.waitUntil(lambda: len(images.asked) == 1)
    mended.service.mend_thumbnails(task.id, [4])
    images.answer("/t/1.jpg")
    qtbot.waitUntil(lambda: len(images.asked) == 2)
    images.answer("/t/5.jpg")
    qtbot.waitUntil(lambda: known(mended, task, 4).thumbnail_path == "/t/5.jpg")
    assert images.asked == ["/out/shot.0001.exr", "/out/shot.0005.exr"]
    assert known(mended, task, 0).thumbnail_path == "/t/1.jpg"
    assert known(mended, task, 0).files == (file_of(1),)


def test_what_cannot_be_read_is_told_once_and_left_to_rest(
    mended: StandIn, images: FakeImages, qtbot: QtBot
) -> None:
    task = completed(mended, 3)
    told: list[str] = []
    mended.service.noticed.connect(told.append)
    for index in (0, 1):
        mended.service.mend_thumbnails(task.id, [index])
        qtbot.waitUntil(lambda index=index: len(images.asked) == index + 1)  # type: ignore[misc]
        images.answer(None, "“shot.0001.exr” is missing.")
    mended.service.mend_thumbnails(task.id, [0, 1, 2])
    qtbot.waitUntil(lambda: len(images.asked) == 3)
    assert images.asked[-1] == "/out/shot.0003.exr"
    assert told == [
        "“shot”: a thumbnail was gone and could not be made again. “shot.0001.exr” is missing."
    ]
    assert known(mended, task).thumbnail_path is None
    # Rendered again, it may have a file that can be read.
    mended.service.retry_frames(task.id, [1])
    mended.report(next(iter(task.runs.values())), FrameBegan(1), FrameCompleted(1, (file_of(1),)))
    images.answer("/t/3.jpg")
    mended.service.mend_thumbnails(task.id, [0])
    qtbot.waitUntil(lambda: len(images.asked) == 4)


def test_a_thumbnail_that_keeps_vanishing_is_made_a_few_times(
    mended: StandIn, images: FakeImages, qtbot: QtBot
) -> None:
    task = completed(mended, 1)
    for time in range(MOST_TIMES + 3):
        mended.service.mend_thumbnails(task.id, [0])
        if time < MOST_TIMES:
            qtbot.waitUntil(lambda time=time: len(images.asked) == time + 1)  # type: ignore[misc]
            images.answer(f"/t/{time}.jpg")
            wanted = f"/t/{time}.jpg"
            qtbot.waitUntil(
                lambda wanted=wanted: known(mended, task).thumbnail_path == wanted  # type: ignore[misc]
            )
    assert len(images.asked) == MOST_TIMES


def test_a_frame_rendered_again_meanwhile_keeps_its_new_thumbnail(
    mended: StandIn, images: FakeImages, qtbot: QtBot
) -> None:
    task = completed(mended, 1)
    run = next(iter(task.runs.values()))
    mended.service.mend_thumbnails(task.id, [0])
    qtbot.waitUntil(lambda: len(images.asked) == 1)
    mended.service.retry_frames(task.id, [1])
    mended.report(run, FrameBegan(1), FrameCompleted(1, (file_of(1),), 2.0, "/t/new.jpg"))
    images.answer("/t/old.jpg")
    mended.service.mend_thumbnails(task.id, [0])
    qtbot.waitUntil(lambda: len(images.asked) == 2)
    assert known(mended, task).thumbnail_path == "/t/new.jpg"


@pytest.mark.parametrize("state", [FrameState.PENDING, FrameState.FAILED])
def test_only_completed_frames_are_mended(
    mended: StandIn, images: FakeImages, state: FrameState
) -> None:
    task = mended.add("shot", range(1, 4))
    task.frames.move(0, state)
    mended.service.mend_thumbnails(task.id, [0, 99])
    mended.service.mend_thumbnails(12345, [0])
    assert images.asked == []
