"""Closes the boxes that a renderer shows, and writes down in the run's log what they said."""

from __future__ import annotations

import logging
from collections.abc import Container
from pathlib import Path

from render_manager.domain.dialog import meaning
from render_manager.domain.events import Problem
from render_manager.engine import dialog_windows
from render_manager.engine.dialog_windows import OpenDialog


class DialogCloser:
    """For one run, whose log lies at `log_path`; pictures are put beside it."""

    def __init__(self, log_path: Path) -> None:
        self._log_path = log_path
        self._seen: set[int] = set()

    def close_all(self, pids: Container[int]) -> list[Problem]:
        """Close every box of these processes; returns what they tell of.

        One that stays though it was asked to close is asked again, but written down once.
        """
        problems: list[Problem] = []
        for box in dialog_windows.open_dialogs(pids):
            if box.handle not in self._seen:
                self._seen.add(box.handle)
                self._write_down(box)
                problem = meaning(box.dialog)
                problems += [problem] if problem is not None else []
            dialog_windows.close(box.handle)
        return problems

    def _write_down(self, box: OpenDialog) -> None:
        picture = self._log_path.with_suffix(f".dialog-{len(self._seen)}.png")
        shown = picture.name if dialog_windows.photograph(box.handle, picture) else "no picture"
        line = f"\n# A dialog was closed: {box.dialog.line} ({shown})\n"
        try:
            with self._log_path.open("ab") as log:
                log.write(line.encode("utf-8"))
        except OSError:
            logging.getLogger(__name__).info("Not written into the log:%s", line)
