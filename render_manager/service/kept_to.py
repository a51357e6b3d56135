"""The machines and pools that a task is kept to, as users write them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.base.machine_hours import MACHINE_NAME

MOST = 100


def kept_to(before: tuple[str, ...], asked: Sequence[str] | None) -> tuple[str, ...]:
    """The names, each once; None leaves what was before. Raises UserError for what is no name."""
    if asked is None:
        return before
    names = named(asked)
    if len(names) > MOST:
        raise UserError(
            _("Name {most} machines and pools at most.").format(most=MOST), field="machines"
        )
    for name in names:
        if not re.fullmatch(MACHINE_NAME, name):
            raise UserError(
                _(
                    "“{name}” is no name of a machine or pool. They have letters, digits, - and _; "
                    "this machine is called local."
                ).format(name=name[:80]),
                field="machines",
            )
    return names


def named(asked: Sequence[str]) -> tuple[str, ...]:
    """Names, from a list or from text with spaces or commas between, each once."""
    said = re.split(r"[\s,;，；]+", asked) if isinstance(asked, str) else map(str.strip, asked)
    return tuple(dict.fromkeys(filter(None, said)))
