"""Changing settings while the program runs: checked, written down, then taken on in place."""

from __future__ import annotations

from collections.abc import Mapping

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.base.settings import Origin, Settings, check, default, write_settings

PATHS_OF_RENDERERS = frozenset(
    {"blender_executable", "maya_executable", "ue_executable", "embedded_blender_dir"}
)
"""With another of these, another installation may be the best."""

FIXED = (Origin.ENVIRONMENT, Origin.DOTENV, Origin.ELSEWHERE)
"""What stands there goes before the settings file, so a change would last until the next start."""


def change(settings: Settings, changes: Mapping[str, object]) -> None:
    """Change all of these fields or none. Raises UserError naming the key at fault."""
    checked = {name: _checked(settings, name, value) for name, value in changes.items()}
    write_settings(checked)
    settings.adopt(
        checked,
        {
            name: Origin.DEFAULT if value == default(name) else Origin.FILE
            for name, value in checked.items()
        },
    )


def _checked(settings: Settings, name: str, value: object) -> object:
    key = name.upper()
    if name not in Settings.model_fields:
        raise UserError(_("There is no setting {key}.").format(key=key), field=key)
    if settings.origin(name) in FIXED:
        raise UserError(
            _("{key} is set by the environment or by .env. Change it there.").format(key=key),
            field=key,
        )
    try:
        return check(name, value)
    except UserError as error:
        sentence = _("{key} cannot be “{value}”: {why}.")
        raise UserError(
            sentence.format(key=key, value=str(value)[:80], why=error), field=key
        ) from None
