"""Every renderer there is, by name and by scene file, and where it is installed.

Nothing is imported or read before it is asked for. All of it may be called from any thread.
"""

from __future__ import annotations

import threading
from pathlib import Path

from render_manager.base.errors import NotFoundError, UserError
from render_manager.base.i18n import _
from render_manager.base.settings import Settings
from render_manager.domain.job import RenderJob
from render_manager.renderers.offers import load_renderers
from render_manager.renderers.renderer import Installation, Renderer, fitting

ALIASES = {"unreal": "ue"}
"""Other words by which a renderer is called in requests."""


class Catalog:
    """The renderers by name and by scene file, and where they are installed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._loading = threading.Lock()
        self._finding = threading.Lock()
        self._loaded: tuple[dict[str, Renderer], tuple[str, ...]] | None = None
        self._found: dict[str, tuple[Installation, ...]] = {}

    @property
    def renderers(self) -> tuple[Renderer, ...]:
        """All of them; of two for the same scene the first is meant."""
        return tuple(self._load()[0].values())

    @property
    def problems(self) -> tuple[str, ...]:
        """A sentence for each renderer that could not be loaded, and each wrong problem rule."""
        from render_manager.renderers.problem_rules import wrong_rules

        return (*self._load()[1], *wrong_rules())

    @property
    def suffixes(self) -> tuple[str, ...]:
        """The endings of all scenes that can be rendered, in lower case with the dot, in the order
        of the renderers."""
        return tuple(dict.fromkeys(end for each in self.renderers for end in each.suffixes))

    @property
    def giving_way(self) -> frozenset[str]:
        """The names of the renderers whose runs can stop at a frame border."""
        return frozenset(renderer.name for renderer in self.renderers if renderer.gives_way)

    def get(self, name: str) -> Renderer:
        """The renderer called `name`, in any case or by an alias. Raises NotFoundError."""
        word = name.strip().lower()
        renderers = self._load()[0]
        renderer = renderers.get(word) or renderers.get(ALIASES.get(word, ""))
        if renderer is None:
            raise NotFoundError(
                _("There is no renderer “{name}”. There are: {names}.").format(
                    name=name, names=", ".join(renderers)
                ),
                field="render_engine",
            )
        return renderer

    def for_scene(self, scene: Path) -> Renderer:
        """The renderer for the longest ending that `scene` has. Raises UserError if none."""
        name = scene.name.lower()
        endings = [
            (ending, renderer)
            for renderer in self.renderers
            for ending in renderer.suffixes
            if name.endswith(ending)
        ]
        if not endings:
            raise UserError(
                _("“{scene}” cannot be rendered here. What can: {kinds}.").format(
                    scene=scene.name, kinds=self._kinds()
                ),
                field="project_file",
            )
        return max(endings, key=lambda pair: len(pair[0]))[1]

    def installation_for(
        self, renderer: Renderer, scene_version: str | None = None
    ) -> Installation:
        """The installation to render a scene of `scene_version` with; see `fitting`.

        What was found is remembered until `refresh`; the first time may take seconds. Raises
        UserError if there is none, or if the user named one that cannot be used; that is not
        remembered.
        """
        found = self._found
        with self._finding:
            if renderer.name not in found:
                found[renderer.name] = _installations(renderer)
            return fitting(found[renderer.name], scene_version)

    def split(self, job: RenderJob, frames: tuple[int, ...]) -> list[tuple[int, ...]]:
        """`frames` in pieces that one run of the job's renderer takes.

        All in one piece if there is no such renderer (its file was taken away): the run that
        cannot be started then says so.
        """
        try:
            return self.get(job.renderer).split(job, frames)
        except NotFoundError:
            return [frames]

    def refresh(self) -> None:
        """Read the TOML files and look for installations anew, the next time they are needed."""
        with self._loading:
            self._loaded = None
        self.forget_installations()

    def forget_installations(self) -> None:
        """Look for installations anew, the next time they are needed."""
        self._found = {}

    def _load(self) -> tuple[dict[str, Renderer], tuple[str, ...]]:
        with self._loading:
            if self._loaded is None:
                self._loaded = load_renderers(self._settings)
            return self._loaded

    def _kinds(self) -> str:
        return ", ".join(
            f"{renderer.title} ({' '.join(renderer.suffixes)})" for renderer in self.renderers
        )


def not_found(renderer: Renderer) -> str:
    """The sentence for when the renderer is nowhere on this machine."""
    return _("{title} was not found on this machine.").format(title=renderer.title)


def _installations(renderer: Renderer) -> tuple[Installation, ...]:
    for problem in renderer.problems():
        raise UserError(problem)
    installations = renderer.installations()
    if not installations:
        raise UserError(f"{not_found(renderer)} {renderer.how_to_install()}")
    return tuple(installations)
