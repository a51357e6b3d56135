"""The line at the bottom: how many tasks run, wait and failed, and how the machine is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, QVariantAnimation
from PySide6.QtWidgets import (
    QGraphicsOpacityEffect,
    QHBoxLayout,
    QLabel,
    QStatusBar,
    QWidget,
)

from render_manager.base.i18n import N_, _
from render_manager.base.sizes import bytes_text
from render_manager.domain.states import TaskState
from render_manager.gui import icons
from render_manager.gui import theme as look
from render_manager.gui.elided import ElidedLabel
from render_manager.gui.tally import Tally
from render_manager.gui.text import tip
from render_manager.gui.theme import GAP, Theme
from render_manager.service.vitals import Vitals

SHOWN = {
    TaskState.RUNNING: N_("{count} running"),
    TaskState.PENDING: N_("{count} pending"),
    TaskState.PAUSED: N_("{count} paused"),
    TaskState.FAILED: N_("{count} failed"),
}

ALWAYS = (TaskState.RUNNING, TaskState.PENDING)

LITTLE = 10 << 30
"""With fewer bytes free a night's frames may not find room."""

NOTICE_MS = 6_000
FADE_MS = 400

GLYPH = 14
"""Wide and high, beside text of the smaller size."""


class StatusBar(QStatusBar):
    """Counts at the left, what was noticed in the middle, the machine at the right.

    `slots` tells how many runs there are and may be.
    """

    def __init__(
        self,
        tally: Tally,
        slots: Callable[[], tuple[int, int]],
        theme: Theme,
        parent: QWidget,
        notice_ms: int = NOTICE_MS,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._tally = tally
        self._slots = slots
        self._vitals = Vitals()
        self._counts = {state: Reading(self) for state in SHOWN}
        self.slots, self.cpu, self.memory, self.disk = (Reading(self) for _part in range(4))
        self._notice = Notice(notice_ms, self)
        self.setSizeGripEnabled(False)
        self.setContentsMargins(GAP, 0, GAP, 0)
        for count in self._counts.values():
            self.addWidget(count)
        self.addPermanentWidget(self._notice, 1)
        for reading in (self.slots, self.cpu, self.memory, self.disk):
            self.addPermanentWidget(reading)
        theme.changed.connect(self.refresh)
        self.refresh()

    def notice(self, sentence: str) -> None:
        """Show the sentence for a while."""
        self._notice.say(sentence)

    def show_vitals(self, vitals: Vitals) -> None:
        self._vitals = vitals
        self._refresh_machine()

    def refresh(self) -> None:
        """Write everything, in the language and the colours of now."""
        self.refresh_counts()
        self._refresh_machine()

    def refresh_counts(self) -> None:
        for state, label in self._counts.items():
            count = self._tally.counts[state]
            color = self._theme.colors.of(state) if count else self._theme.colors.dim
            label.show_text(f"state-{state}", color, _(SHOWN[state]).format(count=f"{count:,}"))
            label.setVisible(count > 0 or state in ALWAYS)
        self._refresh_slots()

    # --- how it is done -----------------------------------------------------------------------

    def _refresh_slots(self) -> None:
        busy, most = self._slots()
        written = _("{count} of {most} slots").format(count=busy, most=most)
        self.slots.show_text("slots", self._theme.colors.dim, written)
        self.slots.setToolTip(
            _("Renderers at work, and how many may be (MAX_CONCURRENT_RUNS in the settings)")
        )

    def _refresh_machine(self) -> None:
        vitals, dim = self._vitals, self._theme.colors.dim
        cpu = "–" if vitals.cpu is None else f"{vitals.cpu:.0f}"
        self.cpu.show_text("cpu", dim, f"{cpu} %", widest="100 %")
        self.cpu.setToolTip(_("Processors in use, all together"))
        used, total = bytes_text(vitals.memory_used), bytes_text(vitals.memory_total)
        known = f"{used} / {total}" if vitals.memory_total else "–"
        self.memory.show_text("memory", dim, known, widest=f"{total} / {total}")
        self.memory.setToolTip(_("Memory in use: {used} of {total}").format(used=used, total=total))
        self._refresh_disk()

    def _refresh_disk(self) -> None:
        disk, colors = self._vitals.disk, self._theme.colors
        self.disk.setVisible(disk is not None)
        if disk is None:
            return
        if disk.free is None or disk.total is None:
            self.disk.show_text("warning", colors.failed, _("Disk does not answer"))
            self.disk.setToolTip(tip(str(disk.folder)))
            return
        is_little = disk.free < LITTLE
        written = _("{size} free").format(size=bytes_text(disk.free))
        icon, color = ("warning", colors.failed) if is_little else ("disk", colors.dim)
        self.disk.show_text(icon, color, written)
        about = _("Free on the disk of {folder}: {free} of {total}").format(
            folder=disk.folder, free=bytes_text(disk.free), total=bytes_text(disk.total)
        )
        self.disk.setToolTip(_("Little room is left.") + "\n" + about if is_little else about)


class Reading(QWidget):
    """Glyph and words, as wide as the widest so far, so that its neighbours stand still."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._glyph, self._words = QLabel(), QLabel()
        self._shown: tuple[str, str, str, float] | None = None
        self._words.setFont(look.font(points=-0.5))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, GAP, 0)
        layout.setSpacing(4)
        layout.addWidget(self._glyph)
        layout.addWidget(self._words)

    @property
    def text(self) -> str:
        return self._words.text()

    def show_text(self, icon: str, color: str, words: str, widest: str = "") -> None:
        shown = (icon, color, words, self.devicePixelRatioF())
        if shown == self._shown:
            return
        self._shown = shown
        self._glyph.setPixmap(icons.pixmap(icon, color, GLYPH, self.devicePixelRatioF()))
        self._words.setText(words)
        self.setAccessibleName(words)
        if widest:
            self._words.setMinimumWidth(self._words.fontMetrics().horizontalAdvance(widest))


class Notice(ElidedLabel):
    """A sentence that fades by itself."""

    def __init__(self, stay_ms: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._effect = QGraphicsOpacityEffect(self)
        self._effect.setEnabled(False)
        self.setGraphicsEffect(self._effect)
        self._fade = QVariantAnimation(self)
        self._fade.setDuration(min(FADE_MS, stay_ms))
        self._fade.setStartValue(1.0)
        self._fade.setEndValue(0.0)
        self._fade.valueChanged.connect(self._effect.setOpacity)
        self._fade.finished.connect(self.clear)
        self._stay = QTimer(self, singleShot=True, interval=stay_ms)
        self._stay.timeout.connect(self._begin_to_fade)

    def say(self, sentence: str) -> None:
        self._fade.stop()
        self._effect.setEnabled(False)
        self.setText(sentence)
        self.setToolTip(tip(sentence))
        self._stay.start()

    def _begin_to_fade(self) -> None:
        self._effect.setEnabled(True)
        self._fade.start()
