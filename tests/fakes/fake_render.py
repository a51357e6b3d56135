"""A renderer program for faults: writes small real PNG files and misbehaves as its scene says.

Run as `python fake_render.py SCENE OUTPUT_DIR NAME FRAMES`; the scene is a JSON file whose keys
are the faults (see `DEFAULTS`).
"""

from __future__ import annotations

import json
import os
import signal
import struct
import subprocess
import sys
import time
import zlib
from pathlib import Path
from typing import Any

DEFAULTS: dict[str, Any] = {
    "start": 1,
    "end": 5,
    "width": 32,
    "height": 18,
    "seconds": 0.0,  # per frame
    "startup": 0.0,
    "crash_at": None,  # exit 3 when this frame begins
    "crash_times": None,  # …but only so many times (counted in a file beside the scene)
    "half_at": None,  # crash with this frame's file half written; crash_times counts
    "truncate": [],  # frames whose file is cut in half
    "skip": [],  # frames that are not written
    "unwritten": [],  # frames that are said to be saved, and are not written
    "passes": [],  # names of further files of each frame
    "says_passes": True,  # whether the log names them
    "watermark_at": None,  # complains of a watermark when this frame begins
    "silent": False,  # the log tells when frames begin, and nothing else
    "lacks_passes": [],  # frames that have none of them
    "late": [],  # frames whose file is whole only when all others are done
    "wrong_size": [],
    "ignore_sigterm": False,
    "grandchild": False,  # starts a grandchild that ignores SIGTERM and would live for a minute
    "hang": None,  # "before" the first frame, "after" the last, or at the frame of this number
    "hang_times": None,  # …but only so many times
    "eat_mb": 0,  # memory taken before the first frame, and kept
    "exit_code": 0,
}


def main(scene: Path, folder: Path, name: str, frames: list[int]) -> int:
    faults = DEFAULTS | json.loads(scene.read_text("utf-8"))
    if faults["ignore_sigterm"]:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if faults["grandchild"]:
        start_grandchild(scene)
    time.sleep(faults["startup"])
    eaten = b"x" * (faults["eat_mb"] << 20)
    say(f"fake renderer ready, {len(eaten)} bytes eaten")
    if faults["hang"] == "before":
        hang(faults, scene)
    for frame in frames:
        if Path(os.environ["RENDER_MANAGER_STOP_FILE"]).exists():
            say("gave way")
            return 0
        render(frame, folder, name, faults, scene)
    for frame in set(faults["late"]).intersection(frames):
        frame_path(folder, name, frame).write_bytes(picture_of(frame, faults))
    if faults["hang"] == "after":
        hang(faults, scene)
    say("bye")
    return int(faults["exit_code"])


def render(frame: int, folder: Path, name: str, faults: dict[str, Any], scene: Path) -> None:
    say(f"frame {frame}")
    with (scene.parent / "rendered.txt").open("a") as record:
        record.write(f"{frame}\n")
    if frame == faults["watermark_at"]:
        say("WATERMARK no licence")
    if frame == faults["crash_at"] and may(faults["crash_times"], scene.with_suffix(".crashes")):
        say("ERROR out of luck")
        os._exit(3)
    if frame == faults["hang"]:
        hang(faults, scene)
    time.sleep(faults["seconds"] / 2)
    say(f"progress {frame} 50")
    time.sleep(faults["seconds"] / 2)
    if frame not in faults["skip"]:
        path = frame_path(folder, name, frame)
        if frame == faults["half_at"] and may(faults["crash_times"], scene.with_suffix(".crashes")):
            path.write_bytes(picture_of(frame, faults)[:200])
            os._exit(3)
        if frame not in faults["unwritten"]:
            picture = picture_of(frame, faults)
            is_half = frame in faults["truncate"] or frame in faults["late"]
            path.write_bytes(picture[: len(picture) // 2] if is_half else picture)
        if not faults["silent"]:
            say(f"saved {frame} {path}")
    if frame not in faults["lacks_passes"]:
        write_passes(frame, folder, name, faults)
    if not faults["silent"]:
        say(f"done {frame} {faults['seconds']}")


def write_passes(frame: int, folder: Path, name: str, faults: dict[str, Any]) -> None:
    for one in faults["passes"]:
        path = frame_path(folder, f"{name}_{one}", frame)
        path.write_bytes(picture_of(frame, faults))
        if faults["says_passes"] and not faults["silent"]:
            say(f"saved {frame} {path}")


def frame_path(folder: Path, name: str, frame: int) -> Path:
    return folder / f"{name}_{frame:04d}.png"


def picture_of(frame: int, faults: dict[str, Any]) -> bytes:
    width = faults["width"] * (2 if frame in faults["wrong_size"] else 1)
    return png(width, faults["height"], frame)


def hang(faults: dict[str, Any], scene: Path) -> None:
    if may(faults["hang_times"], scene.with_suffix(".hangs")):
        time.sleep(60)


def may(times: int | None, counter: Path) -> bool:
    crashes = int(counter.read_text()) if counter.exists() else 0
    counter.write_text(str(crashes + 1))
    return times is None or crashes < times


def start_grandchild(scene: Path) -> None:
    stubborn = (
        "import os, signal, time, pathlib;"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        f"pathlib.Path({str(scene.parent / 'grandchild.pid')!r}).write_text(str(os.getpid()));"
        "time.sleep(60)"
    )
    child = (
        "import subprocess, sys;"
        f"subprocess.Popen([sys.executable, '-c', {stubborn!r}], start_new_session=True)"
    )
    subprocess.run([sys.executable, "-c", child], check=True)


def png(width: int, height: int, seed: int) -> bytes:
    """A PNG with a gradient that depends on the frame."""
    rows = b"".join(
        b"\0"
        + bytes((x * 5 + seed * 11 + y * 3 + c * 40) % 256 for x in range(width) for c in range(3))
        for y in range(height)
    )

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    _, scene, folder, name, frames = sys.argv
    sys.exit(main(Path(scene), Path(folder), name, [int(f) for f in frames.split(",")]))
