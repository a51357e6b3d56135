"""What a packaged program has to undo, so that the programs it starts find their own libraries."""

from __future__ import annotations

import os
import sys

LIBRARY_PATHS = ("LD_LIBRARY_PATH", "LIBPATH", "DYLD_LIBRARY_PATH")


def leave_others_their_libraries() -> None:
    """Without this a renderer that we start would load our libraries in place of its own.

    To be called at the start, once; this process itself has read the paths already. Does nothing
    in a program that is not packaged.
    """
    if not getattr(sys, "frozen", False):
        return
    for name in LIBRARY_PATHS:
        before = os.environ.pop(f"{name}_ORIG", None)
        if before is not None:
            os.environ[name] = before
        else:
            os.environ.pop(name, None)
    # What we start of our own then finds its libraries by itself, as if a user had started it.
    os.environ["PYINSTALLER_RESET_ENVIRONMENT"] = "1"
    if sys.platform == "win32":
        import ctypes

        # The folder that the boot loader named for DLLs is inherited by every child.
        ctypes.windll.kernel32.SetDllDirectoryW(None)
