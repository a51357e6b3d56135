"""Archives that are as they should be, and those that are made to do harm."""

from __future__ import annotations

import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from render_manager.base.errors import UserError
from render_manager.http_api import unpack as unpacking
from render_manager.http_api.unpack import scenes_in, unpack

ROOM = 10**9


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "a.zip"


def refused(archive: Path, room: int = ROOM) -> str:
    """What is said; nothing of it may be outside the folder."""
    with pytest.raises(UserError) as caught:
        unpack(archive, archive.parent / "out", room)
    assert caught.value.field == "file"
    assert {path.name for path in archive.parent.iterdir()} == {"a.zip", "out"}
    return str(caught.value)


def pack(archive: Path, *names: str, data: bytes = b"x", how: int = zipfile.ZIP_DEFLATED) -> None:
    with zipfile.ZipFile(archive, "w", how) as made:
        for name in names:
            made.writestr(name, data)


def test_files_and_folders_and_scenes(archive: Path, tmp_path: Path) -> None:
    pack(archive, "a/b/shot.BLEND", "a\\tex\\t.png", "空/镜头.blend", "e/")
    unpack(archive, out := tmp_path / "out", ROOM)
    assert (out / "a" / "tex" / "t.png").read_bytes() == b"x"
    assert (out / "e").is_dir()
    assert scenes_in(out, (".blend",)) == sorted(
        [str(out / "a" / "b" / "shot.BLEND"), str(out / "空" / "镜头.blend")]
    )


@pytest.mark.parametrize("code", ["utf-8", "gb18030"])
def test_names_as_windows_writes_them_in_chinese(archive: Path, tmp_path: Path, code: str) -> None:
    name = "贴图/木纹.png".encode(code)
    pack(archive, "?" * len(name))
    archive.write_bytes(archive.read_bytes().replace(b"?" * len(name), name))
    unpack(archive, tmp_path / "out", ROOM)
    assert (tmp_path / "out" / "贴图" / "木纹.png").exists()


@pytest.mark.parametrize(
    "name",
    [
        *("../a", "a/../../b", "/a", "//a", "..\\a", "C:\\a", "C:a", "\\\\host\\share\\a"),
        *("a\x01b", "con", "a/NUL.txt", "a.", "a /b", ".", "..", "a/COM1"),
        *("n" * 300, "名" * 90, "/".join("d" * 100), "/".join(["long" * 20] * 20)),
    ],
)
def test_a_name_that_leads_out_or_is_fit_for_nothing(archive: Path, name: str) -> None:
    pack(archive, "fine", name)
    assert "is no fit path" in refused(archive)
    assert not [*(archive.parent / "out").iterdir()]


@pytest.mark.parametrize("kind", [0o120777, 0o060644, 0o020644, 0o010644, 0o140644])
def test_links_and_devices(archive: Path, kind: int) -> None:
    entry = zipfile.ZipInfo("link")
    entry.external_attr = kind << 16
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr(entry, "/etc/passwd")
    assert "is a link or a device" in refused(archive)


@pytest.mark.parametrize("names", [("a", "a"), ("a", "a/b"), ("a/b", "a")])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_names_that_are_at_odds(archive: Path, names: tuple[str, str]) -> None:
    pack(archive, *names)
    assert "is not taken" in refused(archive)


def test_a_bomb_that_says_how_large_it_is(archive: Path) -> None:
    pack(archive, "a", "b", data=bytes(100_000_000 // 2 + 1))
    tracemalloc.start()
    said = refused(archive)
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()
    assert "far larger" in said


def test_no_more_than_there_is_room_for(archive: Path) -> None:
    pack(archive, "a", data=bytes(5_000))
    assert "no room" in refused(archive, room=4_999)


def lie(archive: Path, size: int) -> None:
    """Let the last archive say another size of its only file, in both places."""
    data = bytearray(archive.read_bytes())
    for sign, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", data, data.index(sign) + at, size)
    archive.write_bytes(data)


@pytest.mark.parametrize("size", [0, 10, 1_000_001, 2_000_000])
def test_a_size_that_is_a_lie(archive: Path, size: int) -> None:
    pack(archive, "a", data=bytes(1_000_000))
    lie(archive, size)
    out = archive.parent / "out"
    if size > 1_000_000:
        unpack(archive, out, ROOM)  # it has what there is, and no more
        assert (out / "a").stat().st_size == 1_000_000
    else:
        refused(archive)
        assert not (out / "a").exists() or (out / "a").stat().st_size <= size


def test_entries_that_lie_over_each_other(archive: Path) -> None:
    """Many names for one piece of packed data, as the densest bombs have it."""
    pack(archive, "a", data=bytes(1_000_000))
    data = archive.read_bytes()
    at, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entry, tail = data[at:end], bytearray(data[end:])
    struct.pack_into("<HHI", tail, 8, 500, 500, len(entry) * 500)
    archive.write_bytes(data[:at] + entry * 500 + tail)
    assert "far larger" in refused(archive)


@pytest.mark.parametrize("how", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_unpacks_to_any_length_in_memory(archive: Path, how: int) -> None:
    pack(archive, "a", data=bytes(1_000_000), how=how)
    lie(archive, 10)
    assert "Deflate" in refused(archive)


def test_too_many_files(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pack(archive, *map(str, range(50)))
    monkeypatch.setattr(unpacking, "MOST_ENTRIES", 49)
    assert "too many files" in refused(archive)
    (archive.parent / "out").rmdir()
    monkeypatch.setattr(unpacking, "LONGEST_LIST", 1_000)
    assert "too many files" in refused(archive)


def test_what_is_locked_or_broken(archive: Path) -> None:
    pack(archive, "a", data=bytes(range(256)) * 9)
    whole = archive.read_bytes()
    locked = bytearray(whole)
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(sign) + at] |= 1
    for data in (
        bytes(locked),
        b"",
        b"PK\x05\x06" + bytes(18),
        whole[:-25],
        whole[:40] + bytes(60) + whole[100:],
        whole[:28] + b"\xff\xff" + whole[30:],
    ):
        archive.write_bytes(data)
        if data.startswith(b"PK\x05\x06"):
            unpack(archive, archive.parent / "out", ROOM)  # an empty one
        else:
            assert "Pack it again" in refused(archive)
        for path in (archive.parent / "out").iterdir():
            path.unlink()
        (archive.parent / "out").rmdir()
