"""Whether this machine is fit to render: what was found, what is missing and how to mend it."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psutil

from render_manager import __version__
from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.base.settings import Settings
from render_manager.renderers.catalog import Catalog
from render_manager.renderers.renderer import (
    Installation,
    Renderer,
    from_documentation,
    is_from_documentation,
)
from render_manager.service.inspection import check_output_dir

GIGABYTE = 1_000_000_000
LITTLE_DISK = 2 * GIGABYTE


@dataclass(frozen=True, slots=True)
class RendererHealth:
    """A renderer and where it was found, the preferred one first; `mend` says what to do if nowhere.

    `problems` are sentences about settings of it that cannot be used. `is_from_documentation`:
    nobody has run it here yet; then nobody is told how to install it unless he asks.
    """

    name: str
    title: str
    installations: tuple[Installation, ...]
    mend: str | None
    problems: tuple[str, ...] = ()
    is_from_documentation: bool = False

    @property
    def proof(self) -> str | None:
        """A sentence about a renderer that nobody has run yet."""
        return from_documentation(self.title) if self.is_from_documentation else None

    @property
    def is_absent_quietly(self) -> bool:
        """Whether its name is all that is to be said."""
        return self.is_from_documentation and not self.installations


@dataclass(frozen=True, slots=True)
class FolderHealth:
    """A folder of the settings. `free` is bytes; `problem` is a sentence."""

    key: str
    path: Path
    free: int | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class Health:
    version: str
    python: str
    system: str
    renderers: tuple[RendererHealth, ...]
    folders: tuple[FolderHealth, ...]
    problems: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        """Whether something can be rendered here, its frames can be written, and no setting is wrong."""
        can_render = any(renderer.installations for renderer in self.renderers)
        can_write = not any(folder.problem for folder in self.folders)
        return can_render and can_write and not self.problems


def examine(settings: Settings, catalog: Catalog) -> Health:
    """Look at everything; takes a second or two, so not for the main thread of a window."""
    return Health(
        version=__version__,
        python=platform.python_version(),
        system=platform.platform(terse=True),
        renderers=examine_renderers(catalog),
        folders=tuple(_examine_folder(key, path) for key, path in _folders(settings)),
        problems=(*catalog.problems, *_problems_of(catalog)),
    )


def examine_renderers(catalog: Catalog) -> tuple[RendererHealth, ...]:
    """Where each renderer is installed; takes a second or two."""
    return tuple(_examine_renderer(renderer) for renderer in catalog.renderers)


def _examine_renderer(renderer: Renderer) -> RendererHealth:
    found = tuple(renderer.installations())
    mend = None if found else renderer.how_to_install()
    return RendererHealth(
        renderer.name,
        renderer.title,
        found,
        mend,
        tuple(renderer.problems()),
        is_from_documentation(renderer),
    )


def absent_text(renderers: Iterable[RendererHealth]) -> str:
    """The names of those that are quietly absent, in one sentence; nothing if there are none."""
    names = [renderer.title for renderer in renderers if renderer.is_absent_quietly]
    return _("Not installed here: {names}.").format(names=", ".join(names)) if names else ""


def _problems_of(catalog: Catalog) -> list[str]:
    return [problem for renderer in catalog.renderers for problem in renderer.problems()]


def _folders(settings: Settings) -> list[tuple[str, Path]]:
    return [
        ("RENDER_OUTPUT_DIR", settings.render_output_dir),
        ("THUMBNAIL_DIR", settings.thumbnail_dir),
        ("UPLOAD_DIR", settings.upload_dir),
        ("DATABASE_URL", settings.database_path.parent),
    ]


def _examine_folder(key: str, path: Path) -> FolderHealth:
    try:
        check_output_dir(path)
        free = psutil.disk_usage(str(path)).free
    except UserError as error:
        return FolderHealth(key, path, None, str(error))
    except OSError as error:
        return FolderHealth(key, path, None, str(error))
    problem = None
    if free < LITTLE_DISK:
        problem = _(
            "Only {free:.1f} GB are free in {path}. Make room or choose another disk."
        ).format(free=free / GIGABYTE, path=path)
    return FolderHealth(key, path, free, problem)
