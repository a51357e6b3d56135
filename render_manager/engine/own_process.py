"""The process that this program starts, in the way of its system."""

import sys

if sys.platform == "win32":
    from render_manager.engine.plain_process import PlainProcess as OwnProcess
else:
    from render_manager.engine.qt_process import QtProcess as OwnProcess

__all__ = ["OwnProcess"]
