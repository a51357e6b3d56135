"""A farm worker with the fake renderer: `python farm_node.py BROKER NAME FOLDER [SLOTS [POOL…]]`."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from pathlib import Path
from typing import Any

from fake_renderer import FakeRenderer

from render_manager.base.settings import Settings, load_settings
from render_manager.farm import worker
from render_manager.farm.link import Link
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


def suffer(faults: dict[str, Any]) -> None:
    """`double` sends each message twice, `clock` is how many seconds it is ahead of the others,
    `protocol` is that of another version."""
    if faults.get("double"):
        send_twice()
    if ahead := faults.get("clock"):
        right = time.time
        time.time = lambda: right() + ahead
    if protocol := faults.get("protocol"):
        worker.PROTOCOL = protocol  # type: ignore[attr-defined]


def send_twice() -> None:
    once = Link.send

    def twice(self: Link, to: str, text: str, *, is_order: bool = False) -> None:
        for _time in range(2):
            once(self, to, text, is_order=is_order)

    Link.send = twice  # type: ignore[method-assign]


def main() -> None:
    suffer(json.loads(os.environ.get("FARM_NODE_FAULTS", "{}")))
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
