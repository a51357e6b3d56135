"""The search for scenes among dropped files and folders."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from house import make_scene

from render_manager.gui.scenes import SORTED_AT_ONCE, Found, Search

FAKE = (".fake",)


def find(*paths: Path) -> Found:
    return Search(paths, FAKE).run()


def test_a_scene_found_twice_is_one_scene(tmp_path: Path) -> None:
    scene = make_scene(tmp_path)
    assert find(scene, tmp_path, scene).scenes == [scene]


def test_a_scene_by_other_names_is_one_scene(tmp_path: Path) -> None:
    scene = make_scene(tmp_path / "shots")
    (tmp_path / "latest.fake").symlink_to(scene)
    (tmp_path / "link").symlink_to(tmp_path / "shots")
    by_link = tmp_path / "link" / "shot.fake"
    roundabout = tmp_path / "shots" / ".." / "shots" / "shot.fake"
    assert find(by_link, roundabout, scene, tmp_path / "latest.fake", tmp_path).scenes == [by_link]


def test_links_that_lead_in_a_circle_are_not_followed(tmp_path: Path) -> None:
    scene = make_scene(tmp_path / "a")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "a" / "folder.fake").symlink_to(tmp_path / "a")
    (tmp_path / "a" / "self.fake").symlink_to(tmp_path / "a" / "self.fake")
    found = find(tmp_path, tmp_path / "a" / "self.fake")
    assert found.scenes == [scene]
    assert found.closed == [tmp_path / "a" / "self.fake"]


def test_what_is_gone_is_told_by_its_name(tmp_path: Path) -> None:
    missing = [tmp_path / "gone", tmp_path / "SHOT.FAKE", tmp_path / "shot.fake" / "below"]
    make_scene(tmp_path)
    assert find(*missing).missing == missing


def test_endings_are_known_in_any_case(tmp_path: Path) -> None:
    scene = make_scene(tmp_path).rename(tmp_path / "SHOT.FAKE")
    assert find(scene).scenes == [scene]


def test_a_pipe_called_like_a_scene_is_none(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.fake"
    os.mkfifo(pipe)
    found = find(pipe, tmp_path)
    assert (found.scenes, found.strangers, found.barren) == ([], [pipe], [tmp_path])


def test_folders_that_cannot_be_read_are_named_and_the_rest_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = make_scene(tmp_path / "open")
    locked = tmp_path / "locked"
    make_scene(locked)
    look = os.scandir

    def scandir(place: str) -> object:
        if place == str(locked):
            raise PermissionError(13, "Permission denied", place)
        return look(place)

    monkeypatch.setattr(os, "scandir", scandir)
    found = find(tmp_path, Path("x" * 300))
    assert (found.scenes, found.barren) == ([scene], [])
    assert found.closed == [locked, Path("x" * 300)]


def test_scenes_come_in_the_order_people_count(tmp_path: Path) -> None:
    count = SORTED_AT_ONCE + 50
    for number in range(count):
        (tmp_path / f"sh{number}.fake").touch()
    names = [scene.name for scene in find(tmp_path).scenes]
    assert names == [f"sh{number}.fake" for number in range(count)]


def test_a_search_says_how_far_it_is(tmp_path: Path) -> None:
    make_scene(tmp_path / "shots")
    for number in range(1233):
        (tmp_path / "shots" / f"{number}.txt").touch()
    search = Search([tmp_path / "shots"], FAKE)
    search.run()
    assert search.sentence == "Looking through “shots” … 1,234 files, 1 scene"


def test_a_stopped_search_looks_no_further(tmp_path: Path) -> None:
    make_scene(tmp_path / "shots")
    search = Search([tmp_path / "shots"], FAKE)
    search.stop()
    assert search.run() == Found()
    assert search.files == 0
