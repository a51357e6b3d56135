"""`python -m render_manager` and `render-manager`: the same program."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from render_manager.base.ending import end_program, keep_to_the_end
from render_manager.base.frozen import leave_others_their_libraries
from render_manager.cli.interrupts import INTERRUPTED, INTERRUPTS

if TYPE_CHECKING:
    from render_manager.base.settings import Settings
    from render_manager.cli.doors import WhenDone
    from render_manager.cli.remote.connection import Address
    from render_manager.http_api.door import HttpDoor
    from render_manager.remote.service import RemoteService
    from render_manager.service.ends.ends import Ends
    from render_manager.service.schemas import Submission
    from render_manager.service.task_service import TaskService

RENDERER_OF_SELFTEST = "selftest-renderer"
"""The same word as in `selftest/program.py`, which most starts need not import."""


def main() -> None:
    """Run the command line; without a command it opens the window."""
    leave_others_their_libraries()
    # Before all that takes its time. What has no renderers to end just ends.
    with INTERRUPTS.noted() if sys.argv[1:2] in (["render"], ["serve"]) else nullcontext():
        end_program(_run())


def _run() -> int:
    try:
        import multiprocessing

        multiprocessing.freeze_support()
        if sys.argv[1:2] == [RENDERER_OF_SELFTEST]:
            return _render_for_selftest(sys.argv[2:])
        from render_manager.cli.doors import Doors
        from render_manager.cli.main import run

        return run(sys.argv[1:], Doors(_open_window, _serve, _connect, _selftest))
    except KeyboardInterrupt:
        return INTERRUPTED


def _open_window(
    submissions: Sequence[Submission], when_done: WhenDone | None, files: Sequence[Path]
) -> int:
    from render_manager.base.paths import data_home
    from render_manager.gui.first_window import hand_over

    # Before all that is heavy. Who waits for tasks of their own must have a window of their own.
    if not submissions and hand_over(data_home(), files):
        return 0
    from render_manager.gui.application import open_window

    return open_window(submissions, when_done, files, _make_remote)


def _make_remote(service: TaskService, ends: Ends | None) -> HttpDoor:
    from render_manager.http_api.door import HttpDoor

    door = HttpDoor(service, ends)
    keep_to_the_end(door)
    return door


def _serve(given: dict[str, object]) -> int:
    from render_manager.http_api.serving import serve

    return serve(given, lambda: INTERRUPTS.is_noted)


def _connect(find: Callable[[], Address]) -> int:
    from render_manager.remote.greeting import greet

    # Before all that is heavy: who cannot be reached needs no window.
    address = find()
    there = greet(
        address.url,
        address.token,
        is_here=address.is_here,
        token_of_now=lambda: find().token,
    )
    from render_manager.gui.application import open_elsewhere
    from render_manager.remote.service import RemoteService

    def make_service(settings: Settings) -> RemoteService:
        service = RemoteService(there, settings)
        keep_to_the_end(service)
        return service

    return open_elsewhere(there.name, make_service)


def _selftest(as_json: bool) -> int:
    from render_manager.selftest.run import run_selftest

    return run_selftest(as_json=as_json)


def _render_for_selftest(arguments: Sequence[str]) -> int:
    from render_manager.selftest.program import run

    return run(arguments)


if __name__ == "__main__":
    main()
