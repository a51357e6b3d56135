"""The picture size: the scene's, a usual one, or any."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QLabel, QSpinBox, QToolButton, QWidget

from render_manager.base.i18n import N_, _
from render_manager.domain.task import Task
from render_manager.gui import theme as look
from render_manager.gui.task_sheet.common import size_in_scene
from render_manager.gui.task_sheet.field import Field, different
from render_manager.gui.text import NOTHING
from render_manager.gui.theme import Theme
from render_manager.service.amending import LARGEST_SIDE

Size = tuple[int, int]

AS_IN_SCENE: Size = (0, 0)

USUAL = {"HD": (1280, 720), "Full HD": (1920, 1080), "UHD": (3840, 2160)}


class SizeField(Field):
    """A choice of sizes above width and height, which the lock keeps in proportion."""

    name = "size"
    title = N_("Re&solution")

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.combo, self.width_box, self.height_box = QComboBox(), QSpinBox(), QSpinBox()
        self.lock = QToolButton()
        self._value: Size | None = None
        self._offered: list[tuple[str, Size | None]] = []
        self._sizes: list[Size | None] = []
        self._proportion = 0.0
        self.combo.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.combo.activated.connect(self._choose)
        for box in (self.width_box, self.height_box):
            box.setRange(0, LARGEST_SIDE)
            box.setSpecialValueText(NOTHING)
            box.setFont(look.font())
        self.width_box.valueChanged.connect(self._widen)
        self.height_box.valueChanged.connect(self._heighten)
        self.lock.setCheckable(True)
        self.lock.setChecked(True)
        self.lock.toggled.connect(self._take_proportion)
        times = QLabel("×")
        self._lay_out([self.combo], [self.width_box, times, self.height_box, self.lock])

    @property
    def controls(self) -> Sequence[QWidget]:
        return [self.combo, self.width_box, self.height_box, self.lock]

    @property
    def value(self) -> Size | None:
        return self._value

    def value_of(self, task: Task) -> Size:
        options, scene = task.job.options, task.job.scene
        if not options.width and not options.height:
            return AS_IN_SCENE
        return (
            options.width or (scene.width if scene else 0) or 0,
            options.height or (scene.height if scene else 0) or 0,
        )

    def retranslate(self) -> None:
        super().retranslate()
        self.width_box.setAccessibleName(_("Width in pixels"))
        self.height_box.setAccessibleName(_("Height in pixels"))
        self.lock.setToolTip(_("Keep the proportion of width and height"))
        self.lock.setAccessibleName(_("Keep the proportion of width and height"))

    # --- showing ------------------------------------------------------------------------------

    def _offer(self) -> None:
        own = size_in_scene(self._tasks)
        entries: list[tuple[str, Size | None]] = []
        if self._shared is None:
            entries.append((different(), None))
        said = _("As in the scene ({what})").format(what=_written(own)) if own else None
        entries.append((said or _("As in the scene"), AS_IN_SCENE))
        if own:
            entries += [(f"{percent} %", _part(own, percent)) for percent in (50, 25)]
        entries += [(f"{name}  {_written(size)}", size) for name, size in USUAL.items()]
        if entries == self._offered:
            return  # the dropdown may be open
        self._offered = entries
        self._sizes = [size for _text, size in entries]
        self.combo.clear()
        self.combo.addItems([text for text, _size in entries])

    def _put(self, value: Size | None) -> None:
        self._value = value
        if value is not None and value not in self._sizes:
            self._sizes.append(value)
            self.combo.addItem(_written(value))
        self.combo.setCurrentIndex(self._sizes.index(value) if value in self._sizes else -1)
        shown = size_in_scene(self._tasks) if value == AS_IN_SCENE else value
        for box, side in zip((self.width_box, self.height_box), shown or (0, 0), strict=True):
            if box.value() != side:
                box.blockSignals(True)
                box.setValue(side)
                box.blockSignals(False)

    # --- editing ------------------------------------------------------------------------------

    def _refresh(self) -> None:
        super()._refresh()
        if not self._is_edited:
            self._take_proportion()

    def _choose(self, row: int) -> None:
        chosen = self._sizes[row]
        if chosen is None:
            self.forget()
            return
        self._put(chosen)
        self._take_proportion()
        self._note_edit()

    def _widen(self, width: int) -> None:
        height = self.height_box.value()
        if self.lock.isChecked() and self._proportion:
            height = max(1, round(width / self._proportion))
        self._edit((width, height), self.height_box)

    def _heighten(self, height: int) -> None:
        width = self.width_box.value()
        if self.lock.isChecked() and self._proportion:
            width = max(1, round(height * self._proportion))
        self._edit((width, height), self.width_box)

    def _edit(self, size: Size, other: QSpinBox) -> None:
        self._value = size
        other.blockSignals(True)
        other.setValue(size[0] if other is self.width_box else size[1])
        other.blockSignals(False)
        self._name_size(size)
        self._note_edit()

    def _name_size(self, size: Size) -> None:
        """Say in the choice above what width and height have become."""
        del self._sizes[len(self._offered) :]
        while self.combo.count() > len(self._offered):
            self.combo.removeItem(self.combo.count() - 1)
        if size not in self._sizes:
            self._sizes.append(size)
            self.combo.addItem(_written(size))
        self.combo.setCurrentIndex(self._sizes.index(size))

    def _take_proportion(self) -> None:
        width, height = self.width_box.value(), self.height_box.value()
        self._proportion = width / height if width and height else 0.0

    def _restyle(self) -> None:
        super()._restyle()
        self.lock.setIcon(self._theme.icon("lock"))


def _written(size: Size) -> str:
    return f"{size[0]} × {size[1]}"


def _part(size: Size, percent: int) -> Size:
    width, height = (max(1, round(side * percent / 100)) for side in size)
    return width, height
