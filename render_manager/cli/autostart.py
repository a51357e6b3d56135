"""`render-manager autostart`."""

from __future__ import annotations

import json

from render_manager.base.i18n import _
from render_manager.service.autostart import autostart


def change_autostart(*, on: bool, off: bool, as_json: bool) -> int:
    """Switch it, or say how it is: then 0 is on and 1 is off. Raises UserError."""
    ours = autostart()
    told = ours.turn_on() if on else ours.turn_off() if off else []
    is_on = ours.is_on()
    if as_json:
        print(json.dumps({"autostart": is_on, "said": told}, ensure_ascii=False, indent=2))
    elif told:
        print("\n".join(told))
    elif is_on:
        print(_("Render Manager starts with this computer."))
    else:
        print(_("Render Manager does not start by itself."))
    return 0 if told or is_on else 1
