"""Installs the embedded Blender with pip, as the user has configured it, and tells how far it is.

Pip writes no usable progress into a pipe, and old ones none at all: the growth of its files tells.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.renderers.blender.embedded_python import VenvMaker
from render_manager.renderers.environment import environment

POLL_SECONDS = 0.4
DOWNLOAD_SHARE = 0.8
"""The part of the bar that is the download: 60 of 75 s on a line of 50 Mbit/s."""

_SIZE = re.compile(rb"Downloading (?:\S*/)?bpy-\S+ \((\d+(?:\.\d+)?) MB\)")
_UNPACKING = b"Installing collected packages"


@dataclass(frozen=True, slots=True)
class FetchProgress:
    """`phase` is "waiting" (for another process), "downloading" or "installing"; `fraction` is of
    the whole, 0 to 1."""

    phase: str
    fraction: float


BEGINNING = FetchProgress("downloading", 0.0)


def install(
    maker: VenvMaker,
    venv: Path,
    python: Path,
    log: Path,
    report: Callable[[FetchProgress], None],
) -> None:
    """Make the environment `venv`, whose Python will be `python`, and install Blender into it.

    What the programs say goes to `log`. Raises UserError if it fails; what `report` raises ends the
    programs and comes out here, so a caller can stop it.
    """
    temporary = venv / "tmp"
    pip = (str(python), "-m", "pip", "install", "--only-binary=:all:", "--no-input")
    blender = ("--progress-bar=off", f"bpy=={maker.release.version}")
    with log.open("wb") as output:
        _run(maker.command(venv), output, environment(), log, lambda: report(BEGINNING))
        temporary.mkdir()
        own = environment() | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary))
        _run((*pip, *blender), output, own, log, lambda: report(_progress(maker, venv, log)))
    shutil.rmtree(temporary, ignore_errors=True)


def _run(
    argv: Sequence[str],
    output: IO[bytes],
    env: Mapping[str, str],
    log: Path,
    while_running: Callable[[], None],
) -> None:
    process = subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        env=env,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    try:
        while not _has_ended(process):
            while_running()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    if process.returncode != 0:
        raise _failure(log)


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(POLL_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    return True


def _progress(maker: VenvMaker, venv: Path, log: Path) -> FetchProgress:
    said = log.read_bytes()
    if _UNPACKING in said:
        unpacked = min(1.0, _bytes_in(venv) / maker.release.installed)
        return FetchProgress("installing", DOWNLOAD_SHARE + (1 - DOWNLOAD_SHARE) * unpacked)
    size = _SIZE.search(said)
    total = float(size[1]) * 1e6 if size else maker.release.download
    downloaded = min(1.0, _bytes_in(venv / "tmp") / total)
    return FetchProgress("downloading", DOWNLOAD_SHARE * downloaded)


def _bytes_in(folder: Path) -> int:
    """What the files below `folder` hold; those that vanish meanwhile hold nothing."""
    return sum(_size(Path(at, name)) for at, _, names in os.walk(folder) for name in names)


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0


def _failure(log: Path) -> UserError:
    lines = log.read_text("utf-8", "replace").split("\n")
    errors = [line for line in lines if line.startswith(("ERROR:", "error:", "Error:"))]
    why = (errors or [line for line in lines if line.strip()] or ["?"])[-1].strip()
    if "No matching distribution" in why:
        return UserError(
            _(
                "There is no embedded Blender for this system to be had. Install Blender from "
                "blender.org. ({why})"
            ).format(why=why)
        )
    return UserError(
        _(
            "The embedded Blender could not be fetched ({why}). Check the network connection and "
            "try again; {log} says more."
        ).format(why=why, log=log)
    )
