"""What is to be tidied now and then, off the main thread."""

from __future__ import annotations

from PySide6.QtCore import QObject, QThreadPool, QTimer

from render_manager.images.thumbnails import ThumbnailStore

INTERVAL_MS = 60 * 60 * 1000


class Housekeeping(QObject):
    """Keeps the thumbnails under their cap: at the start, and every hour."""

    def __init__(self, store: ThumbnailStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._pool = QThreadPool(self)
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self._tidy)

    def start(self) -> None:
        self._timer.start()
        self._tidy()

    def stop(self) -> None:
        self._timer.stop()
        self._pool.waitForDone()

    def _tidy(self) -> None:
        self._pool.start(self._store.trim)
