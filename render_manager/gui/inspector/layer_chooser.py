"""Chooses one of the layers of a frame: a button with a list, and a search where it is long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from render_manager.base.i18n import _
from render_manager.gui.text import tip
from render_manager.gui.theme import GAP, Theme

LONG = 12
"""From so many layers on there is a search."""

MOST_LINES = 16
"""Lines that are in sight at once."""

LONGEST_NAME = 24
"""Characters of the chosen layer's name on the button; its middle is left out if it is longer."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A layer of one of the frame's files; None is the one to look at first."""

    file: int = 0
    layer: str | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    choice: Choice
    title: str


class LayerChooser(QToolButton):
    """Shows which layer is seen. `chosen` tells what was picked from the list."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._offers: Sequence[Offer] = ()
        self._current = Choice()
        self.setObjectName("layers")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow behind the name
        self.list = LayerList(self)
        self.list.picked.connect(self.chosen)
        self.clicked.connect(self._open)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.retranslate()

    def offer(self, offers: Sequence[Offer], current: Choice) -> None:
        """These can be chosen, and this one is seen. With one there is nothing to choose."""
        self._offers, self._current = offers, current
        title = next((offer.title for offer in offers if offer.choice == current), "")
        self.setText(_shortened(title))
        self.setVisible(len(offers) > 1)
        self.setAccessibleDescription(title)

    def retranslate(self) -> None:
        self.setAccessibleName(_("Layer"))
        self.setToolTip(_("Layer or AOV to look at"))
        self.list.retranslate()

    def _open(self) -> None:
        self.list.show_offers(self._offers, self._current)
        self.list.open_at(self.mapToGlobal(QPoint(0, self.height())))

    def _restyle(self) -> None:
        self.setIcon(self._theme.icon("chevron-down"))


class LayerList(QFrame):
    """The list that opens: type to search, Up and Down to go, Enter to pick, Escape to leave."""

    picked = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popup")
        self.search = QLineEdit()
        self.lines = QListWidget()
        self.lines.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.lines.setUniformItemSizes(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP // 2, GAP // 2, GAP // 2, GAP // 2)
        layout.setSpacing(GAP // 2)
        layout.addWidget(self.search)
        layout.addWidget(self.lines)
        self.search.textChanged.connect(self._filter)
        self.lines.itemClicked.connect(self._pick)
        self.lines.itemActivated.connect(self._pick)

    def show_offers(self, offers: Sequence[Offer], current: Choice) -> None:
        self.search.clear()
        self.search.setVisible(len(offers) >= LONG)
        self.lines.clear()
        for offer in offers:
            item = QListWidgetItem(offer.title)
            item.setData(Qt.ItemDataRole.UserRole, offer.choice)
            item.setToolTip(tip(offer.title))
            self.lines.addItem(item)
            if offer.choice == current:
                self.lines.setCurrentItem(item)

    def open_at(self, place: QPoint) -> None:
        self.resize(self._wanted_size())
        self.move(place)
        self.show()
        (self.search if self.search.isVisible() else self.lines).setFocus()

    def retranslate(self) -> None:
        self.search.setPlaceholderText(_("Search layers"))
        self.search.setAccessibleName(_("Search layers"))
        self.lines.setAccessibleName(_("Layers"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What the search does not use moves through the list."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._step(-1 if event.key() == Qt.Key.Key_Up else 1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._pick(self.lines.currentItem())
        else:
            super().keyPressEvent(event)

    def _shown(self) -> list[QListWidgetItem]:
        items = (self.lines.item(line) for line in range(self.lines.count()))
        return [item for item in items if not item.isHidden()]

    def _step(self, by: int) -> None:
        shown = self._shown()
        if not shown:
            return
        current = self.lines.currentItem()
        place = shown.index(current) + by if current in shown else 0
        self.lines.setCurrentItem(shown[min(max(0, place), len(shown) - 1)])

    def _filter(self, written: str) -> None:
        words = written.casefold().split()
        for line in range(self.lines.count()):
            item = self.lines.item(line)
            item.setHidden(not all(word in item.text().casefold() for word in words))
        shown = self._shown()
        if shown and self.lines.currentItem() not in shown:
            self.lines.setCurrentItem(shown[0])

    def _pick(self, item: QListWidgetItem | None) -> None:
        if item is not None and not item.isHidden():
            self.close()
            self.picked.emit(item.data(Qt.ItemDataRole.UserRole))

    def _wanted_size(self) -> QSize:
        lines = min(self.lines.count(), MOST_LINES)
        width = min(60 * GAP, max(24 * GAP, self.lines.sizeHintForColumn(0) + 5 * GAP))
        extra = self.search.sizeHint().height() + GAP if self.lines.count() >= LONG else GAP
        return QSize(width, lines * max(1, self.lines.sizeHintForRow(0)) + extra + GAP // 2)


def _shortened(title: str) -> str:
    if len(title) <= LONGEST_NAME:
        return title
    half = LONGEST_NAME // 2
    return f"{title[: half - 1]}…{title[-half:]}"
