"""One process at a time: a lock that the system lets go of when its process dies, however it does."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

POLL_SECONDS = 0.2


@contextmanager
def fetch_lock(path: Path, on_wait: Callable[[], None]) -> Iterator[None]:
    """Hold the lock of the file `path`; while another process has it, call `on_wait` and wait."""
    with path.open("ab") as file:
        while not _try_lock(file):
            on_wait()
            time.sleep(POLL_SECONDS)
        yield


if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: IO[bytes]) -> bool:
        try:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
