"""What the settings dialog says of a key, all of it from the settings model."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from render_manager.base.i18n import LANGUAGES, N_, _
from render_manager.base.settings import Origin, Settings, default, entry
from render_manager.domain.courtesy import CHOICES as ON_COURTESY
from render_manager.domain.deeds import CHOICES as DEEDS
from render_manager.domain.evidence import CHOICES as ON_SUSPICION
from render_manager.domain.preflight import CHOICES as ON_SCRIPTS
from render_manager.gui import language, theme

CHOICES: Mapping[str, Mapping[Any, str]] = {
    "ui_theme": theme.CHOICES,
    "on_suspicion": ON_SUSPICION,
    "scene_scripts": ON_SCRIPTS,
    "after_queue": DEEDS,
    "when_in_use": ON_COURTESY,
    "when_programs_run": ON_COURTESY,
    "when_on_battery": ON_COURTESY,
    "webhook_kind": {
        "json": N_("Plain JSON"),
        "slack": "Slack",
        "discord": "Discord",
        "feishu": N_("Feishu"),
        "dingtalk": N_("DingTalk"),
    },
    "movie_codec": {
        "h264": "H.264 (.mp4)",
        "h265": "H.265 (.mp4)",
        "prores": "ProRes 422 HQ (.mov)",
        "vp9": "VP9 (.webm)",
    },
    "smtp_security": {"starttls": "STARTTLS", "tls": "TLS", "none": N_("None")},
    "api_auth": {
        "token": N_("Whoever shows the token"),
        "none": N_("Anybody on this computer"),
    },
    "ui_language": {None: language.CHOICES[language.SYSTEM], **LANGUAGES},
}
"""Names for the values of a dropdown; a value without one is shown as it is."""

ORIGINS = {
    Origin.GIVEN: N_("given for this start"),
    Origin.ENVIRONMENT: N_("set by the environment"),
    Origin.DOTENV: N_("set by .env"),
    Origin.FILE: N_("from the settings file"),
    Origin.DEFAULT: N_("the default"),
    Origin.ELSEWHERE: N_("changed on that computer only"),
}


def field(name: str) -> FieldInfo:
    return Settings.model_fields[name]


def title(name: str) -> str:
    return _(str(field(name).title))


def meaning(name: str) -> str:
    return _(str(field(name).description))


def choices(annotation: Any) -> list[str | None]:
    """The values of a Literal, with None in front if it may be left open; else nothing."""
    inner = [one for one in (annotation, *get_args(annotation)) if get_origin(one) is Literal]
    if not inner:
        return []
    is_open = type(None) in get_args(annotation)
    return [*([None] if is_open else []), *get_args(inner[0])]


def value_text(name: str, value: object) -> str:
    """A value as a person reads it."""
    named = CHOICES.get(name, {})
    if isinstance(value, str | None) and value in named:
        return _(named[value])
    if value in (None, "", {}, ()):
        return _("empty")
    if isinstance(value, bool):
        return _("on") if value else _("off")
    if isinstance(value, int | float):
        unit = entry(name).unit
        return f"{value:,.10g} {_(unit)}" if unit else f"{value:,.10g}"
    return plain_text(value)


def plain_text(value: object) -> str:
    """A value as it is typed: several folders with the system's sign between them, other things
    with spaces."""
    if isinstance(value, tuple):
        is_paths = any(isinstance(each, Path) for each in value)
        return (os.pathsep if is_paths else " ").join(map(str, value))
    return "" if value is None else str(value)


def about(name: str, origin: Origin) -> str:
    """The quiet line: the default, where the value comes from, and when a change counts."""
    parts = [
        _("default: {value}").format(value=value_text(name, default(name))),
        _(ORIGINS[origin]),
    ]
    if origin is Origin.DEFAULT:
        parts.pop()
    elif origin is Origin.ELSEWHERE:  # where the default may be another
        del parts[0]
    if entry(name).at_next_start:
        parts.append(_("takes effect at the next start"))
    return "  ·  ".join(parts)
