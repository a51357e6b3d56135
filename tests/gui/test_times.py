"""When a task starts and in which hours it may run, as the window shows and changes it."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit
from stand_in import StandIn

from render_manager.domain.timetable import TimeWishes
from render_manager.gui.task_table.columns import Field
from render_manager.gui.task_table.model import TaskTableModel
from render_manager.gui.window import MainWindow


def click(button: QAbstractButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def write(line: QLineEdit, text: str) -> None:
    """Replace what stands in a line, key by key."""
    line.selectAll()
    QTest.keyClick(line, Qt.Key.Key_Delete)
    QTest.keyClicks(line, text)


def at(hour: int, day: int = 1) -> float:
    return datetime(2030, 1, day, hour, 0).timestamp()


def state(window: MainWindow, row: int) -> str:
    model = window.table.model()
    return str(model.index(row, Field.STATE).data())


def test_the_sheet_changes_start_hours_and_wish(window: MainWindow, stand_in: StandIn) -> None:
    task = stand_in.add("shot")
    window.sheet.change([task.id])
    form = window.sheet.form
    write(form.start.line, "2030-01-01 19:00")
    write(form.hours.line, "mo-fr 19-8, sa all day")
    write(form.ready.line, "2030-01-02 09:00")
    assert form.hours.note.sentence == "Mo-Fr 19:00-08:00, Sa all day"
    click(window.sheet.footer.default)
    assert task.times == TimeWishes(at(19), "Mo-Fr 19:00-08:00, Sa all day", at(9, 2))
    window.sheet.change([task.id])
    assert form.start.line.text() == "2030-01-01 19:00"
    assert form.drafts() == {}
    write(form.start.line, "")
    write(form.hours.line, "")
    click(window.sheet.footer.default)
    assert task.times == TimeWishes(ready_by=at(9, 2))


@pytest.mark.parametrize("name", ["start", "hours", "ready"])
def test_what_is_no_time_is_said_while_it_is_written_and_refused(
    window: MainWindow, stand_in: StandIn, name: str
) -> None:
    task = stand_in.add("shot")
    window.sheet.change([task.id])
    field = getattr(window.sheet.form, name)
    line: QLineEdit = field.line
    write(line, "Mo-Fr")
    assert field.note.sentence.startswith("This cannot be used: ")
    click(window.sheet.footer.default)
    assert window.sheet.isVisible() and task.times == TimeWishes()
    write(line, "")
    assert field.note.sentence == ""


def test_several_tasks_that_differ_say_so(window: MainWindow, stand_in: StandIn) -> None:
    tasks = [stand_in.add("a"), stand_in.add("b", times=TimeWishes(hours="always"))]
    window.sheet.change([task.id for task in tasks])
    form = window.sheet.form
    assert form.hours.line.placeholderText() == "different"
    assert form.start.line.placeholderText() == "When it is its turn"
    assert form.changes().hours is None


def test_the_table_says_when_a_task_starts(window: MainWindow, stand_in: StandIn) -> None:
    task = stand_in.add("shot", times=TimeWishes(start_at=at(19)))
    assert state(window, 0) == "From 01-01"
    assert "Starts at 2030-01-01 19:00." in stand_in.service.why_waiting(task.id)
    stand_in.service.queue.set_terms(task.id, replace(task.terms, times=TimeWishes()))
    stand_in.tell()
    assert state(window, 0) == "Pending"


def test_the_table_and_the_details_say_when_a_task_is_ready(
    window: MainWindow, stand_in: StandIn
) -> None:
    stand_in.now = time.time()  # the clock that the table goes by
    first = stand_in.add("first", range(1, 11))
    late = stand_in.add("late", range(1, 11))
    for task in (first, late):
        task.timing.learn_frame(360.0)
    now = stand_in.now
    stand_in.service.queue.set_terms(
        late.id, replace(late.terms, times=TimeWishes(ready_by=now + 3700))
    )
    stand_in.service.readiness.forget()
    stand_in.tell()
    model = window.table.model()
    expected = datetime.fromtimestamp(now + 7200).strftime("%H:%M")
    assert model.index(1, Field.READY).data() == expected
    said = stand_in.service.readiness.sentences(late)
    assert said[0] == f"Done at about {expected}."
    assert said[1].startswith("It will not be ready by ")
    assert said[2] == "It would be ready in time if it were rendered first (priority 10)."
    assert said[3].startswith("It would be ready in time with one more renderer at a time")
    assert isinstance(model, TaskTableModel)
    assert model.is_late(late) and not model.is_late(first)
    stand_in.service.change_settings({"max_concurrent_runs": 2})
    assert stand_in.service.readiness.sentences(late)[1].startswith("It will be ready by ")


def test_what_cannot_be_in_time_says_how_far_it_gets(window: MainWindow, stand_in: StandIn) -> None:
    task = stand_in.add("long", range(1, 101))
    assert stand_in.service.readiness.sentences(task) == [
        "When it will be done is known after its first frame."
    ]
    task.timing.learn_frame(360.0)
    stand_in.service.queue.set_terms(
        task.id, replace(task.terms, times=TimeWishes(ready_by=stand_in.now + 3600))
    )
    stand_in.service.readiness.forget()
    (*_others, last) = stand_in.service.readiness.sentences(task)
    assert last.startswith("Even rendered first and at any hour, about 10 of its 100 frames")
