"""Where renderers come from: built in, offered by a package, or described by a TOML file.

A file of the user's takes the place of one that ships and has the same name.
One that is broken never hides the others.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.base.paths import resource
from render_manager.base.settings import Settings
from render_manager.renderers.renderer import Renderer

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

ENTRY_POINTS = "render_manager.renderers"
"""The group in which a package offers a renderer: something that makes one from the settings."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Offer:
    """A renderer that may turn out to be broken; `source` says to a person where it is from."""

    source: str
    make: Callable[[], object]


def load_renderers(settings: Settings) -> tuple[dict[str, Renderer], tuple[str, ...]]:
    """The renderers by name, and a sentence for each that cannot be loaded."""
    renderers: dict[str, Renderer] = {}
    problems: list[str] = []
    for offer in _offers(settings):
        try:
            renderer = _accept(offer, renderers)
            renderers[renderer.name] = renderer
        except UserError as error:
            problems.append(str(error))
        except (Exception, SystemExit) as error:  # a stranger's code may do anything
            _log.exception("The renderer of %s cannot be loaded", offer.source)
            problems.append(
                _(
                    "The renderer of “{source}” cannot be loaded ({why}). Update or remove it."
                ).format(source=offer.source, why=str(error) or type(error).__name__)
            )
    return renderers, tuple(problems)


def _accept(offer: _Offer, others: dict[str, Renderer]) -> Renderer:
    renderer = offer.make()
    if not isinstance(renderer, Renderer):
        raise TypeError(f"{type(renderer).__name__} is not a Renderer")
    if renderer.name in others:
        raise UserError(
            _(
                "“{source}” calls its renderer “{name}”, which is taken. Choose another name."
            ).format(source=offer.source, name=renderer.name)
        )
    return renderer


def _offers(settings: Settings) -> Iterator[_Offer]:
    yield _Offer("Blender", partial(_blender, settings))
    yield _Offer("Maya", partial(_maya, settings))
    yield _Offer("Unreal Engine", partial(_unreal, settings))
    own = {file.name for file in _files_in(settings.custom_renderers_dir)}
    ours = (file for file in _files_in(resource("renderers")) if file.name not in own)
    yield from map(_described, ours)
    yield from _offers_of_packages(settings)
    yield from map(_described, _files_in(settings.custom_renderers_dir))


def _blender(settings: Settings) -> Renderer:
    from render_manager.renderers.blender.renderer import BlenderRenderer

    return BlenderRenderer(settings)


def _maya(settings: Settings) -> Renderer:
    from render_manager.renderers.maya.renderer import MayaRenderer

    return MayaRenderer(settings)


def _unreal(settings: Settings) -> Renderer:
    from render_manager.renderers.unreal.renderer import UnrealRenderer

    return UnrealRenderer(settings)


def _offers_of_packages(settings: Settings) -> Iterator[_Offer]:
    from importlib.metadata import entry_points

    for entry in entry_points(group=ENTRY_POINTS):
        yield _Offer(entry.value, partial(_from_package, entry, settings))


def _from_package(entry: EntryPoint, settings: Settings) -> object:
    return entry.load()(settings)


def _files_in(folder: Path) -> list[Path]:
    """The descriptions in a folder; macOS leaves ._name.toml on network shares."""
    return [file for file in sorted(folder.glob("*.toml")) if not file.name.startswith(".")]


def _described(file: Path) -> _Offer:
    from render_manager.renderers.custom import CustomRenderer

    return _Offer(str(file), partial(CustomRenderer, file))
