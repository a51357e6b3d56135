from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from render_manager.domain.evidence import ExpectedFile
from render_manager.domain.job import RenderJob
from render_manager.engine.file_clock import seconds_ahead
from render_manager.engine.folder_watch import FolderWatch
from render_manager.engine.folders_in_use import FoldersInUse
from render_manager.engine.frame_watch import Claim

OLD = 1_000_000.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    out = tmp_path / "out"
    out.mkdir()
    return out


def job(folder: Path, name: str = "shot") -> RenderJob:
    return RenderJob(f"/{name}.fake", "fake", name, str(folder))


def write(path: Path, changed: float | None = None) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"picture")
    if changed is not None:
        os.utime(path, (changed, changed))
    return str(path)


def watch(folder: Path, *outputs: Path) -> FolderWatch:
    found = FolderWatch(job(folder), time.time(), FoldersInUse())
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
    found = FolderWatch(job(folder), OLD, FoldersInUse())
    found.set_clock()
    assert found.newer_than > OLD + 1_000_000


def test_where_no_probe_can_be_made_our_clock_is_taken(tmp_path: Path) -> None:
    found = FolderWatch(job(tmp_path / "nowhere"), OLD, FoldersInUse())
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
    found = watch(folder)
    again = write(Path(bad), time.time() + 5)
    assert found.before([bad]) == frozenset()
    assert found.files_of(Claim(1, (again,)), ()) == ()


def test_pictures_written_for_a_frame_are_found_by_its_number(folder: Path) -> None:
    write(folder / "shot_v2_0002.png")
    found = watch(folder)
    ours = [write(folder / "left" / "shot_0002.exr"), write(folder / "shot_z.0002.PNG")]
    for other in ("shot_0002.txt", "shot_0003.png", "shot_0002_v3.png", "_rejected/a_0002.png"):
        write(folder / other)
    assert found.written_for(2) == tuple(sorted(ours))


def test_what_is_numbered_or_called_otherwise_is_another_frames(folder: Path) -> None:
    found = watch(folder)
    main = write(folder / "beauty_0002.png")
    ours = [write(folder / "beauty_z_0002.png"), write(folder / "z" / "shot0002.png")]
    for other in ("beauty_0102.v2.png", "shot_2.png", "stray_0002.png"):
        write(folder / other)
    assert found.files_of(Claim(2, (main,)), ()) == (main, *sorted(ours))


def test_the_file_that_the_log_names_stays_the_main_one(folder: Path) -> None:
    found = watch(folder)
    write(folder / "shot_a_0002.png")
    main = write(folder / "shot_b_0002.png")
    assert found.files_of(Claim(2, (main,)), ())[0] == main


def test_a_frame_that_should_have_a_file_has_it_though_the_log_does_not_say_so(
    folder: Path, tmp_path: Path
) -> None:
    expected = (ExpectedFile(f"{tmp_path.as_posix()}/far_#.png", (1, 1)),)
    found, main = watch(folder), write(folder / "shot_0002.png")
    far = write(tmp_path / "far_0002.png")
    assert found.files_of(Claim(2, (main,)), expected) == (main, far)


@pytest.mark.parametrize("where", [".", "sub", ".."])
def test_nothing_is_found_where_another_task_writes_too(folder: Path, where: str) -> None:
    uses = FoldersInUse()
    uses.enter(job(folder))
    found = FolderWatch(job(folder), time.time(), uses)
    write(folder / "shot_0002.png")
    other = job(folder / where, "shot_b")
    uses.enter(other)
    assert found.written_for(2) == ()
    uses.leave(other)
    assert len(found.written_for(2)) == 1


def test_runs_of_one_task_and_neighbouring_folders_do_not_share(folder: Path) -> None:
    uses = FoldersInUse()
    for one in (job(folder), job(folder), job(folder.with_name("out_2"), "shot_b")):
        uses.enter(one)
    assert not uses.is_shared(job(folder))


def test_a_run_is_alone_in_a_folder_until_another_writes_there(tmp_path: Path) -> None:
    uses = FoldersInUse()
    ours = job(tmp_path / "out")
    uses.enter(ours)
    assert uses.is_alone(ours)
    for other in (ours, job(tmp_path / "out" / "deeper", "other")):
        uses.enter(other)
        assert not uses.is_alone(ours)
        uses.leave(other)
    assert uses.is_alone(ours)
