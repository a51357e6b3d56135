"""`python -m render_manager` and `render-manager`: the same program."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from render_manager.cli.doors import WhenDone
    from render_manager.service.schemas import Submission


def main() -> None:
    """Run the command line; without a command it opens the window."""
    multiprocessing.freeze_support()
    from render_manager.cli.main import run

    sys.exit(run(sys.argv[1:], _open_window))


def _open_window(
    submissions: Sequence[Submission], when_done: WhenDone | None, files: Sequence[Path]
) -> int:
    from render_manager.base.paths import data_home
    from render_manager.gui.first_window import hand_over

    # Before all that is heavy. Who waits for tasks of their own must have a window of their own.
    if not submissions and hand_over(data_home(), files):
        return 0
    from render_manager.gui.application import open_window

    return open_window(submissions, when_done, files)


if __name__ == "__main__":
    main()
