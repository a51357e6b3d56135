"""The field to search a log with, the count of hits, and the buttons to go from one to another."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from render_manager.base.i18n import _
from render_manager.gui import theme as look
from render_manager.gui.inspector.log.area import LogArea
from render_manager.gui.inspector.log.search import MOST_HITS
from render_manager.gui.theme import GAP, Theme


class FindBar(QWidget):
    """Searches the document of `area` while it is written, from where the user is looking."""

    closed = Signal()

    def __init__(self, area: LogArea, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._area = area
        self._document = area.document
        self._theme = theme
        self._wish: int | None = None
        """The line from which on the next hit is to be shown, once one was found."""
        self._is_column_due = False
        self._build()
        self._refreshing = QTimer(self)
        self._refreshing.setSingleShot(True)
        self._refreshing.timeout.connect(self.refresh)
        self._document.marks_changed.connect(self._refreshing.start)
        self._document.changed.connect(self._show_column)
        self._document.reset.connect(self._search_anew)
        theme.changed.connect(self._restyle)
        self.retranslate()

    # --- what it does -------------------------------------------------------------------------

    def begin(self) -> None:
        """Show the field, with what is selected in it if that is part of a line."""
        selected = self._area.selected_words()
        if selected:
            self.field.setText(selected)
        self.show()
        self.field.setFocus()
        self.field.selectAll()

    def end(self) -> None:
        """Search for nothing any more."""
        self.field.clear()
        self.hide()
        self.closed.emit()

    def go(self, step: int) -> None:
        """To the next hit (1) or the one before (-1); from the last it goes on at the first."""
        count = len(self._document.hits)
        if not count:
            return
        area = self._area
        place = area.hit
        if place is None:
            place = self._document.first_hit(area.top) - (step > 0)
        self._show_hit((place + step) % count)

    @property
    def told(self) -> str:
        """What is said of the hits."""
        return self._told.text()

    def refresh(self) -> None:
        self._fulfil()
        self._told.setText(self._count_text())
        has_hits = bool(self._document.hits)
        self._before.setEnabled(has_hits)
        self._after.setEnabled(has_hits)

    def retranslate(self) -> None:
        self.field.setPlaceholderText(_("Search the log"))
        self.field.setAccessibleName(_("Search the log"))
        for button, words in (
            (self._before, _("Previous hit (Shift+F3)")),
            (self._after, _("Next hit (F3)")),
            (self._close, _("Close the search (Esc)")),
        ):
            button.setToolTip(words)
            button.setAccessibleName(words)
        self.refresh()

    # --- how it is done -----------------------------------------------------------------------

    def _search(self, wanted: str) -> None:
        area = self._area
        if area.hit is not None and area.hit < len(self._document.hits):
            self._wish = self._document.hits[area.hit]
        else:
            self._wish = area.top
        area.hit = None
        self._document.search(wanted)
        area.viewport().update()
        self.refresh()

    def _search_anew(self) -> None:
        self._wish = None
        self._refreshing.start()

    def _fulfil(self) -> None:
        """Show the first hit from where the user looked on, or if there is none the very first."""
        hits = self._document.hits
        if self._wish is None or not self._document.wanted:
            return
        place = self._document.first_hit(self._wish)
        if place < len(hits):
            self._show_hit(place)
        elif self._document.is_searched and hits:
            self._show_hit(0)

    def _show_hit(self, place: int) -> None:
        self._wish = None
        area, line = self._area, self._document.hits[place]
        area.hit = place
        area.go_to(line)
        self._is_column_due = True
        self._show_column()
        self._told.setText(self._count_text())

    def _show_column(self) -> None:
        """The line may still have to be read."""
        area, hits = self._area, self._document.hits
        if self._is_column_due and area.hit is not None and area.hit < len(hits):
            line = hits[area.hit]
            column = area.hit_column(line)
            if column is not None:
                self._is_column_due = False
                area.show_column(line, column)

    def _count_text(self) -> str:
        document = self._document
        count = len(document.hits)
        if not document.wanted:
            return ""
        if document.searched < document.count - document.count // 50 - 1:
            percent = 100 * document.searched // max(1, document.count)
            return _("{count} · {percent} %").format(count=f"{count:,}", percent=percent)
        if not count:
            return _("Not found")
        counted = f"{count:,}" + ("+" if count >= MOST_HITS else "")
        if self._area.hit is None:
            return counted
        return _("{place} of {count}").format(place=f"{self._area.hit + 1:,}", count=counted)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.go(-1 if is_back else 1)
        elif event.key() == Qt.Key.Key_Escape:
            self.end()
        else:
            super().keyPressEvent(event)

    # --- how it is built ----------------------------------------------------------------------

    def _build(self) -> None:
        self.field = QLineEdit()
        self.field.setAcceptDrops(False)
        self.field.textChanged.connect(self._search)
        self._glass = self.field.addAction(
            self._theme.icon("search"), QLineEdit.ActionPosition.LeadingPosition
        )
        self._told = QLabel()
        self._told.setObjectName("dim")
        self._told.setFont(look.font())
        self._before, self._after, self._close = QToolButton(), QToolButton(), QToolButton()
        for button in (self._before, self._after, self._close):
            button.setObjectName("small")
        self._before.clicked.connect(lambda: self.go(-1))
        self._after.clicked.connect(lambda: self.go(1))
        self._close.clicked.connect(self.end)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(GAP, 0, GAP // 2, GAP // 2)
        layout.setSpacing(GAP // 2)
        layout.addWidget(self.field, 1)
        layout.addSpacing(GAP // 2)
        layout.addWidget(self._told)
        for button in (self._before, self._after, self._close):
            layout.addWidget(button)
        self._restyle()
        self.hide()

    def _restyle(self) -> None:
        self._glass.setIcon(self._theme.icon("search"))
        self._before.setIcon(self._theme.icon("chevron-up"))
        self._after.setIcon(self._theme.icon("chevron-down"))
        self._close.setIcon(self._theme.icon("close"))
