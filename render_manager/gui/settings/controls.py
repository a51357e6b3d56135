"""The control that fits a setting's type: spin box, check box, dropdown, path, text or table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args, get_origin

from PySide6.QtCore import QEvent, QObject, Qt, SignalInstance
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from render_manager.base.i18n import _
from render_manager.base.settings import default, entry
from render_manager.gui.settings import words
from render_manager.gui.settings.limits import LimitsTable
from render_manager.gui.settings.path_field import Choose, FoldersField, PathField
from render_manager.gui.theme import GAP

HEIGHT = 7 * GAP // 2
"""As high as a line to type in."""

HIDDEN = frozenset({"smtp_password", "webhook_secret"})
"""What is not for those who look over a shoulder."""

MOST = 2**31 - 1
"""What a spin box can count to."""


@dataclass(frozen=True, slots=True)
class Control:
    """A widget and how its value is got and put. `focus` is the part that takes the keyboard."""

    widget: QWidget
    focus: QWidget
    get: Callable[[], object]
    put: Callable[[Any], None]
    changed: SignalInstance
    retranslate: Callable[[], None] = lambda: None


def make_control(name: str, renderers: dict[str, str], choose: Choose) -> Control:
    """The control for the field `name`; `renderers` is titles by name."""
    annotation = words.field(name).annotation
    kinds = {annotation, *get_args(annotation)}
    if words.choices(annotation):
        return _dropdown(name)
    if annotation is bool:
        return _check_box()
    if annotation is int:
        return _whole(name)
    if annotation is float:
        return _real(name)
    if Path in map(_bare, kinds) and get_origin(annotation) is not tuple:
        return _path(name, PathField(choose, is_folder=annotation is Path))
    if get_origin(annotation) is tuple and Path in map(_bare, get_args(annotation)):
        return _path(name, FoldersField(choose))
    if getattr(annotation, "__origin__", None) is dict:
        return _table(renderers)
    return _text(is_hidden=name in HIDDEN)


def _check_box() -> Control:
    box = QCheckBox()

    def translate() -> None:
        box.setText(_("on"))

    return Control(box, box, box.isChecked, box.setChecked, box.toggled, translate)


def _dropdown(name: str) -> Control:
    box = QComboBox()
    values = words.choices(words.field(name).annotation)
    box.addItems(["" for _value in values])
    _calm(box)

    def translate() -> None:
        for at, value in enumerate(values):
            box.setItemText(at, words.value_text(name, value))

    return Control(
        box,
        box,
        lambda: values[box.currentIndex()],
        lambda value: box.setCurrentIndex(values.index(value)),
        box.currentIndexChanged,
        translate,
    )


def _whole(name: str) -> Control:
    box = QSpinBox()
    low, high = _range(name)
    box.setRange(int(low), int(high))
    return _spin(name, box)


def _real(name: str) -> Control:
    box = _Real()
    box.setRange(*_range(name))
    box.setDecimals(3)
    return _spin(name, box)


def _spin(name: str, box: QSpinBox | QDoubleSpinBox) -> Control:
    _calm(box)

    def translate() -> None:
        unit = entry(name).unit
        box.setSuffix(f" {_(unit)}" if unit else "")

    return Control(box, box, box.value, box.setValue, box.valueChanged, translate)


def _bare(kind: object) -> object:
    """The type without what pydantic is to check of it."""
    return getattr(kind, "__origin__", kind)


def _path(name: str, path: PathField) -> Control:
    path.line.setPlaceholderText(words.plain_text(default(name)))
    return Control(
        path,
        path.line,
        lambda: path.line.text().strip(),
        lambda value: path.line.setText(words.plain_text(value)),
        path.line.textChanged,
        path.retranslate,
    )


def _text(*, is_hidden: bool) -> Control:
    line = QLineEdit()
    if is_hidden:
        line.setEchoMode(QLineEdit.EchoMode.PasswordEchoOnEdit)
    return Control(
        line,
        line,
        lambda: line.text().strip(),
        lambda value: line.setText(words.plain_text(value)),
        line.textChanged,
    )


def _table(renderers: dict[str, str]) -> Control:
    table = LimitsTable(renderers, _calm)
    return Control(table, table.first, table.limits, table.put, table.changed, table.retranslate)


def _range(name: str) -> tuple[float, float]:
    """The least and the most that the field's own limits allow."""
    limits = words.field(name).metadata
    low = max(getattr(limit, "ge", -MOST) for limit in (None, *limits))
    high = min(getattr(limit, "le", MOST) for limit in (None, *limits))
    return low, high


class _Real(QDoubleSpinBox):
    """Writes 60 as “60”, and 0.5 as “0.5”."""

    def textFromValue(self, value: float) -> str:
        return self.locale().toString(value, "g", 8)


def _calm(box: QWidget) -> None:
    box.setMinimumHeight(HEIGHT)
    if isinstance(box, QAbstractSpinBox):
        box.lineEdit().setTextMargins(GAP // 2, 0, 0, 0)
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    box.installEventFilter(_Calm(box))


class _Calm(QObject):
    """Lets the wheel scroll the page and not change what happens to lie under it."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Wheel:
            event.ignore()
            return True
        return super().eventFilter(watched, event)
