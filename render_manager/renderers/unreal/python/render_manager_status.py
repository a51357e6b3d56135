"""How far the render is, told to Render Manager: in the file that RENDER_MANAGER_STATUS_FILE names,
by atomic replace, and in the log after a mark for what must not be lost."""

import json
import os
import time
from pathlib import Path
from typing import Any, Dict

import unreal

MARK = "[render-manager] "
LEAST_SECONDS = 0.5
HEARTBEAT_SECONDS = 5.0


class Told:
    """What was told last, and when."""

    def __init__(self) -> None:
        self.said: Dict[str, Any] = {}
        self.at = 0.0


TOLD = Told()


def tell(said: Dict[str, Any], extra: Dict[str, Any]) -> None:
    """Write the status file: at once when `state` is another one, else at most twice a second.
    `extra` alone is no reason to write."""
    now = time.time()
    pause = LEAST_SECONDS if said != TOLD.said else HEARTBEAT_SECONDS
    if said["state"] == TOLD.said.get("state") and now - TOLD.at < pause:
        return
    TOLD.said, TOLD.at = said, now
    write_status(dict(said, heartbeat=now, **extra))


def write_status(said: Dict[str, Any]) -> None:
    path = os.environ.get("RENDER_MANAGER_STATUS_FILE")
    if not path:
        return
    new = Path(path + ".tmp")
    try:
        new.write_text(json.dumps(said), encoding="utf-8")
        new.replace(path)
    except OSError:  # Windows, while it is being read: the next one follows soon
        pass


def mark(event: str, **facts: Any) -> None:
    """A line in the log."""
    unreal.log(MARK + json.dumps(dict(facts, event=event)))
