"""A renderer program for faults: `python fake_render.py SCENE OUTPUT_DIR NAME FRAMES`.

What it does is in `misbehaving.py`, which Python compiles once and not at each of many starts.
"""

from __future__ import annotations

import time

BEGAN = time.time()

# ruff: noqa: E402
import sys

from misbehaving import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], BEGAN))
