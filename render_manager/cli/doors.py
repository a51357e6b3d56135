"""What the command line knows of the window: that it can be opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from render_manager.domain.task import FrameDetail, Task
    from render_manager.service.schemas import Submission

WhenDone = Callable[["Task", "list[FrameDetail]"], None]
"""Called once when the submitted task has completed."""

OpenWindow = Callable[["Sequence[Submission]", "WhenDone | None", "Sequence[Path]"], int]
"""Opens the window, submits, takes the files as if they were dropped, and returns the program's
exit code when it is closed. Without submissions a window that is open already may take the files."""
