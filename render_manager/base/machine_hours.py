"""Hours that machines have of their own, as users write them: `pc12 = Mo-Fr 19:00-08:00; local = always`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from render_manager.base.hours import ALWAYS, parse_hours
from render_manager.base.i18n import _

MACHINE_NAME = r"[A-Za-z0-9_-]{1,60}"
"""What machines and pools of the farm may be called."""


def parse_machine_hours(text: str) -> dict[str, str]:
    """Tables of hours by the name of a machine; whoever may always render is left out. Raises
    ValueError with half a sentence that says what to write."""
    tables: dict[str, str] = {}
    for row in filter(None, (row.strip() for row in re.split(r"[;；\n]", text))):
        name, sign, table = (part.strip() for part in row.partition("="))
        if not sign or not re.fullmatch(MACHINE_NAME, name):
            raise ValueError(
                _(
                    "write “{row}” like render03 = Mo-Fr 19:00-08:00, with ; between machines; this "
                    "machine is called local"
                ).format(row=row[:80])
            )
        if name in tables:
            raise ValueError(_("{name} is there twice").format(name=name))
        tables[name] = str(parse_hours(table))
    return {name: table for name, table in tables.items() if table != ALWAYS}


def machine_hours_text(tables: Mapping[str, str]) -> str:
    """What `parse_machine_hours` reads."""
    return "; ".join(f"{name} = {table}" for name, table in sorted(tables.items()))
