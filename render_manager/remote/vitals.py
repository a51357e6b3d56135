"""How another machine is: processors, memory and disk, as it tells."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal


class VitalsThere(QObject):
    """How the other machine is, as it tells while it is listened to."""

    seen = Signal(object)

    def start(self) -> None:
        """It tells anyway."""

    def stop(self) -> None:
        """It ends with the events."""

    def watch(self, folder: Path) -> None:
        """It looks at the disk of its RENDER_OUTPUT_DIR."""
