"""The lock files as they are for another system than this one.

pip asks for the markers of a lock file on the system that it runs on, so that it would leave out
what Windows alone needs. Runs in an environment with the package `packaging`:
`locked.py TARGET LOCK…` writes what Windows needs of the locks, with the same hashes.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

WINDOWS = {
    "sys_platform": "win32",
    "os_name": "nt",
    "platform_system": "Windows",
    "platform_machine": "AMD64",
    "platform_python_implementation": "CPython",
    "implementation_name": "cpython",
    "python_version": "3.11",
    "python_full_version": "3.11.9",
}

_HEAD = re.compile(r"(?P<pin>[A-Za-z0-9._-]+==[^\s;]+)\s*(?:;(?P<marker>[^\\]+))?\\?$")


def for_windows(locks: list[str]) -> str:
    """The text of one lock file out of several; what is in two is taken once."""
    from packaging.markers import Marker

    pins: dict[str, str] = {}
    for lock in locks:
        for block in re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE):
            first, *rest = block.splitlines() or [""]
            head = _HEAD.match(first)
            if head is None or (head["marker"] and not Marker(head["marker"]).evaluate(WINDOWS)):
                continue
            hashes = [line for line in rest if "--hash=" in line]
            pins.setdefault(head["pin"], "\n".join([f"{head['pin']} \\", *hashes]))
    return "\n".join(pins.values()) + "\n"


if __name__ == "__main__":
    texts = [Path(name).read_text("utf-8") for name in sys.argv[2:]]
    Path(sys.argv[1]).write_text(for_windows(texts), "utf-8")
