"""The priority of a renderer's processes, as the system has it.

Linux and macOS let nobody but the administrator raise it again: there a run that was lowered stays so
to its end, which slows it only while others want the processor.
"""

from __future__ import annotations

import contextlib

import psutil

from render_manager.engine.process_tree import ProcessTree

LOWEST, ORDINARY = 19, 0


def set_lowest(trees: list[ProcessTree], *, is_lowest: bool) -> None:
    """Of all that descends from these, now. Never raises."""
    wanted = _value(is_lowest=is_lowest)
    for tree in trees:
        for process in tree.descendants():
            with contextlib.suppress(psutil.Error, OSError):
                if process.nice() != wanted:
                    process.nice(wanted)


def _value(*, is_lowest: bool) -> int:
    if psutil.WINDOWS:
        name = "IDLE_PRIORITY_CLASS" if is_lowest else "NORMAL_PRIORITY_CLASS"
        return int(getattr(psutil, name))
    return LOWEST if is_lowest else ORDINARY
