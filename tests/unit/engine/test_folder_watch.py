from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from render_manager.engine.file_clock import seconds_ahead
from render_manager.engine.folder_watch import FolderWatch

OLD = 1_000_000.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    out = tmp_path / "out"
    out.mkdir()
    return out


def write(path: Path, changed: float | None = None) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"picture")
    if changed is not None:
        os.utime(path, (changed, changed))
    return str(path)


def watch(folder: Path, *outputs: Path) -> FolderWatch:
    found = FolderWatch(folder, time.time())
    found.set_clock()
    found.remember(outputs)
    return found


def test_the_probe_tells_the_clock_of_the_folder_and_is_removed(folder: Path) -> None:
    assert -2.5 < seconds_ahead(folder) <= 0.5
    assert list(folder.iterdir()) == []


def test_a_server_with_another_clock_is_believed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time", lambda: OLD)
    found = FolderWatch(folder, OLD)
    found.set_clock()
    assert found.newer_than > OLD + 1_000_000


def test_where_no_probe_can_be_made_our_clock_is_taken(tmp_path: Path) -> None:
    found = FolderWatch(tmp_path / "nowhere", OLD)
    found.set_clock()
    assert found.newer_than == OLD


def test_what_was_there_before_is_known_by_size_and_time(folder: Path, tmp_path: Path) -> None:
    inside, outside = write(folder / "a" / "x_1.png", OLD), write(tmp_path / "x_2.png", OLD)
    found = watch(folder, Path(outside))
    assert found.before([inside, outside, str(folder / "x_3.png")]) == {
        (inside, 7, OLD),
        (outside, 7, OLD),
    }


def test_a_file_is_ours_if_it_appeared_or_changed(folder: Path) -> None:
    left, changed = write(folder / "left_1.png"), write(folder / "changed_1.png")
    found = watch(folder)
    write(Path(changed), time.time() + 5)
    new = write(folder / "new_1.png")
    paths = (left, changed, new, str(folder / "absent_1.png"))
    assert [found.is_ours(Path(path)) for path in paths] == [False, True, True, False]


def test_what_was_rejected_is_not_looked_at(folder: Path) -> None:
    bad = write(folder / "_rejected" / "x_1.png")
    assert watch(folder).before([bad]) == frozenset()
