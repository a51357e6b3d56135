"""Fetching the embedded Blender with a progress bar in the terminal."""

from __future__ import annotations

from render_manager.base.i18n import _
from render_manager.base.settings import Settings, load_settings
from render_manager.renderers.blender.embedded import embedded_blender, fetch_embedded_blender
from render_manager.renderers.blender.embedded_pip import FetchProgress
from render_manager.renderers.catalog import Catalog
from render_manager.renderers.renderer import Installation


def fetch_with_progress(settings: Settings | None = None) -> Installation:
    """Fetch the embedded Blender if it is not here yet. Raises UserError where none fits."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    settings = settings or load_settings()
    if present := embedded_blender(settings.embedded_blender_dir):
        return present
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=40),
        TextColumn("{task.percentage:>3.0f} %"),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task(_("Fetching Blender (about 370 MB, once)"), total=1.0)

        def report(news: FetchProgress) -> None:
            progress.update(bar, completed=news.fraction)

        return fetch_embedded_blender(settings.embedded_blender_dir, report)


def ensure_blender(settings: Settings) -> Installation:
    """Any Blender: an installed one if there is one, else the embedded one, fetched if need be."""
    found = Catalog(settings).get("blender").installations()
    return found[0] if found else fetch_with_progress(settings)
