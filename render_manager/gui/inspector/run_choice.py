"""The list to choose a run from: the newest, unless the user chose an older one."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QIcon, QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from render_manager.base.i18n import _
from render_manager.gui import icons
from render_manager.gui.inspector import run_words
from render_manager.gui.inspector.run_history import RunHistory
from render_manager.gui.theme import GAP, Theme


class RunChoice(QComboBox):
    """Offers the runs that have a log. `run_changed` tells that another one is chosen now."""

    run_changed = Signal()

    def __init__(self, history: RunHistory, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._history = history
        self._theme = theme
        self._picked: int | None = None
        """An older run, chosen by the user; None goes along with the newest."""
        self._ids: list[int] = []
        self.run_id: int | None = None
        self.setObjectName("run")
        self.setIconSize(QSize(icons.SIZE - 2, icons.SIZE - 2))
        self.setMinimumWidth(12 * GAP)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMaxVisibleItems(20)
        self.activated.connect(self._take_pick)
        history.changed.connect(self.refresh)
        theme.changed.connect(self.refresh)
        self.retranslate()

    def pick(self, run_id: int | None) -> None:
        """Choose this run; the newest one, or None, goes along with newer ones."""
        is_newest = bool(self._ids) and run_id == self._ids[0]
        self._picked = None if is_newest else run_id
        self._choose()

    def refresh(self) -> None:
        """Offer what there is now."""
        runs = [run for run in self._history.runs if run.log_path]
        ids = [run.id for run in runs]
        if self._ids != ids:
            self._ids = ids
            self.clear()
            self.addItems([""] * len(ids))
        for place, run in enumerate(runs):
            is_under_way = self._history.is_under_way(run)
            name, color = run_words.glyph(run, self._theme.colors, is_under_way=is_under_way)
            written = run_words.title(run, is_under_way=is_under_way)
            if self.itemText(place) != written or self.itemData(place) != color:
                self.setItemText(place, written)
                self.setItemData(place, color)
                self.setItemIcon(place, QIcon(icons.pixmap(name, color, 14, 2.0)))
        self.setVisible(bool(ids))
        self._choose()

    def retranslate(self) -> None:
        self.setAccessibleName(_("Run"))
        self.setToolTip(_("The run whose log is shown"))
        self.refresh()

    def paintEvent(self, event: QPaintEvent) -> None:
        """With an arrow in the colour of the theme, which a style sheet cannot tint."""
        super().paintEvent(event)
        painter = QPainter(self)
        drawn = icons.pixmap("chevron-down", self._theme.colors.dim, 12, self.devicePixelRatioF())
        painter.drawPixmap(self.width() - 12 - GAP // 2, (self.height() - 12) // 2, drawn)
        painter.end()

    def _take_pick(self, place: int) -> None:
        self.pick(self._ids[place])

    def _choose(self) -> None:
        if self._picked not in self._ids:
            self._picked = None
        chosen = self._picked or (self._ids[0] if self._ids else None)
        if chosen is not None:
            self.setCurrentIndex(self._ids.index(chosen))
        if chosen != self.run_id:
            self.run_id = chosen
            self.run_changed.emit()
