"""Stands for a renderer beside the original: says when it began, then a frame after each pause."""

from __future__ import annotations

import time

BEGAN = time.time()

# ruff: noqa: E402
import sys
from pathlib import Path

scene, frames = Path(sys.argv[1]), int(sys.argv[2])
Path(f"{scene}.began").write_text(repr(BEGAN))
pause = float(scene.read_text() or "0.08")
for number in range(1, frames + 1):
    time.sleep(pause)
    picture = Path(f"{scene}.{number}.done")
    picture.touch()
    print(number, picture, flush=True)
