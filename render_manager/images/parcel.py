"""Pixels on their way from a worker process to the program.

In shared memory: through a pipe, 50 MB would cross in pieces of 64 KB with the GIL between them.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Parcel:
    """An array that lies in shared memory of this name, or is carried along where there is none."""

    shape: tuple[int, ...]
    kind: str
    name: str | None
    data: bytes = b""

    def open(self) -> Pixels:
        """The pixels. To be called once: the shared memory is given back."""
        if self.name is None:
            return np.frombuffer(self.data, self.kind).reshape(self.shape)
        memory = SharedMemory(self.name)
        try:
            return _array(memory, self.shape, self.kind).copy()
        finally:
            memory.close()
            memory.unlink()


class Packer:
    """Packs one parcel at a time; the shared memory of the last one stays until the next.

    Windows takes memory away that nobody holds, so it is held until it was surely opened.
    """

    def __init__(self) -> None:
        self._last: SharedMemory | None = None

    def pack(self, pixels: Pixels) -> Parcel:
        self.let_go()
        kind = pixels.dtype.str
        try:
            self._last = _reserved(pixels.nbytes)
        except OSError:
            return Parcel(pixels.shape, kind, None, pixels.tobytes())
        _array(self._last, pixels.shape, kind)[...] = pixels
        return Parcel(pixels.shape, kind, self._last.name)

    def let_go(self) -> None:
        if self._last is not None:
            self._last.close()
            self._last = None


def _array(memory: SharedMemory, shape: tuple[int, ...], kind: str) -> Pixels:
    return np.ndarray(shape, kind, memory.buf)


def _reserved(size: int) -> SharedMemory:
    """Shared memory that is really there. Raises OSError.

    Linux promises any amount, and kills who writes beyond what there is (64 MB in a container).
    """
    memory = SharedMemory(create=True, size=max(1, size))
    if sys.platform == "linux":
        try:
            with Path("/dev/shm", memory.name).open("r+b") as file:
                os.posix_fallocate(file.fileno(), 0, memory.size)
        except OSError:
            memory.close()
            memory.unlink()
            raise
    return memory
