"""One frame's picture on the canvas, with the bar above it: layer, channel, exposure, zoom."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from render_manager.domain.events import FrameFile
from render_manager.domain.task import FrameDetail
from render_manager.gui.background import Background
from render_manager.gui.inspector import wording
from render_manager.gui.inspector.layer_chooser import Choice
from render_manager.gui.inspector.looking import Looking, Wanted
from render_manager.gui.inspector.picture_bar import PictureBar
from render_manager.gui.inspector.picture_view import PictureView
from render_manager.gui.inspector.plane import spread
from render_manager.gui.theme import Theme
from render_manager.images.viewing import Grade
from render_manager.service.queue_service import QueueService


class FramePicture(QObject):
    """What was chosen (layer, channel, exposure, zoom) holds for the next frame too."""

    about_changed = Signal(str, str)
    """What is shown, and more of it for the tool tip."""
    pointed = Signal(str)
    """The values under the pointer."""
    manner_changed = Signal()
    """Layer, channel or exposure are others now."""

    def __init__(
        self, service: QueueService, decoding: Background, theme: Theme, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._detail: FrameDetail | None = None
        self._number = 0
        self.choice = Choice()
        self.grade = Grade()
        self.looking = Looking(service, decoding, self)
        self.view = PictureView(theme)
        self.bar = PictureBar(theme)
        self._connect()

    def _connect(self) -> None:
        self.looking.changed.connect(self._paint)
        self.view.sight_changed.connect(self._look)
        self.view.pointed.connect(self._point)
        self.bar.layers.chosen.connect(self._choose)
        self.bar.channel_toggled.connect(self.toggle_channel)
        self.bar.exposure.changed.connect(
            lambda stops: self._regrade(Grade(self.grade.channel, stops))
        )
        self.bar.zoom_wanted.connect(self._toggle_zoom)

    # --- what is shown ------------------------------------------------------------------------

    def say(self, number: int | None, sentence: str) -> None:
        """There is no picture, and this is why."""
        self._detail = None
        self.looking.open(None, None, None)
        self.view.say(sentence)
        self.about_changed.emit("" if number is None else str(number), "")
        self.bar.show_channels((), None)
        self.bar.layers.offer((), Choice())

    def open(self, number: int, detail: FrameDetail, rough: QImage | None) -> None:
        """Show a frame that has files; `rough` until it is read, else its thumbnail."""
        self._number, self._detail = number, detail
        file = self.file(detail)
        thumbnail = detail.thumbnail_path if file is detail.files[0] else None
        size = file.width, file.height
        self.looking.open(Wanted(file.path, self.choice.layer, size), rough, thumbnail)
        self.view.show_planes(size, self.looking.planes)
        self._look()

    def show_played(self, number: int, detail: FrameDetail, image: QImage) -> None:
        """Show a frame that passes by."""
        file = self.file(detail)
        size = file.width, file.height
        self._detail = None
        self.view.show_planes(size, (spread(image, size, is_rough=False),))
        self.about_changed.emit(wording.about(number, file.path, size), file.path)

    def file(self, detail: FrameDetail) -> FrameFile:
        """The one of the frame's files that is looked at."""
        return detail.files[min(self.choice.file, len(detail.files) - 1)]

    def retranslate(self) -> None:
        self.view.setAccessibleName(wording.title())
        self.bar.retranslate()

    # --- painting -----------------------------------------------------------------------------

    def _look(self) -> None:
        """Have read what is in sight."""
        scale = self.view.scale
        is_there = self.view.picture_size != (0, 0)
        self.bar.show_zoom(scale if is_there else None, is_fitted=self.view.sight.zoom is None)
        if self._detail is not None:
            self.looking.look(scale, self.view.seen)

    def _paint(self) -> None:
        wanted, view, detail = self.looking.wanted, self.looking.view, self._detail
        if wanted is None or detail is None:
            return
        if self.looking.reason and view is None:
            self.view.say(self.looking.reason)
        else:
            self.view.show_planes(view.size if view else wanted.size, self.looking.planes)
        if view is not None:
            file = detail.files.index(self.file(detail))
            self.bar.layers.offer(wording.offers(detail, file, view), Choice(file, view.layer))
            self.bar.show_channels(view.channels, self.grade.channel)
        self._write_about(wanted, view.size if view else wanted.size)

    def _write_about(self, wanted: Wanted, size: tuple[int, int]) -> None:
        said, reason = wording.about(self._number, wanted.path, size), self.looking.reason
        self.about_changed.emit(f"{said}  ·  {reason}" if reason else said, reason or wanted.path)

    def _point(self, at: tuple[int, int] | None) -> None:
        if self._detail is not None:
            self.pointed.emit(wording.pixel_under(at, self.looking.views) if at else "")

    # --- what is chosen -----------------------------------------------------------------------

    def toggle_channel(self, place: int) -> None:
        """Show the layer's channel at this place alone, or all of them again."""
        names = self.looking.view.channels if self.looking.view else ()
        if place < len(names) > 1:
            is_on = self.grade.channel == names[place]
            self._regrade(Grade(None if is_on else names[place], self.grade.exposure))

    def toggle_alpha(self) -> None:
        view = self.looking.view
        if view is not None and "a" in view.channels:
            self.toggle_channel(view.channels.index("a"))

    def _choose(self, choice: Choice) -> None:
        self.choice = choice
        if self._detail is not None:
            self.open(self._number, self._detail, None)
        self.manner_changed.emit()

    def _regrade(self, grade: Grade) -> None:
        self.grade = grade
        self.looking.grade(grade)
        if self.looking.view is not None:
            self.bar.show_channels(self.looking.view.channels, grade.channel)
        self.manner_changed.emit()

    def _toggle_zoom(self) -> None:
        if self.view.sight.zoom is None:
            self.view.show_pixels()
        else:
            self.view.fit()
