"""Render Manager without a window: `render-manager serve`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from PySide6.QtCore import QCoreApplication, QTimer

from render_manager.assembly import assemble
from render_manager.base.ending import keep_to_the_end
from render_manager.base.i18n import _
from render_manager.base.settings import load_settings
from render_manager.http_api.access import token_file
from render_manager.http_api.door import HttpDoor

INTERRUPTED = 130
LOOK_MS = 100


def serve(given: Mapping[str, object], is_to_end: Callable[[], bool]) -> int:
    """Serve until `is_to_end` says so; renderers under way are ended then. Returns the exit code.

    Raises UserError if it cannot begin.
    """
    settings = load_settings(**given)
    application = QCoreApplication.instance() or QCoreApplication(sys.argv[:1])
    manager = assemble(settings)
    door = HttpDoor(manager.service, manager.ends, must=True)
    keep_to_the_end((manager, door))
    looks = QTimer(interval=LOOK_MS)
    looks.timeout.connect(lambda: application.quit() if is_to_end() else None)
    try:
        door.open()
        manager.start()
        door.noticed.connect(_say)
        manager.service.noticed.connect(_say)
        for notice in manager.notices:
            _say(notice)
        _say_where(door)
        looks.start()
        application.exec()
    finally:
        door.close()
        manager.stop()
    return INTERRUPTED if is_to_end() else 0


def _say_where(door: HttpDoor) -> None:
    print(_("Render Manager serves at {url}").format(url=door.url))
    print(
        _("Open it in a browser: {link} (good for ten minutes, once)").format(
            link=door.pairing_link()
        )
    )
    where = _("The token for other programs is in {file} or in API_TOKEN")
    # There is no sys.stdout to be flushed where pythonw runs this.
    print(where.format(file=token_file()), flush=True)


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
