"""Part of Render Manager. Maya runs every userSetup.py that it finds; the user's own is untouched.

Unproven: that Maya runs this one too is documented, and nobody has run it in Maya yet.
"""

# Every Maya that is installed runs this, also one before 2022 with Python 2: only this file has to be
# one that it can read.
import sys

import maya.cmds as cmds
import maya.utils

if sys.version_info >= (3, 7) and not cmds.about(batch=True):  # a render needs no menu
    import render_manager_maya

    maya.utils.executeDeferred(render_manager_maya.add_to_window)
