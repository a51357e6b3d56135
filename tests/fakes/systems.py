"""What a test needs of the system that it runs on, where that is not everywhere."""

from __future__ import annotations

import ctypes
import sys

import pytest

WINDOWS = sys.platform == "win32"


def is_wine() -> bool:
    """Whether Windows is only played: https://wiki.winehq.org/Developer_FAQ."""
    return sys.platform == "win32" and hasattr(ctypes.windll.ntdll, "wine_get_version")


posix_paths = pytest.mark.skipif(WINDOWS, reason="its paths are those of POSIX")
lists_programs = pytest.mark.skipif(is_wine(), reason="Wine does not list what runs")
utf8_system = pytest.mark.skipif(WINDOWS, reason="there the code page of the system decides")
shut_ends_a_send = pytest.mark.skipif(is_wine(), reason="Wine sends on when a socket is shut")
