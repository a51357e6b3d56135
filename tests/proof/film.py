"""A renderer program that makes a small film as films are, and damages the frames that it is told.

Run as `python film.py SCENE OUTPUT_DIR NAME FRAMES`; speaks as `fake_render.py` does. The scene is
JSON with `end` and `damage`: by frame, one of `DAMAGES`.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import OpenImageIO as oiio

WIDTH, HEIGHT = 192, 108
BUCKET = 32
LAYERS = ("R", "G", "B", "A", "diffuse.R", "diffuse.G", "diffuse.B")

Picture = npt.NDArray[np.float32]


# --- the film ---------------------------------------------------------------------------------


def moving(frame: int) -> Picture:
    return lit(frame, frame, 0.4)


def letterbox(frame: int) -> Picture:
    """Black bars above and below, as wide films have."""
    picture = lit(frame, frame, 0.3)
    picture[:16, :, :3] = picture[-16:, :, :3] = 0
    return picture


def fading(frame: int) -> Picture:
    """Out to nearly black over the shot, and a sky of one colour."""
    picture = lit(frame, frame, 0.5)
    picture[:40, :, :3] = (0.3, 0.5, 0.9)
    picture[..., :3] *= max(0.02, 1 - (frame % SHOT) / SHOT)
    return picture


def on_twos(frame: int) -> Picture:
    """Two frames each of the same pose, as much is animated, and a hold in the middle."""
    pose = frame // 2 if not 20 <= frame % SHOT < 40 else (frame // SHOT) * SHOT
    return lit(pose, pose, 0.35)


def cut_out(frame: int) -> Picture:
    """A thing before nothing at all: black and transparent around it."""
    picture = lit(frame, frame, 0.6)
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    outside = (x - WIDTH / 2) ** 2 + (y - HEIGHT / 2) ** 2 > (HEIGHT / 2.2) ** 2
    picture[outside] = 0
    return picture


SHOTS = (moving, letterbox, fading, cut_out, on_twos)
SHOT = 50
"""Frames of a shot; after the last one the first begins again."""


def shot_of(frame: int) -> Callable[[int], Picture]:
    return SHOTS[frame // SHOT % len(SHOTS)]


def lit(pose: int, seed: int, level: float) -> Picture:
    """Waves that move with the pose, and grain."""
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    waves = np.sin(x / 17 + pose / 9) + np.cos(y / 11 - pose / 13) + np.sin((x + y) / 23)
    grain = np.random.default_rng(seed).normal(0, 0.03, (HEIGHT, WIDTH, 3))
    sway = 1 + 0.1 * math.sin(pose / 20)
    colours = np.stack([waves * 0.2 + shift for shift in (1.0, 0.9, 0.8)], axis=-1)
    picture = np.ones((HEIGHT, WIDTH, 4), np.float32)
    picture[..., :3] = np.maximum(level * sway * colours + level * grain, 0.001)
    return picture


# --- what goes wrong --------------------------------------------------------------------------


def black(picture: Picture) -> None:
    picture[..., :3] = 0


def flat(picture: Picture) -> None:
    picture[..., :3] = (0.2, 0.3, 0.4)


def transparent(picture: Picture) -> None:
    picture[..., 3] = 0


def nan(picture: Picture) -> None:
    picture[40, 50, 1] = np.nan


def inf(picture: Picture) -> None:
    picture[41, 60, 0] = np.inf


def dark(picture: Picture) -> None:
    picture[..., :3] *= 0.3


def bright(picture: Picture) -> None:
    picture[..., :3] *= 3


def smooth(picture: Picture) -> None:
    """Without grain: a denoiser that ran twice, or samples that were left out; a far smaller file."""
    picture[...] = picture[::12, ::12].repeat(12, axis=0).repeat(12, axis=1)


def missing_buckets(picture: Picture) -> None:
    picture[BUCKET : 2 * BUCKET, 2 * BUCKET : 3 * BUCKET] = 0


PICTURES: dict[str, Callable[[Picture], None]] = {
    each.__name__: each
    for each in (black, flat, transparent, nan, inf, dark, bright, smooth, missing_buckets)
}


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def zeros_at_the_end(path: Path) -> None:
    """As a power cut leaves a file: its length is right, its end was never written."""
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2] + bytes(len(data) - len(data) // 2))


def not_written(path: Path) -> None:
    path.unlink()


def other_kind(path: Path) -> None:
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500))


FILES: dict[str, Callable[[Path], None]] = {
    each.__name__: each for each in (truncated, empty, zeros_at_the_end, not_written, other_kind)
}

OTHERS = ("wrong_size", "missing_layer", "copy")

DAMAGES = (*PICTURES, *FILES, *OTHERS)


def is_visible(kind: str, frame: int) -> bool:
    """Whether the damage makes a difference at all there."""
    shot, place = shot_of(frame), frame % SHOT
    if kind == "copy":
        return shot is not on_twos and place > 0
    if kind == "transparent":
        return shot is not cut_out or place > 0
    if kind == "missing_buckets":
        return shot is not fading  # where it would lie in a sky of one colour
    if kind in ("dark", "bright", "smooth"):
        return shot is not fading or place < SHOT * 2 // 3
    return True


# --- the program ------------------------------------------------------------------------------


def main(scene: Path, folder: Path, name: str, frames: list[int]) -> None:
    damage: dict[str, str] = json.loads(scene.read_text("utf-8")).get("damage", {})
    for frame in frames:
        print(f"frame {frame}", flush=True)
        path = folder / f"{name}_{frame:04d}.exr"
        render(path, frame, damage.get(str(frame)))
        print(f"saved {frame} {path}\ndone {frame} 0.01", flush=True)


def render(path: Path, frame: int, kind: str | None) -> None:
    shown = frame - 1 if kind == "copy" else frame
    picture = shot_of(shown)(shown)
    if kind in PICTURES:
        PICTURES[kind](picture)
    if kind == "wrong_size":
        picture = np.ascontiguousarray(picture[:-8])
    write(path, picture, LAYERS[:4] if kind == "missing_layer" else LAYERS)
    if kind in FILES:
        FILES[kind](path)


def write(path: Path, picture: Picture, layers: tuple[str, ...]) -> None:
    spec: Any = oiio.ImageSpec(picture.shape[1], picture.shape[0], len(layers), oiio.HALF)
    spec.channelnames = layers
    spec.attribute("compression", "zip")
    values = np.concatenate([picture, picture[..., :3] * 0.5], axis=2)[..., : len(layers)]
    target: Any = oiio.ImageOutput.create(str(path))
    target.open(str(path), spec)
    target.write_image(np.ascontiguousarray(values, np.float32))
    target.close()


if __name__ == "__main__":
    _program, scene, folder, name, frames = sys.argv
    main(Path(scene), Path(folder), name, [int(frame) for frame in frames.split(",")])
