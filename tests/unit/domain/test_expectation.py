from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render_manager.domain.events import FrameFile
from render_manager.domain.evidence import ExpectedFile
from render_manager.domain.expectation import (
    fault,
    is_numbered,
    learn,
    number_text,
    patterns,
    siblings,
)

OUT = str(Path("/out").absolute())

stems = st.from_regex(r"[a-z]([a-z0-9_.v-]{0,12}[a-z_.])?", fullmatch=True)
frames = st.integers(-99_999, 99_999)


def file(path: str, size: tuple[int, int] = (32, 18), layers: tuple[str, ...] = ()) -> FrameFile:
    return FrameFile(path, 100, *size, layers)


def named(stem: str, frame: int, padding: int, suffix: str = ".exr") -> str:
    sign = "-" if frame < 0 else ""
    return f"{OUT}/{stem}{sign}{abs(frame):0{padding}d}{suffix}"


@pytest.mark.parametrize(
    ("path", "frame", "expected"),
    [
        ("/out/shot_010_v2.0101.exr", 101, ("shot_010_v2.#.exr",)),
        ("/out/shot_010_v2.0010.exr", 10, ("shot_010_v2.#.exr", "shot_#_v2.0010.exr")),
        ("/out/shot_-0005.png", -5, ("shot_#.png",)),
        ("/out/shot-0005.png", -5, ("shot#.png",)),
        ("/out/shot-0005.png", 5, ("shot-#.png",)),
        ("/out/shot_-0005.png", 5, ()),
        ("/out/diffuse/shot0007.png", 7, ("diffuse/shot#.png",)),
        ("/out/7.jp2", 2, ()),
        ("/out/shot.exr.0002", 2, ("shot.exr.#",)),
        ("/elsewhere/a_3.png", 3, ("/elsewhere/a_#.png",)),
    ],
)
def test_the_last_number_that_is_the_frames_is_its_place(
    path: str, frame: int, expected: tuple[str, ...]
) -> None:
    assert patterns(path, "/out", frame) == expected


@given(stems, frames, frames, st.integers(1, 6))
def test_a_file_of_one_frame_is_known_in_another(
    stem: str, one: int, other: int, padding: int
) -> None:
    first, second = named(stem, one, padding), named(stem, other, padding)
    taught = learn([file(first)], OUT, one)
    if len(patterns(first, OUT, one)) == 1:
        assert fault(taught, [file(second)], OUT, other) is None
        assert siblings(taught, [second], OUT, other) == (str(Path(second)),)
    else:
        assert taught == ()


@given(st.text(max_size=40), frames)
def test_any_name_is_survived(name: str, frame: int) -> None:
    learn([file(f"{OUT}/{name}")], OUT, frame)
    assert (number_text(f"{OUT}/x{name}", frame) is None) == (
        not patterns(f"{OUT}/x{name}", OUT, frame)
    )


def test_what_is_lacking_is_named() -> None:
    beauty, depth = f"{OUT}/x.0001.exr", f"{OUT}/x_depth.0001.exr"
    taught = learn([file(beauty, layers=("rgba", "crypto")), file(depth)], OUT, 1)
    assert taught == (
        ExpectedFile("x.#.exr", (32, 18), ("rgba", "crypto")),
        ExpectedFile("x_depth.#.exr", (32, 18)),
    )
    beauty, depth = f"{OUT}/x.0002.exr", f"{OUT}/x_depth.0002.exr"
    whole, second = file(beauty, layers=("rgba", "crypto", "more")), file(depth)
    assert fault(taught, [whole, second], OUT, 2) is None
    assert fault(taught, [whole], OUT, 2) == (
        "“x_depth.0002.exr” is missing: the task's first frame had it."
    )
    assert fault(taught, [file(beauty, layers=("rgba",)), second], OUT, 2) == (
        "The layer “crypto” is missing in “x.0002.exr”: the task's first frame had it."
    )
    assert fault(taught, [file(beauty), second], OUT, 2) == (
        "The layers “rgba”, “crypto” are missing in “x.0002.exr”: the task's first frame had them."
    )
    assert fault(taught, [whole, file(depth, (64, 18))], OUT, 2) == (
        "“x_depth.0002.exr” is 64 × 18 pixels, but the task's first frame is 32 × 18."
    )


@pytest.mark.parametrize("path", ["0004/x.0004.exr", "v4/x.0004.exr", "x_4_0004.exr"])
def test_nothing_is_learned_from_a_name_with_two_meanings(path: str) -> None:
    assert learn([file(f"{OUT}/{path}")], OUT, 4) == ()


def test_a_file_without_the_number_is_not_expected_of_others() -> None:
    assert learn([file(f"{OUT}/preview.png")], OUT, 4) == ()


@pytest.mark.parametrize(
    ("name", "frame", "is_so"),
    [
        ("shot_010_v2.0101.exr", 101, True),
        ("shot_010_v2.0101.exr", 10, False),
        ("shot_010_v2.0101.exr", 2, False),
        ("shot.0002.jp2", 2, True),
        ("shot.jp2", 2, False),
        ("0", 0, True),
        ("", 0, False),
    ],
)
def test_only_the_last_number_counts_in_a_folder(name: str, frame: int, is_so: bool) -> None:
    assert is_numbered(name, frame) is is_so
