"""What the window looks like: greys without a tint, one accent, and a colour for each state.

The state colours are the blue, green, orange and vermilion of Okabe and Ito's palette for
colour-blind people, made lighter or darker until they stand out 4.5 : 1 from the lists behind them;
a glyph of its own always goes with them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from string import Template

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from render_manager.base.i18n import N_
from render_manager.base.paths import resource
from render_manager.gui import icons

GAP = 8
"""The grid that everything is laid out on, in logical pixels."""

CHOICES = {"system": N_("As the system"), "light": N_("Light"), "dark": N_("Dark")}


@dataclass(frozen=True, slots=True)
class Colors:
    """One theme. `mat` lies behind pictures; `dim` and `faint` are lesser text."""

    window: str
    base: str
    raised: str
    mat: str
    line: str
    text: str
    dim: str
    faint: str
    accent: str
    on_accent: str
    selection: str
    pending: str
    running: str
    paused: str
    completed: str
    failed: str
    cancelled: str

    def of(self, state: str) -> str:
        """The colour of a task or frame state, by its word in the API."""
        return str(getattr(self, "running" if state == "rendering" else state))


DARK = Colors(
    window="#262626",
    base="#1e1e1e",
    raised="#353535",
    mat="#2e2e2e",  # 18 % of white
    line="#484848",
    text="#e2e2e2",
    dim="#a6a6a6",
    faint="#7a7a7a",
    accent="#56b4e9",
    on_accent="#101010",
    selection="#3d3d3d",
    pending="#a0a0a0",
    running="#56b4e9",
    paused="#e0a526",
    completed="#2db68c",
    failed="#f5793a",
    cancelled="#8c8c8c",
)

LIGHT = Colors(
    window="#f0f0f0",
    base="#ffffff",
    raised="#e2e2e2",
    mat="#d6d6d6",
    line="#c8c8c8",
    text="#1c1c1c",
    dim="#5a5a5a",
    faint="#8a8a8a",
    accent="#0069b4",
    on_accent="#ffffff",
    selection="#dfdfdf",
    pending="#6a6a6a",
    running="#0069b4",
    paused="#8a5f00",
    completed="#007a5a",
    failed="#b84300",
    cancelled="#6c6c6c",
)


class Theme(QObject):
    """The theme in use: colours, fonts and tinted icons. `changed` tells to paint afresh."""

    changed = Signal()

    def __init__(self, choice: str = "system", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.choice = choice
        self.colors = DARK
        self._dressed: QWidget | None = None
        _use_fusion()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._apply)
        self.choose(choice)

    def choose(self, choice: str) -> None:
        """Use `system`, `light` or `dark` from now on."""
        self.choice = choice if choice in CHOICES else "system"
        hints = QGuiApplication.styleHints()
        match self.choice:
            case "light":
                hints.setColorScheme(Qt.ColorScheme.Light)
            case "dark":
                hints.setColorScheme(Qt.ColorScheme.Dark)
            case _:
                hints.unsetColorScheme()
        self._apply()

    def dress(self, window: QWidget) -> None:
        """Put the style sheet on a window and all that is in it, now and at every change.

        To be called when the window is built: under a sheet, every widget that is put into another
        one is polished anew with all that it holds (0.3 s for the main window, measured).
        """
        self._dressed = window
        window.setStyleSheet(_style_sheet(self.colors))

    def icon(self, name: str) -> QIcon:
        return icons.icon(name, self.colors.text, self.colors.faint)

    def _apply(self) -> None:
        self.colors = DARK if self._is_dark() else LIGHT
        QApplication.setPalette(_palette(self.colors))
        if self._dressed is not None:
            self.dress(self._dressed)
        self.changed.emit()

    def _is_dark(self) -> bool:
        if self.choice == "system":
            return QGuiApplication.styleHints().colorScheme() is not Qt.ColorScheme.Light
        return self.choice == "dark"


@cache
def _use_fusion() -> None:
    """Once in the program's life: every widget there is would be polished anew, as by a sheet."""
    QApplication.setStyle("Fusion")


def font(*, points: float = 0, bold: bool = False) -> QFont:
    """The text font with figures of equal width, `points` larger than the usual size."""
    made = QFont(QApplication.font())
    made.setPointSizeF(made.pointSizeF() + points)
    made.setFeature(QFont.Tag("tnum"), 1)
    if bold:
        made.setWeight(QFont.Weight.DemiBold)
    return made


def repolish(widget: QWidget) -> None:
    """Have the style sheet look at the widget's properties again."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def _palette(colors: Colors) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for roles, color in (
        ((role.Window, role.Button), colors.window),
        ((role.Base, role.AlternateBase), colors.base),
        ((role.WindowText, role.Text, role.ButtonText, role.ToolTipText), colors.text),
        ((role.PlaceholderText,), colors.dim),
        ((role.ToolTipBase,), colors.raised),
        ((role.Highlight, role.Accent, role.Link), colors.accent),
        ((role.HighlightedText,), colors.on_accent),
        ((role.Mid, role.Dark), colors.line),
        ((role.Light, role.Midlight), colors.raised),
    ):
        for one in roles:
            palette.setColor(one, QColor(color))
    for one in (role.Text, role.ButtonText, role.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, one, QColor(colors.faint))
    return palette


def _style_sheet(colors: Colors) -> str:
    source = resource("themes", "window.qss").read_text("utf-8")
    art = resource("themes", "dark" if colors is DARK else "light").as_posix()
    return Template(source).substitute(asdict(colors), art=art)
