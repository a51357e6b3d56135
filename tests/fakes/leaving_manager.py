"""A Render Manager that is quit while its renderer goes on.

Run as `python leaving_manager.py SCENE`; quits when the first frame has its evidence.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import house
from PySide6.QtCore import QCoreApplication

from render_manager.base.ending import end_program
from render_manager.base.settings import load_settings

EXIT_CODE = 7


def main(scene: Path) -> None:
    application = QCoreApplication(sys.argv[:1])
    manager = house.build(load_settings())
    manager.start()
    task = house.submit(manager, scene)
    house.wait_until(manager, lambda: task.completed_frames >= 1)
    manager.service.leaves_runs = True
    manager.stop()
    del application


if __name__ == "__main__":
    main(Path(sys.argv[1]))
    end_program(EXIT_CODE)
