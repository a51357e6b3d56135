"""What every build has: where things lie, and how other programs are run."""

from __future__ import annotations

import hashlib
import os
import subprocess
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 1_000_000


class BuildError(Exception):
    """The build cannot go on; the sentence says why."""


@dataclass(frozen=True)
class Workplace:
    """The checkout, and the folder that everything is made in."""

    root: Path
    work: Path

    @property
    def packaging(self) -> Path:
        return self.root / "packaging"

    @property
    def out(self) -> Path:
        """What is handed out."""
        return self._made("out")

    @property
    def made(self) -> Path:
        """What goes into the program besides its own files (icon, version, licences)."""
        return self._made("made")

    @property
    def version(self) -> str:
        project = tomllib.loads((self.root / "pyproject.toml").read_text("utf-8"))["project"]
        return str(project["version"])

    def _made(self, name: str) -> Path:
        folder = self.work / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def say(sentence: str) -> None:
    print(f"— {sentence}", flush=True)


def run(
    words: Sequence[str | Path],
    *,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    seconds: float = 1800,
) -> str:
    """Run a program to its end and return what it said. Raises BuildError if it fails."""
    try:
        done = subprocess.run(
            [str(word) for word in words],
            # A pipe on purpose: Python under Wine stops at its start if this is a file.
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            encoding="utf-8",
            errors="replace",
            env={**os.environ, **(environment or {})},
            cwd=folder,
            timeout=seconds,
            check=False,
        )
    except FileNotFoundError:
        raise BuildError(f"{words[0]} is not there") from None
    except subprocess.TimeoutExpired:
        raise BuildError(f"{words[0]} did not end within {seconds:.0f} s") from None
    if done.returncode:
        last = "\n".join(done.stdout.splitlines()[-30:])
        raise BuildError(f"{' '.join(map(str, words))} ended with {done.returncode}:\n{last}")
    return done.stdout


def sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def size_of(folder: Path) -> int:
    """Bytes of all files below."""
    return sum(
        file.stat().st_size
        for file in folder.rglob("*")
        if file.is_file() and not file.is_symlink()
    )
