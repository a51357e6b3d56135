"""The disk refuses: nothing is lost, the user hears of it once, and it is written in the end."""

from __future__ import annotations

import queue as queues
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection

from render_manager.base.errors import UserError
from render_manager.domain.events import FrameCompleted, FrameFile, RunReport
from render_manager.domain.job import RenderJob
from render_manager.domain.queue import Queue
from render_manager.domain.states import FrameState
from render_manager.storage.backlog import Backlog
from render_manager.storage.database import Database
from render_manager.storage.journal import Journal
from render_manager.storage.task_change import changes_of

JOB = RenderJob("a.blend", "blender", "a", "renders")
FAR = 3600.0


class Disk:
    """Stands in for a disk: SQLite itself refuses to let the file grow."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def fill(self) -> None:
        self._limit_pages(1)  # the file as it is: SQLite does not go below

    def free(self) -> None:
        self._limit_pages(2**30)

    def _limit_pages(self, most: int) -> None:
        def limit(connection: Connection) -> None:
            connection.exec_driver_sql(f"PRAGMA max_page_count = {most}")

        self._journal._ask(limit).result()


@pytest.fixture
def problems() -> queues.SimpleQueue[str | None]:
    return queues.SimpleQueue()


@pytest.fixture
def journal(path: Path, problems: queues.SimpleQueue[str | None]) -> Iterator[Journal]:
    """A journal that tries again by itself only after the test."""
    journal = Journal(path, problems.put, first_pause=FAR)
    journal.open()
    yield journal
    Disk(journal).free()
    journal.close()


def add_tasks(queue: Queue, count: int) -> None:
    for _ in range(count):
        task = queue.add(replace(JOB, name="n" * 500), 1.0)
        queue.fill(task.id, task.job, range(100))


def commit(journal: Journal, queue: Queue) -> None:
    journal.commit(queue.drain(), queue.tasks)


def drained(problems: queues.SimpleQueue[str | None]) -> list[str | None]:
    return [problems.get() for _ in range(problems.qsize())]


def test_a_full_disk_is_told_in_words(journal: Journal, caplog: pytest.LogCaptureFixture) -> None:
    queue = Queue()
    Disk(journal).fill()
    add_tasks(queue, 50)
    with pytest.raises(UserError, match=r"disk of .* is full\. Free some disk space"):
        commit(journal, queue)
    caplog.clear()


def test_what_was_refused_is_written_when_there_is_room(
    path: Path, journal: Journal, caplog: pytest.LogCaptureFixture
) -> None:
    queue, disk = Queue(), Disk(journal)
    disk.fill()
    add_tasks(queue, 50)
    with pytest.raises(UserError):
        commit(journal, queue)
    file = FrameFile("a.png", 1, 2, 3)
    run = queue.start_run(7, (1, 2), 2.0)
    queue.apply(RunReport(run.id, (FrameCompleted(1, (file,)),)), 3.0, 60)
    journal.record(queue.drain(), queue.tasks)
    queue.remove(9)
    journal.record(queue.drain(), queue.tasks)
    assert journal.frame_details(7).result() == []

    disk.free()
    journal.flush()
    assert journal.frame_details(7).result()[1].files == (file,)
    journal.close()
    caplog.clear()
    yesterday = journal.open()
    assert [task.id for task in yesterday.tasks] == [*range(1, 9), *range(10, 51)]
    assert yesterday.tasks[6].frames.state(1) is FrameState.COMPLETED


def test_trouble_is_told_once_and_its_end_too(
    journal: Journal,
    problems: queues.SimpleQueue[str | None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    queue, disk = Queue(), Disk(journal)
    disk.fill()
    for _ in range(3):
        add_tasks(queue, 50)
        with pytest.raises(UserError):
            commit(journal, queue)
    disk.free()
    journal.flush()
    commit(journal, queue)
    sentence, end = drained(problems)
    assert sentence is not None and "disk" in sentence
    assert end is None
    caplog.clear()


def test_it_is_tried_again_without_anybody_asking(
    path: Path, problems: queues.SimpleQueue[str | None], caplog: pytest.LogCaptureFixture
) -> None:
    journal, queue = Journal(path, problems.put, first_pause=0.01), Queue()
    journal.open()
    disk = Disk(journal)
    disk.fill()
    add_tasks(queue, 50)
    journal.record(queue.drain(), queue.tasks)
    assert problems.get() is not None
    disk.free()
    assert problems.get() is None
    journal.close()
    caplog.clear()
    assert len(journal.open().tasks) == 50
    journal.close()


def test_closing_says_what_could_not_be_written(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    journal, queue = Journal(path), Queue()
    journal.open()
    Disk(journal).fill()
    add_tasks(queue, 50)
    journal.record(queue.drain(), queue.tasks)
    with pytest.raises(UserError, match="Free some disk space"):
        journal.close()
    caplog.clear()
    assert journal.open().tasks == []  # the file was let go, and is whole
    journal.close()


def test_another_program_that_holds_the_database_is_waited_for_and_named(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    journal, queue = Journal(path, first_pause=FAR), Queue()
    journal.open()
    journal._ask(lambda connection: connection.exec_driver_sql("PRAGMA busy_timeout = 1")).result()
    other = Database(path)
    other.driver.execute("BEGIN IMMEDIATE")
    add_tasks(queue, 1)
    with pytest.raises(UserError, match="database is locked"):
        commit(journal, queue)
    other.close()
    journal.close()
    caplog.clear()
    assert len(journal.open().tasks) == 1
    journal.close()


def test_pauses_grow_and_end_with_the_trouble(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    database, queue = Database(path), Queue()
    backlog = Backlog(database.connection, path, lambda _problem: None, first_pause=10.0)
    database.driver.execute("PRAGMA max_page_count = 1")
    add_tasks(queue, 50)
    backlog.add(changes_of(queue.drain(), queue.tasks, 1.0), None)
    pauses = []
    for _ in range(4):
        backlog.write()
        pauses.append(backlog.seconds_to_retry or 0.0)
        backlog._due = 0.0  # the pause is over
    assert [round(pause, -1) for pause in pauses] == [10, 20, 40, 60]

    database.driver.execute(f"PRAGMA max_page_count = {2**30}")
    backlog.write()
    assert backlog.seconds_to_retry is None
    database.close()
    caplog.clear()


def test_a_change_that_no_database_takes_does_not_keep_out_the_others(
    path: Path, journal: Journal, caplog: pytest.LogCaptureFixture
) -> None:
    queue = Queue()
    add_tasks(queue, 3)
    queue.tasks[2].max_retries = 10**30
    with pytest.raises(OverflowError):
        commit(journal, queue)
    add_tasks(queue, 1)
    commit(journal, queue)
    assert "task 2 cannot be recorded" in caplog.text
    caplog.clear()
    journal.close()
    assert [task.id for task in journal.open().tasks] == [1, 3, 4]


def test_a_listener_that_fails_does_not_end_the_journal(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(problem: str | None) -> None:
        raise ZeroDivisionError

    journal, queue = Journal(path, fail, first_pause=FAR), Queue()
    journal.open()
    disk = Disk(journal)
    disk.fill()
    add_tasks(queue, 50)
    with pytest.raises(UserError):
        commit(journal, queue)
    disk.free()
    journal.close()
    caplog.clear()
    assert len(journal.open().tasks) == 50
    journal.close()


def test_a_question_that_cannot_be_answered_is_refused_in_words(
    journal: Journal, caplog: pytest.LogCaptureFixture
) -> None:
    drop = "DROP TABLE frame_file"
    journal._ask(lambda connection: connection.exec_driver_sql(drop)).result()
    with pytest.raises(UserError, match="could not be read: no such table: frame_file"):
        journal.frame_details(1).result()
    caplog.clear()
