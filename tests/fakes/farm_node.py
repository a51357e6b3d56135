"""A farm worker with the fake renderer: `python farm_node.py BROKER NAME FOLDER [SLOTS [POOL…]]`."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from fake_renderer import FakeRenderer

from render_manager.base.settings import Settings, load_settings
from render_manager.farm.worker import FarmWorker, WorkerOptions
from render_manager.renderers.catalog import Catalog
from render_manager.renderers.renderer import Renderer


class FakeCatalog(Catalog):
    """Has the fake renderer and no other, so that nothing is looked for."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._fake = FakeRenderer()

    @property
    def renderers(self) -> tuple[Renderer, ...]:
        return (self._fake,)

    def get(self, name: str) -> Renderer:
        return self._fake if name == self._fake.name else super().get(name)


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    broker, name, folder, *rest = sys.argv[1:]
    slots, *pools = rest or ["1"]
    settings = load_settings(cancel_grace_seconds=1)
    own_log = Path(folder) / "worker.log"
    logging.getLogger().addHandler(logging.FileHandler(own_log))
    options = WorkerOptions(broker, name, int(slots), Path(folder), own_log, tuple(pools))
    FarmWorker(options, settings, FakeCatalog(settings)).run()
    assert "PySide6" not in sys.modules


if __name__ == "__main__":
    main()
