"""A renderer program that works for a while on each frame and then writes a picture it was given.

Run as `python copying.py PICTURE SECONDS OUTPUT_DIR NAME FRAMES`; speaks as `fake_render.py` does.
"""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path


def main(picture: Path, seconds: float, folder: Path, name: str, frames: list[int]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for frame in frames:
        print(f"frame {frame}", flush=True)
        until = time.process_time() + seconds
        while time.process_time() < until:
            pass
        path = folder / f"{name}_{frame:04d}{picture.suffix}"
        shutil.copyfile(picture, path)
        print(f"saved {frame} {path}\ndone {frame} {seconds}", flush=True)


if __name__ == "__main__":
    _program, picture, seconds, folder, name, frames = sys.argv
    numbers = [int(frame) for frame in frames.split(",")]
    main(Path(picture), float(seconds), Path(folder), name, numbers)
