"""How many problems a log tells of, and the buttons to go from one to another."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from render_manager.base.i18n import _, ngettext
from render_manager.domain.events import Severity
from render_manager.gui import icons
from render_manager.gui import theme as look
from render_manager.gui.inspector.log.area import LogArea
from render_manager.gui.inspector.log.line_painter import GLYPHS
from render_manager.gui.inspector.log.scanner import MOST_PROBLEMS
from render_manager.gui.theme import Theme

_WORST_FIRST = (Severity.FATAL, Severity.ERROR, Severity.WARNING)


class ProblemBar(QWidget):
    """Only to be seen when there is a problem, or while a long log is looked through."""

    def __init__(self, area: LogArea, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._area = area
        self._document = area.document
        self._theme = theme
        self._shown: tuple[str, str, int, float] | None = None
        self._glyph, self._told = QLabel(), QLabel()
        self._told.setFont(look.font())
        self._before, self._after = QToolButton(), QToolButton()
        for button in (self._before, self._after):
            button.setObjectName("small")
        self._before.clicked.connect(lambda: self.go(-1))
        self._after.clicked.connect(lambda: self.go(1))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for widget in (self._glyph, self._told, self._before, self._after):
            layout.addWidget(widget)
        self._refreshing = QTimer(self)
        self._refreshing.setSingleShot(True)
        self._refreshing.timeout.connect(self.refresh)
        self._document.marks_changed.connect(self._refreshing.start)
        self._document.reset.connect(self._refreshing.start)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.retranslate()

    @property
    def told(self) -> str:
        """What is said of the problems."""
        return self._told.text()

    def go(self, step: int) -> None:
        """To the next problem (1) or the one before (-1); from the last it goes on at the first."""
        lines = self._document.problem_lines
        if not lines:
            return
        area = self._area
        if area.current is not None:
            is_next = step > 0
            place = (bisect_right if is_next else bisect_left)(lines, area.current) - (not is_next)
        else:
            place = bisect_left(lines, area.top) + min(step, 0)
        area.go_to(lines[place % len(lines)], 0)
        self.refresh()

    def go_to_worst(self) -> None:
        """To the first of the problems that matter most."""
        for severity in _WORST_FIRST:
            for line in self._document.problem_lines:
                if self._document.problems[line].severity is severity:
                    self._area.go_to(line, 0)
                    return

    def refresh(self) -> None:
        count = len(self._document.problems)
        written, percent = self._count_text(count), self._percent()
        if percent is not None:
            checked = _("{percent} % checked").format(percent=percent)
            written = f"{written} · {checked}" if written else checked
        self._told.setText(written)
        for widget in (self._glyph, self._before, self._after):
            widget.setVisible(count > 0)
        self.setVisible(bool(written))
        self._show_glyph()

    def retranslate(self) -> None:
        for button, words in (
            (self._before, _("Previous problem (Shift+F8)")),
            (self._after, _("Next problem (F8)")),
        ):
            button.setToolTip(words)
            button.setAccessibleName(words)
        self.refresh()

    def _count_text(self, count: int) -> str:
        if not count:
            return ""
        words = ngettext("{count} problem", "{count} problems", count)
        more = "+" if count >= MOST_PROBLEMS else ""
        return words.format(count=f"{count:,}{more}")

    def _percent(self) -> int | None:
        """How much was looked through, unless that is nearly all."""
        document = self._document
        if document.is_scanned or document.scanned >= document.count - document.count // 50 - 1:
            return None
        return 100 * document.scanned // document.count

    def _show_glyph(self) -> None:
        worst = self._document.worst
        if worst is not None:
            name, color = GLYPHS[worst]
            shown = (name, getattr(self._theme.colors, color), 14, self.devicePixelRatioF())
            if shown != self._shown:
                self._shown = shown
                self._glyph.setPixmap(icons.pixmap(*shown))

    def _restyle(self) -> None:
        self._before.setIcon(self._theme.icon("chevron-up"))
        self._after.setIcon(self._theme.icon("chevron-down"))
        self._show_glyph()
