"""A lock that two programs cannot hold at the same time and that ends with its holder.

It is the operating system's lock on a file, so nothing is left behind by a program that is killed.
"""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(handle: int) -> None:
        # Not `lockf`: its locks are the process's and would let a second journal in.
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


_HELD = {errno.EAGAIN, errno.EACCES, errno.EDEADLK}
if sys.platform == "win32":
    _HELD.add(0)  # what Wine says of it


class Lock:
    """The lock on `path`, which is made if need be and stays. Raises OSError if it cannot be had;
    BlockingIOError if somebody else holds it."""

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _take(self._handle)
        except OSError as error:
            os.close(self._handle)
            if error.errno in _HELD:
                raise BlockingIOError(*error.args) from error
            raise

    def release(self) -> None:
        os.close(self._handle)
