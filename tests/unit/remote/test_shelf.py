"""Files of another machine: fetched once, anew when they are new, and gone at the end."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from render_manager.client import ApiError, Client, NoAnswerError
from render_manager.domain.events import FrameFile
from render_manager.domain.states import FrameState
from render_manager.domain.task import FrameDetail
from render_manager.remote import shelf as module
from render_manager.remote.shelf import Shelf, session_folder


class There:
    """A client of a machine with one frame and one log."""

    def __init__(self) -> None:
        self.asked: list[object] = []
        self.is_gone = self.is_away = False
        self.log = b"begin\n"

    def _ask(self, what: object) -> None:
        self.asked.append(what)
        if self.is_away:
            raise NoAnswerError("http://there", "timeout")
        if self.is_gone:
            raise ApiError(404, "Gone.")

    def thumbnail(self, frame_id: int) -> bytes:
        self._ask(("thumbnail", frame_id))
        return b"jpeg"

    def download(
        self, frame_id: int, target: Path, *, file: str, progress: Callable[[int, int], None]
    ) -> Path:
        self._ask(("download", frame_id, file))
        progress(1, 1)
        target.write_bytes(b"x" * 1000)
        return target

    def log_pieces(self, _task_id: int, *, run: int, offset: int) -> Iterator[bytes]:
        self._ask(("log", run, offset))
        for at in range(offset, len(self.log), 4):
            yield self.log[at : at + 4]


@pytest.fixture
def there() -> There:
    return There()


@pytest.fixture
def shelf(there: There, tmp_path: Path) -> Shelf:
    return Shelf(cast(Client, there), tmp_path / "shelf", shares_files=False)


def detail(path: str = "D:\\renders\\a.0001.exr", **more: Any) -> FrameDetail:
    file = FrameFile(path, more.pop("size", 1000), 4, 3)
    return FrameDetail(FrameState.COMPLETED, (file,), "/there/t.jpg", **more)


def test_a_thumbnail_is_fetched_once_and_anew_when_it_is_new(shelf: Shelf, there: There) -> None:
    shelf.note_frame(7, detail())
    first = shelf.bring("/there/t.jpg")
    assert Path(first).read_bytes() == b"jpeg"
    assert shelf.bring("/there/t.jpg") == first
    assert there.asked == [("thumbnail", 7)]
    shelf.note_frame(7, detail(), is_new=True)
    assert shelf.bring("/there/t.jpg") != first
    assert len(there.asked) == 2


def test_a_picture_keeps_its_name_whichever_system_it_is_of(shelf: Shelf, there: There) -> None:
    shelf.note_frame(7, detail())
    here = Path(shelf.bring("D:\\renders\\a.0001.exr"))
    assert here.name == "a.0001.exr" and here.stat().st_size == 1000
    shelf.bring("D:\\renders\\a.0001.exr")
    assert there.asked == [("download", 7, "D:\\renders\\a.0001.exr")]


def test_a_picture_on_a_drive_of_both_is_not_fetched(
    shelf: Shelf, there: There, tmp_path: Path
) -> None:
    same, other = tmp_path / "same.exr", tmp_path / "other.exr"
    same.write_bytes(b"x" * 10)
    other.write_bytes(b"x" * 10)
    shelf.note_frame(1, detail(str(same), size=10))
    shelf.note_frame(2, detail(str(other), size=11))
    assert shelf.bring(str(same)) == str(same)
    assert shelf.bring(str(other)) != str(other)
    assert there.asked == [("download", 2, str(other))]


def test_a_log_grows_as_it_does_there(
    shelf: Shelf, there: There, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOG_AT_A_TIME", 8)
    shelf.note_log(1, 5, "/there/5.log")
    here = Path(shelf.bring("/there/5.log"))
    there.log += b"and more than once"
    shelf.bring("/there/5.log")
    assert here.read_bytes() == there.log[:14]
    shelf.bring("/there/5.log")
    shelf.bring("/there/5.log")
    assert here.read_bytes() == there.log


def test_what_is_gone_there_is_not_here(shelf: Shelf, there: There) -> None:
    there.is_gone = True
    shelf.note_frame(7, detail())
    assert not Path(shelf.bring("/there/t.jpg")).exists()
    there.is_gone = False
    assert Path(shelf.bring("/there/t.jpg")).exists()


def test_who_does_not_answer_is_asked_once(shelf: Shelf, there: There) -> None:
    there.is_away = True
    shelf.note_frame(7, detail())
    for _again in range(3):
        assert not Path(shelf.bring("/there/t.jpg")).exists()
    assert len(there.asked) == 1
    there.is_away = False
    shelf.doubt_all()
    assert Path(shelf.bring("/there/t.jpg")).exists()


def test_the_oldest_pictures_make_room(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 2500)
    here = []
    for number in range(3):
        shelf.note_frame(number, detail(f"/there/{number}.exr"))
        here.append(Path(shelf.bring(f"/there/{number}.exr")))
        os.utime(here[-1], (number, number))
    assert [file.exists() for file in here] == [False, True, True]


def test_nothing_is_left_and_nothing_fetched_after_the_end(shelf: Shelf, there: There) -> None:
    shelf.note_frame(7, detail())
    here = Path(shelf.bring("/there/t.jpg"))
    shelf.close()
    assert not here.parent.parent.exists()
    shelf.bring("D:\\renders\\a.0001.exr")
    assert len(there.asked) == 1 and not here.parent.parent.exists()


def test_the_folders_of_sessions_that_are_no_more_are_swept(tmp_path: Path) -> None:
    dead, alive = tmp_path / "0.host-999999999", tmp_path / f"0.host-{os.getpid()}"
    for folder in (dead, alive):
        folder.mkdir()
    assert session_folder(tmp_path, "host") == tmp_path / f"1.host-{os.getpid()}"
    assert (dead.exists(), alive.exists()) == (False, True)


@pytest.mark.parametrize("wrong", ["../../../evil", 1.5, None])
def test_what_is_no_number_names_no_file(shelf: Shelf, wrong: Any) -> None:
    with pytest.raises(TypeError):
        shelf.note_frame(wrong, detail())
    with pytest.raises(TypeError):
        shelf.note_log(wrong, 1, "/there/1.log")
    with pytest.raises(TypeError):
        shelf.note_log(1, wrong, "/there/1.log")
    assert shelf.bring("/there/t.jpg") == "/there/t.jpg"


@pytest.mark.parametrize(
    "path", ["D:\\renders\\C:evil.exe", "/there/..", "/there/NUL.exr", "/there/a\0b.exr", "/there/"]
)
def test_a_picture_lies_in_its_folder_whatever_it_is_called(
    shelf: Shelf, tmp_path: Path, path: str
) -> None:
    shelf.note_frame(7, detail(path))
    here = Path(shelf.bring(path))
    assert here.exists() and here.parent == tmp_path / "shelf" / "pictures" / "7.0.0"
    assert not set(":\0") & set(here.name) and here.stem.upper() != "NUL"


def test_the_log_of_another_database_begins_anew(shelf: Shelf, there: There) -> None:
    shelf.note_log(1, 5, "/there/5.log")
    shelf.bring("/there/5.log")
    shelf.doubt_all()
    there.log = b"another task's log"
    assert Path(shelf.bring("/there/5.log")).read_bytes() == there.log


@pytest.mark.parametrize(
    "path",
    ["\\\\evil\\share\\a.exr", "//evil/share/a.exr", "\\\\.\\pipe\\a.exr", "a.exr"],
)
def test_no_share_is_looked_at_because_another_machine_names_it(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    looked_at: list[object] = []
    stat = os.stat

    def watched(what: Any, **more: Any) -> os.stat_result:
        looked_at.append(what)
        return stat(what, **more)

    shelf.note_frame(7, FrameDetail(FrameState.COMPLETED, (FrameFile(path, 1, 4, 3),), "/t.jpg"))
    monkeypatch.setattr(os, "stat", watched)
    assert shelf.bring(path) != path
    assert path not in looked_at


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such pipes")
def test_a_pipe_is_no_picture_of_both(shelf: Shelf, tmp_path: Path) -> None:
    pipe = tmp_path / "a.exr"
    os.mkfifo(pipe)
    shelf.note_frame(7, detail(str(pipe), size=0))
    assert shelf.bring(str(pipe)) != str(pipe)


def test_what_is_remembered_has_an_end(
    shelf: Shelf, there: There, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_KNOWN", 3)
    shelf.note_frame(0, detail(), is_new=True)
    first = shelf.bring("/there/t.jpg")
    for frame_id in range(10):
        shelf.note_frame(frame_id, detail(f"/there/{frame_id}.exr"), is_new=True)
    assert len(shelf._versions) <= 3
    shelf.note_frame(0, detail(), is_new=True)
    assert shelf.bring("/there/t.jpg") != first
    shelf.note_frame(0, detail("/" + "x" * 5_000))
    assert max(map(len, shelf._known)) < 5_000


def test_a_picture_without_end_is_let_go(
    shelf: Shelf, there: There, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 0)
    shelf.note_frame(7, detail())
    assert not Path(shelf.bring("D:\\renders\\a.0001.exr")).exists()
