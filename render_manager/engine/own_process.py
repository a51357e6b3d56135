"""The process that we start, in the way of this system."""

import sys

if sys.platform == "win32":
    from render_manager.engine.windows_process import OwnProcess
else:
    from render_manager.engine.process import OwnProcess

__all__ = ["OwnProcess"]
