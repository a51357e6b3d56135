"""A command of the owner's that is run when a task ends: no shell, no text of others in its words.

It gets the task as JSON on its standard input, and in its environment.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import threading
import time

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.service.ends.ended import Ended

LONGEST = 600.0
"""Seconds after which it is ended."""

_LOOK_SECONDS = 0.2


def run(words: list[str], told: Ended, is_over: threading.Event, longest: float = LONGEST) -> None:
    """Run it to its end. Raises UserError with its last line if it fails; for worker threads.

    When this program is left meanwhile, the command is ended, which is no failure.
    """
    data = told.as_json()
    given = {
        f"RENDER_MANAGER_{name.upper()}": "" if value is None else str(value)
        for name, value in data.items()
    }
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as said:
        asked.write(json.dumps(data).encode())
        asked.seek(0)
        try:
            process = subprocess.Popen(
                words,
                stdin=asked,
                stdout=said,
                stderr=said,
                env=os.environ | given,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise _failed(words, reason) from None
        is_done = _ends(process, is_over, longest)
        if is_over.is_set():
            return
        if not is_done:
            raise _failed(words, _("it took longer than {seconds:g} s").format(seconds=longest))
        if process.returncode:
            said.seek(0)
            lines = said.read().decode("utf-8", "replace").strip().splitlines()
            code = _("it ended with {code}").format(code=process.returncode)
            raise _failed(words, ": ".join([code, *(line[:300] for line in lines[-1:])]))


def _ends(process: subprocess.Popen[bytes], is_over: threading.Event, longest: float) -> bool:
    """Whether it ended by itself; else it is killed, also when this program is left."""
    until = time.monotonic() + longest
    while not is_over.is_set() and time.monotonic() < until:
        try:
            process.wait(_LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        return True
    process.kill()
    process.wait()
    return False


def _failed(words: list[str], reason: str) -> UserError:
    return UserError(
        _("The command {program} failed: {reason}.").format(
            program=words[0], reason=reason.rstrip(".")
        )
    )
