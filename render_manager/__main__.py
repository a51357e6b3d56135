"""`python -m render_manager` and `render-manager`: the same program."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from render_manager.cli.doors import WhenDone
    from render_manager.service.schemas import Submission


def main() -> None:
    """Run the command line; without a command it opens the window."""
    multiprocessing.freeze_support()
    from render_manager.cli.main import run

    sys.exit(run(sys.argv[1:], _open_window))


def _open_window(submissions: Sequence[Submission], when_done: WhenDone | None) -> int:
    from render_manager.gui.application import open_window

    return open_window(submissions, when_done)


if __name__ == "__main__":
    main()
