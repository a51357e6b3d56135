"""Waiting while Qt goes on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QTimer

from render_manager.base.errors import UserError

LOOK_MS = 20


def wait_for(condition: Callable[[], bool], seconds: float, otherwise: Callable[[], str]) -> None:
    """Until the condition holds. After so many seconds UserError says what `otherwise` does."""
    loop = QEventLoop()
    looks = QTimer(interval=LOOK_MS)
    looks.timeout.connect(lambda: loop.quit() if condition() else None)
    deadline = QTimer(interval=round(seconds * 1000), singleShot=True)
    deadline.timeout.connect(loop.quit)
    if not condition():
        looks.start()
        deadline.start()
        loop.exec()
        if not condition():
            raise UserError(otherwise())
