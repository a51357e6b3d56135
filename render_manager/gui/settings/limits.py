"""A number for each renderer: how many runs it may have."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QSpinBox, QWidget

from render_manager.base.i18n import _
from render_manager.gui.theme import GAP

MOST = 64


class LimitsTable(QWidget):
    """A line for each renderer that is known, and for each that has a limit all the same."""

    changed = Signal()

    def __init__(
        self,
        titles: Mapping[str, str],
        calm: Callable[[QWidget], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._titles = dict(titles)
        self._calm = calm
        self._boxes: dict[str, QSpinBox] = {}
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(GAP // 2)
        self._layout.setColumnStretch(0, 1)
        for name in self._titles:
            self._add(name)

    @property
    def first(self) -> QWidget:
        """What takes the keyboard."""
        return next(iter(self._boxes.values()), self)

    def limits(self) -> dict[str, int]:
        """The limits; a renderer without one is left out."""
        return {name: box.value() for name, box in self._boxes.items() if box.value()}

    def put(self, limits: Mapping[str, int]) -> None:
        for name in limits:
            if name not in self._boxes:
                self._add(name)
        for name, box in self._boxes.items():
            box.setValue(limits.get(name, 0))

    def retranslate(self) -> None:
        for name, box in self._boxes.items():
            box.setSpecialValueText(_("no limit"))
            box.setAccessibleName(self._titles.get(name, name))

    def _add(self, name: str) -> None:
        box = QSpinBox()
        box.setRange(0, MOST)
        box.setFixedWidth(14 * GAP)
        box.valueChanged.connect(self.changed)
        self._calm(box)
        label = QLabel(self._titles.get(name, name))
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setBuddy(box)
        row = self._layout.rowCount()
        self._layout.addWidget(label, row, 0)
        self._layout.addWidget(box, row, 1)
        self._boxes[name] = box
        self.retranslate()
