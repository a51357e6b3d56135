"""The settings of another machine: shown and changed like ours. What concerns only the window (its
language and theme) stays ours."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from render_manager.base.errors import UserError
from render_manager.base.settings import Origin, Settings, check, default, entry, plain
from render_manager.base.settings_values import WINDOW


def is_ours(name: str) -> bool:
    return entry(name).group == WINDOW


def adopt_told(settings: Settings, told: Mapping[str, Any]) -> frozenset[str]:
    """Take on what was told; returns what is different now. What was not told, or cannot be
    understood, is as it usually is and cannot be changed."""
    values: dict[str, Any] = {}
    origins: dict[str, Origin] = {}
    for name in Settings.model_fields:
        if not is_ours(name):
            values[name], origins[name] = _understood(name, told.get(name))
    news = {
        name
        for name, value in values.items()
        if value != getattr(settings, name) or origins[name] is not settings.origin(name)
    }
    settings.adopt(values, origins)
    return frozenset(news)


def to_send(changes: Mapping[str, object]) -> dict[str, Any]:
    """Values as the other machine takes them. Raises UserError for what cannot be."""
    return {name: _plain(name, value) for name, value in changes.items()}


def _understood(name: str, said: Any) -> tuple[Any, Origin]:
    try:
        origin = Origin(said["origin"]) if said["may_change"] else Origin.ELSEWHERE
        return _value(name, said["value"]), origin
    except (UserError, ValueError, KeyError, TypeError):
        return default(name), Origin.ELSEWHERE


def _value(name: str, said: Any) -> Any:
    """As a setting of ours would have it, but paths as they are there, maybe on another system."""
    value = check(name, said)
    if isinstance(value, Path):
        return Path(said)
    if isinstance(value, tuple) and any(isinstance(each, Path) for each in value):
        return tuple(map(Path, said))
    return value


def _plain(name: str, value: object) -> Any:
    checked = check(name, value)
    return str(value) if isinstance(checked, Path) else plain(name, checked)
