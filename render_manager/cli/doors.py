"""What the command line knows of the other doors: that they can be opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from render_manager.cli.remote.connection import Address
    from render_manager.domain.task import FrameDetail, Task
    from render_manager.service.schemas import Submission

WhenDone = Callable[["Task", "list[FrameDetail]"], None]
"""Called once when the submitted task has completed."""

OpenWindow = Callable[["Sequence[Submission]", "WhenDone | None", "Sequence[Path]"], int]
"""Opens the window, submits, takes the files as if they were dropped, and returns the program's
exit code when it is closed. Without submissions a window that is open already may take the files."""

Serve = Callable[["dict[str, object]"], int]
"""Runs Render Manager without a window until it is ended, with these fields of the settings as they
are given; returns the program's exit code."""


Connect = Callable[[Callable[[], "Address"]], int]
"""Opens the window on the queue of another Render Manager, whose address may be asked for again;
returns the program's exit code when it is closed."""

Selftest = Callable[[bool], int]
"""Proves that the parts work together, and prints a report, as JSON if it is true; returns the
program's exit code."""


@dataclass(frozen=True, slots=True)
class Doors:
    """The other doors, and the trial of them all."""

    open_window: OpenWindow
    serve: Serve
    connect: Connect
    selftest: Selftest
