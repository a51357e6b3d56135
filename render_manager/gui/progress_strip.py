"""A strip that says how far long work is, with a button that stops it."""

from __future__ import annotations

import time
from typing import Protocol

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QWidget

from render_manager.base.i18n import _
from render_manager.gui.elided import ElidedLabel
from render_manager.gui.theme import GAP, Theme

LOOK_MS = 100
"""How often the work is asked how far it is."""

PATIENCE = 0.3
"""Seconds; shorter work is not worth a word."""


class Work(Protocol):
    """What the strip asks, on the main thread."""

    @property
    def sentence(self) -> str:
        """What is being done and how far it is."""
        ...

    @property
    def share(self) -> float | None:
        """How much is done, 0–1; None if nobody knows."""
        ...

    def stop(self) -> None:
        """Do no more than has been done."""
        ...


class ProgressStrip(QFrame):
    """Shows the oldest work under way; its button stops that one. Nothing to do: not to be seen."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("progress_strip")
        self._theme = theme
        self._works: list[tuple[float, Work]] = []
        self.words, self.bar, self.button = ElidedLabel(), QProgressBar(), QPushButton()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(20 * GAP)
        self.button.clicked.connect(self._stop)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * GAP, GAP, GAP, GAP)
        layout.setSpacing(2 * GAP)
        layout.addWidget(self.words, 1)
        layout.addWidget(self.bar)
        layout.addWidget(self.button)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._show_oldest)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.retranslate()
        self.hide()

    def begin(self, work: Work) -> None:
        """`work` is under way until `end`."""
        self._works.append((time.monotonic(), work))
        self._timer.start()

    def end(self, work: Work) -> None:
        self._works = [entry for entry in self._works if entry[1] is not work]
        if not self._works:
            self._timer.stop()
        self._show_oldest()

    def retranslate(self) -> None:
        self.button.setText(_("Stop"))
        self._show_oldest()

    def _show_oldest(self) -> None:
        long = [work for begun, work in self._works if time.monotonic() - begun >= PATIENCE]
        self.setVisible(bool(long))
        if long:
            self._show(long[0])

    def _show(self, work: Work) -> None:
        share = work.share
        self.words.setText(work.sentence)
        self.setAccessibleName(work.sentence)
        self.bar.setVisible(share is not None)
        self.bar.setValue(round(1000 * (share or 0)))
        self.bar.setAccessibleName(work.sentence)
        self.button.setAccessibleName(_("Stop: {what}").format(what=work.sentence))

    def _stop(self) -> None:
        if self._works:
            self._works[0][1].stop()

    def _restyle(self) -> None:
        self.button.setIcon(self._theme.icon("stop"))
