"""What runs in an image worker process: reads frames until the parent closes the pipe or dies.

A process of its own, as decoders hold the GIL (two processes read PNG twice as fast as two threads)
and as one that crashes on a broken file takes nothing with it. Light to import: the parent imports
this too.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import traceback
from dataclasses import replace
from logging.handlers import QueueHandler
from multiprocessing import connection, parent_process
from queue import SimpleQueue
from typing import TYPE_CHECKING

from render_manager.base.i18n import use_language
from render_manager.images.reading import FrameReading, FrameRequest, read_frame
from render_manager.images.thumbnails import ThumbnailStore
from render_manager.images.viewing import View, ViewRequest

if TYPE_CHECKING:
    from render_manager.images.parcel import Packer


def work(pipe: connection.Connection, store: ThumbnailStore) -> None:
    """Say None when all libraries are there, then answer each question.

    It is a language, as `base.i18n.use_language` takes it, and a FrameRequest, whose answer is a
    FrameReading, or a ViewRequest, whose answer is a View with its pixels in a Parcel. The answer
    to a question that meets a bug is a RuntimeError with the traceback. Log records go through the
    pipe as they come up, before the answer.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_die_with_parent, daemon=True).start()
    logging.getLogger().addHandler(_PipeHandler(pipe))
    _silence_decoders()
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # numpy reads it when it is imported
    from render_manager.images.decode import use_one_thread

    use_one_thread()
    pipe.send(None)
    _answer_all(pipe, store)


def _answer_all(pipe: connection.Connection, store: ThumbnailStore) -> None:
    from render_manager.images.parcel import Packer

    packer = Packer()
    while True:
        try:
            language, request = pipe.recv()
        except EOFError:
            return
        use_language(language)
        try:
            pipe.send(_answer(request, store, packer))
        except Exception:
            pipe.send(RuntimeError(f"In the image worker:\n{traceback.format_exc()}"))


def _answer(
    request: FrameRequest | ViewRequest, store: ThumbnailStore, packer: Packer
) -> FrameReading | View:
    from render_manager.images.look import look

    packer.let_go()
    if isinstance(request, FrameRequest):
        return read_frame(request, store)
    view = look(request)
    return view if view.pixels is None else replace(view, pixels=packer.pack(view.array))


def _die_with_parent() -> None:
    """A parent that was killed cannot say goodbye; a long read must not outlive it."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(0)


class _PipeHandler(QueueHandler):
    """Sends records to the parent, whose log they belong in."""

    def __init__(self, pipe: connection.Connection) -> None:
        super().__init__(SimpleQueue())
        self._pipe = pipe

    def enqueue(self, record: logging.LogRecord) -> None:
        self._pipe.send(record)


def _silence_decoders() -> None:
    """libpng and others print what we say in a sentence."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for standard in (1, 2):
        os.dup2(nowhere, standard)
    os.close(nowhere)
