#!/usr/bin/env python3
"""Builds the packaged program. Needs nothing but Python 3.11 or later; says what else is missing.

`build.py folder` makes and tries the folder for the system it runs on (Linux, macOS, Windows).
`build.py installer` makes the Windows installer of that folder, on Windows with NSIS.
`build.py windows` does all of it for Windows on Debian, through Wine: from an empty folder to an
installer that was installed, tried, upgraded and removed again. It takes about ten minutes.

What is made lies in `build/package/`; the results are in its folder `out`. Nothing outside it is
touched, but for Debian packages that `--install` lets it add.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from cross import build_windows_on_debian  # noqa: E402
from folder import build_folder  # noqa: E402
from setup_program import build_installer  # noqa: E402
from steps import BuildError, Workplace  # noqa: E402


def main() -> int:
    options = _options()
    place = Workplace(HERE.parent, options.into.resolve())
    began = time.monotonic()
    try:
        if options.what == "windows":
            build_windows_on_debian(place, may_install=options.install)
        elif options.what == "installer":
            build_installer(place, place.work / "dist" / "RenderManager", amd64=False)
        else:
            build_folder(place)
    except BuildError as why:
        print(f"\nStopped: {why}", file=sys.stderr)
        return 1
    print(f"\nDone in {time.monotonic() - began:.0f} s: {place.out}")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["folder", "installer", "windows"])
    parser.add_argument("--into", type=Path, default=HERE.parent / "build" / "package")
    parser.add_argument(
        "--install", action="store_true", help="install the Debian packages that are missing"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
