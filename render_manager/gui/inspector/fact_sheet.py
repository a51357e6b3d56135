"""Facts in two columns, as text that can be selected; what can be opened is a link."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from PySide6.QtCore import QEvent, Qt, QUrl, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QTextOption
from PySide6.QtWidgets import QSizePolicy, QTextBrowser, QWidget

from render_manager.gui import theme as look
from render_manager.gui.theme import GAP, Theme


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the sheet. `link` makes the value one; `is_bad` says that it tells of a problem."""

    name: str
    value: str
    link: str = ""
    is_bad: bool = False


class FactSheet(QTextBrowser):
    """As tall as its text. `link_wanted` tells the link that was followed."""

    link_wanted = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._facts: list[Fact] = []
        self._shown = ""
        self.setOpenLinks(False)
        self.setAcceptDrops(False)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextBrowserInteraction
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setFont(look.font())
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document().setDocumentMargin(0)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self.anchorClicked.connect(self._follow)
        theme.changed.connect(self._write)

    def show_facts(self, facts: list[Fact]) -> None:
        """Show these; what is being selected is left in peace if nothing changed."""
        if facts != self._facts:
            self._facts = facts
            self._write()

    def event(self, event: QEvent) -> bool:
        """Ctrl+A means this text, not the window's tasks."""
        is_override = event.type() is QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and _is_own(event):
            event.accept()
            return True
        return super().event(event)

    def _write(self) -> None:
        colors = self._theme.colors
        rows = "".join(_row(fact, colors.dim, colors.failed, colors.accent) for fact in self._facts)
        written = f'<table cellspacing="0" cellpadding="0">{rows}</table>'
        if written != self._shown:
            self._shown = written
            self.setHtml(written)

    def _fit(self) -> None:
        self.setFixedHeight(round(self.document().size().height()) + 2)

    def _follow(self, url: QUrl) -> None:
        self.link_wanted.emit(url.toString())


def _is_own(event: QKeyEvent) -> bool:
    return event.matches(QKeySequence.StandardKey.SelectAll)


def _row(fact: Fact, dim: str, bad: str, accent: str) -> str:
    value = escape(fact.value).replace("\n", "<br>")
    if fact.link:
        style = f"color: {accent}; text-decoration: none"
        value = f'<a href="{escape(fact.link)}" style="{style}">{value}</a>'
    elif fact.is_bad:
        value = f'<span style="color: {bad}">{value}</span>'
    # One height for all scripts, or the baselines of name and value differ.
    cell = f"padding: 0 {2 * GAP}px {GAP // 2}px 0; line-height: {2 * GAP}px"
    name = f'<td style="{cell}; color: {dim}; white-space: pre">{escape(fact.name)}</td>'
    return f'<tr>{name}<td style="{cell}">{value}</td></tr>'
