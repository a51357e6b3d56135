"""`render-manager doctor`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from render_manager.base.i18n import _
from render_manager.base.settings import load_settings
from render_manager.renderers.catalog import Catalog
from render_manager.service.health import GIGABYTE, Health, absent_text, examine

if TYPE_CHECKING:
    from rich.console import Console


def print_health(*, as_json: bool) -> int:
    """Print what was found; 0 if one can render here, else 1."""
    settings = load_settings()
    health = examine(settings, Catalog(settings))
    if as_json:
        print(json.dumps(_as_json(health), ensure_ascii=False, indent=2))
    else:
        _print_text(health)
    return 0 if health.is_good else 1


def _as_json(health: Health) -> dict[str, Any]:
    return {
        "ok": health.is_good,
        "version": health.version,
        "python": health.python,
        "system": health.system,
        "renderers": [
            {
                "name": renderer.name,
                "title": renderer.title,
                "installations": [
                    {
                        "executable": str(found.executable),
                        "version": found.version,
                        "source": found.source,
                    }
                    for found in renderer.installations
                ],
                "mend": renderer.mend,
                "from_documentation": renderer.is_from_documentation,
            }
            for renderer in health.renderers
        ],
        "folders": [
            {
                "setting": folder.key,
                "path": str(folder.path),
                "writable": folder.problem is None,
                "free_bytes": folder.free,
                "problem": folder.problem,
            }
            for folder in health.folders
        ],
        "problems": list(health.problems),
    }


def _print_text(health: Health) -> None:
    from rich.console import Console
    from rich.markup import escape

    console = Console(highlight=False, soft_wrap=True)
    console.print(f"Render Manager {health.version}, Python {health.python}, {health.system}")
    _print_heading(console, _("Renderers"))
    for renderer in health.renderers:
        for found in renderer.installations:
            console.print(f"  [green]✔[/green] {renderer.title} {found.version or '?'}", end="  ")
            console.print(f"{found.executable}  ({found.source})", style="dim", markup=False)
        if renderer.installations and renderer.proof:
            console.print(f"    {renderer.proof}", markup=False)
        if renderer.mend and not renderer.is_absent_quietly:
            console.print(f"  [yellow]–[/yellow] {escape(f'{renderer.title}: {renderer.mend}')}")
    if absent := absent_text(health.renderers):
        console.print(f"  {absent}", style="dim", markup=False)
    _print_heading(console, _("Folders"))
    for folder in health.folders:
        mark = "[red]✖[/red]" if folder.problem else "[green]✔[/green]"
        free = ""
        if folder.free is not None:
            free = _("{size:.0f} GB free").format(size=folder.free / GIGABYTE)
        console.print(f"  {mark} {folder.key:<18} {escape(str(folder.path))}  [dim]{free}[/dim]")
        if folder.problem:
            console.print(f"    {folder.problem}", markup=False)
    for problem in health.problems:
        console.print(f"  [red]✖[/red] {escape(problem)}")


def _print_heading(console: Console, text: str) -> None:
    console.print(f"\n{text}", style="bold", markup=False)
