"""Values, windows, alpha and colour of decoded pictures, in the formats that renderers write."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from render_manager.images import curves, view
from render_manager.images.decode import decode
from render_manager.images.faults import BadFrame
from render_manager.images.viewing import SHADES

Paint = Callable[..., Path]
Scene = Callable[..., npt.NDArray[np.float32]]


def _srgb(linear: float) -> int:
    shown = 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055
    return round(min(max(shown, 0), 1) * 255)


def _flat(*values: float) -> npt.NDArray[np.float32]:
    return np.tile(np.array(values, np.float32), (24, 32, 1))


def _pixel(image: Image.Image, x: int, y: int) -> tuple[int, ...]:
    pixel = image.getpixel((x, y))
    assert isinstance(pixel, tuple)
    return pixel


def _middle(path: Path, side: int = 256) -> tuple[int, ...]:
    small = decode(path, side).small
    return _pixel(small, small.width // 2, small.height // 2)


FORMATS = [
    ("a.png", "uint8", 4),
    ("a.png", "uint16", 3),
    ("a.png", "uint8", 1),
    ("a.jpg", "uint8", 3),
    ("a.tif", "uint8", 4),
    ("a.tif", "uint16", 3),
    ("a.tif", "half", 4),
    ("a.tif", "float", 3),
    ("a.tif", "double", 3),
    ("a.exr", "half", 4),
    ("a.exr", "float", 3),
    ("a.exr", "half", 1),
    ("a.tga", "uint8", 4),
    ("a.dpx", "uint8", 3),
    ("a.dpx", "uint16", 3),
    ("a.iff", "uint8", 4),
    ("a.iff", "uint16", 4),
    ("a.sgi", "uint8", 4),
    ("a.sgi", "uint16", 3),
    ("a.rla", "uint8", 4),
    ("a.rla", "float", 3),
    ("a.hdr", "float", 3),
    ("a.bmp", "uint8", 3),
    ("a.webp", "uint8", 3),
    ("a.jp2", "uint8", 3),
    ("a.gif", "uint8", 3),
    ("a.zfile", "float", 1),
]


@pytest.mark.parametrize(("name", "kind", "channels"), FORMATS)
def test_formats_show_what_was_written(
    name: str, kind: str, channels: int, tmp_path: Path, paint: Paint, scene: Scene
) -> None:
    picture = scene(160, 90, channels)
    found = decode(paint(tmp_path / name, picture, kind), 256)
    assert (found.width, found.height, found.small.size) == (160, 90, (160, 90))
    assert found.notes == ()
    is_linear = kind in {"half", "float", "double"}
    x, y = np.unravel_index(np.argmin(abs(picture[..., 0] - 0.4)), picture.shape[:2])[::-1]
    expected = [_srgb(float(v)) if is_linear else round(float(v) * 255) for v in picture[y, x, :3]]
    shown = _pixel(found.small, int(x), int(y))
    expected = expected if len(expected) == 3 else expected * 3
    tolerance = 40 if name in {"a.jpg", "a.webp", "a.gif"} else 3
    np.testing.assert_allclose(shown, expected, atol=tolerance)


def test_a_photoshop_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.psd"
    path.write_bytes(
        b"8BPS\0\1"
        + bytes(6)
        + struct.pack(">HIIHH", 3, 4, 5, 8, 3)
        + bytes(12)
        + b"\0\0"
        + b"\x80" * 20
        + b"\x40" * 20
        + b"\xc0" * 20
    )
    found = decode(path, 256)
    assert (found.width, found.height) == (5, 4)
    assert _middle(path) == (0x80, 0x40, 0xC0)


def test_a_large_picture_becomes_small_in_its_own_shape(
    tmp_path: Path, paint: Paint, scene: Scene
) -> None:
    found = decode(paint(tmp_path / "a.exr", scene(700, 300), "half"), 256)
    assert (found.width, found.height, found.small.size) == (700, 300, (256, 110))


def test_tiles_and_strips_show_the_same(tmp_path: Path, paint: Paint, scene: Scene) -> None:
    strips = decode(paint(tmp_path / "s.exr", scene(200, 150), "half"), 64).small
    tiles = decode(paint(tmp_path / "t.exr", scene(200, 150), "half", tile=64), 64).small
    assert strips.tobytes() == tiles.tobytes()


def test_a_crop_is_shown_in_its_display_window(tmp_path: Path, paint: Paint) -> None:
    pixels = _flat(1, 1, 1, 1)
    path = paint(tmp_path / "crop.exr", pixels, "half", window=(-10, -8, 100, 80))
    found = decode(path, 256)
    assert (found.width, found.height, found.small.size) == (100, 80, (100, 80))
    assert _pixel(found.small, 10, 8) == _pixel(found.small, 41, 31) == (255, 255, 255)
    assert _pixel(found.small, 9, 8) != (255, 255, 255) != _pixel(found.small, 42, 31)


def test_overscan_is_cut_off(tmp_path: Path, paint: Paint) -> None:
    pixels = np.zeros((60, 80, 3), np.float32)
    pixels[10:50, 20:60] = 1
    found = decode(paint(tmp_path / "o.exr", pixels, "half", window=(20, 10, 40, 40)), 256)
    assert (found.width, found.height) == (40, 40)
    assert found.small.getextrema() == ((255, 255), (255, 255), (255, 255))


def test_nan_in_the_overscan_is_noted(tmp_path: Path, paint: Paint) -> None:
    pixels = np.full((60, 80, 3), 0.5, np.float32)
    pixels[2, 3, 0] = np.nan
    found = decode(paint(tmp_path / "o.exr", pixels, "half", window=(20, 10, 40, 40)), 256)
    assert "nan" in found.notes


@pytest.mark.parametrize("kind", ["half", "float"])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_one_bad_value_is_noted_and_spoils_one_pixel(
    kind: str, bad: float, tmp_path: Path, paint: Paint
) -> None:
    pixels = np.full((90, 160, 3), 0.18, np.float32)
    pixels[45, 80, 1] = bad
    found = decode(paint(tmp_path / "bad.exr", pixels, kind), 16)
    assert found.notes == ("nan",) if np.isnan(bad) else ("inf",)
    shown = np.asarray(found.small)
    assert (shown != _srgb(0.18)).any(axis=2).sum() == 1


def test_linear_light_is_averaged_before_the_view(tmp_path: Path, paint: Paint) -> None:
    stripes = np.zeros((64, 64, 3), np.float32)
    stripes[:, ::2] = 1
    assert _middle(paint(tmp_path / "s.exr", stripes, "half"), 8) == (_srgb(0.5),) * 3
    assert _middle(paint(tmp_path / "s.png", stripes), 8) == (128, 128, 128)


def test_an_acescg_picture_is_shown_in_its_own_colours(tmp_path: Path, paint: Paint) -> None:
    attributes = {"oiio:ColorSpace": "lin_ap1_scene"}
    wide = _middle(paint(tmp_path / "a.exr", _flat(0.2, 0.5, 0.2), "half", attributes=attributes))
    plain = _middle(paint(tmp_path / "b.exr", _flat(0.2, 0.5, 0.2), "half"))
    assert plain == (_srgb(0.2), _srgb(0.5), _srgb(0.2))
    assert wide[0] < plain[0] and wide[1] > plain[1]


@pytest.mark.parametrize(
    "attributes",
    [{"oiio:ColorSpace": "KodakLog"}, {"dpx:Transfer": "Printing density"}],
)
def test_logarithmic_dpx_is_shown_as_light(
    attributes: dict[str, str], tmp_path: Path, paint: Paint
) -> None:
    attributes["oiio:BitsPerSample"] = 10  # type: ignore[assignment]
    white = _flat(685 / 1023, 95 / 1023, 445 / 1023)
    shown = _middle(paint(tmp_path / "log.dpx", white, "uint16", attributes=attributes))
    np.testing.assert_allclose(shown, (255, 0, _srgb(0.15)), atol=6)


def test_cineon_is_logarithmic_whatever_its_header_says(tmp_path: Path) -> None:
    path = tmp_path / "a.cin"
    path.write_bytes(_cineon(8, 4, (685, 95, 685)))
    np.testing.assert_allclose(_middle(path), (255, 0, 255), atol=3)


def _cineon(width: int, height: int, codes: tuple[int, int, int]) -> bytes:
    """Kodak's 4.5 file: big-endian, three 10-bit channels to a word, padded at the right."""
    head = bytearray(2048)
    struct.pack_into(">6I", head, 0, 0x802A5FD7, 2048, 1024, 1024, 0, 2048 + 4 * width * height)
    head[24:32] = b"V4.5\0\0\0\0"
    head[192:196] = bytes((0, 3, 0, 0))
    for channel in range(3):
        place = 196 + 28 * channel
        head[place : place + 4] = bytes((0, channel + 1, 10, 0))
        struct.pack_into(">2I4f", head, place + 4, width, height, 0.0, 0.0, 1023.0, 2.046)
    head[680:684] = bytes((0, 5, 0, 0))
    word = codes[0] << 22 | codes[1] << 12 | codes[2] << 2
    return bytes(head) + struct.pack(">I", word) * (width * height)


