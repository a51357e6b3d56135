"""A frame of the task, large: looked at closely, stepped through, and played."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from render_manager.domain.states import FrameState
from render_manager.domain.task import FrameDetail, Task
from render_manager.domain.touched import Touched
from render_manager.gui import theme as look
from render_manager.gui.background import Background
from render_manager.gui.elided import ElidedLabel
from render_manager.gui.frame_grid.model import FrameGridModel
from render_manager.gui.inspector import wording
from render_manager.gui.inspector.existing import Existing
from render_manager.gui.inspector.frame_picture import FramePicture
from render_manager.gui.inspector.layer_chooser import Choice
from render_manager.gui.inspector.picture_view import ZOOM_STEP
from render_manager.gui.inspector.player import DEFAULT_RATE, Player
from render_manager.gui.inspector.reel import Manner, Reel
from render_manager.gui.inspector.transport import Transport
from render_manager.gui.text import tip
from render_manager.gui.theme import GAP, Theme
from render_manager.service.queue_service import QueueService

THREADS = 2
"""Threads that read and grade pictures."""

_HELD = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


class Preview(QWidget):
    """Shows the frame given to `show_row`, else the newest. `row_wanted` asks for another row of
    the grid. Nothing is read while it is not in sight."""

    row_wanted = Signal(int)
    enlarge_wanted = Signal()

    def __init__(
        self,
        service: QueueService,
        frames: FrameGridModel,
        background: Background,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._frames = frames
        self._row: int | None = None
        self._seen: tuple[int, FrameDetail | None] | None = None
        self._existing = Existing(None)
        self._is_live = True
        self._decoding = Background(THREADS)
        self.picture = FramePicture(service, self._decoding, theme, self)
        self.view = self.picture.view
        self.reel = Reel(service, self._decoding, parent=self)
        self.player = Player(self.reel, frames.detail, parent=self)
        self.transport = Transport(theme)
        self._keys = self._key_deeds()
        self._build()
        self._connect()
        self.retranslate()
        self._begin()

    # --- what is shown ------------------------------------------------------------------------

    @property
    def row(self) -> int | None:
        """The row of the grid that is shown."""
        return self._row

    @property
    def is_live(self) -> bool:
        """Whether each new frame is shown as it lands."""
        return self._is_live

    def show_task(self, task: Task | None) -> None:
        """Another task is looked at; its frames are those of the grid's model."""
        self._begin()

    def show_row(self, row: int) -> None:
        """Show the frame in this row of the grid, and stay with it."""
        if row != self._row:
            self._set_live(False)
            self._row, self._seen = row, None
            self.player.pause()
            self._refresh()

    def apply(self, touched: Touched) -> None:
        """Show the picture anew if its frame was rendered again, and a new one if that is wished."""
        task = self._frames.task
        if task is None:
            return
        if task.id in touched.filled:
            self._begin()
        elif patches := touched.frames.get(task.id):
            self._take_patches(patches)

    def show_large(self, is_large: bool) -> None:
        """It fills the window now, or does no longer."""
        self.picture.bar.show_large(is_large)

    def stop(self) -> None:
        """The window closes: read and play nothing any more."""
        self.player.pause()
        self._decoding.close()

    def retranslate(self) -> None:
        self.picture.retranslate()
        self.transport.retranslate()
        self._seen = None
        self._refresh()

    # --- which frame --------------------------------------------------------------------------

    def _begin(self) -> None:
        """Another set of frames."""
        task = self._frames.task
        self._row = None
        self.player.pause()
        self.reel.clear()
        self.picture.choice = Choice()
        self._existing = Existing(task)
        self._mark()
        scene = task.job.scene if task else None
        rate = scene.fps if scene and scene.fps else DEFAULT_RATE
        self.transport.offer_rate(rate)
        self.player.set_rate(rate)
        self._set_live(True)
        self._go_to_newest()

    def _take_patches(self, patches: dict[int, FrameDetail]) -> None:
        landed = self._existing.update(patches)
        for row in patches:
            self.reel.forget(row)
        self._mark()
        if landed and self._is_live:
            self._go(landed[-1])
        elif self._row in patches:
            self._seen = None
            self._refresh()

    def _go(self, row: int | None) -> None:
        self._row, self._seen = row, None
        self._refresh()

    def _go_to_newest(self) -> None:
        rows = self._existing.rows
        self._go(rows[-1] if rows else None)

    def _ask_for(self, row: int) -> None:
        """The user wants this frame, here and in the grid."""
        self.show_row(row)
        self.row_wanted.emit(row)

    def _step(self, by: int) -> None:
        task = self._frames.task
        if task is not None and task.frames:
            before = self._row if self._row is not None else -1
            self._ask_for(min(max(0, before + by), len(task.frames) - 1))

    def _go_to_end(self, place: int) -> None:
        if self._existing.rows:
            self._ask_for(self._existing.rows[place])

    def _set_live(self, is_live: bool) -> None:
        self._is_live = is_live
        self.transport.show_live(is_live)

    def _toggle_live(self, is_live: bool) -> None:
        self._is_live = is_live
        if is_live:
            self.player.pause()
            self._go_to_newest()

    def _mark(self) -> None:
        task = self._frames.task
        self.player.go_through(tuple(self._existing.rows))
        self.transport.mark_existing(len(task.frames) if task else 0, self._existing.rows)
        self._mark_at_hand()

    def _mark_at_hand(self) -> None:
        self.transport.scrub.mark_at_hand(sorted(self.reel.rows))

    def _refresh(self) -> None:
        """Show what is known of the row now, if that is not what is shown."""
        if not self.isVisible() or self.player.is_playing:
            return
        row, task = self._row, self._frames.task
        self.transport.show_row(row or 0)
        if row is None or task is None:
            self.picture.say(None, wording.without_frame(task))
            return
        detail, number = self._frames.detail(row), self._frames.number(row)
        if self._seen == (row, detail):
            return
        self._seen = row, detail
        if task.frames.state(row) is FrameState.COMPLETED and detail and detail.files:
            self.picture.open(number, detail, self.reel.image(row))
        else:
            self.picture.say(number, wording.without_picture(task, row, detail))

    # --- playing ------------------------------------------------------------------------------

    def _toggle_play(self) -> None:
        if self.player.is_playing:
            self.player.pause()
        else:
            self._play(1)

    def _play(self, direction: int) -> None:
        rows, player = self._existing.rows, self.player
        if not rows or (player.is_playing and player.direction == direction):
            return
        self._set_live(False)
        self._change_manner()
        first, last = (rows[0], rows[-1]) if direction > 0 else (rows[-1], rows[0])
        is_over = self._row is None or (self._row == last and not player.loops)
        detail = self._frames.detail(first)
        file = self.picture.file(detail) if detail and detail.files else None
        size = (file.width, file.height) if file else (0, 0)
        player.play(first if is_over or self._row is None else self._row, size, direction)

    def _change_manner(self) -> None:
        """The player reads as the picture is seen, and no more pixels than there is room for."""
        picture = self.picture
        self.reel.read_as(
            Manner(picture.choice.file, picture.choice.layer, picture.grade, self.view.canvas)
        )
        self._mark_at_hand()

    def _show_played(self, row: int) -> None:
        image, detail = self.reel.image(row), self._frames.detail(row)
        if image is not None and detail is not None and detail.files:
            self._row = row
            self.picture.show_played(self._frames.number(row), detail, image)
            self.transport.show_row(row)

    def _take_state(self) -> None:
        """The player began, ended or goes at another rate."""
        player = self.player
        self.transport.show_playing(player.is_playing)
        if player.is_playing:
            self._right.setText(wording.rate(player.reached, player.rate))
            return
        self._right.setText("")
        self._seen = None
        self._refresh()
        if self._row is not None:
            self.row_wanted.emit(self._row)

    # --- the hand -----------------------------------------------------------------------------

    def _key_deeds(self) -> dict[int, Callable[[], object]]:
        key, view, picture = Qt.Key, self.view, self.picture
        return {
            key.Key_Left: lambda: self._step(-1),
            key.Key_Right: lambda: self._step(1),
            key.Key_Home: lambda: self._go_to_end(0),
            key.Key_End: lambda: self._go_to_end(-1),
            key.Key_Space: self._toggle_play,
            key.Key_J: lambda: self._play(-1),
            key.Key_K: self.player.pause,
            key.Key_L: lambda: self._play(1),
            key.Key_R: lambda: picture.toggle_channel(0),
            key.Key_G: lambda: picture.toggle_channel(1),
            key.Key_B: lambda: picture.toggle_channel(2),
            key.Key_A: picture.toggle_alpha,
            key.Key_F: view.fit,
            key.Key_0: view.fit,
            key.Key_1: view.show_pixels,
            key.Key_Plus: lambda: view.zoom_by(ZOOM_STEP),
            key.Key_Equal: lambda: view.zoom_by(ZOOM_STEP),
            key.Key_Minus: lambda: view.zoom_by(1 / ZOOM_STEP),
            key.Key_Return: self.enlarge_wanted.emit,
            key.Key_Enter: self.enlarge_wanted.emit,
        }

    def keyPressEvent(self, event: QKeyEvent) -> None:
        deed = self._keys.get(event.key())
        if deed is None or event.modifiers() & _HELD:
            super().keyPressEvent(event)
        else:
            deed()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._seen = None
        self._refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.player.pause()

    # --- how it is built ----------------------------------------------------------------------

    def _build(self) -> None:
        self._about, self._right = ElidedLabel(), QLabel()
        self._about.setFont(look.font(points=-0.5))
        self._right.setFont(look.font(points=-0.5))
        self._right.setObjectName("dim")
        below = QHBoxLayout()
        below.setContentsMargins(GAP, 2, GAP, 0)
        below.setSpacing(2 * GAP)
        below.addWidget(self._about, 1)
        below.addWidget(self._right)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.picture.bar)
        layout.addWidget(self.view, 1)
        layout.addLayout(below)
        layout.addWidget(self.transport)
        self.setFocusProxy(self.view)

    def _connect(self) -> None:
        self._frames.dataChanged.connect(lambda _first, _last: self._refresh())
        self.picture.about_changed.connect(self._write_about)
        self.picture.pointed.connect(self._right.setText)
        self.picture.manner_changed.connect(self._change_manner)
        self.picture.bar.enlarge_wanted.connect(self.enlarge_wanted)
        self.view.enlarge_wanted.connect(self.enlarge_wanted)
        self.transport.step_wanted.connect(self._step)
        self.transport.play_toggled.connect(self._toggle_play)
        self.transport.row_wanted.connect(self._ask_for)
        self.transport.rate_chosen.connect(self.player.set_rate)
        self.transport.loop_toggled.connect(lambda on: setattr(self.player, "loops", on))
        self.transport.live_toggled.connect(self._toggle_live)
        self.player.frame_shown.connect(self._show_played)
        self.player.state_changed.connect(self._take_state)
        self.reel.arrived.connect(lambda _row: self._mark_at_hand())

    def _write_about(self, said: str, more: str) -> None:
        self._about.setText(said)
        self._about.setToolTip(tip(more))
