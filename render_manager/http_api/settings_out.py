"""The settings of this machine, as others see and change them.

Secrets are never told. What opens this machine further (its folders and programs) is changed by its
own user only, and the API itself in no other way than there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.base.settings import Settings, entry, plain
from render_manager.base.settings_values import API, ENDS, FARM, PLACES, RENDERERS, WINDOW
from render_manager.http_api.message import Reply, as_json
from render_manager.service.settings_change import FIXED

if TYPE_CHECKING:
    from render_manager.http_api.routes import Call

SECRETS = frozenset(
    {"api_token", "broker_url", "webhook_url", "webhook_secret", "smtp_password", "end_command"}
)
OPENING = frozenset({"after_queue", "scene_scripts"})
"""What lets strangers do more, beside folders and programs."""

SHUT = (API, ENDS)
"""Groups that are changed in the settings of that computer only: who could name another server for
e-mail would be sent the password."""

TOLD = tuple(
    name for name in Settings.model_fields if name not in SECRETS and entry(name).group != WINDOW
)

CHANGEABLE = tuple(name for name in TOLD if entry(name).group not in SHUT)
"""Some of them by the machine's own user alone, see `_is_open`."""


def settings(call: Call) -> Reply:
    told = settings_as_json(call.desk.service.settings, is_owner=call.is_owner)
    return as_json({"settings": told})


def change_settings(call: Call) -> Reply:
    changes: dict[str, Any] = call.body.settings
    for name in changes:
        _check(name, is_owner=call.is_owner)
    call.desk.service.change_settings(changes)
    return settings(call)


def settings_as_json(known: Settings, *, is_owner: bool) -> dict[str, Any]:
    return {
        name: {
            "value": plain(name, getattr(known, name)),
            "origin": known.origin(name).value,
            "may_change": known.origin(name) not in FIXED and _is_open(name, is_owner),
        }
        for name in TOLD
    }


def _check(name: str, *, is_owner: bool) -> None:
    key = name.upper()[:80]
    if name not in TOLD:
        sentence = _("There is no setting {key} that can be changed from outside.")
        raise UserError(sentence.format(key=key), field=key)
    if not _is_open(name, is_owner):
        sentence = _("{key} can only be changed on that computer itself.")
        raise UserError(sentence.format(key=key), field=key)


def _is_open(name: str, is_owner: bool) -> bool:
    group = entry(name).group
    if group in SHUT:
        return False
    return is_owner or not (group in (PLACES, RENDERERS, FARM) or name in OPENING)
