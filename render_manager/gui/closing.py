"""What becomes of the renderers when the window is closed: the question, and its five answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from render_manager.base.i18n import _, ngettext
from render_manager.gui import theme as look
from render_manager.gui.theme import GAP

WIDTH = 56 * GAP


class Closing(Enum):
    """What the user wants."""

    KEEP = auto()
    """Go on rendering without the window in the way."""
    AFTER_FRAME = auto()
    """Finish the frames in work, then quit."""
    LEAVE = auto()
    """Quit and leave the renderers at work; the next start takes them over."""
    NOW = auto()
    """End the renderers and quit."""
    CANCEL = auto()
    """Leave everything as it is."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What there is to know: `stubborn` are renderers at work that cannot stop between frames."""

    runs: int
    has_tray: bool
    stubborn: tuple[str, ...] = ()


class ClosingDialog(QDialog):
    """A button for each way, with what it means. Enter and Escape leave everything as it is."""

    def __init__(self, situation: Situation, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Quit Render Manager"))
        self.choice = Closing.CANCEL
        self.buttons = {
            Closing.KEEP: _Way(*_keep_texts(situation)),
            Closing.AFTER_FRAME: _Way(_("Stop after this frame"), _after_frame_text(situation)),
            Closing.LEAVE: _Way(
                _("Quit, and let them go on"),
                _("The frames in work go on to their end; the next start takes them over."),
            ),
            Closing.NOW: _Way(
                _("Stop now"),
                _("Frames in work are lost and rendered again next time; finished frames stay."),
            ),
        }
        for choice, button in self.buttons.items():
            button.clicked.connect(lambda _checked=False, choice=choice: self._choose(choice))
        self._cancel = QPushButton(_("Cancel"))
        self._cancel.setDefault(True)
        self._cancel.clicked.connect(self.reject)
        self._lay_out(situation)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._cancel.setFocus()

    def _choose(self, choice: Closing) -> None:
        self.choice = choice
        self.accept()

    def _lay_out(self, situation: Situation) -> None:
        head = QLabel(
            ngettext(
                "{count} renderer is at work.", "{count} renderers are at work.", situation.runs
            ).format(count=situation.runs)
        )
        head.setFont(look.font(points=2, bold=True))
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self._cancel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GAP, 2 * GAP, 2 * GAP, 2 * GAP)
        layout.setSpacing(GAP)
        layout.addWidget(head)
        layout.addSpacing(GAP)
        for button in self.buttons.values():
            layout.addWidget(button)
        layout.addSpacing(GAP)
        layout.addLayout(foot)
        self.setFixedWidth(WIDTH)


class _Way(QPushButton):
    """A wide button with a title and, below it, what it means."""

    def __init__(self, title: str, meaning: str) -> None:
        super().__init__()
        self.setObjectName("way")
        self.setAutoDefault(False)
        self.setAccessibleName(title)
        self.setAccessibleDescription(meaning)
        head, about = QLabel(title), QLabel(meaning)
        head.setFont(look.font(bold=True))
        about.setFont(look.font(points=-0.5))
        about.setObjectName("dim")
        about.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GAP, GAP, 2 * GAP, GAP)
        layout.setSpacing(GAP // 2)
        for label in (head, about):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            layout.addWidget(label)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._about = about
        self.setFixedHeight(self._height(WIDTH - 4 * GAP))

    def _height(self, width: int) -> int:
        """A button does not ask its layout how high it must be."""
        layout = self.layout()
        return layout.heightForWidth(width) if layout is not None else 0


def _keep_texts(situation: Situation) -> tuple[str, str]:
    if situation.has_tray:
        return (
            _("Keep rendering in the tray"),
            _("The window goes; the icon in the tray tells how it goes and brings it back."),
        )
    return (
        _("Keep rendering with the window minimised"),
        _("Everything goes on; the window waits in the task bar."),
    )


def _after_frame_text(situation: Situation) -> str:
    said = _("The frames in work are finished and no other is begun; then the program ends.")
    if not situation.stubborn:
        return said
    return (
        said
        + " "
        + _(
            "Between frames this does not stop: {renderers}; all frames handed out are finished."
        ).format(renderers=", ".join(situation.stubborn))
    )
