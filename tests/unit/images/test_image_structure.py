"""Damaged files are found, whole ones never accused, and any bytes are survived."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render_manager.images.decode import decode
from render_manager.images.faults import BadFrame
from render_manager.images.structure import check_structure

EXR, TILED, MIPPED, PARTS, DEEP = "zip.exr", "tiled.exr", "mip.exr", "parts.exr", "deep.exr"
PNG, TIFF, BIG_TIFF, MOTOROLA = "frame.png", "frame.tif", "big.tif", "motorola.tif"
JPEG, PROGRESSIVE = "frame.jpg", "progressive.jpg"
NAMES = EXR, TILED, MIPPED, PARTS, DEEP, PNG, TIFF, BIG_TIFF, MOTOROLA, JPEG, PROGRESSIVE


@pytest.fixture(scope="session")
def whole(
    tmp_path_factory: pytest.TempPathFactory,
    paint: Callable[..., Path],
    paint_parts: Callable[..., Path],
    paint_deep: Callable[[Path], Path],
    scene: Callable[..., Any],
) -> dict[str, bytes]:
    """The bytes of a good file of each kind."""
    folder = tmp_path_factory.mktemp("whole")
    picture, noise = scene(256, 160, 4), np.random.default_rng(5).normal(0, 0.01, (160, 256, 4))
    picture = (picture + noise).astype(np.float32)
    colour = picture[..., :3]
    paint(folder / EXR, picture, "half", attributes={"compression": "zip"})
    paint(folder / TILED, picture, "half", tile=32, attributes={"compression": "zip"})
    _mip(folder / MIPPED, picture)
    layers = {"rgba": ("RGBA", picture), "diffuse": ("RGB", colour), "Z": ("Z", colour[..., :1])}
    paint_parts(folder / PARTS, layers, "dwaa")
    paint_deep(folder / DEEP)
    paint(folder / PNG, colour)
    for name, attributes in {TIFF: {}, BIG_TIFF: {"tiff:bigtiff": 1}}.items():
        paint(folder / name, colour, "uint16", attributes={"compression": "zip", **attributes})
    (folder / MOTOROLA).write_bytes(_big_endian_tiff(colour))
    paint(folder / JPEG, colour)
    paint(folder / PROGRESSIVE, colour, attributes={"jpeg:progressive": 1})
    return {name: (folder / name).read_bytes() for name in NAMES}


def _mip(path: Path, picture: Any) -> None:
    import OpenImageIO as oiio

    config = oiio.ImageSpec()
    config.attribute("maketx:fileformatname", "openexr")
    assert oiio.ImageBufAlgo.make_texture(
        oiio.MakeTxTexture, oiio.ImageBuf(picture), str(path), config
    )


def _big_endian_tiff(picture: Any) -> bytes:
    """An uncompressed RGB TIFF in Motorola order, of two strips, its directory at the end."""
    height, width, _ = picture.shape
    pixels: bytes = (np.clip(picture, 0, 1) * 255).astype(np.uint8).tobytes()
    half = len(pixels) // 2
    directory = 8 + len(pixels)
    tables = directory + 2 + 9 * 12 + 4
    values = [
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, 3, tables + 16),
        (259, 3, 1, 1 << 16),
        (262, 3, 1, 2 << 16),
        (273, 4, 2, tables),
        (277, 3, 1, 3 << 16),
        (278, 4, 1, height // 2),
        (279, 4, 2, tables + 8),
    ]
    fields = b"".join(struct.pack(">HHII", *value) for value in values)
    ending = struct.pack(">IIIIHHH", 8, 8 + half, half, half, 8, 8, 8)
    head = b"MM\0*" + struct.pack(">I", directory) + pixels
    return head + struct.pack(">H", 9) + fields + bytes(4) + ending


def _flipped(data: bytes) -> bytes:
    changed, chance = bytearray(data), random.Random(7)
    for _ in range(20):
        changed[chance.randrange(len(data) // 5, len(data) * 9 // 10)] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _with_zeros(data: bytes, start: int) -> bytes:
    count = min(65536, len(data) // 4)
    return (data[:start] + bytes(count) + data[start + count :])[: len(data)]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "head only": lambda data: data[:64],
    "text": lambda data: b"Error: no licence for the renderer.\n" * 40,
    "all zero": lambda data: bytes(len(data)),
    "half": lambda data: data[: len(data) // 2],
    "99 %": lambda data: data[: len(data) * 99 // 100],
    "100 bytes short": lambda data: data[:-100],
    "1 byte short": lambda data: data[:-1],
    "zero hole": lambda data: _with_zeros(data, len(data) // 2),
    "zero tail": lambda data: _with_zeros(data, len(data) - min(65536, len(data) // 4)),
    "bit flips": _flipped,
}
CUT = {"half", "99 %", "100 bytes short", "1 byte short"}
COARSE = {"empty", "head only", "text", "all zero"}
SKELETON = COARSE | CUT | {"zero tail"}
EVERYTHING = set(DAMAGES)

BY_STRUCTURE = {
    EXR: SKELETON,
    TILED: SKELETON | {"zero hole"},
    MIPPED: SKELETON,
    PARTS: SKELETON,
    DEEP: COARSE | CUT,
    PNG: SKELETON | {"zero hole"},
    TIFF: COARSE | CUT,
    BIG_TIFF: COARSE | CUT,
    MOTOROLA: COARSE | CUT,
    JPEG: SKELETON,
    PROGRESSIVE: SKELETON,
}
"""What must be found without decoding."""

TOGETHER = {
    EXR: EVERYTHING,
    TILED: EVERYTHING,
    PARTS: SKELETON,
    DEEP: EVERYTHING - {"zero hole", "bit flips"},
    PNG: EVERYTHING,
    TIFF: EVERYTHING,
    BIG_TIFF: EVERYTHING,
    JPEG: SKELETON,
}
"""What must be found by structure and decoding together."""


def _cases(table: dict[str, set[str]]) -> list[tuple[str, str]]:
    return [(name, damage) for name, found in table.items() for damage in sorted(found)]


@pytest.mark.parametrize("name", NAMES)
def test_whole_files_pass(name: str, whole: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(whole[name])
    check_structure(path)
    assert decode(path, 64).small.width <= 64


@pytest.mark.parametrize(("name", "damage"), _cases(BY_STRUCTURE))
def test_structure_finds(name: str, damage: str, whole: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(DAMAGES[damage](whole[name]))
    with pytest.raises(BadFrame, match=path.name):
        check_structure(path)


@pytest.mark.parametrize(("name", "damage"), _cases(TOGETHER))
def test_structure_and_decoding_find(
    name: str, damage: str, whole: dict[str, bytes], tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(DAMAGES[damage](whole[name]))
    with pytest.raises(BadFrame, match=path.name):
        check_structure(path)
        decode(path, 64)


@pytest.mark.parametrize(
    ("name", "damage", "sentence"),
    [
        (EXR, "empty", "“zip.exr” is empty."),
        (EXR, "all zero", "“zip.exr” holds zeros where the picture should be"),
        (PNG, "text", "“frame.png” is not what its name says: it holds no PNG picture."),
        (JPEG, "half", "“frame.jpg” ends too early"),
        (PARTS, "1 byte short", "“parts.exr” ends too early"),
    ],
)
def test_the_sentence_says_what_is_wrong(
    name: str, damage: str, sentence: str, whole: dict[str, bytes], tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(DAMAGES[damage](whole[name]))
    with pytest.raises(BadFrame) as caught:
        check_structure(path)
    assert str(caught.value).startswith(sentence)


def test_an_exr_whose_writer_stopped_tells_how_much_is_missing(
    whole: dict[str, bytes], tmp_path: Path
) -> None:
    data = bytearray(whole[EXR])
    table = data.index(struct.pack("<Q", _first_offset(data)))
    data[table + 8 : table + 24] = bytes(16)
    path = tmp_path / EXR
    path.write_bytes(data)
    with pytest.raises(BadFrame, match="2 of 10 pieces"):
        check_structure(path)


def _first_offset(data: bytes | bytearray) -> int:
    """The chunks of a file of 160 lines in ZIP begin after a table of ten offsets."""
    for place in range(8, len(data)):
        (offset,) = struct.unpack_from("<Q", data, place)
        if offset == place + 80:
            return int(offset)
    raise AssertionError("no offset table")


@pytest.mark.parametrize("suffix", [".exr", ".png", ".tga", ".dpx"])
def test_a_picture_under_another_kinds_name_is_told(
    suffix: str, whole: dict[str, bytes], tmp_path: Path
) -> None:
    path = tmp_path / f"frame{suffix}"
    path.write_bytes(whole[JPEG])
    with pytest.raises(BadFrame, match="it holds a JPEG picture"):
        check_structure(path)


@pytest.mark.parametrize("name", ["frame.0001", "frame", "frame.exr.0001"])
def test_a_name_that_promises_nothing_is_judged_by_its_bytes(
    name: str, whole: dict[str, bytes], tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(whole[EXR])
    check_structure(path)
    path.write_bytes(whole[EXR][:-1])
    with pytest.raises(BadFrame):
        check_structure(path)


def test_what_follows_the_end_of_a_jpeg_or_png_is_ignored(
    whole: dict[str, bytes], tmp_path: Path
) -> None:
    for name in (JPEG, PNG):
        path = tmp_path / name
        path.write_bytes(whole[name] + b"appended by a camera")
        check_structure(path)


@pytest.mark.parametrize(
    "compression",
    [
        *("none", "rle", "zips", "zip", "piz", "pxr24"),
        *("b44", "b44a", "dwaa", "dwab", "htj2k256", "htj2k32"),
    ],
)
def test_every_compression_of_exr_is_known(
    compression: str, tmp_path: Path, paint: Callable[..., Path], scene: Callable[..., Any]
) -> None:
    attributes = {"compression": compression}
    path = paint(tmp_path / "frame.exr", scene(70, 300), "half", attributes=attributes)
    check_structure(path)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(BadFrame):
        check_structure(path)


def test_a_tiff_directory_that_leads_in_a_circle_ends(tmp_path: Path) -> None:
    path = tmp_path / "circle.tif"
    path.write_bytes(b"II*\0" + struct.pack("<IHI", 8, 0, 8))
    with pytest.raises(BadFrame, match="damaged"):
        check_structure(path)


def _png(*chunks: tuple[bytes, bytes]) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def test_pictures_without_pixels_are_told(tmp_path: Path) -> None:
    head = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    without = {
        "none.png": _png((b"IHDR", head), (b"IEND", b"")),
        "none.jpg": b"\xff\xd8\xff\xe0\x00\x02\xff\xd9",
        "none.tif": b"II*\0" + bytes(4),
    }
    for name, data in without.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(BadFrame, match="no picture in it"):
            check_structure(tmp_path / name)


def _survives(path: Path, data: bytes) -> None:
    """Nothing but a verdict comes out of `check_structure`."""
    path.write_bytes(data)
    try:
        check_structure(path)
    except BadFrame as fault:
        assert path.name in str(fault)


HEADS = [
    b"v/1\x01\x02\0\0\0",
    b"v/1\x01\x02\x02\0\0",
    b"v/1\x01\x02\x10\0\0",
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"II*\0",
    b"MM\0*",
    b"II+\0\x08\0\0\0",
    b"MM\0+\0\x08\0\0",
]


@settings(deadline=None, max_examples=150)
@given(head=st.sampled_from(HEADS), rest=st.binary(max_size=400), suffix=st.sampled_from(NAMES))
def test_any_bytes_are_survived(
    tmp_path_factory: pytest.TempPathFactory, head: bytes, rest: bytes, suffix: str
) -> None:
    folder = tmp_path_factory.getbasetemp()
    _survives(folder / f"any-{suffix}", head + rest)
    _survives(folder / "any", head + rest)


@settings(deadline=None, max_examples=150)
@given(data=st.data(), name=st.sampled_from(NAMES))
def test_any_change_to_a_whole_file_is_survived(
    whole: dict[str, bytes],
    tmp_path_factory: pytest.TempPathFactory,
    data: st.DataObject,
    name: str,
) -> None:
    changed = bytearray(whole[name])
    head = min(len(changed), 1500)
    places = st.one_of(st.integers(0, head - 1), st.integers(0, len(changed) - 1))
    values = st.sampled_from([0, 1, 0x7F, 0x80, 0xFE, 0xFF]) | st.integers(0, 255)
    for place, value in data.draw(st.lists(st.tuples(places, values), min_size=1, max_size=8)):
        changed[place] = value
    end = data.draw(st.integers(0, len(changed)) | st.just(len(changed)))
    _survives(tmp_path_factory.getbasetemp() / f"changed-{name}", bytes(changed[:end]))
