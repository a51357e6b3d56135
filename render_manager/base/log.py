"""The program's own log: a rotating file that holds what is needed to mend a bug."""

from __future__ import annotations

import logging
import sys
import threading
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from render_manager.base.paths import data_home

_FORMAT = "%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"


def own_log() -> Path:
    """The file that this program writes its log to."""
    return data_home() / "logs" / "render-manager.log"


def start_log(folder: Path) -> Path:
    """Log to `folder/render-manager.log` (5 files of 2 MB) and send unhandled exceptions there."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "render-manager.log"
    handler = RotatingFileHandler(path, maxBytes=2_000_000, backupCount=4, encoding="utf-8")
    handler.setFormatter(logging.Formatter(_FORMAT))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    sys.excepthook = _log_bug
    threading.excepthook = lambda hook: _log_bug(
        hook.exc_type, hook.exc_value or hook.exc_type(), hook.exc_traceback
    )
    return path


def _log_bug(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        logging.getLogger("render_manager").critical(
            "This is a bug", exc_info=(kind, error, traceback)
        )
