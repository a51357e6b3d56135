"""Folders that have other names on other machines."""

from __future__ import annotations

import pytest

from render_manager.domain.events import FrameBegan, FrameCompleted, FrameFile
from render_manager.domain.job import RenderJob, RenderOptions
from render_manager.farm.paths import Paths, local_job, parse_table, shared_events

TABLE = parse_table("P:\\ = /mnt/projects = \\\\server\\projects; /mnt/projects/old = /archive")


def on(*there: str) -> Paths:
    return Paths(TABLE, lambda name: name in there)


@pytest.mark.parametrize(
    ("path", "there", "here"),
    [
        ("P:\\film\\a.mb", "/mnt/projects", "/mnt/projects/film/a.mb"),
        ("p:/film/a.mb", "/mnt/projects", "/mnt/projects/film/a.mb"),
        ("/mnt/projects/a.mb", "P:\\", "P:\\a.mb"),
        ("/mnt/projects/film/a.mb", "\\\\server\\projects", "\\\\server\\projects\\film\\a.mb"),
        ("\\\\SERVER\\Projects\\a.mb", "/mnt/projects", "/mnt/projects/a.mb"),
        ("/mnt/projects", "P:\\", "P:\\"),
        ("/mnt/projects2/a.mb", "P:\\", "/mnt/projects2/a.mb"),
        ("/mnt/Projects/a.mb", "P:\\", "/mnt/Projects/a.mb"),
        ("/mnt/projects/old/a.mb", "/archive", "/archive/a.mb"),
        ("/elsewhere/a.mb", "P:\\", "/elsewhere/a.mb"),
        ("P:\\a.mb", "Q:\\", "P:\\a.mb"),
    ],
)
def test_a_path_has_the_name_that_holds_here(path: str, there: str, here: str) -> None:
    assert on(there).to_local(path) == here


def test_a_name_that_holds_here_is_kept() -> None:
    assert on("/mnt/projects").to_local("/mnt/projects/a.mb") == "/mnt/projects/a.mb"


def test_a_job_is_told_where_its_files_are_here() -> None:
    options = RenderOptions(extra={"cache": "P:\\cache", "quality": "high"})
    job = RenderJob("P:\\a.mb", "maya", "a", "P:\\out", options)
    here = local_job(job, on("/mnt/projects"))
    assert here.project_file == "/mnt/projects/a.mb"
    assert here.output_dir == "/mnt/projects/out"
    assert here.options.extra == {"cache": "/mnt/projects/cache", "quality": "high"}


def test_files_of_frames_come_home_under_the_managers_names() -> None:
    file = FrameFile("/mnt/projects/out/layer/a.1.png", 1, 2, 3)
    events = shared_events(
        (FrameBegan(1), FrameCompleted(1, (file,))), "/mnt/projects/out", "P:\\out"
    )
    assert events[0] == FrameBegan(1)
    assert isinstance(events[1], FrameCompleted)
    assert events[1].files[0].path == "P:\\out\\layer\\a.1.png"


@pytest.mark.parametrize("text", ["P:\\", "P:\\ = ", "film = /mnt", "/a == /b"])
def test_a_row_that_makes_no_sense_is_named(text: str) -> None:
    with pytest.raises(ValueError, match=r"^.+$") as found:
        parse_table(f"/a = /b\n{text}")
    assert str(found.value) == text.strip()


def test_no_table_changes_nothing() -> None:
    assert parse_table(" \n ") == ()
    assert Paths((), lambda _name: True).to_local("/a") == "/a"
