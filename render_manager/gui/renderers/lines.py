"""A line for each installation: glyph, name, version and path; where there is none, what to do."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from render_manager.base.i18n import _
from render_manager.gui import icons
from render_manager.gui.elided import ElidedLabel
from render_manager.gui.text import tip
from render_manager.gui.theme import GAP, Theme
from render_manager.service.health import RendererHealth, absent_text
from render_manager.service.provision import FETCHABLE

Renderers = tuple[RendererHealth, ...]


class RendererLines(QWidget):
    """`show_renderers` fills it; None stands for “still looking”."""

    def __init__(
        self, theme: Theme, parent: QWidget | None = None, *, can_fetch: bool = True
    ) -> None:
        super().__init__(parent)
        self._can_fetch = can_fetch
        self._theme = theme
        self._renderers: Renderers | None = None
        self._lines = QGridLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setHorizontalSpacing(GAP)
        self._lines.setVerticalSpacing(GAP)
        self._lines.setColumnStretch(2, 1)
        self._row = 0
        theme.changed.connect(self.retranslate)

    def show_renderers(self, renderers: Renderers | None) -> None:
        self._renderers = renderers
        self.retranslate()

    def retranslate(self) -> None:
        self._clear()
        if self._renderers is None:
            self._lines.addWidget(_quiet(_("Looking for renderers…")), 0, 0, 1, 3)
            return
        for renderer in self._renderers:
            self._add(renderer)
        if absent := absent_text(self._renderers):
            self._lines.addWidget(_quiet(absent), self._row, 0, 1, 3)

    def _clear(self) -> None:
        self._row = 0
        while (item := self._lines.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _add(self, renderer: RendererHealth) -> None:
        for found in renderer.installations:
            path = ElidedLabel()
            path.setText(str(found.executable))
            path.setToolTip(tip(str(found.executable)))
            path.setObjectName("dim")
            path.setAlignment(Qt.AlignmentFlag.AlignTop)
            self._line(renderer.name, f"{renderer.title} {found.version or ''}".strip(), path)
        if renderer.installations and renderer.proof:
            self._line("", "", _quiet(renderer.proof))
        if not renderer.installations and not renderer.is_absent_quietly:
            advice = _quiet("{} {}".format(_("Not found."), self._advice(renderer)))
            self._line(renderer.name, renderer.title, advice, is_here=False)
        for problem in renderer.problems if renderer.installations else ():
            self._line("", "", _quiet(problem, "problem"))

    def _advice(self, renderer: RendererHealth) -> str:
        """What to do; the words of the command line where the window has no button for it."""
        if renderer.name != FETCHABLE or not self._can_fetch:
            return renderer.mend or ""
        return " ".join([*renderer.problems, _("Install it from blender.org, or fetch it here.")])

    def _line(self, renderer: str, name: str, more: QLabel, *, is_here: bool = True) -> None:
        row, self._row = self._row, self._row + 1
        colors = self._theme.colors
        named = QLabel(name)
        named.setTextFormat(Qt.TextFormat.PlainText)
        if renderer:
            glyph = QLabel()
            color = colors.text if is_here else colors.dim
            icon = icons.renderer_icon_name(renderer)
            glyph.setPixmap(icons.pixmap(icon, color, icons.SIZE, self.devicePixelRatioF()))
            self._lines.addWidget(glyph, row, 0, Qt.AlignmentFlag.AlignTop)
        named.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._lines.addWidget(named, row, 1)
        self._lines.addWidget(more, row, 2)


def _quiet(sentence: str, kind: str = "dim") -> QLabel:
    label = QLabel(sentence)
    label.setObjectName(kind)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignTop)
    return label


def found_text(renderers: Renderers) -> str:
    """What was found, in one line; nothing if nothing was."""
    found = [
        f"{renderer.title} {renderer.installations[0].version or ''}".strip()
        for renderer in renderers
        if renderer.installations
    ]
    return _("Found on this machine: {names}.").format(names=", ".join(found)) if found else ""
