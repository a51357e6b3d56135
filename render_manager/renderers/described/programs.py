"""Finding a renderer's program on this machine, and asking it for its version."""

from __future__ import annotations

import glob
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

VERSION_TIMEOUT = 10.0
"""Seconds that a program may take to tell its version."""


def find_programs(candidates: Iterable[str], folder: Path) -> dict[Path, str]:
    """The programs that exist, the best first, each with how it was found.

    A candidate is a name to look up on PATH or a path, which may begin with `~`, hold environment
    variables and wildcards (the highest number first), and is relative to `folder`.
    """
    found: dict[Path, str] = {}
    for candidate in candidates:
        # unlike Path.expanduser, this leaves a user that is not known here as it is
        text = os.path.expanduser(os.path.expandvars(candidate.strip()))  # noqa: PTH111
        is_bare = not re.search(r"[/\\]", text)
        for path in _on_path(text) if is_bare else _at_place(text, folder):
            found.setdefault(path, "PATH" if is_bare else candidate)
    return found


def program_version(
    program: Path, arguments: Sequence[str], pattern: re.Pattern[str]
) -> str | None:
    """The version that `program` prints when called with `arguments`, or None if it does not."""
    try:
        asked = subprocess.run(
            [program, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=VERSION_TIMEOUT,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    said = pattern.search(asked.stdout[:20_000].decode("utf-8", "replace"))
    if said is None:
        return None
    return said[1] if said.re.groups else said[0]


def _on_path(name: str) -> list[Path]:
    program = shutil.which(name) if name else None
    return [Path(program)] if program else []


def _at_place(text: str, folder: Path) -> list[Path]:
    place = folder / text
    if _is_program(place):
        return [place]
    pattern = text if Path(text).is_absolute() else f"{glob.escape(str(folder))}/{text}"
    matches = glob.glob(pattern)  # noqa: PTH207  Path.glob takes no absolute pattern
    newest_first = sorted(matches, key=_by_number, reverse=True)
    return [path for path in map(Path, newest_first) if _is_program(path)]


def _is_program(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)


def _by_number(text: str) -> list[str | int]:
    return [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", text)]
