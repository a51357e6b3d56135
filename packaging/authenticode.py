"""Whether Windows programs are as their makers signed them.

It is looked at that a file's digest is the one that was signed, and whose name the signature bears.
The chain of certificates is not verified (their time is over), so a forger could pass: this finds
files that were changed or swapped, and the pinned hash of the whole is what protects from more.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from steps import BuildError, say

MAKERS = ("Python Software Foundation", "Microsoft")
PROGRAMS = {".exe", ".dll", ".pyd"}

_SIGNER = re.compile(r"Signer #\d+:\s*\n\s*Subject:\s*(?P<subject>[^\n]*)")
_DIGESTS = re.compile(
    r"Current message digest\s*:\s*(?P<signed>[0-9A-F]+)\s*\n"
    r"\s*Calculated message digest\s*:\s*(?P<found>[0-9A-F]+)"
)


def check_programs(folder: Path) -> int:
    """Check every program below; returns how many. Raises BuildError at the first that is not so."""
    programs = sorted(file for file in folder.rglob("*") if file.suffix.lower() in PROGRAMS)
    for program in programs:
        why = fault_in(_verify(program))
        if why is not None:
            raise BuildError(f"{program}: {why}")
    if not programs:
        raise BuildError(f"There is no program in {folder}")
    say(f"{len(programs)} programs are as {' or '.join(MAKERS)} signed them")
    return len(programs)


def fault_in(said: str) -> str | None:
    """What is wrong by the words of `osslsigncode verify`; None if nothing is."""
    digests = _DIGESTS.search(said)
    if digests is None:
        return "it is not signed"
    if digests["signed"] != digests["found"]:
        return "it is not what was signed"
    signer = _SIGNER.search(said)
    subject = signer["subject"] if signer else ""
    if not any(f"O={maker}" in subject or f"CN={maker}" in subject for maker in MAKERS):
        return f"it is signed by “{subject}”"
    return None


def _verify(program: Path) -> str:
    # Its exit code says nothing here: certificates of the past have ended, and their authorities
    # are not asked.
    words = ["osslsigncode", "verify", "-ignore-cdp", "-in", str(program)]
    done = subprocess.run(words, capture_output=True, text=True, errors="replace", check=False)
    return done.stdout
