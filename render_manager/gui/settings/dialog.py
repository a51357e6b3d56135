"""The settings dialog: a row for each key of the settings model, in groups, with a search field.

It stays open beside the window. Nothing counts before it is saved; all is saved together.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.base.settings import Settings, entry
from render_manager.gui import theme as look
from render_manager.gui.background import Background
from render_manager.gui.search_line import SearchLine
from render_manager.gui.settings import words
from render_manager.gui.settings.autostart_row import AutostartRow
from render_manager.gui.settings.deed_row import DeedRow
from render_manager.gui.settings.path_field import Choose
from render_manager.gui.settings.programs import ProgramRow
from render_manager.gui.settings.row import SettingRow
from render_manager.gui.settings.trial_row import TrialRow
from render_manager.gui.theme import GAP, Theme
from render_manager.service.autostart import Autostart
from render_manager.service.ends.ends import Ends
from render_manager.service.queue_service import QueueService
from render_manager.submitters.install import KINDS

SIZE = QSize(95 * GAP, 80 * GAP)


class SettingsDialog(QDialog):
    """Shows the settings as they are each time it is opened."""

    saved = Signal(str)
    """What the person should know of it, or nothing."""

    def __init__(
        self,
        service: QueueService,
        choose: Choose,
        theme: Theme,
        background: Background,
        autostart: Autostart | None = None,
        ends: Ends | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`autostart` and `ends` are those of this machine; None if the settings are another's."""
        super().__init__(parent)
        self._service = service
        self._theme = theme
        renderers = {one.name: one.title for one in service.catalog.renderers}
        self.rows = {
            name: SettingRow(name, service.settings, renderers, choose, theme)
            for name in Settings.model_fields
        }
        self.programs = [ProgramRow(kind, theme) for kind in KINDS]
        self.autostart = AutostartRow(autostart, background, theme) if autostart else None
        self.trial = TrialRow(ends, theme) if ends else None
        self.search = SearchLine(self._theme)
        self.search.textChanged.connect(self._filter)
        self._build()
        service.settings_changed.connect(self._take_over)
        QShortcut(QKeySequence.StandardKey.Find, self, self.search.setFocus)
        self.resize(SIZE)
        self.retranslate()

    def open_afresh(self) -> None:
        """Bring it into sight; what was typed before it was closed is gone."""
        if not self.isVisible():
            self.search.clear()
            self._refuse("")
            for row in self._every_row():
                row.take_over()
            self._page.verticalScrollBar().setValue(0)
        self.show()
        self.raise_()
        self.activateWindow()
        self.search.setFocus()

    def accept(self) -> None:
        """Save what was changed, or go to what is wrong with it."""
        wrong = next((row for row in self.rows.values() if row.problem), None)
        if wrong is not None:
            self._go_to(wrong)
            return
        changes = {name: value for row in self.rows.values() for name, value in row.change.items()}
        try:
            if changes:
                self._service.change_settings(changes)
        except UserError as error:
            self._refuse(str(error))
            return
        super().accept()
        self.saved.emit(_told(changes))

    def retranslate(self) -> None:
        self.setWindowTitle(_("Settings"))
        self.search.call(_("Search settings"))
        self._page.setAccessibleName(_("Settings"))
        self._nothing.setText(_("No setting has these words."))
        self._save.setText(_("Save"))
        self._cancel.setText(_("Cancel"))
        for group, (heading, _rows) in self._groups.items():
            heading.setText(_(group))
        for row in self._every_row():
            row.retranslate()

    # --- how it is done -----------------------------------------------------------------------

    def _every_row(self) -> list[SettingRow | DeedRow]:
        own = filter(None, (self.autostart, self.trial))
        return [*self.rows.values(), *own, *self.programs]

    def _filter(self, typed: str) -> None:
        asked = typed.casefold().split()
        is_empty = True
        for group, (heading, rows) in self._groups.items():
            in_group = [word for word in asked if word not in _(group).casefold()]
            shown = [row for row in rows if row.fits(in_group)]
            for row in rows:
                row.setVisible(row in shown)
            heading.setVisible(bool(shown))
            is_empty = is_empty and not shown
        self._nothing.setVisible(is_empty)

    def _go_to(self, row: SettingRow) -> None:
        if row.isHidden():
            self.search.clear()
        row.control.focus.setFocus(Qt.FocusReason.OtherFocusReason)
        self._page.ensureWidgetVisible(row)

    def _refuse(self, sentence: str) -> None:
        self._refusal.setText(sentence)
        self._refusal.setVisible(bool(sentence))

    def _take_over(self, names: frozenset[str]) -> None:
        """Somebody else changed settings; what is being typed elsewhere stays."""
        for name in names:
            self.rows[name].take_over()

    # --- how it is built ----------------------------------------------------------------------

    def _build(self) -> None:
        self._page = QScrollArea()
        self._page.setWidgetResizable(True)
        self._page.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._page.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._page.setWidget(self._list())
        self._refusal = QLabel()
        self._refusal.setObjectName("problem")
        self._refusal.setTextFormat(Qt.TextFormat.PlainText)
        self._refusal.setWordWrap(True)
        self._refusal.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part in (self._head(), self._page, self._foot()):
            layout.addWidget(part, int(part is self._page))

    def _head(self) -> QWidget:
        return _padded(self.search)

    def _foot(self) -> QWidget:
        kinds = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kinds.Save | kinds.Cancel)
        self._save, self._cancel = buttons.button(kinds.Save), buttons.button(kinds.Cancel)
        self._save.setDefault(True)
        for button in (self._save, self._cancel):
            button.setIcon(QIcon())
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        return _padded(self._refusal, buttons)

    def _list(self) -> QWidget:
        page = QWidget()
        page.setObjectName("page")
        layout = QVBoxLayout(page)
        layout.setContentsMargins(3 * GAP, 0, 2 * GAP, 2 * GAP)
        layout.setSpacing(0)
        self._groups: dict[str, tuple[QLabel, list[SettingRow | DeedRow]]] = {}
        for row in self._every_row():
            self._groups.setdefault(row.group, (_heading(), []))[1].append(row)
        for heading, rows in self._groups.values():
            for part in (heading, *rows):
                layout.addWidget(part)
        self._nothing = QLabel()
        self._nothing.setObjectName("dim")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setContentsMargins(0, 6 * GAP, 0, 0)
        self._nothing.hide()
        layout.addWidget(self._nothing)
        layout.addStretch(1)
        return page


def _heading() -> QLabel:
    heading = QLabel()
    heading.setFont(look.font(points=2, bold=True))
    heading.setContentsMargins(0, 3 * GAP, 0, GAP)
    return heading


def _padded(*widgets: QWidget) -> QWidget:
    frame = QWidget()
    line = QHBoxLayout(frame)
    line.setContentsMargins(2 * GAP, 2 * GAP, 2 * GAP, 2 * GAP)
    line.setSpacing(2 * GAP)
    for widget in widgets:
        line.addWidget(widget, int(isinstance(widget, QLabel | QLineEdit)))
    return frame


def _told(changes: dict[str, object]) -> str:
    later = [words.title(name) for name in changes if entry(name).at_next_start]
    if later:
        return _("Saved. This takes effect at the next start: {settings}.").format(
            settings=", ".join(later)
        )
    return _("Settings saved.") if changes else ""