def test_without_the_display_in_the_ocio_config_srgb_is_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, paint: Paint, scene: Scene
) -> None:
    path = paint(tmp_path / "a.exr", scene(), "half")
    usual = np.asarray(decode(path, 64).small).astype(int)
    monkeypatch.setattr(view, "_OCIO_DISPLAY", "no such display")
    by_hand = np.asarray(decode(path, 64).small).astype(int)
    assert abs(usual - by_hand).max() <= 1


def test_a_broken_ocio_variable_does_no_harm(tmp_path: Path, paint: Paint) -> None:
    path = paint(tmp_path / "a.exr", _flat(0.18, 0.18, 0.18), "half")
    script = (
        "import sys, pathlib; from render_manager.images.decode import decode;"
        "print(decode(pathlib.Path(sys.argv[1]), 64).small.getpixel((5, 5)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        env={
            **os.environ,
            "OCIO": str(tmp_path / "missing.ocio"),
            "PYTHONPATH": os.pathsep.join(sys.path),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == str((_srgb(0.18),) * 3)


def test_alpha_is_composited_over_a_checker(tmp_path: Path, paint: Paint) -> None:
    dark, light = (curves.from_srgb(np.array(grey, np.float32)) for grey in SHADES)
    half = decode(paint(tmp_path / "a.exr", _flat(0.25, 0.25, 0.25, 0.5), "half"), 64).small
    for place, grey in {(0, 0): dark, (8, 0): light}.items():
        np.testing.assert_allclose(_pixel(half, *place), _srgb(0.25 + 0.5 * float(grey)), atol=1)


@pytest.mark.parametrize("name", ["a.png", "a.tga", "a.tif"])
def test_alpha_of_integers_is_composited_as_viewers_do(
    name: str, tmp_path: Path, paint: Paint
) -> None:
    colour = np.full((24, 32), 200, np.uint8)
    alpha = np.full((24, 32), 128, np.uint8)
    Image.merge("RGBA", [Image.fromarray(c) for c in (colour, colour, colour, alpha)]).save(
        tmp_path / name
    )
    shown = _pixel(decode(tmp_path / name, 64).small, 0, 0)
    expected = 200 * 128 / 255 + SHADES[0] * 255 * (1 - 128 / 255)
    np.testing.assert_allclose(shown, expected, atol=2)


def test_hidden_colours_do_not_bleed(tmp_path: Path) -> None:
    pixels = np.zeros((64, 64, 4), np.uint8)
    pixels[:, ::2] = 255, 0, 0, 0
    pixels[:, 1::2] = 0, 0, 255, 255
    Image.fromarray(pixels).save(tmp_path / "a.png")
    red, _green, blue = _middle(tmp_path / "a.png", 8)
    assert red < 50 < 100 < blue


@pytest.mark.parametrize(
    ("layers", "shown"),
    [
        ({"diffuse": ("RGB", _flat(1, 0, 0)), "rgba": ("RGB", _flat(0, 1, 0))}, (0, 255, 0)),
        (
            {
                "mask": ("RGB", _flat(1, 0, 0)),
                "Beauty": (["Beauty.R", "Beauty.G", "Beauty.B"], _flat(0, 0, 1)),
            },
            (0, 0, 255),
        ),
        ({"depth": ("Z", _flat(0.5)), "id": (["id.X"], _flat(0.1))}, (_srgb(0.5),) * 3),
    ],
)
def test_the_beauty_of_a_multi_part_file_is_shown(
    layers: Any, shown: tuple[int, ...], tmp_path: Path, paint_parts: Callable[..., Path]
) -> None:
    path = paint_parts(tmp_path / "parts.exr", layers)
    assert decode(path, 64).layers == tuple(layers)
    assert _middle(path) == shown


def test_the_combined_pass_of_blender_is_shown(tmp_path: Path, paint: Paint) -> None:
    names = [f"ViewLayer.{name}" for name in ("AO.R", "AO.G", "AO.B")]
    names += [f"ViewLayer.Combined.{channel}" for channel in "RGBA"] + ["ViewLayer.Depth.Z"]
    path = paint(tmp_path / "b.exr", _flat(1, 1, 1, 0, 1, 0, 1, 9), "half", names=names)
    assert decode(path, 64).layers == ("ViewLayer.AO", "ViewLayer.Combined", "ViewLayer.Depth")
    assert _middle(path) == (0, 255, 0)


def test_deep_pictures_are_flattened(tmp_path: Path, paint_deep: Callable[[Path], Path]) -> None:
    found = decode(paint_deep(tmp_path / "deep.exr"), 64)
    assert (found.width, found.height, found.layers) == (40, 30, ("Z",))
    checker = float(curves.from_srgb(np.array(SHADES[0], np.float32)))
    np.testing.assert_allclose(
        _pixel(found.small, 2, 0),
        [_srgb(v * 1.5 + 0.25 * checker) for v in (0.5, 0.2, 0.1)],
        atol=1,
    )


def test_a_turned_picture_is_shown_upright(tmp_path: Path, paint: Paint) -> None:
    pixels = np.zeros((20, 40, 3), np.float32)
    pixels[:, :10] = 1
    path = paint(tmp_path / "a.tif", pixels, attributes={"Orientation": 6})
    small = decode(path, 64).small
    assert small.size == (20, 40)
    assert (_pixel(small, 10, 0), _pixel(small, 10, 39)) == ((255,) * 3, (0,) * 3)


def _huge(kind: str) -> bytes:
    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    return {
        "ppm": b"P6\n60000 60000\n255\n" + bytes(300),
        "hdr": b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 60000 +X 60000\n" + bytes(300),
        "png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + head + b"\xbb\xcd\x3e\x0a" + bytes(40),
    }[kind]


@pytest.mark.parametrize("kind", ["ppm", "hdr", "png"])
def test_a_header_that_claims_too_much_is_refused(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"huge.{kind}"
    path.write_bytes(_huge(kind))
    with pytest.raises(BadFrame, match="huge"):
        decode(path, 64)


@pytest.mark.parametrize("size", [(100_000, 100_000), (3_000_000, 1)])
def test_a_window_that_claims_too_much_is_refused(
    size: tuple[int, int], tmp_path: Path, paint: Paint
) -> None:
    path = paint(tmp_path / "window.exr", _flat(1, 1, 1), "half", window=(0, 0, *size))
    with pytest.raises(BadFrame, match="larger picture than can be read"):
        decode(path, 64)


def test_names_that_are_no_text_do_no_harm(
    tmp_path: Path, paint: Paint, paint_parts: Callable[..., Path]
) -> None:
    names = ["R", "G", "B", "Melange.X"]
    path = paint(tmp_path / "a.exr", _flat(0, 1, 0, 1), "half", names=names)
    path.write_bytes(path.read_bytes().replace(b"Melange", b"M\xe9lange"))
    assert decode(path, 64).layers == ("M\ufffdlange",)
    part = paint_parts(
        tmp_path / "b.exr", {"rgba": ("RGB", _flat(0, 1, 0)), "Tiefe": ("Z", _flat(1))}
    )
    part.write_bytes(part.read_bytes().replace(b"Tiefe", b"T\xefefe"))
    assert decode(part, 64).layers == ("rgba", "T\ufffdefe")


def test_an_error_that_quotes_bytes_of_the_file_is_no_crash(tmp_path: Path, paint: Paint) -> None:
    path = paint(tmp_path / "a.exr", _flat(0, 1, 0), "half")
    path.write_bytes(path.read_bytes().replace(b"channels\0chlist", b"channels\0\xe9hlist"))
    with pytest.raises(BadFrame, match=r"“a.exr” is damaged"):
        decode(path, 64)


def test_nonsense_is_refused_in_the_decoders_words(tmp_path: Path) -> None:
    (tmp_path / "a.dpx").write_bytes(b"nonsense" * 100)
    with pytest.raises(BadFrame, match=r"“a.dpx” is damaged or no picture: .* \(.+\)"):
        decode(tmp_path / "a.dpx", 64)
