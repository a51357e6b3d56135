"""Pictures for people: the right layer, region, size and values, and what the screen shows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from render_manager.images import look as looking
from render_manager.images.block_mean import BlockMean
from render_manager.images.decode import decode
from render_manager.images.grading import graded, values_at
from render_manager.images.look import look
from render_manager.images.parcel import Packer
from render_manager.images.pool import ImagePool
from render_manager.images.thumbnails import ThumbnailStore
from render_manager.images.viewing import Grade, ViewRequest, reduction_for

Paint = Callable[..., Path]
Scene = Callable[..., Any]

BLENDER = [
    *(f"ViewLayer.Combined.{c}" for c in "RGBA"),
    *(f"ViewLayer.Diffuse.{c}" for c in "RGB"),
    "ViewLayer.Depth.Z",
]


@pytest.fixture
def many(tmp_path: Path, paint: Paint) -> Path:
    """A Blender multi-layer file of 40 × 30 pixels."""
    pixels = np.zeros((30, 40, 8), np.float32)
    pixels[..., :4] = 0.5, 0.25, 0.125, 1.0
    pixels[..., 4:7] = 2.0, 1.0, 0.0
    pixels[..., 7] = np.linspace(10, 50, 40)
    return paint(tmp_path / "many.exr", pixels, "half", names=BLENDER)


# --- what is read -----------------------------------------------------------------------------


def test_layers_are_named_and_the_beauty_comes_first(many: Path) -> None:
    view = look(ViewRequest(str(many)))
    assert view.reason is None
    assert view.layers == ("ViewLayer.Combined", "ViewLayer.Depth", "ViewLayer.Diffuse")
    assert (view.layer, view.channels) == ("ViewLayer.Combined", ("r", "g", "b", "a"))
    assert values_at(view, 3, 4) == (0.5, 0.25, 0.125, 1.0)


def test_a_layer_can_be_chosen(many: Path) -> None:
    view = look(ViewRequest(str(many), layer="ViewLayer.Diffuse"))
    assert (view.layer, view.channels) == ("ViewLayer.Diffuse", ("r", "g", "b"))
    assert values_at(view, 0, 0) == (2.0, 1.0, 0.0)
    gone = look(ViewRequest(str(many), layer="no such layer"))
    assert gone.layer == "ViewLayer.Combined"


def test_parts_are_layers(tmp_path: Path, paint_parts: Callable[..., Path], scene: Scene) -> None:
    parts = {"rgba": ("RGBA", scene(channels=4)), "depth": ("Z", scene(channels=1))}
    path = paint_parts(tmp_path / "parts.exr", parts)
    assert look(ViewRequest(str(path))).layers == ("rgba", "depth")
    assert look(ViewRequest(str(path), layer="depth")).channels == ("z",)


def test_depth_is_shown_from_near_to_far_whatever_lies_behind(tmp_path: Path, paint: Paint) -> None:
    depth = np.full((30, 40, 1), 1e10, np.float32)
    depth[:, :30, 0] = np.linspace(10, 50, 30)
    path = paint(tmp_path / "z.exr", depth, "float", names=["Z"])
    view = look(ViewRequest(str(path)))
    assert view.span == pytest.approx((10, 50), rel=0.05)
    shown = graded(view, Grade())
    assert shown[0, 0] < 8 and shown[0, 29] > 247 and shown[0, 35] == 255
    assert values_at(view, 0, 0) == (10.0,)


def test_two_hundred_channels_are_sixty_layers(tmp_path: Path, paint: Paint) -> None:
    names = [f"light{number:02}.{c}" for number in range(50) for c in "RGBA"]
    path = paint(tmp_path / "wide.exr", np.ones((8, 8, 200), np.float32), "half", names=names)
    view = look(ViewRequest(str(path), layer="light37"))
    assert len(view.layers) == 50
    assert view.array.shape == (8, 8, 4)


def test_a_region_and_a_reduction_are_parts_of_the_whole(
    tmp_path: Path, paint: Paint, scene: Scene
) -> None:
    path = paint(tmp_path / "p.exr", scene(161, 91, 3), "half")
    whole = look(ViewRequest(str(path))).array.astype(np.float32)
    part = look(ViewRequest(str(path), region=(40, 33, 50, 20)))
    assert part.region == (40, 33, 50, 20)
    assert np.array_equal(part.array, whole[33:53, 40:90].astype(np.float16))
    small = look(ViewRequest(str(path), reduction=4))
    assert small.array.shape == (23, 41, 4)
    assert small.array[1, 2, 1] == pytest.approx(whole[4:8, 8:12, 1].mean(), rel=1e-3)
    assert small.array[22, 40, 1] == pytest.approx(whole[88:91, 160:, 1].mean(), rel=1e-3)


def test_a_region_outside_is_brought_inside(tmp_path: Path, paint: Paint, scene: Scene) -> None:
    path = paint(tmp_path / "p.png", scene())
    view = look(ViewRequest(str(path), region=(150, -5, 500, 500)))
    assert view.region == (150, 0, 10, 90)


def test_what_is_too_much_comes_smaller(
    tmp_path: Path, paint: Paint, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "MOST_PIXELS", 1000)
    view = look(ViewRequest(str(paint(tmp_path / "p.png", scene()))))
    assert (view.size, view.reduction, view.array.shape) == ((160, 90), 4, (23, 40, 4))


def test_a_crop_lies_where_it_belongs(tmp_path: Path, paint: Paint) -> None:
    path = paint(
        tmp_path / "crop.exr",
        np.ones((10, 20, 4), np.float32),
        "half",
        attributes={"oiio:dummy": 1},
        window=(-5, -3, 40, 30),
    )
    view = look(ViewRequest(str(path)))
    assert view.size == (40, 30)
    assert values_at(view, 5, 3) == (1.0, 1.0, 1.0, 1.0)
    assert values_at(view, 4, 3) == values_at(view, 5, 13) == (0.0, 0.0, 0.0, 0.0)
    assert values_at(view, 40, 3) is None


def test_a_turned_photo_stands_upright(tmp_path: Path) -> None:
    image = Image.new("RGB", (40, 20), "black")
    image.paste("white", (0, 0, 20, 20))
    exif = Image.Exif()
    exif[0x0112] = 6
    image.save(tmp_path / "p.jpg", exif=exif)
    view = look(ViewRequest(str(tmp_path / "p.jpg")))
    assert view.size == (20, 40)
    assert view.array[5, 10, 0] > 0.9 > 0.1 > view.array[35, 10, 0]


# --- what is wrong ----------------------------------------------------------------------------


def test_a_missing_and_a_broken_file_are_said_in_a_sentence(tmp_path: Path, many: Path) -> None:
    gone = look(ViewRequest(str(tmp_path / "gone.exr")))
    assert gone.reason == "“gone.exr” is no longer there: it was moved or deleted."
    many.write_bytes(many.read_bytes()[:-200])
    assert "ends too early" in str(look(ViewRequest(str(many))).reason)
    (tmp_path / "text.png").write_text("no picture")
    assert "holds no PNG picture" in str(look(ViewRequest(str(tmp_path / "text.png"))).reason)


# --- what the screen shows --------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["half", "uint8", "uint16"])
@pytest.mark.parametrize("channels", [3, 4])
def test_a_view_looks_like_the_thumbnail(
    tmp_path: Path, paint: Paint, scene: Scene, kind: str, channels: int
) -> None:
    pixels = scene(256, 144, channels) * (2.0 if kind == "half" else 1.0)
    pixels[..., 3:] = np.linspace(0, 1, 256)[None, :, None]
    pixels[..., :3] *= pixels[..., 3:] if channels == 4 and kind == "half" else 1
    suffix = "exr" if kind == "half" else "png"
    path = paint(tmp_path / f"p.{suffix}", pixels, kind)
    thumbnail = np.asarray(decode(path, 256).small).astype(int)
    view = graded(look(ViewRequest(str(path))), Grade()).astype(int)
    assert abs(view[..., 2::-1] - thumbnail).max() <= 1


def test_exposure_doubles_light(tmp_path: Path, paint: Paint) -> None:
    pixels = np.full((8, 8, 3), 0.1, np.float32)
    linear = look(ViewRequest(str(paint(tmp_path / "p.exr", pixels, "half"))))
    ready = look(ViewRequest(str(paint(tmp_path / "p.png", pixels, "uint8"))))
    for stops, shown in ((0, 89), (1, 124), (-1, 63), (10, 255), (-10, 0)):
        assert abs(int(graded(linear, Grade(exposure=stops))[0, 0, 0]) - shown) <= 1
    assert graded(ready, Grade())[0, 0].tolist() == [26, 26, 26, 255]
    assert graded(ready, Grade(exposure=1))[0, 0, 0] == 39


def test_a_channel_alone_is_grey(many: Path) -> None:
    view = look(ViewRequest(str(many)))
    for channel, value in (("r", 188), ("g", 137), ("b", 99), ("a", 255)):
        shown = graded(view, Grade(channel))
        assert shown.shape == (30, 40)
        assert shown[0, 0] == pytest.approx(value, abs=1)
    assert graded(view, Grade("no such channel")).shape == (30, 40, 4)


def test_nan_and_infinity_are_seen_and_spoil_nothing(tmp_path: Path, paint: Paint) -> None:
    pixels = np.full((8, 8, 3), 0.5, np.float32)
    pixels[0, 0], pixels[0, 1] = np.nan, np.inf
    path = paint(tmp_path / "p.exr", pixels, "half")
    view = look(ViewRequest(str(path)))
    value = values_at(view, 0, 0)
    assert value is not None and np.isnan(value).all()
    shown = graded(view, Grade())[..., 0]
    assert (shown[0, 0], shown[0, 1], shown[1, 1]) == (0, 255, 188)
    assert np.isfinite(look(ViewRequest(str(path), reduction=2)).array).all()


# --- on the way -------------------------------------------------------------------------------


def test_pixels_come_whole_from_the_worker(many: Path, store: ThumbnailStore) -> None:
    pool = ImagePool(1, store, "en")
    try:
        for _again in range(2):
            view = pool.view(ViewRequest(str(many))).result(60)
            assert np.array_equal(view.array, look(ViewRequest(str(many))).array)
        gone = pool.view(ViewRequest("/gone.exr")).result(60)
        assert (gone.pixels, gone.reason is None) == (None, False)
    finally:
        pool.close()


def test_a_picture_that_crashes_the_decoder_gets_a_reason(
    store: ThumbnailStore, in_worker: Callable[[str], str], caplog: pytest.LogCaptureFixture
) -> None:
    pool = ImagePool(1, store, "en")
    crashing = ViewRequest(in_worker("__import__('os')._exit(3)"))
    assert "crashed the decoder twice" in str(pool.view(crashing).result(60).reason)
    pool.close()
    caplog.clear()


def test_without_shared_memory_pixels_are_carried(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_size: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("render_manager.images.parcel._reserved", full)
    pixels = np.arange(24, dtype=np.float16).reshape(2, 3, 4)
    parcel = Packer().pack(pixels)
    assert parcel.name is None
    assert np.array_equal(parcel.open(), pixels)


# --- the arithmetic ---------------------------------------------------------------------------


@settings(deadline=None)
@given(
    st.integers(1, 40),
    st.integers(1, 40),
    st.sampled_from([1, 2, 4, 8]),
    st.integers(-9, 9),
    st.integers(-9, 9),
    st.integers(1, 9),
)
def test_a_block_is_the_mean_of_its_pixels(
    width: int, height: int, reduction: int, left: int, top: int, strip: int
) -> None:
    picture = np.random.default_rng(1).random((30, 35, 2), np.float32)
    mean = BlockMean((0, 0, width, height), reduction, 2)
    for start in range(0, 30, strip):
        mean.add(left, top + start, picture[start : start + strip])
    framed = np.zeros((100, 100, 2), np.float32)
    framed[20 + top : 50 + top, 20 + left : 55 + left] = picture
    framed = framed[20 : 20 + height, 20 : 20 + width]
    result = mean.result()
    for (y, x), _value in np.ndenumerate(result[..., 0]):
        block = framed[y * reduction : (y + 1) * reduction, x * reduction : (x + 1) * reduction]
        assert result[y, x] == pytest.approx(block.mean(axis=(0, 1)), abs=1e-5)


@settings(deadline=None)
@given(st.integers(1, 100_000), st.floats(0, 200_000))
def test_a_reduction_leaves_enough_and_no_more_than_twice_that(side: int, longest: float) -> None:
    reduction = reduction_for((side, 1), longest)
    assert reduction == 1 or side / reduction >= longest
    assert side < 2 * reduction * max(1.0, longest)
