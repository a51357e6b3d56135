"""A Render Manager that is to be killed: renders one fake scene in the given home.

Run as `python doomed_manager.py SCENE`; prints `completed N` whenever that grows.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import house
from PySide6.QtCore import QCoreApplication

from render_manager.base.settings import load_settings


def main(scene: Path) -> None:
    application = QCoreApplication(sys.argv[:1])
    manager = house.build(load_settings())
    manager.start()
    task = house.submit(manager, scene)
    manager.service.changed.connect(lambda: print(f"completed {task.completed_frames}", flush=True))
    application.exec()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
