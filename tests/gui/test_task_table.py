from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from stand_in import StandIn

from render_manager.domain.events import (
    FrameBegan,
    FrameCompleted,
    FrameFile,
    FrameProgress,
    FrameRejected,
    Outcome,
    RunEnded,
)
from render_manager.domain.task import Task
from render_manager.gui.task_table.columns import Field
from render_manager.gui.task_table.model import TaskTableModel
from render_manager.gui.window import MainWindow

FILE = FrameFile("/renders/a_0001.exr", 10, 1920, 1080)


@pytest.fixture
def model(stand_in: StandIn) -> TaskTableModel:
    model = TaskTableModel(stand_in.service, stand_in.service.set_priority, lambda: stand_in.now)
    stand_in.service.changed.connect(model.apply)
    return model


def names(model: TaskTableModel) -> list[str]:
    return [model.task_at(row).job.name for row in range(model.rowCount())]


def text(model: TaskTableModel, task: Task, field: Field) -> str:
    row = model.row_of(task.id)
    assert row is not None
    return str(model.index(row, field).data())


def counted(signal: object) -> list[object]:
    told: list[object] = []
    signal.connect(lambda *what: told.append(what))  # type: ignore[attr-defined]
    return told


def test_tasks_stand_in_the_order_of_their_turn(model: TaskTableModel, stand_in: StandIn) -> None:
    stand_in.add("second")
    stand_in.add("first", priority=9)
    stand_in.add("third")
    assert names(model) == ["first", "second", "third"]


def test_a_row_says_what_its_task_is_at(model: TaskTableModel, stand_in: StandIn) -> None:
    task = stand_in.add("shot", range(1, 11), priority=3)
    run = stand_in.begin(task)
    stand_in.now += 75
    rejected = FrameRejected(2, "It is black.")
    stand_in.report(run, FrameBegan(1), FrameCompleted(1, (FILE,), 60.0), FrameBegan(2), rejected)
    assert [text(model, task, field) for field in Field] == [
        "shot",
        "Fake",
        "Running",
        "10 %",
        "1/10",
        "1",
        "\u20073  Low",
        "1:15",
        "9:00",
        time.strftime("%H:%M", time.localtime(stand_in.now + 8 * 60)),
        "1:00",
        "/renders/shot",
        "1 frame failed. Its cell says why.",
        "1",
    ]


def test_frames_in_work_count_for_the_progress(model: TaskTableModel, stand_in: StandIn) -> None:
    task = stand_in.add("shot", range(1, 3))
    run = stand_in.begin(task)
    stand_in.report(run, FrameBegan(1), FrameProgress(1, 50.0))
    assert text(model, task, Field.PROGRESS) == "25 %"


def test_a_task_says_what_is_about_to_become_of_it(
    model: TaskTableModel, stand_in: StandIn
) -> None:
    task = stand_in.add("shot")
    run = stand_in.begin(task)
    stand_in.service.pause([task.id])
    assert text(model, task, Field.STATE) == "Pausing"
    stand_in.service.cancel([task.id])
    assert text(model, task, Field.STATE) == "Cancelling"
    stand_in.report(run, RunEnded(Outcome.CANCELLED))
    assert text(model, task, Field.STATE) == "Cancelled"


def test_a_failure_is_told_with_the_time_of_the_next_try(
    model: TaskTableModel, stand_in: StandIn
) -> None:
    task = stand_in.add("shot")
    run = stand_in.begin(task)
    ended = RunEnded(Outcome.FAILED, 1, "The camera is gone.", tuple(task.frames.numbers))
    stand_in.report(run, ended)
    problem = text(model, task, Field.PROBLEM)
    assert problem.startswith("The camera is gone. Tried again at ")
    assert problem.endswith("(1 of 3).")
    index = model.index(0, Field.STATE)
    assert index.data(Qt.ItemDataRole.ToolTipRole).startswith(problem)


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (Field.NAME, ["sh2", "sh10", "sh30"]),
        (Field.FRAMES, ["sh30", "sh2", "sh10"]),
        (Field.STATE, ["sh10", "sh2", "sh30"]),
        (Field.PRIORITY, ["sh30", "sh10", "sh2"]),
    ],
)
def test_any_column_sorts(
    model: TaskTableModel, stand_in: StandIn, field: Field, expected: list[str]
) -> None:
    stand_in.add("sh10", range(1, 101))
    stand_in.add("sh2", range(1, 51))
    stand_in.add("sh30", range(1, 6), priority=8)
    stand_in.begin(stand_in.queue.task(1))
    stand_in.service.pause([3])
    model.sort(field, Qt.SortOrder.AscendingOrder)
    assert names(model) == expected
    model.sort(field, Qt.SortOrder.DescendingOrder)
    assert names(model) == expected[::-1]


