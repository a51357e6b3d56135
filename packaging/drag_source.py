"""A window to drag from: `drag_source.py FILE...`, run by the build's own Python.

Its left upper corner hands the files over as a file manager does, by the X protocol for dragging,
which Wine takes for its programs. It prints what became of it.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel


class Source(QLabel):
    """Begins to drag when it is pressed."""

    def mousePressEvent(self, _event: QMouseEvent) -> None:  # noqa: N802
        files = QMimeData()
        files.setUrls([QUrl.fromLocalFile(path) for path in sys.argv[1:]])
        drag = QDrag(self)
        drag.setMimeData(files)
        done = drag.exec(Qt.DropAction.CopyAction)
        print("dropped" if done is not Qt.DropAction.IgnoreAction else "refused", flush=True)
        QApplication.quit()


application = QApplication([])
source = Source("Drag")
source.setWindowTitle("Drag source")
source.setWindowFlags(Qt.WindowType.X11BypassWindowManagerHint)
source.setGeometry(0, 0, 60, 20)
source.show()
application.exec()
