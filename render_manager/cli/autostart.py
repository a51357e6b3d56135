"""`render-manager autostart` and `render-manager farm autostart`."""

from __future__ import annotations

import json
from collections.abc import Sequence

from render_manager.base.i18n import _
from render_manager.service.autostart import Service, autostart


def change_autostart(
    *,
    on: bool,
    off: bool,
    as_json: bool,
    service: Service = Service.MANAGER,
    arguments: Sequence[str] = ("serve",),
) -> int:
    """Switch it, or say how it is: then 0 is on and 1 is off. Raises UserError."""
    ours = autostart(service=service, arguments=arguments)
    told = ours.turn_on() if on else ours.turn_off() if off else []
    is_on = ours.is_on()
    if as_json:
        print(json.dumps({"autostart": is_on, "said": told}, ensure_ascii=False, indent=2))
    elif told:
        print("\n".join(told))
    elif is_on:
        print(_("{program} starts with this computer.").format(program=service.title))
    else:
        print(_("{program} does not start by itself.").format(program=service.title))
    return 0 if told or is_on else 1
