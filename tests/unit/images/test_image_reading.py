"""From files to evidence: what is good, what is not, and the sentence that says why."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from render_manager.domain.events import FrameFile
from render_manager.domain.evidence import Suspicion
from render_manager.images import reading
from render_manager.images.reading import FrameReading, FrameRequest, read_frame
from render_manager.images.structure import check_structure
from render_manager.images.thumbnails import ThumbnailStore

Paint = Callable[..., Path]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_PAUSE_SECONDS", 0)


@pytest.fixture
def frame(tmp_path: Path, paint: Paint, scene: Callable[..., Any]) -> Path:
    return paint(tmp_path / "shot_0001.exr", scene(320, 180, 4), "half")


def test_a_good_frame_is_evidence(frame: Path, store: ThumbnailStore) -> None:
    request = FrameRequest((str(frame),), (320, 180), frame.stat().st_mtime)
    found = read_frame(request, store)
    assert found.reason is None
    assert found.files == (FrameFile(str(frame), frame.stat().st_size, 320, 180),)
    assert found.thumbnail_path is not None
    with Image.open(found.thumbnail_path) as thumbnail:
        assert thumbnail.size == (256, 144)


def test_request_and_reading_can_be_pickled(frame: Path, store: ThumbnailStore) -> None:
    request = FrameRequest((str(frame),), (320, 180), 1.0)
    assert pickle.loads(pickle.dumps(request)) == request
    found = read_frame(request, store)
    assert pickle.loads(pickle.dumps(found)) == found


def test_layers_and_notes_are_told(tmp_path: Path, paint: Paint, store: ThumbnailStore) -> None:
    pixels = np.zeros((20, 30, 5), np.float32)
    path = paint(tmp_path / "a.exr", pixels, "half", names=["R", "G", "B", "A", "Z"])
    (file,) = read_frame(FrameRequest((str(path),)), store).files
    assert file.layers == ("Z",)
    assert file.notes == ("black", "transparent")


def _reason(path: Path, store: ThumbnailStore, **wanted: Any) -> str:
    found = read_frame(FrameRequest((str(path),), **wanted), store)
    assert found.files == () and found.thumbnail_path is None
    assert found.reason is not None and path.name in found.reason
    return found.reason


def test_a_missing_file(tmp_path: Path, store: ThumbnailStore) -> None:
    path = tmp_path / "none_0001.exr"
    assert _reason(path, store) == f"“{path}” was not written."


def test_a_folder_is_no_file(tmp_path: Path, store: ThumbnailStore) -> None:
    assert "cannot be opened" in _reason(tmp_path, store)


def test_the_main_picture_is_measured(
    frame: Path, tmp_path: Path, paint: Paint, store: ThumbnailStore
) -> None:
    grey = paint(tmp_path / "grey.png", np.full((32, 64, 3), 0.5, np.float32))
    found = read_frame(FrameRequest((str(grey), str(frame))), store)
    assert found.suspicions == (Suspicion.FLAT,)
    assert found.measure is not None
    assert found.measure.size == grey.stat().st_size
    assert found.measure.brightness == pytest.approx(0.5, abs=0.01)
    other = read_frame(FrameRequest((str(frame),)), store)
    assert other.suspicions == ()
    assert other.measure is not None and other.measure.digest != found.measure.digest


def test_the_same_picture_in_another_file_has_the_same_digest(
    tmp_path: Path, paint: Paint, scene: Callable[..., Any], store: ThumbnailStore
) -> None:
    files = [
        paint(tmp_path / f"{kind}.exr", scene(channels=4), "half", attributes={"compression": kind})
        for kind in ("zip", "none")
    ]
    found = [read_frame(FrameRequest((str(file),)), store).measure for file in files]
    assert found[0] and found[1]
    assert found[0].digest == found[1].digest
    assert found[0].size != found[1].size


def test_an_empty_file(frame: Path, store: ThumbnailStore) -> None:
    frame.write_bytes(b"")
    assert _reason(frame, store) == "“shot_0001.exr” is empty."


def test_a_truncated_file(frame: Path, store: ThumbnailStore) -> None:
    frame.write_bytes(frame.read_bytes()[:-1])
    assert "ends too early" in _reason(frame, store)


def test_a_file_of_another_size(frame: Path, store: ThumbnailStore) -> None:
    assert _reason(frame, store, expected_size=(1920, 1080)) == (
        "“shot_0001.exr” is 320 × 180 pixels, but 1920 × 1080 were asked for."
    )


def test_other_files_must_be_whole_but_may_have_any_size(
    frame: Path, tmp_path: Path, paint: Paint, store: ThumbnailStore
) -> None:
    proxy = paint(tmp_path / "proxy.png", np.full((18, 32, 3), 0.5, np.float32))
    request = FrameRequest((str(frame),), (320, 180), others=(str(proxy),))
    found = read_frame(request, store)
    assert found.reason is None
    assert [file.width for file in found.files] == [320, 32]
    proxy.write_bytes(proxy.read_bytes()[:-5])
    assert "proxy.png" in (read_frame(request, store).reason or "")


def test_the_size_is_that_of_the_display_window(
    tmp_path: Path, paint: Paint, store: ThumbnailStore
) -> None:
    pixels = np.ones((20, 30, 3), np.float32)
    path = paint(tmp_path / "crop.exr", pixels, "half", window=(0, 0, 100, 80))
    found = read_frame(FrameRequest((str(path),), (100, 80)), store)
    assert found.reason is None
    assert (found.files[0].width, found.files[0].height) == (100, 80)


def test_a_file_of_an_earlier_run(frame: Path, store: ThumbnailStore) -> None:
    os.utime(frame, (1_000_000, 1_000_000))
    assert "older than this run" in _reason(frame, store, newer_than=1_000_003.0)


def test_coarse_file_times_are_allowed_for(frame: Path, store: ThumbnailStore) -> None:
    os.utime(frame, (1_000_000, 1_000_000))
    assert read_frame(FrameRequest((str(frame),), None, 1_000_001.9), store).reason is None


def test_no_file_named_is_no_evidence(store: ThumbnailStore) -> None:
    assert read_frame(FrameRequest(()), store).reason is not None


def test_the_first_fault_ends_the_reading(
    frame: Path, tmp_path: Path, store: ThumbnailStore
) -> None:
    bad = tmp_path / "bad.exr"
    bad.write_bytes(b"nonsense" * 40)
    found = read_frame(FrameRequest((str(frame), str(bad), str(frame))), store)
    assert [Path(file.path) for file in found.files] == [frame]
    assert found.reason is not None and "bad.exr" in found.reason


def test_each_file_is_decoded_once_and_the_first_gives_the_thumbnail(
    frame: Path, tmp_path: Path, paint: Paint, store: ThumbnailStore
) -> None:
    second = paint(tmp_path / "second.png", np.ones((8, 8, 3), np.float32))
    found = read_frame(FrameRequest((str(frame), str(second))), store)
    alone = read_frame(FrameRequest((str(frame),)), store)
    assert len(found.files) == 2
    assert found.thumbnail_path == alone.thumbnail_path
    assert len(list(store.folder.rglob("*.jpg"))) == 1


def test_a_thumbnail_that_fails_does_not_fail_the_frame(
    frame: Path, store: ThumbnailStore, caplog: pytest.LogCaptureFixture
) -> None:
    store.folder.write_text("a file where the folder should be")
    found = read_frame(FrameRequest((str(frame),)), store)
    assert (found.reason, found.thumbnail_path, len(found.files)) == (None, None, 1)
    assert "A thumbnail could not be kept" in caplog.messages
    caplog.clear()


def _grows(monkeypatch: pytest.MonkeyPatch, frame: Path, times: int) -> list[Path]:
    """Lets the file change while it is read, the first `times` times."""
    seen: list[Path] = []

    def growing(path: Path) -> None:
        seen.append(path)
        check_structure(path)
        if len(seen) <= times:
            os.utime(frame, (1_000_000 + len(seen), 1_000_000 + len(seen)))

    monkeypatch.setattr(reading, "check_structure", growing)
    return seen


def test_a_file_that_changed_is_read_again(
    frame: Path, store: ThumbnailStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = _grows(monkeypatch, frame, times=2)
    assert read_frame(FrameRequest((str(frame),)), store).reason is None
    assert len(seen) == 3


def test_a_file_that_does_not_come_to_rest_is_no_evidence(
    frame: Path, store: ThumbnailStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    _grows(monkeypatch, frame, times=100)
    assert _reason(frame, store) == "“shot_0001.exr” is still being written."


def test_a_fault_seen_while_the_file_changed_is_looked_at_again(
    frame: Path, store: ThumbnailStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = frame.read_bytes()
    frame.write_bytes(whole[: len(whole) // 2])

    def finished_meanwhile(path: Path) -> None:
        try:
            check_structure(path)
        finally:
            frame.write_bytes(whole)
            os.utime(frame, (1_000_000, 1_000_000))

    monkeypatch.setattr(reading, "check_structure", finished_meanwhile)
    assert read_frame(FrameRequest((str(frame),)), store).reason is None


def test_the_sentence_is_in_the_users_language(
    frame: Path, store: ThumbnailStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    from render_manager.images import faults

    monkeypatch.setattr(faults, "_", lambda message: message.replace("is empty", "ist leer"))
    frame.write_bytes(b"")
    found: FrameReading = read_frame(FrameRequest((str(frame),)), store)
    assert found.reason == "“shot_0001.exr” ist leer."
