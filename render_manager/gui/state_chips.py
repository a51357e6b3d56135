"""A row of quiet buttons, one per state with its count: which tasks the table shows."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QToolButton, QWidget

from render_manager.base.i18n import _
from render_manager.domain.states import TaskState
from render_manager.gui import icons
from render_manager.gui import theme as look
from render_manager.gui.tally import Tally
from render_manager.gui.text import TASK_WORDS, capital
from render_manager.gui.theme import GAP, Colors, Theme, repolish

STATES = (
    TaskState.RUNNING,
    TaskState.PENDING,
    TaskState.PAUSED,
    TaskState.FAILED,
    TaskState.COMPLETED,
    TaskState.CANCELLED,
)


class StateChips(QWidget):
    """All, then each state. A click shows that state alone, with Ctrl beside the others.

    The row is one stop of the Tab key; arrow keys go along it.
    """

    changed = Signal(object)
    """`frozenset[TaskState]`: the states to show; none means all."""

    def __init__(self, tally: Tally, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tally = tally
        self._theme = theme
        self.states: frozenset[TaskState] = frozenset()
        self._shown: dict[TaskState | None, tuple[int, str, Colors]] = {}
        self.chips: dict[TaskState | None, QToolButton] = {
            state: self._chip(state, number)
            for number, state in enumerate((None, *STATES), start=1)
        }
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP // 2)
        for chip in self.chips.values():
            layout.addWidget(chip)
        theme.changed.connect(self.refresh)
        self.retranslate()

    def choose(self, states: frozenset[TaskState]) -> None:
        """Show tasks in these states, all if there are none."""
        before, self.states = self.states, states
        self.refresh()
        if states != before:
            self.changed.emit(states)

    def refresh(self) -> None:
        """Write the counts, where they are others than before."""
        for state, chip in self.chips.items():
            count = self._tally.counts[state] if state else self._tally.total
            chip.setChecked(state in self.states if state else not self.states)
            shown = (count, _name(state), self._theme.colors)
            if self._shown.get(state) != shown:
                self._shown[state] = shown
                self._write(chip, state, count)
        self._let_tab_in()

    def _write(self, chip: QToolButton, state: TaskState | None, count: int) -> None:
        word = _name(state)
        chip.setText(f"{word} {count:,}" if count or state is None else word)
        chip.setAccessibleName(f"{word}, {count:,}")
        chip.setIcon(self._icon(state, count))
        chip.setProperty("empty", not count)
        repolish(chip)

    def retranslate(self) -> None:
        self.setAccessibleName(_("States to show"))
        for number, (state, chip) in enumerate(self.chips.items(), start=1):
            key = QKeySequence(f"Alt+{number}").toString(QKeySequence.SequenceFormat.NativeText)
            chip.setToolTip(_tip(state).format(state=_name(state), key=key))
        self.refresh()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow keys go along the row; a button would go to whatever comes next."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
            if step is not None:
                chips = list(self.chips.values())
                there = chips[(chips.index(watched) + step) % len(chips)]  # type: ignore[arg-type]
                there.setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return super().eventFilter(watched, event)

    # --- how it is done -----------------------------------------------------------------------

    def _chip(self, state: TaskState | None, number: int) -> QToolButton:
        chip = QToolButton(self)
        chip.setObjectName("chip")
        chip.setCheckable(True)
        chip.setFont(look.font(points=-0.5))
        chip.setIconSize(QSize(icons.SIZE, icons.SIZE))
        chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        chip.installEventFilter(self)
        chip.clicked.connect(lambda: self._click(state))
        shortcut = QShortcut(QKeySequence(f"Alt+{number}"), self)
        shortcut.activated.connect(lambda: self._click(state))
        return chip

    def _click(self, state: TaskState | None) -> None:
        alone = frozenset({state} if state else ())
        if QApplication.keyboardModifiers() & Qt.KeyboardModifier.ControlModifier:
            self.choose(self.states ^ alone)
        else:
            self.choose(frozenset() if self.states == alone else alone)
        self.refresh()

    def _icon(self, state: TaskState | None, count: int) -> QIcon:
        if state is None:
            return QIcon()
        colors = self._theme.colors
        color = colors.of(state) if count else colors.faint
        return icons.icon(f"state-{state}", color, colors.faint)

    def _let_tab_in(self) -> None:
        """Only at the first checked one."""
        chips = list(self.chips.values())
        door = next(chip for chip in chips if chip.isChecked())
        for chip in chips:
            policy = Qt.FocusPolicy.StrongFocus if chip is door else Qt.FocusPolicy.ClickFocus
            chip.setFocusPolicy(policy)


def _name(state: TaskState | None) -> str:
    return capital(_(TASK_WORDS[state])) if state else _("All")


def _tip(state: TaskState | None) -> str:
    if state is None:
        return _("Show all tasks ({key})")
    return _("Show the tasks in this state: {state} ({key}). With Ctrl, several states.")
