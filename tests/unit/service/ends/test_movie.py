"""Movies by the real ffmpeg: what is in them, and that a movie is whole or not there."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from render_manager.base.errors import UserError
from render_manager.images.look import look
from render_manager.images.viewing import View, ViewRequest
from render_manager.service.ends.movie import CODECS, Movie, Plan, find_ffmpeg

needs_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
SIZE = (97, 55)
"""Odd, which most codecs refuse."""
GREYS = (20, 90, 160, 230)


def view(request: ViewRequest) -> Future[View]:
    future: Future[View] = Future()
    future.set_result(look(request))
    return future


def picture(folder: Path, number: int, grey: int) -> str:
    path = folder / f"shot.{number:04d}.png"
    Image.new("RGB", SIZE, (grey, grey, grey)).save(path)
    return str(path)


def plan_of(
    folder: Path,
    frames: Sequence[tuple[int, str | None]],
    codec: str = "h264",
    *,
    has_numbers: bool = False,
) -> Plan:
    return Plan("shot", folder, lambda: frames, codec, 12, has_numbers)


def make(plan: Plan) -> Path:
    path = Movie(plan, find_ffmpeg(None), view).make()
    assert path is not None
    return path


def decoded(movie: Path) -> npt.NDArray[np.uint8]:
    words = ["ffmpeg", "-v", "error", "-i", str(movie), "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    raw = subprocess.run(words, check=True, capture_output=True).stdout
    return np.frombuffer(raw, np.uint8).reshape(-1, SIZE[1] + 1, SIZE[0] + 1, 3)


@needs_ffmpeg
@pytest.mark.parametrize("codec", CODECS)
def test_every_codec_shows_the_frames_in_order(tmp_path: Path, codec: str) -> None:
    frames = [(at, picture(tmp_path, at, grey)) for at, grey in enumerate(GREYS)]
    movie = make(plan_of(tmp_path, frames, codec))
    assert movie == tmp_path / f"shot{CODECS[codec].suffix}"
    seen = decoded(movie)[:, 5:50, 5:90].mean(axis=(1, 2, 3))
    assert seen == pytest.approx(GREYS, abs=4)
    assert not list(tmp_path.glob(".*"))


@needs_ffmpeg
@pytest.mark.parametrize("codec", CODECS)
def test_it_takes_the_place_of_an_earlier_one_but_of_nobody_elses(
    tmp_path: Path, codec: str
) -> None:
    plan = plan_of(tmp_path, [(1, picture(tmp_path, 1, 128))], codec)
    theirs = tmp_path / f"shot{plan.suffix}"
    theirs.write_bytes(b"cut by hand")
    for _time in range(2):
        assert make(plan) == tmp_path / f"shot_2{plan.suffix}"
    assert theirs.read_bytes() == b"cut by hand"


@needs_ffmpeg
def test_light_is_shown_as_in_the_preview(tmp_path: Path) -> None:
    import OpenImageIO as oiio

    path = tmp_path / "light.exr"
    buffer = oiio.ImageBuf(oiio.ImageSpec(*SIZE, 3, oiio.HALF))
    oiio.ImageBufAlgo.fill(buffer, (0.18, 0.18, 0.18))
    assert buffer.write(str(path))
    seen = decoded(make(plan_of(tmp_path, [(1, str(path))])))[0, 5:50, 5:90]
    assert seen.mean() == pytest.approx(118, abs=3)


@needs_ffmpeg
def test_a_missing_frame_is_held(tmp_path: Path) -> None:
    frames = [
        (1, None),
        (2, picture(tmp_path, 2, 60)),
        (3, None),
        (4, picture(tmp_path, 4, 200)),
        (5, str(tmp_path / "gone.png")),
    ]
    seen = decoded(make(plan_of(tmp_path, frames)))[:, 5:50, 5:90].mean(axis=(1, 2, 3))
    assert seen == pytest.approx([60, 60, 200, 200], abs=4)


@needs_ffmpeg
def test_numbers_are_burnt_in(tmp_path: Path) -> None:
    frames = [(at, picture(tmp_path, at, 128)) for at in (7, 8)]
    plain, numbered = (
        decoded(make(plan_of(tmp_path, frames, has_numbers=has))) for has in (False, True)
    )
    assert plain[0, :-2, :-2].std() < 5
    corner = numbered[:, -16:-2, :20].astype(int)
    assert corner.max() > 200
    assert corner.min() < 70
    assert np.abs(corner[0] - corner[1]).max() > 50


@needs_ffmpeg
def test_a_cancelled_movie_leaves_nothing_and_keeps_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "shot.mp4").write_bytes(b"yesterday's")
    frames = [(at, picture(tmp_path, at, 128)) for at in range(20)]

    def cancelling(request: ViewRequest) -> Future[View]:
        if request.path == frames[10][1]:
            movie.cancel()
        return view(request)

    movie = Movie(plan_of(tmp_path, frames), find_ffmpeg(None), cancelling)
    assert movie.make() is None
    assert (tmp_path / "shot.mp4").read_bytes() == b"yesterday's"
    assert not list(tmp_path.glob(".*"))


@needs_ffmpeg
def test_no_picture_at_all(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="none of its frames can be read"):
        make(plan_of(tmp_path, [(1, None), (2, str(tmp_path / "gone.png"))]))
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
def test_a_program_that_fails_says_why(tmp_path: Path) -> None:
    program = tmp_path / "ffmpeg"
    program.write_text("#!/bin/sh\necho Unknown encoder >&2\nexit 1\n", "utf-8")
    program.chmod(0o755)
    frames = [(1, picture(tmp_path, 1, 128))]
    with pytest.raises(UserError, match="shot was not made: Unknown encoder"):
        Movie(plan_of(tmp_path, frames), program, view).make()
    assert not list(tmp_path.glob(".*"))


def test_the_program_of_the_settings_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="FFMPEG_EXECUTABLE"):
        find_ffmpeg(tmp_path / "nothing")


def test_no_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(__import__("sys").modules, "imageio_ffmpeg", None)
    with pytest.raises(UserError, match="needs ffmpeg"):
        find_ffmpeg(None)
