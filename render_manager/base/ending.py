"""How the program ends: as Python does, or at once where its tidying up would do harm."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import NoReturn

_kept: list[object] = []


def keep_to_the_end(thing: object) -> None:
    """See that `thing` is never destroyed: if the program ends by `end_program`, not even then.

    Threads, sockets and servers of Qt that are left to the collection of garbage are destroyed in
    any order, and now and then the program hung there after all was done (PySide6 6.11, seen in
    one of some hundred ends of `serve`).
    """
    _kept.append(thing)


def end_program(code: int) -> NoReturn:
    """End with an exit code. To be called last, when everything that matters is on disk."""
    if not _kept:
        sys.exit(code)
    import logging  # which the start of the program need not wait for

    logging.shutdown()
    for stream in filter(None, (sys.stdout, sys.stderr)):
        with suppress(OSError, ValueError):
            stream.flush()
    # Otherwise PySide destroys every object that is left.
    os._exit(code)
