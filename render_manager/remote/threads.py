"""Threads that ask another machine; after their end they answer no more."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Threads:
    """For the main thread."""

    def __init__(self, count: int, name: str) -> None:
        self._pool = ThreadPoolExecutor(count, name)
        self._is_closed = False

    def submit(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """What comes of it; cancelled after `close`."""
        if not self._is_closed:
            return self._pool.submit(work, *args, **kwargs)
        never: Future[T] = Future()
        never.cancel()
        return never

    def close(self) -> None:
        """What has not begun is cancelled; nothing is waited for."""
        self._is_closed = True
        self._pool.shutdown(wait=False, cancel_futures=True)
