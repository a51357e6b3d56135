"""Waiting for a program of ours to end; one that does not tells where it hangs."""

from __future__ import annotations

import contextlib
import signal
import subprocess

TELLING = {"PYTHONFAULTHANDLER": "1"}
"""Belongs into the environment of a program that is to tell."""

PATIENCE_SECONDS = 30


def exit_code(process: subprocess.Popen[str]) -> int:
    """Of a process that was asked to end. If it does not, all of its threads write down where they
    are, to the test's captured output, before it is killed."""
    try:
        return process.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGABRT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE_SECONDS)
        raise
    finally:
        process.kill()
