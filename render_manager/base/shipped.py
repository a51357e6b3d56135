"""What a packaged program is made of, as the build noted it down."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def licence_lines() -> list[str]:
    """A line for each package that is shipped with the program: name, version, licence.

    None in a checkout or a wheel, which ship nothing.
    """
    folder = getattr(sys, "_MEIPASS", None)
    if folder is None:
        return []
    try:
        listed = json.loads((Path(folder) / "licences" / "packages.json").read_text("utf-8"))
        return [f"{each['name']} {each['version']}: {each['licence']}" for each in listed]
    except (OSError, ValueError, KeyError, TypeError):
        return []
