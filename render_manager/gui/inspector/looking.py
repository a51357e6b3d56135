"""Brings the pixels of one picture: first roughly, then those that are in sight, as they are
wanted; and again when exposure or channel change, without reading the file again."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QImageReader

from render_manager.gui.background import Background
from render_manager.gui.inspector.plane import Plane, plane_of, spread
from render_manager.images.viewing import (
    MOST_PIXELS,
    Grade,
    Region,
    View,
    ViewRequest,
    reduction_for,
)
from render_manager.service.queue_service import QueueService

MARGIN = 512
"""Pixels read around what is in sight of a very large picture, so that it can be moved a little."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which picture: a layer (None is the one to look at first) of a file, `size` pixels large."""

    path: str
    layer: str | None
    size: tuple[int, int]


@dataclass(slots=True)
class _Known:
    """What is there of a picture: whole at several reductions, and a part in full."""

    whole: dict[int, View] = field(default_factory=dict)
    part: View | None = None


class Looking(QObject):
    """At most one file is read at a time, and only the newest wish waits."""

    changed = Signal()
    """There is something else to paint, or a reason why not."""

    def __init__(
        self, service: QueueService, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._background = background
        self._grade = Grade()
        self._forget()

    def _forget(self) -> None:
        self._wanted: Wanted | None = None
        self._known = _Known()
        self._reason: str | None = None
        self._planes: tuple[Plane, ...] = ()
        self._need: tuple[int, Region | None] | None = None
        self._reading: Future[View] | None = None
        self._is_grading = False
        self._drawn: tuple[object, ...] = ()

    # --- what is there ------------------------------------------------------------------------

    @property
    def wanted(self) -> Wanted | None:
        return self._wanted

    @property
    def planes(self) -> tuple[Plane, ...]:
        return self._planes

    @property
    def reason(self) -> str | None:
        """Why the picture, or what is wanted of it, cannot be read."""
        return self._reason

    @property
    def view(self) -> View | None:
        """The best view of the whole picture."""
        return self._known.whole[min(self._known.whole)] if self._known.whole else None

    @property
    def views(self) -> list[View]:
        """All that is there, the most exact first."""
        part = [self._known.part] if self._known.part else []
        return part + [self._known.whole[step] for step in sorted(self._known.whole)]

    @property
    def is_settled(self) -> bool:
        """Whether all that is wanted is shown as well as can be."""
        if self._wanted is None or self._reason:
            return True
        is_at_work = self._reading is not None or self._is_grading
        return bool(self._drawn) and not is_at_work and self._drawn == self._to_draw()

    # --- what is wanted -----------------------------------------------------------------------

    def open(self, wanted: Wanted | None, rough: QImage | None, thumbnail: str | None) -> None:
        """Another picture, or the same anew. Until it is read, `rough` is shown, or a thumbnail."""
        if self._reading is not None:
            self._reading.cancel()
        before = self._planes
        self._forget()
        self._wanted, self._planes = wanted, before if wanted else ()
        if wanted is None:
            return
        if rough is not None:
            self._planes = (spread(rough, wanted.size, is_rough=True),)
        elif thumbnail and wanted.layer is None and self._grade == Grade():
            self._background.run(
                lambda: QImageReader(self._service.bring(thumbnail)).read(),
                lambda read: self._take_rough(wanted, read),
            )
        self.changed.emit()

    def look(self, scale: float, seen: Region) -> None:
        """These pixels of the picture are in sight now, `scale` device pixels large."""
        if self._wanted is None:
            return
        size = self.view.size if self.view else self._wanted.size
        self._need = _need(size, scale, seen)
        self._read()
        self._draw()

    def grade(self, grade: Grade) -> None:
        self._grade = grade
        self._draw()

    # --- reading ------------------------------------------------------------------------------

    def _read(self) -> None:
        """Ask for what is needed and not there, unless something is being read."""
        wanted, asked = self._wanted, self._missing()
        if wanted is None or asked is None or self._reading is not None or self._reason:
            return
        reduction, region = asked
        request = ViewRequest(wanted.path, wanted.layer, reduction, region)
        reading = self._reading = self._service.view(request)
        self._background.when_done(reading, lambda view: self._take(reading, request, view))

    def _missing(self) -> tuple[int, Region | None] | None:
        if self._need is None:
            return None
        reduction, seen = self._need
        whole = self._whole_reduction(reduction)
        if whole not in self._known.whole:
            return whole, None
        if whole == reduction or seen is None or _covers(self._known.part, reduction, seen):
            return None
        left, top, width, height = seen
        return reduction, (
            max(0, left - MARGIN),
            max(0, top - MARGIN),
            width + 2 * MARGIN,
            height + 2 * MARGIN,
        )

    def _whole_reduction(self, reduction: int) -> int:
        """The reduction at which the whole picture is taken into memory."""
        assert self._wanted is not None
        width, height = self.view.size if self.view else self._wanted.size
        while -(-width // reduction) * -(-height // reduction) > MOST_PIXELS:
            reduction *= 2
        return reduction

    def _take(self, reading: Future[View], request: ViewRequest, view: View) -> None:
        if reading is not self._reading:
            return
        self._reading = None
        if view.reason is not None:
            self._reason = view.reason
            self.changed.emit()
        elif request.region is None:
            self._known.whole[max(view.reduction, request.reduction)] = view
        else:
            self._known.part = replace(view, span=self.view.span if self.view else view.span)
        self._read()
        self._draw()

    def _take_rough(self, wanted: Wanted, image: QImage) -> None:
        if wanted is self._wanted and not self._known.whole and not image.isNull():
            self._planes = (spread(image, wanted.size, is_rough=True),)
            self.changed.emit()

    # --- drawing ------------------------------------------------------------------------------

    def _to_draw(self) -> tuple[object, ...]:
        """The views that are to be painted, and how."""
        if self._need is None or not self._known.whole:
            return ()
        steps = sorted(self._known.whole)
        best = self._whole_reduction(self._need[0])
        step = max((step for step in steps if step <= best), default=steps[0])
        part = self._known.part
        is_useful = part is not None and part.reduction < step and self._need[1] is not None
        return (self._grade, self._known.whole[step], *((part,) if is_useful else ()))

    def _draw(self) -> None:
        wish = self._to_draw()
        if not wish or wish == self._drawn or self._is_grading:
            return
        self._is_grading = True
        wanted, (grade, *views) = self._wanted, wish
        self._background.run(
            lambda: [plane_of(view, grade) for view in views],  # type: ignore[arg-type]
            lambda planes: self._take_planes(wanted, wish, planes),
        )

    def _take_planes(
        self, wanted: Wanted | None, wish: tuple[object, ...], planes: list[Plane]
    ) -> None:
        if wanted is not self._wanted:
            return
        self._is_grading = False
        self._drawn, self._planes = wish, tuple(planes)
        self.changed.emit()
        self._draw()


def _need(size: tuple[int, int], scale: float, seen: Region) -> tuple[int, Region | None]:
    reduction = reduction_for(size, min(1.0, scale) * max(size))
    return reduction, seen


def _covers(part: View | None, reduction: int, seen: Region) -> bool:
    if part is None or part.reduction > reduction:
        return False
    left, top, width, height = part.region
    x, y, across, down = seen
    return left <= x and top <= y and x + across <= left + width and y + down <= top + height
