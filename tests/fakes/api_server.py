"""Render Manager with the fake renderer and the HTTP door, in a process of its own for tests.

Prints the address as its first line. Ends when its input is closed. The folder UPLOAD_DIR holds
what may be named from outside. `TEST_OPEN_FILES` is how many files it may open once it
listens, `TEST_PORT` where that is.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import house
from PySide6.QtCore import QCoreApplication, QSocketNotifier

from render_manager.base.ending import end_program, keep_to_the_end
from render_manager.base.settings import load_settings
from render_manager.http_api.door import HttpDoor


def main() -> None:
    application = QCoreApplication(sys.argv[:1])
    settings = load_settings(
        api_port=int(os.environ.get("TEST_PORT", "0")),
        retry_delay_seconds=0,
        cancel_grace_seconds=0.5,
        min_free_memory_mb=0,
        min_free_disk_mb=0,
    )
    manager = house.build(settings)
    door = HttpDoor(manager.service, manager.ends, must=True)
    keep_to_the_end((manager, door))
    door.open()
    manager.start()
    if files := os.environ.get("TEST_OPEN_FILES"):
        import resource

        resource.setrlimit(resource.RLIMIT_NOFILE, (int(files), int(files)))
    print(door.url, door.pairing_link(), flush=True)
    ended = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    ended.activated.connect(application.quit)
    application.exec()
    door.close()
    manager.stop()
    end_program(0)


if __name__ == "__main__":
    main()