@pytest.mark.parametrize("order", list(Qt.SortOrder))
def test_rows_come_go_and_move_where_the_sorting_wants_them(
    model: TaskTableModel, stand_in: StandIn, order: Qt.SortOrder
) -> None:
    model.sort(Field.NAME, order)
    for name in ("d", "b", "c", "a"):
        stand_in.add(name)
    stand_in.service.remove([2])
    stand_in.service.undo()
    stand_in.service.remove([3])
    expected = ["a", "b", "d"]
    assert names(model) == (expected if order is Qt.SortOrder.AscendingOrder else expected[::-1])
    model.sort(Field.FAILED, order)
    run = stand_in.begin(stand_in.queue.task(2))
    stand_in.report(run, FrameBegan(1), FrameRejected(1, "no"))
    last = model.rowCount() - 1
    assert model.row_of(2) == (last if order is Qt.SortOrder.AscendingOrder else 0)


@pytest.mark.parametrize(
    ("words", "found"),
    [("sh010", ["sh010_fx", "sh010_bg"]), ("SH010 bg", ["sh010_bg"]), ("paused", ["sh020"]),
     ("", ["sh010_fx", "sh010_bg", "sh020"]), ("nothing", [])],
)  # fmt: skip
def test_the_filter_keeps_tasks_that_hold_every_word(
    model: TaskTableModel, stand_in: StandIn, words: str, found: list[str]
) -> None:
    for name in ("sh010_fx", "sh010_bg", "sh020"):
        stand_in.add(name)
    stand_in.service.pause([3])
    model.set_filter(words)
    assert names(model) == found


def test_a_task_leaves_the_filter_when_it_no_longer_fits(
    model: TaskTableModel, stand_in: StandIn
) -> None:
    stand_in.add("a")
    stand_in.service.pause([1])
    model.set_filter("paused")
    stand_in.service.resume([1])
    assert names(model) == []
    stand_in.service.pause([1])
    assert names(model) == ["a"]


def ten_thousand(stand_in: StandIn) -> None:
    for number in range(10_000):
        job = stand_in.add("a").job if number == 0 else stand_in.queue.task(1).job
        if number:
            stand_in.queue.fill(stand_in.queue.add(job, 0.0).id, job, range(1, 11))


def test_two_hundred_changes_among_ten_thousand_tasks_are_told_once(
    model: TaskTableModel, stand_in: StandIn
) -> None:
    ten_thousand(stand_in)
    stand_in.tell()
    assert model.rowCount() == 10_000
    changed, laid_out = counted(model.dataChanged), counted(model.layoutChanged)
    reset = counted(model.modelReset)
    for task_id in range(1, 10_001, 50):
        stand_in.queue.pause(task_id)
    stand_in.tell()
    assert (len(changed), len(laid_out), len(reset)) == (1, 0, 0)


def test_ten_thousand_tasks_come_with_one_reset(model: TaskTableModel, stand_in: StandIn) -> None:
    inserted, reset = counted(model.rowsInserted), counted(model.modelReset)
    ten_thousand(stand_in)
    stand_in.tell()
    assert (len(inserted), len(reset)) == (1, 1)


def test_a_second_ticks_only_for_tasks_under_way(model: TaskTableModel, stand_in: StandIn) -> None:
    for name in ("a", "b", "c"):
        stand_in.add(name)
    run = stand_in.begin(stand_in.queue.task(2))
    told: list[tuple[int, int, int]] = []

    def note(first: QModelIndex, last: QModelIndex) -> None:
        told.append((first.row(), first.column(), last.column()))

    model.dataChanged.connect(note)
    model.tick()
    ready = (0, Field.READY, Field.READY)  # of all, as what is ahead of them has moved on
    assert told == [(1, Field.ELAPSED, Field.LEFT), ready]
    stand_in.report(run, RunEnded(Outcome.GAVE_WAY))
    told.clear()
    model.tick()
    assert told == []


# --- in the window ----------------------------------------------------------------------------


def test_what_is_selected_stays_selected(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    for name in ("a", "b", "c", "d"):
        stand_in.add(name)
    window.table.select([2, 4])
    chosen: Callable[[], list[str]] = lambda: sorted(t.job.name for t in window.table.selected())  # noqa: E731
    window.table.sortByColumn(Field.NAME, Qt.SortOrder.DescendingOrder)
    assert chosen() == ["b", "d"]
    stand_in.service.set_priority([4], 10)
    stand_in.service.remove([1])
    assert chosen() == ["b", "d"]
    window.filter.setText("b")
    assert chosen() == ["b"]


def test_the_details_follow_the_row(window: MainWindow, stand_in: StandIn, qtbot: QtBot) -> None:
    first, second = stand_in.add("first"), stand_in.add("second")
    window.table.setFocus()
    window.table.select([first.id])
    qtbot.waitUntil(lambda: window.details.task is first)
    QTest.keyClick(window.table, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: window.details.task is second)
    window.table.clearSelection()
    qtbot.waitUntil(lambda: window.details.task is None)
