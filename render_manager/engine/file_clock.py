"""How the clock that stamps the files of a folder differs from ours.

A file server stamps them by its own clock, which may be minutes off: a frame just written would
look older than its run, or an old one new.
"""

from __future__ import annotations

import os
import time
import uuid
from pathlib import Path

PROBE_PREFIX = ".render-manager-"
"""How the names of our probes begin; none stays."""


def seconds_ahead(folder: Path) -> float:
    """How far the folder's clock is ahead of ours; 0 if no file can be made there to find out."""
    probe = folder / f"{PROBE_PREFIX}{os.getpid()}-{uuid.uuid4().hex[:8]}"
    try:
        probe.write_bytes(b"probe")
        # Taken after the write, so that a slow server makes us lenient and never too strict.
        return probe.stat().st_mtime - time.time()
    except OSError:
        return 0.0
    finally:
        _remove(probe)


def _remove(probe: Path) -> None:
    try:
        probe.unlink(missing_ok=True)
    except OSError:
        return
