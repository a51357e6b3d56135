"""One setting: what it is called and means, its control, and where its value comes from."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.base.settings import Origin, Settings, check, default, entry
from render_manager.gui import icons
from render_manager.gui import theme as look
from render_manager.gui.settings import words
from render_manager.gui.settings.controls import make_control
from render_manager.gui.settings.path_field import Choose
from render_manager.gui.theme import GAP, Theme
from render_manager.service.settings_change import FIXED

CONTROL_WIDTH = 38 * GAP


class SettingRow(QWidget):
    """The setting `name`; nothing is changed before `change` has been asked for."""

    def __init__(
        self,
        name: str,
        settings: Settings,
        renderers: dict[str, str],
        choose: Choose,
        theme: Theme,
    ) -> None:
        super().__init__()
        self.name = name
        self._settings = settings
        self._theme = theme
        self._is_reset = False
        self.control = make_control(name, renderers, choose)
        self.problem = ""
        self._build()
        self.take_over()
        self.control.changed.connect(self._look)
        theme.changed.connect(self._restyle)
        self._restyle()

    @property
    def group(self) -> str:
        """The heading under which it stands."""
        return entry(self.name).group

    @property
    def is_fixed(self) -> bool:
        """Whether it is set where the window cannot change it."""
        return self._settings.origin(self.name) in FIXED

    @property
    def change(self) -> dict[str, object]:
        """What is to be changed: the value by the name, or nothing."""
        value = self.control.get()
        if self.is_fixed or (not self._is_reset and value == self._shown):
            return {}
        return {self.name: value}

    def take_over(self) -> None:
        """Show what the settings say now, and forget what was typed."""
        self._is_reset = False
        self.control.put(getattr(self._settings, self.name))
        self._shown = self.control.get()  # a spin box rounds, and that is no change
        self.retranslate()

    def reset(self) -> None:
        """Back to the default, also in the file."""
        self.control.put(default(self.name))
        self._is_reset = self._settings.origin(self.name) is Origin.FILE
        self._look()

    def complain(self, sentence: str) -> None:
        """Say at the row what is wrong with it."""
        self.problem = sentence
        self._problem.setText(sentence)
        self._wrong.setVisible(bool(sentence))
        self.control.focus.setAccessibleDescription(sentence or words.meaning(self.name))

    def fits(self, asked: list[str]) -> bool:
        """Whether each of these words stands somewhere in what the row says."""
        said = f"{self.name} {words.title(self.name)} {words.meaning(self.name)}".casefold()
        return all(word in said for word in asked)

    def retranslate(self) -> None:
        self._title.setText(words.title(self.name))
        self._meaning.setText(words.meaning(self.name))
        about = words.about(self.name, self._settings.origin(self.name))
        self._about.setText(f"{self.name.upper()}  ·  {about}")
        self.control.focus.setAccessibleName(words.title(self.name))
        self.control.retranslate()
        text = words.value_text(self.name, default(self.name))
        self.reset_button.setToolTip(_("Reset to the default: {value}").format(value=text))
        self.reset_button.setAccessibleName(_("Reset {title}").format(title=words.title(self.name)))
        self._look()

    # --- how it is done -----------------------------------------------------------------------

    def _look(self) -> None:
        """Say what is wrong as soon as it is."""
        value = self.control.get()
        try:
            is_default = check(self.name, value) == default(self.name)
            self.complain("")
        except UserError as error:
            is_default = False
            self.complain(_("This cannot be used: {why}.").format(why=error))
        is_written = self._settings.origin(self.name) is Origin.FILE and not self._is_reset
        self.reset_button.setVisible(not self.is_fixed and (is_written or not is_default))
        self.control.widget.setEnabled(not self.is_fixed)

    def _restyle(self) -> None:
        ratio = self.devicePixelRatioF()
        colors = self._theme.colors
        self._glyph.setPixmap(icons.pixmap("warning", colors.failed, 16, ratio))
        self.reset_button.setIcon(self._theme.icon("undo"))

    # --- how it is built ----------------------------------------------------------------------

    def _build(self) -> None:
        self._title, self._meaning, self._about = QLabel(), QLabel(), QLabel()
        self._title.setFont(look.font(bold=True))
        self._title.setBuddy(self.control.focus)
        self._about.setFont(look.font(points=-1))
        self._about.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for label in (self._meaning, self._about):
            label.setObjectName("dim")
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.reset_button = QToolButton()
        self.reset_button.clicked.connect(self.reset)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, GAP, 0, 2 * GAP)
        layout.setHorizontalSpacing(4 * GAP)
        layout.setVerticalSpacing(GAP // 2)
        layout.setColumnStretch(0, 1)
        layout.addLayout(self._words(), 0, 0)
        layout.addLayout(self._control(), 0, 1)
        layout.addWidget(self._about, 1, 0, 1, 2)
        layout.addWidget(self._complaint(), 2, 0, 1, 2)

    def _words(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(GAP // 4)
        for label in (self._title, self._meaning):
            column.addWidget(label)
        column.addStretch()
        return column

    def _control(self) -> QHBoxLayout:
        width = 14 * GAP if isinstance(self.control.widget, QAbstractSpinBox) else CONTROL_WIDTH
        self.control.widget.setFixedWidth(width)
        keeps_place = self.reset_button.sizePolicy()
        keeps_place.setRetainSizeWhenHidden(True)
        self.reset_button.setSizePolicy(keeps_place)
        line = QHBoxLayout()
        line.setSpacing(GAP // 2)
        top = Qt.AlignmentFlag.AlignTop
        line.addWidget(self.control.widget, 0, top)
        line.addSpacing(CONTROL_WIDTH - width)
        line.addWidget(self.reset_button, 0, top)
        return line

    def _complaint(self) -> QWidget:
        self._wrong, self._glyph, self._problem = QWidget(), QLabel(), QLabel()
        self._problem.setObjectName("problem")
        self._problem.setTextFormat(Qt.TextFormat.PlainText)
        self._problem.setWordWrap(True)
        line = QHBoxLayout(self._wrong)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(GAP)
        line.addWidget(self._glyph)
        line.addWidget(self._problem, 1)
        return self._wrong
