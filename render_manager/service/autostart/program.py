"""What is to be started, and what all kinds of starting it have in common."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Protocol

from render_manager.base.errors import UserError
from render_manager.base.i18n import _

KEPT = ("RENDER_MANAGER_HOME",)
"""What is set now and has to be set then too."""

MARK = "Written by Render Manager"
"""Stands in each of our files: one without it is somebody else's."""

PATIENCE_SECONDS = 30
NOT_THERE = 127


class Autostart(Protocol):
    """Raises UserError where the system does not let it be done."""

    def is_on(self) -> bool: ...

    def turn_on(self) -> list[str]:
        """Returns what was done and what is left to do, in sentences."""
        ...

    def turn_off(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Done:
    code: int
    said: str


Run = Callable[[Sequence[str]], Done]
"""Runs a command to its end; never raises."""


class Service(Enum):
    """What can be started with the computer. The value is its name for the system."""

    MANAGER = "serve"
    WORKER = "worker"

    @property
    def title(self) -> str:
        return _("The farm worker") if self is Service.WORKER else _("Render Manager")

    @property
    def command(self) -> str:
        """What switches it, after `render-manager`."""
        return "farm autostart" if self is Service.WORKER else "autostart"


@dataclass(frozen=True, slots=True)
class Program:
    """Its words, the folder that it works in (None is the user's own), and what is set for it."""

    words: tuple[str, ...]
    folder: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    service: Service = Service.MANAGER


def this_program(
    platform: str = sys.platform,
    service: Service = Service.MANAGER,
    arguments: Sequence[str] = ("serve",),
) -> Program:
    """`render-manager` with these arguments, as this very program would be started again."""
    kept = {name: os.environ[name] for name in KEPT if os.environ.get(name)}
    if getattr(sys, "frozen", False):
        return Program((str(_packaged_without_console()), *arguments), None, kept, service)
    python = Path(sys.executable)
    if platform == "win32":
        # The one without a black window
        quiet = python.with_name("pythonw.exe")
        python = quiet if quiet.exists() else python
    root = Path(__file__).resolve().parents[3]
    folder = root if (root / "start.py").exists() else None
    return Program((str(python), "-m", "render_manager", *arguments), folder, kept, service)


def _packaged_without_console() -> Path:
    """Of the two programs in the folder, the one without a black window."""
    program = Path(sys.executable)
    quiet = program.with_name(f"RenderManager{program.suffix}")
    return quiet if quiet.exists() else program


def run_command(words: Sequence[str]) -> Done:
    try:
        done = subprocess.run(
            words,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PATIENCE_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except FileNotFoundError:
        return Done(NOT_THERE, _("{program} is not there").format(program=words[0]))
    except (OSError, subprocess.TimeoutExpired) as error:
        return Done(1, str(error))
    return Done(done.returncode, (done.stderr or done.stdout).strip())


def write_ours(file: Path, data: bytes) -> None:
    """Raises UserError if it cannot be written, or is not ours."""
    check_ours(file)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)  # the words of a worker may have the broker's password
        file.write_bytes(data)
    except OSError as error:
        raise _unwritable(file, error) from None


def remove_ours(file: Path) -> None:
    """Raises UserError likewise; that it is not there is fine."""
    check_ours(file)
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(file, error) from None


def check_ours(file: Path) -> None:
    try:
        found = file.read_bytes()
    except FileNotFoundError:
        return
    except OSError as error:
        raise _unwritable(file, error) from None
    if MARK.encode() not in found and MARK.encode("utf-16-le") not in found:
        sentence = _("{file} was not written by Render Manager. Move it away first.")
        raise UserError(sentence.format(file=file))


def not_any_more(title: str) -> str:
    return _("{program} does not start by itself any more.").format(program=title)


def refused(done: Done) -> UserError:
    """What the system said when it would not."""
    why = done.said.splitlines()[0] if done.said else str(done.code)
    return UserError(
        _("The system did not let Render Manager start by itself: {why}").format(why=why)
    )


def _unwritable(file: Path, error: OSError) -> UserError:
    sentence = _("{file} cannot be written ({why}). See who owns it, and that the disk has room.")
    return UserError(sentence.format(file=file, why=error.strerror or error))
