"""The folder of thumbnails: named by content, under its cap, whatever happens to it."""

from __future__ import annotations

import os
import pickle
import shutil
from pathlib import Path

import pytest
from PIL import Image

from render_manager.images.thumbnails import ThumbnailStore


def _picture(grey: int) -> Image.Image:
    return Image.new("RGB", (256, 144), (grey, grey, grey))


def _age(path: Path, seconds: int) -> None:
    os.utime(path, (1_000_000 - seconds, 1_000_000 - seconds))


def _total(store: ThumbnailStore) -> int:
    return sum(path.stat().st_size for path in store.folder.rglob("*.jpg"))


def test_a_thumbnail_is_a_small_jpeg(store: ThumbnailStore) -> None:
    path = store.put(_picture(90))
    with Image.open(path) as image:
        assert (image.format, image.size) == ("JPEG", (256, 144))
    assert path.is_relative_to(store.folder)


def test_equal_pictures_share_a_file_and_others_do_not(store: ThumbnailStore) -> None:
    assert store.put(_picture(90)) == store.put(_picture(90))
    assert store.put(_picture(90)) != store.put(_picture(91))
    assert len(list(store.folder.rglob("*.jpg"))) == 2


def test_nothing_half_written_is_left(store: ThumbnailStore) -> None:
    store.put(_picture(90))
    assert [path.suffix for path in store.folder.rglob("*") if path.is_file()] == [".jpg"]


def test_a_thumbnail_cut_short_by_a_power_cut_is_written_again(store: ThumbnailStore) -> None:
    path = store.put(_picture(90))
    size = path.stat().st_size
    path.write_bytes(b"")
    assert store.put(_picture(90)) == path
    assert path.stat().st_size == size


def test_trim_drops_the_least_recently_used(store: ThumbnailStore) -> None:
    old, used, young = (store.put(_picture(grey)) for grey in (10, 20, 30))
    for path, age in ((old, 20), (used, 30), (young, 10)):
        _age(path, age)
    assert store.touch(used)
    store.cap_bytes = _total(store) - 1
    store.trim()
    assert (old.exists(), used.exists(), young.exists()) == (False, True, True)


def test_trim_leaves_what_fits(store: ThumbnailStore) -> None:
    paths = [store.put(_picture(grey)) for grey in range(5)]
    store.cap_bytes = _total(store)
    store.trim()
    assert all(path.exists() for path in paths)


def test_writing_keeps_the_folder_near_its_cap(store: ThumbnailStore) -> None:
    one = store.put(_picture(0)).stat().st_size
    store.cap_bytes = 16 * one
    for grey in range(1, 60):
        store.put(_picture(grey * 4))
    assert _total(store) <= 18 * one


def test_the_folder_may_be_deleted_at_any_time(store: ThumbnailStore) -> None:
    first = store.put(_picture(90))
    shutil.rmtree(store.folder)
    assert not store.touch(first)
    store.trim()
    assert store.put(_picture(90)).exists()


def test_a_folder_deleted_while_writing_is_made_again(
    store: ThumbnailStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, attempts = Path.write_bytes, []

    def deleted_once(path: Path, data: bytes) -> int:
        attempts.append(path)
        if len(attempts) == 1:
            shutil.rmtree(store.folder)
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", deleted_once)
    assert store.put(_picture(90)).exists()
    assert len(attempts) == 2


def test_a_store_goes_to_another_process(store: ThumbnailStore) -> None:
    copy = pickle.loads(pickle.dumps(store))
    assert copy.put(_picture(90)) == store.put(_picture(90))
