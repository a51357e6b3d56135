"""The options that one renderer knows alone (`RenderOptions.extra`)."""

from __future__ import annotations

from collections.abc import Collection

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.domain.job import RenderOptions


def check_extra(options: RenderOptions, known: Collection[str], title: str) -> None:
    """Raises UserError for one that the renderer `title` does not know: what is misspelt would
    silently be rendered otherwise than it was meant."""
    for name in options.extra:
        if name not in known:
            raise UserError(
                _("{title} has no option “{name}”. It has: {names}.").format(
                    title=title, name=name, names=", ".join(known) or "–"
                ),
                field=name,
            )
