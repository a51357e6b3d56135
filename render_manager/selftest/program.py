"""The tiny renderer of the self-test: this very program, called with a word that nobody types.

So it is there wherever the program is, also in a packaged one that has no Python beside it.
"""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

WORD = "selftest-renderer"
"""The first argument that makes this program the renderer."""

SIZE = (96, 54)
FORMATS = ("png", "exr")
TREE = "tree"

GENERATIONS = 3
"""A renderer, its child and its grandchild."""

LONGEST_WAIT = 300
"""Seconds after which a process that nobody ended goes by itself."""


def own_command() -> list[str]:
    """How this very program is started again."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    return [sys.executable, "-m", "render_manager"]


def run(arguments: Sequence[str]) -> int:
    """`png|exr FOLDER NAME 1,2,…` renders; `tree FOLDER GENERATIONS` waits with descendants."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Windows takes its old code page for a file, which lacks most of the world's letters.
        sys.stdout.reconfigure(encoding="utf-8")
    word, folder, *rest = arguments
    if word == TREE:
        _wait_as_a_tree(Path(folder), int(rest[0]))
    else:
        for number in map(int, rest[1].split(",")):
            _render(frame_file(Path(folder), rest[0], number, word), number)
    return 0


def frame_file(folder: Path, name: str, frame: int, suffix: str) -> Path:
    """Where a frame goes."""
    return folder / f"{name}.{frame:04d}.{suffix}"


def _render(file: Path, frame: int) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    print(f"frame {frame}", flush=True)
    _write_picture(file, frame)
    print(f"saved {frame} {file}", flush=True)


def _write_picture(file: Path, frame: int) -> None:
    import numpy
    import OpenImageIO

    width, height = SIZE
    across = numpy.linspace(0.1, 0.9, width, dtype=numpy.float32)
    down = numpy.linspace(0.2, 0.8, height, dtype=numpy.float32)
    pixels = numpy.empty((height, width, 3), dtype=numpy.float32)
    pixels[..., 0] = across
    pixels[..., 1] = down[:, None]
    pixels[..., 2] = frame / 10
    picture = OpenImageIO.ImageBuf(OpenImageIO.ImageSpec(width, height, 3, "float"))
    picture.set_pixels(OpenImageIO.ROI(0, width, 0, height, 0, 1, 0, 3), pixels)
    if not picture.write(str(file), "uint8" if file.suffix == ".png" else "half"):
        raise OSError(picture.geterror())


def _wait_as_a_tree(folder: Path, generations: int) -> None:
    if os.name == "posix":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if generations > 1:
        subprocess.Popen([*own_command(), WORD, TREE, str(folder), str(generations - 1)])
    (folder / str(os.getpid())).touch()
    print("frame 1", flush=True)
    time.sleep(LONGEST_WAIT)
