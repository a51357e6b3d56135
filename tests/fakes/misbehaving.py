"""What a fake renderer does: writes small real PNG files, and misbehaves as its scene says.

The scene is a JSON file whose keys are the faults (see `DEFAULTS`).
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import time
import zlib
from pathlib import Path
from typing import Any, NoReturn

LONGEST_WAIT = 120
"""Seconds after which a renderer that nobody lets go on does so by itself."""

PIECES = 5
"""A slow file is written in so many, over half a second."""

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
    "empty": [],  # frames whose file has not a byte
    "black": [],
    "nan": [],  # frames that are written as EXR with NaN in every pixel
    "slow": [],  # frames whose file grows in pieces before they are told of
    "full_at": None,  # the disk is full when half of this frame is written
    "wait_at": None,  # begins this frame only when `SCENE.go` is there
    "gone_at": None,  # the output folder is deleted when this frame begins
    "blocked_at": None,  # …and a file is in its place
    "no_license_at": None,  # exit 1 when this frame begins
    "license_late_at": None,  # …or only says so, and gets the licence
    "last_words": "",  # the line that ends the log of a crash; it has no line end
    "idle": False,  # does nothing at all, and says so with its exit code
    "flood_mb": 0,  # so much is said before the first frame
    "unended_mb": 0,  # …and so much without a single line end
    "encoding": "utf-8",  # of the log
    "line_end": "\n",
    "rubbish": False,  # bytes that are no UTF-8 between the lines
    "ignore_sigterm": False,
    "grandchild": False,  # starts a grandchild that ignores SIGTERM and would live for a minute
    "stubborn_tree": False,  # …or a child and a grandchild; on Windows they lack the mark too
    "hang": None,  # "before" the first frame, "after" the last, or at the frame of this number
    "hang_times": None,  # …but only so many times
    "eat_mb": 0,  # memory taken before the first frame, and kept
    "exit_code": 0,
    "notes_start": False,  # writes down when it began, in `SCENE.began`
}


def main(words: list[str], began: float) -> int:
    """Render what the command line `words` says; `began` is when this process did."""
    scene, folder, name = Path(words[0]), Path(words[1]), words[2]
    frames = [int(frame) for frame in words[3].split(",")]
    faults = DEFAULTS | json.loads(scene.read_text("utf-8"))
    speech.update(encoding=faults["encoding"], line_end=faults["line_end"])
    if faults["notes_start"]:
        scene.with_suffix(".began").write_text(repr(began))
    if faults["idle"]:
        return int(faults["exit_code"])
    if faults["ignore_sigterm"]:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if faults["grandchild"]:
        start_grandchild(scene)
    if faults["stubborn_tree"]:
        start_tree(scene.parent)
    time.sleep(faults["startup"])
    eaten = b"x" * (faults["eat_mb"] << 20)
    say(f"fake renderer ready, {len(eaten)} bytes eaten")
    flood(faults["flood_mb"], faults["unended_mb"])
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
    lose_what_is_needed(frame, folder, faults, scene)
    if faults["rubbish"]:
        write_raw(b"\xff\xfe\x80 rubbish \xe6\xb8\n")
    if frame == faults["crash_at"] and may(faults["crash_times"], scene.with_suffix(".crashes")):
        crash(faults["last_words"])
    if frame == faults["hang"]:
        hang(faults, scene)
    time.sleep(faults["seconds"] / 2)
    say(f"progress {frame} 50")
    time.sleep(faults["seconds"] / 2)
    if frame not in faults["skip"]:
        path = frame_path(folder, name, frame, "exr" if frame in faults["nan"] else "png")
        if frame == faults["half_at"] and may(faults["crash_times"], scene.with_suffix(".crashes")):
            path.write_bytes(picture_of(frame, faults)[:200])
            os._exit(3)
        if frame not in faults["unwritten"]:
            write_or_die(path, frame, faults)
        if not faults["silent"]:
            say(f"saved {frame} {path}")
    if frame not in faults["lacks_passes"]:
        write_passes(frame, folder, name, faults)
    if not faults["silent"]:
        say(f"done {frame} {faults['seconds']}")


def lose_what_is_needed(frame: int, folder: Path, faults: dict[str, Any], scene: Path) -> None:
    go, latest = scene.with_suffix(".go"), time.time() + LONGEST_WAIT
    while frame == faults["wait_at"] and not go.exists() and time.time() < latest:
        time.sleep(0.02)
    if frame in (faults["gone_at"], faults["blocked_at"]):
        shutil.rmtree(folder)
    if frame == faults["blocked_at"]:
        folder.write_text("not a folder")
    if frame == faults["license_late_at"]:
        say("ERROR no license")
    if frame == faults["no_license_at"]:
        die("ERROR no license", 1)


def crash(last_words: str) -> NoReturn:
    if last_words:
        write_raw(last_words.encode(speech["encoding"]))
        os._exit(3)
    die("ERROR out of luck", 3)


def die(line: str, exit_code: int) -> NoReturn:
    """As a crash does: nothing is tidied up."""
    say(line)
    os._exit(exit_code)


def flood(megabytes: int, unended: int) -> None:
    """Lines of 1,000 bytes as fast as they can be written, then one line that is very long."""
    megabyte = (b"y" * 999 + b"\n") * 1000
    for _ in range(megabytes):
        write_raw(megabyte)
    for _ in range(unended):
        write_raw(b"z" * 1_000_000)
    if unended:
        say("")


def write_or_die(path: Path, frame: int, faults: dict[str, Any]) -> None:
    try:
        write(path, frame, faults)
    except OSError as error:
        die(f"ERROR {error}", 1)


def write(path: Path, frame: int, faults: dict[str, Any]) -> None:
    """The file of a frame, as good or bad as the scene says."""
    if frame in faults["nan"]:
        write_nan(path, faults["width"], faults["height"])
        return
    picture = b"" if frame in faults["empty"] else picture_of(frame, faults)
    is_full = frame == faults["full_at"]
    is_half = frame in faults["truncate"] or frame in faults["late"] or is_full
    if frame in faults["slow"]:
        write_slowly(path, picture)
    else:
        path.write_bytes(picture[: len(picture) // 2] if is_half else picture)
    if is_full:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))


def write_slowly(path: Path, picture: bytes) -> None:
    size = len(picture) // PIECES + 1
    with path.open("wb", buffering=0) as file:
        for begin in range(0, len(picture), size):
            file.write(picture[begin : begin + size])
            time.sleep(0.5 / PIECES)


def write_nan(path: Path, width: int, height: int) -> None:
    import OpenImageIO as oiio  # slow to import, and wanted by few tests

    picture = oiio.ImageBuf(oiio.ImageSpec(width, height, 3, "float"))
    oiio.ImageBufAlgo.fill(picture, (float("nan"), 0.5, 0.25))
    if not picture.write(str(path)):
        raise OSError(picture.geterror())


def write_passes(frame: int, folder: Path, name: str, faults: dict[str, Any]) -> None:
    for one in faults["passes"]:
        path = frame_path(folder, f"{name}_{one}", frame)
        path.write_bytes(picture_of(frame, faults))
        if faults["says_passes"] and not faults["silent"]:
            say(f"saved {frame} {path}")


def frame_path(folder: Path, name: str, frame: int, suffix: str = "png") -> Path:
    return folder / f"{name}_{frame:04d}.{suffix}"


def picture_of(frame: int, faults: dict[str, Any]) -> bytes:
    width = faults["width"] * (2 if frame in faults["wrong_size"] else 1)
    return png(width, faults["height"], None if frame in faults["black"] else frame)


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


def start_tree(folder: Path) -> None:
    """A child and its child, in groups of their own where there are such: back when both are up."""
    group = 0x208 if os.name == "nt" else 0
    stubborn = (
        "import os, pathlib, signal, subprocess, sys, time;"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "folder, name, code, *rest = sys.argv[1:];"
        "deeper = rest and [sys.executable, '-c', code, folder, rest[0], code];"
        f"deeper and subprocess.Popen(deeper, creationflags={group});"
        "pathlib.Path(folder, name + '.pid').write_text(str(os.getpid()));"
        "time.sleep(60)"
    )
    words = [sys.executable, "-c", stubborn, str(folder), "child", stubborn, "grandchild"]
    unknown = {key: value for key, value in os.environ.items() if key != "RENDER_MANAGER_RUN"}
    subprocess.Popen(words, env=unknown if os.name == "nt" else None, creationflags=group)
    while not all((folder / f"{name}.pid").exists() for name in ("child", "grandchild")):
        time.sleep(0.02)


def png(width: int, height: int, seed: int | None) -> bytes:
    """A PNG with a gradient that depends on the frame; a black one without a seed."""

    def value(x: int, y: int, c: int) -> int:
        return 0 if seed is None else (x * 5 + seed * 11 + y * 3 + c * 40) % 256

    rows = b"".join(
        b"\0" + bytes(value(x, y, c) for x in range(width) for c in range(3)) for y in range(height)
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


speech = {"encoding": "utf-8", "line_end": "\n"}


def say(line: str) -> None:
    write_raw((line + speech["line_end"]).encode(speech["encoding"]))


def write_raw(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
