"""`render-manager explain`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from render_manager.base.settings import load_settings
from render_manager.renderers.catalog import Catalog
from render_manager.service.reading import explain_log

_LEFT_OUT = ("event", "line")


def print_events(path: Path, renderer: str | None, *, as_json: bool) -> None:
    for event in explain_log(Catalog(load_settings()), path, renderer):
        print(json.dumps(event, ensure_ascii=False) if as_json else _sentence(event))


def _sentence(event: dict[str, Any]) -> str:
    details = "  ".join(f"{key}={value}" for key, value in event.items() if key not in _LEFT_OUT)
    return f"{event['line']:>7}  {event['event'].replace('_', ' '):<15} {details}"
