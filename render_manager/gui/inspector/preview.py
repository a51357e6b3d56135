"""A frame of the task, large: looked at closely, stepped through, and played."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from render_manager.domain.queue import Touched
from render_manager.domain.states import FrameState
from render_manager.domain.task import FrameDetail, Task
from render_manager.gui import theme as look
from render_manager.gui.background import Background
from render_manager.gui.elided import ElidedLabel
from render_manager.gui.frame_grid.model import FrameGridModel
from render_manager.gui.inspector import wording
from render_manager.gui.inspector.layer_chooser import Choice
from render_manager.gui.inspector.looking import Looking, Wanted
from render_manager.gui.inspector.picture_bar import PictureBar
from render_manager.gui.inspector.picture_view import ZOOM_STEP, PictureView
from render_manager.gui.inspector.plane import spread
from render_manager.gui.inspector.player import DEFAULT_RATE, Player
from render_manager.gui.inspector.reel import Manner, Reel
from render_manager.gui.inspector.transport import Transport
from render_manager.gui.theme import GAP, Theme
from render_manager.images.viewing import Grade
from render_manager.service.task_service import TaskService

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
        service: TaskService,
        frames: FrameGridModel,
        background: Background,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._frames = frames
        self._theme = theme
        self._row: int | None = None
        self._seen: tuple[int, FrameDetail | None] | None = None
        self._existing: list[int] = []
        self._choice = Choice()
        self._grade = Grade()
        self._is_live = True
        self._decoding = Background(THREADS)
        self.looking = Looking(service, self._decoding, self)
        self.reel = Reel(service, self._decoding, parent=self)
        self.player = Player(self.reel, frames.detail, parent=self)
        self.view = PictureView(theme)
        self.bar = PictureBar(theme)
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
            self.player.pause()
            self._set_live(False)
            self._go(row)

    def apply(self, touched: Touched) -> None:
        """Show the picture anew if its frame was rendered again, and a new one if that is wished."""
        task = self._frames.task
        if task is None:
            return
        if task.id in touched.filled:
            self._begin()
            return
        patches = touched.frames.get(task.id, {})
        if patches:
            self._take_patches(task, patches)

    def show_large(self, is_large: bool) -> None:
        """It fills the window now, or does no longer."""
        self.bar.show_large(is_large)

    def stop(self) -> None:
        """The window closes: read and play nothing any more."""
        self.player.pause()
        self._decoding.close()

    def retranslate(self) -> None:
        self.view.setAccessibleName(wording.title())
        self.bar.retranslate()
        self.transport.retranslate()
        self._seen = None
        self._refresh()

    # --- which frame --------------------------------------------------------------------------

    def _begin(self) -> None:
        """Another set of frames."""
        task = self._frames.task
        self.player.pause()
        self.reel.clear()
        states = task.frames.states if task else b""
        self._existing = [i for i, state in enumerate(states) if state == FrameState.COMPLETED]
        self._mark()
        scene = task.job.scene if task else None
        self._choose_rate(scene.fps if scene and scene.fps else DEFAULT_RATE)
        self._set_live(True)
        self._go(self._existing[-1] if self._existing else None)

    def _take_patches(self, task: Task, patches: dict[int, FrameDetail]) -> None:
        landed = [row for row in patches if task.frames.state(row) is FrameState.COMPLETED]
        for row in patches:
            self.reel.forget(row)
            place = bisect_left(self._existing, row)
            was_there = place < len(self._existing) and self._existing[place] == row
            if was_there and row not in landed:
                del self._existing[place]
            elif not was_there and row in landed:
                insort(self._existing, row)
        self._mark()
        if self.player.is_playing:
            return
        if landed and self._is_live:
            self._go(landed[-1])
        elif self._row in patches:
            self._seen = None
            self._refresh()

    def _go(self, row: int | None) -> None:
        self._row, self._seen = row, None
        self.transport.show_row(row or 0)
        self._refresh()

    def _ask_for(self, row: int) -> None:
        """The user wants this frame, here and in the grid."""
        self.show_row(row)
        self.row_wanted.emit(row)

    def _step(self, by: int) -> None:
        task = self._frames.task
        if task is not None and task.frames:
            row = by - 1 if self._row is None and by > 0 else (self._row or 0) + by
            self._ask_for(min(max(0, row), len(task.frames) - 1))

    def _go_to_end(self, place: int) -> None:
        if self._existing:
            self._ask_for(self._existing[place])

    def _set_live(self, is_live: bool) -> None:
        self._is_live = is_live
        self.transport.show_live(is_live)

    def _toggle_live(self, is_live: bool) -> None:
        self._is_live = is_live
        if is_live and self._existing:
            self._go(self._existing[-1])

    def _mark(self) -> None:
        task = self._frames.task
        self.player.go_through(tuple(self._existing))
        self.transport.mark_existing(len(task.frames) if task else 0, self._existing)
        self._mark_at_hand()

    def _mark_at_hand(self) -> None:
        self.transport.scrub.mark_at_hand(sorted(self.reel.rows))

    # --- the picture --------------------------------------------------------------------------

    def _refresh(self) -> None:
        """Show what is known of the row now, if that is not what is shown."""
        if not self.isVisible() or self.player.is_playing:
            return
        row, task = self._row, self._frames.task
        detail = self._frames.detail(row) if row is not None else None
        if row is None or task is None:
            self._say(wording.without_frame(task))
        elif self._seen != (row, detail):
            self._seen = row, detail
            if task.frames.state(row) is FrameState.COMPLETED and detail and detail.files:
                self._open(row, detail)
            else:
                self._say(wording.without_picture(task, row, detail))

    def _say(self, sentence: str) -> None:
        self.looking.open(None, None, None)
        self.view.say(sentence)
        row = self._row
        self._about.setText(str(self._frames.number(row)) if row is not None else "")
        self._pixel.setText("")
        self.bar.show_channels((), None)
        self.bar.layers.offer((), Choice())

    def _open(self, row: int, detail: FrameDetail) -> None:
        place = min(self._choice.file, len(detail.files) - 1)
        file = detail.files[place]
        size = file.width, file.height
        thumbnail = detail.thumbnail_path if place == 0 else None
        wanted = Wanted(file.path, self._choice.layer, size)
        self.looking.open(wanted, self.reel.image(row), thumbnail)
        self.view.show_planes(size, self.looking.planes)
        self._look()
        self._write_about(row, detail)

    def _look(self) -> None:
        """Have read what is in sight."""
        scale = self.view.scale
        self.bar.show_zoom(scale, is_fitted=self.view.sight.zoom is None)
        if self.isVisible() and not self.player.is_playing:
            self.looking.look(scale, self.view.seen)

    def _paint(self) -> None:
        wanted, view = self.looking.wanted, self.looking.view
        if wanted is None or self.player.is_playing:
            return
        if self.looking.reason and view is None:
            self.view.say(self.looking.reason)
            return
        self.view.show_planes(view.size if view else wanted.size, self.looking.planes)
        if view is not None and self._seen and self._seen[1]:
            self._offer(self._seen[1])
            self._write_about(*self._seen)

    def _offer(self, detail: FrameDetail) -> None:
        view = self.looking.view
        assert view is not None
        file = min(self._choice.file, len(detail.files) - 1)
        self.bar.layers.offer(wording.offers(detail, file, view), Choice(file, view.layer))
        self.bar.show_channels(view.channels, self._grade.channel)

    def _write_about(self, row: int, detail: FrameDetail | None) -> None:
        wanted = self.looking.wanted
        if wanted is None:
            return
        view = self.looking.view
        size = view.size if view else wanted.size
        number = self._frames.number(row)
        said = wording.about(number, wanted.path, size)
        self._about.setText(f"{said}  ·  {self.looking.reason}" if self.looking.reason else said)
        self._about.setToolTip(self.looking.reason or wanted.path)

    def _point(self, at: tuple[int, int] | None) -> None:
        """Write the values under the pointer."""
        if self.player.is_playing:
            return
        self._pixel.setText(wording.pixel_under(at, self.looking.views) if at else "")

    # --- how it is shown ----------------------------------------------------------------------

    def _choose_layer(self, choice: Choice) -> None:
        self._choice = choice
        self._seen = None
        self._refresh()
        self._change_manner()

    def _toggle_channel(self, place: int) -> None:
        view = self.looking.view
        names = view.channels if view else ()
        if place < len(names) > 1:
            is_on = self._grade.channel == names[place]
            self._regrade(Grade(None if is_on else names[place], self._grade.exposure))

    def _toggle_alpha(self) -> None:
        view = self.looking.view
        if view is not None and "a" in view.channels:
            self._toggle_channel(view.channels.index("a"))

    def _regrade(self, grade: Grade) -> None:
        self._grade = grade
        self.looking.grade(grade)
        self._change_manner()
        if self.looking.view is not None:
            self.bar.show_channels(self.looking.view.channels, grade.channel)

    def _toggle_zoom(self) -> None:
        if self.view.sight.zoom is None:
            self.view.show_pixels()
        else:
            self.view.fit()

    # --- playing ------------------------------------------------------------------------------

    def _toggle_play(self) -> None:
        if self.player.is_playing:
            self.player.pause()
        else:
            self._play(1)

    def _play(self, direction: int) -> None:
        if not self._existing or (self.player.is_playing and self.player.direction == direction):
            return
        self._set_live(False)
        self._change_manner()
        row = self._row if self._row is not None else self._existing[0]
        if self._row == self._existing[-1] and direction > 0 and not self.player.loops:
            row = self._existing[0]
        detail = self._frames.detail(self._existing[0])
        file = detail.files[0] if detail and detail.files else None
        self.player.play(row, (file.width, file.height) if file else (0, 0), direction)

    def _change_manner(self) -> None:
        """The player reads as the picture is seen, and no more pixels than there is room for."""
        self.reel.read_as(
            Manner(self._choice.file, self._choice.layer, self._grade, self.view.canvas)
        )
        self._mark_at_hand()

    def _show_played(self, row: int) -> None:
        image, detail = self.reel.image(row), self._frames.detail(row)
        if image is None or detail is None or not detail.files:
            return
        file = detail.files[min(self._choice.file, len(detail.files) - 1)]
        size = file.width, file.height
        self._row = row
        self.view.show_planes(size, (spread(image, size, is_rough=False),))
        self._about.setText(wording.about(self._frames.number(row), file.path, size))
        self.transport.show_row(row)

    def _take_state(self) -> None:
        """The player began, ended or goes at another rate."""
        player = self.player
        self.transport.show_playing(player.is_playing)
        self._pixel.setText(
            wording.rate(player.reached, player.rate, is_in_time=player.is_in_time)
            if player.is_playing
            else ""
        )
        if not player.is_playing and self._row is not None:
            self._seen = None
            self._refresh()
            self.row_wanted.emit(self._row)

    def _choose_rate(self, rate: float) -> None:
        self.transport.offer_rate(rate)
        self.player.set_rate(rate)

    # --- the hand -----------------------------------------------------------------------------

    def _key_deeds(self) -> dict[int, Callable[[], object]]:
        key, view = Qt.Key, self.view
        return {
            key.Key_Left: lambda: self._step(-1),
            key.Key_Right: lambda: self._step(1),
            key.Key_Home: lambda: self._go_to_end(0),
            key.Key_End: lambda: self._go_to_end(-1),
            key.Key_Space: self._toggle_play,
            key.Key_J: lambda: self._play(-1),
            key.Key_K: self.player.pause,
            key.Key_L: lambda: self._play(1),
            key.Key_R: lambda: self._toggle_channel(0),
            key.Key_G: lambda: self._toggle_channel(1),
            key.Key_B: lambda: self._toggle_channel(2),
            key.Key_A: self._toggle_alpha,
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
        self._about, self._pixel = ElidedLabel(), QLabel()
        self._about.setFont(look.font(points=-0.5))
        self._pixel.setFont(look.font(points=-0.5))
        self._pixel.setObjectName("dim")
        below = QHBoxLayout()
        below.setContentsMargins(GAP, 2, GAP, 0)
        below.setSpacing(2 * GAP)
        below.addWidget(self._about, 1)
        below.addWidget(self._pixel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addWidget(self.view, 1)
        layout.addLayout(below)
        layout.addWidget(self.transport)
        self.setFocusProxy(self.view)

    def _connect(self) -> None:
        self._frames.dataChanged.connect(lambda _first, _last: self._refresh())
        self.looking.changed.connect(self._paint)
        self.view.sight_changed.connect(self._look)
        self.view.pointed.connect(self._point)
        self.view.enlarge_wanted.connect(self.enlarge_wanted)
        self.bar.layers.chosen.connect(self._choose_layer)
        self.bar.channel_toggled.connect(self._toggle_channel)
        self.bar.exposure.changed.connect(
            lambda stops: self._regrade(Grade(self._grade.channel, stops))
        )
        self.bar.zoom_wanted.connect(self._toggle_zoom)
        self.bar.enlarge_wanted.connect(self.enlarge_wanted)
        self.transport.step_wanted.connect(self._step)
        self.transport.play_toggled.connect(self._toggle_play)
        self.transport.row_wanted.connect(self._ask_for)
        self.transport.rate_chosen.connect(self.player.set_rate)
        self.transport.loop_toggled.connect(lambda on: setattr(self.player, "loops", on))
        self.transport.live_toggled.connect(self._toggle_live)
        self.player.frame_shown.connect(self._show_played)
        self.player.state_changed.connect(self._take_state)
        self.reel.arrived.connect(lambda _row: self._mark_at_hand())
