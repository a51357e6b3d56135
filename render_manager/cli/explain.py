"""`render-manager explain`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.base.settings import load_settings
from render_manager.renderers.catalog import Catalog
from render_manager.service.reading import exit_code_as_json, explain_log

_LEFT_OUT = ("event", "line")


def print_events(path: Path, renderer: str | None, *, as_json: bool) -> None:
    for event in explain_log(Catalog(load_settings()), path, renderer):
        print(json.dumps(event, ensure_ascii=False) if as_json else _sentence(event))


def print_exit_code(code: str, renderer: str | None, *, as_json: bool) -> None:
    """Raises UserError for what is no number, and for a code of which nothing is known."""
    try:
        number = int(code, 0)
    except ValueError:
        sentence = _("“{code}” is no exit code. Write it like 139, -11 or 0xC0000005.")
        raise UserError(sentence.format(code=code)) from None
    told = exit_code_as_json(number, renderer)
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        print(
            _("Exit code {code}: {meaning}.").format(code=told["written"], meaning=told["meaning"])
        )
        print(told["advice"])


def _sentence(event: dict[str, Any]) -> str:
    details = "  ".join(f"{key}={value}" for key, value in event.items() if key not in _LEFT_OUT)
    return f"{event['line']:>7}  {event['event'].replace('_', ' '):<15} {details}"
