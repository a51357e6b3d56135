"""Boxes that wait for a click which nobody makes at night: switched off where that is allowed."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Mapping

QUIET: Mapping[str, str] = {
    "MAYA_DISABLE_CER": "1",
    "MAYA_DEBUG_ENABLE_CRASH_REPORTING": "0",
    "MAYA_DISABLE_CIP": "1",
    "MAYA_DISABLE_CLIC_IPM": "1",
    "MAYA_DISABLE_ADP": "1",
    "REDSHIFT_FORCEQUITONINTERNALERROR": "1",
}
"""Environment variables by which renderers show no crash reporter and ask nothing: Maya's error
report, its questions about usage data and messages, and Redshift waiting after an internal error.
They mean nothing to other programs."""

SEM_FAILCRITICALERRORS = 0x0001
SEM_NOGPFAULTERRORBOX = 0x0002
SEM_NOOPENFILEERRORBOX = 0x8000


def switch_off_error_boxes() -> None:
    """Have Windows show no box of its own when a program crashes or a disk is missing.

    Every process that is started from now on inherits it. Elsewhere there are no such boxes.
    """
    if sys.platform == "win32":
        kernel = ctypes.windll.kernel32
        ours = SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX
        kernel.SetErrorMode(kernel.GetErrorMode() | ours)
