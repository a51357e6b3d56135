from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from render_manager.base.errors import UserError
from render_manager.domain.job import RenderJob
from render_manager.domain.queue import Queue
from render_manager.storage.journal import Journal, Yesterday
from render_manager.storage.migrations import revisions
from render_manager.storage.safekeeping import set_aside

Sql = Callable[[Path, str], list[tuple[object, ...]]]

JOB = RenderJob("a.blend", "blender", "a", "renders")


def keep(path: Path, count: int = 20) -> None:
    """Leave a database with some tasks behind."""
    journal, queue = Journal(path), Queue()
    journal.open()
    for _ in range(count):
        queue.fill(queue.add(JOB, 1.0).id, JOB, range(100))
    journal.commit(queue.drain(), queue.tasks)
    journal.close()


def opened(path: Path) -> Yesterday:
    journal = Journal(path)
    yesterday = journal.open()
    journal.close()
    return yesterday


def refusal(path: Path) -> str:
    with pytest.raises(UserError) as caught:
        Journal(path).open()
    return str(caught.value)


# --- a new one --------------------------------------------------------------------------------


def test_folder_and_file_are_made(tmp_path: Path) -> None:
    path = tmp_path / "new" / "資料" / "j.sqlite3"
    assert opened(path).tasks == []
    assert path.is_file()


def test_an_empty_file_is_a_new_database(tmp_path: Path) -> None:
    path = tmp_path / "j.sqlite3"
    path.touch()
    assert opened(path).notices == []
    keep(path)
    assert len(opened(path).tasks) == 20


def test_names_that_mean_something_to_sqlite_are_plain_names(tmp_path: Path) -> None:
    asking = "" if os.name == "nt" else "?"  # Windows allows none in a name
    path = tmp_path / f"100% {asking}mode=ro&x#'j.sqlite3"
    keep(path)
    assert len(opened(path).tasks) == 20
    assert path.is_file()


# --- what cannot be used ----------------------------------------------------------------------


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert "is a folder. Name a file" in refusal(tmp_path)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "cannot be opened" in refusal(tmp_path / "file" / "j.sqlite3")


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="everything is writable here"
)
def test_a_folder_that_cannot_be_written_is_told(path: Path) -> None:
    path.parent.chmod(0o500)
    try:
        assert "cannot be opened" in refusal(path)
    finally:
        path.parent.chmod(0o700)


def test_the_database_of_another_program_is_left_alone(tmp_path: Path, sql: Sql) -> None:
    path = tmp_path / "db.sqlite3"
    sql(path, "CREATE TABLE rendertask (id INTEGER PRIMARY KEY)")
    before = path.read_bytes()
    assert "database of another program" in refusal(path)
    assert path.read_bytes() == before


def test_a_newer_database_is_left_alone(path: Path, sql: Sql) -> None:
    sql(path, "UPDATE alembic_version SET version_num = '9999'")
    before = path.read_bytes()
    assert "written by a newer Render Manager (its tables are 9999)" in refusal(path)
    assert path.read_bytes() == before


def test_a_database_without_its_tables_is_refused_and_not_set_aside(path: Path, sql: Sql) -> None:
    sql(path, "DROP TABLE run")
    assert "cannot be opened: no such table: run" in refusal(path)
    assert [each.name for each in path.parent.glob("*.damaged*")] == []


# --- one program at a time --------------------------------------------------------------------


def test_a_second_journal_is_refused(path: Path, journal: Journal) -> None:
    assert "already open in another Render Manager" in refusal(path)
    assert journal.frame_details(1).result() == []


def test_another_program_is_refused_until_this_one_is_gone(path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from render_manager.storage.journal import Journal; "
        "Journal(Path(sys.argv[1])).open(); print('open', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", script, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"open"
        assert "already open" in refusal(path)
        other.kill()
    assert opened(path).tasks == []


def test_a_refusal_lets_go_of_the_lock(path: Path, sql: Sql) -> None:
    sql(path, "UPDATE alembic_version SET version_num = '9999'")
    refusal(path)
    sql(path, f"UPDATE alembic_version SET version_num = '{revisions()[-1]}'")
    assert opened(path).tasks == []


# --- damage -----------------------------------------------------------------------------------


def garbage(path: Path) -> None:
    path.write_bytes(b"this is no database, whatever its name says " * 300)


def cut_off(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def overwritten_inside(path: Path) -> None:
    size = path.stat().st_size
    with path.open("r+b") as file:
        for place in range(4096 * 2, size, 4096 * 3):
            file.seek(place)
            file.write(os.urandom(2000))


def overwritten_schema(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(100)
        file.write(b"\xff" * 3900)


DAMAGES = [garbage, cut_off, overwritten_inside, overwritten_schema]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_database_is_set_aside(
    path: Path, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    keep(path)
    damage(path)
    damaged = path.read_bytes()

    yesterday = opened(path)
    assert yesterday.tasks == []
    (aside,) = path.parent.glob(f"{path.name}.damaged-*")
    assert aside.read_bytes() == damaged
    (notice,) = yesterday.notices
    assert aside.name in notice and "a new list was begun" in notice
    assert "is damaged" in caplog.text
    caplog.clear()
    assert opened(path).notices == []


def test_what_was_set_aside_is_never_overwritten(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(3):
        path.write_text(f"no database {number} " * 100)
        opened(path)
    contents = {each.read_text()[:13] for each in path.parent.glob(f"{path.name}.damaged-*")}
    assert contents == {"no database 0", "no database 1", "no database 2"}
    caplog.clear()


def test_companions_are_set_aside_with_it(path: Path) -> None:
    for companion in ("", "-wal", "-shm"):
        path.with_name(path.name + companion).write_text(f"content{companion}")
    aside = set_aside(path)
    for companion in ("", "-wal", "-shm"):
        part = aside.with_name(aside.name + companion)
        assert part.read_text() == f"content{companion}"
        assert not path.with_name(path.name + companion).exists()


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE render_task SET wish = 'dance' WHERE id = 2",
        "UPDATE render_task SET options = '{' WHERE id = 2",
        "UPDATE render_task SET scene = '[]' WHERE id = 2",
        "UPDATE render_task SET scene = CAST(x'7b22ff' AS TEXT) WHERE id = 2",
    ],
)
def test_a_task_that_cannot_be_understood_does_not_hide_the_others(
    path: Path, sql: Sql, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    keep(path, 3)
    sql(path, damage)
    yesterday = opened(path)
    assert [task.id for task in yesterday.tasks] == [1, 3]
    assert [len(task.frames) for task in yesterday.tasks] == [100, 100]
    (notice,) = yesterday.notices
    assert "Task 2 (“a”)" in notice
    assert sql(path, "SELECT count(*) FROM render_task") == [(3,)]
    caplog.clear()


def test_a_run_that_cannot_be_understood_is_passed_over(
    path: Path, sql: Sql, caplog: pytest.LogCaptureFixture
) -> None:
    keep(path, 1)
    sql(path, "INSERT INTO run (id, task_id, frames, started_at) VALUES (1, 1, 'all', 0)")
    assert opened(path).open_runs == []
    caplog.clear()


def test_frames_that_were_taken_away_are_left_to_be_read_again(
    path: Path, sql: Sql, caplog: pytest.LogCaptureFixture
) -> None:
    keep(path, 2)
    sql(path, "DELETE FROM render_frame WHERE task_id = 1 AND frame_number = 50")
    first, second = opened(path).tasks
    assert (len(first.frames), len(second.frames)) == (0, 100)
    assert "Task 1 has lost frames" in caplog.text
    caplog.clear()


def test_a_text_whose_bytes_are_damaged_is_read_as_far_as_it_goes(path: Path, sql: Sql) -> None:
    keep(path, 1)
    sql(path, "UPDATE render_task SET name = x'61ff62', output_dir = CAST(x'63ff64' AS TEXT)")
    (task,) = opened(path).tasks
    assert (task.job.name, task.job.output_dir) == ("a\ufffdb", "c\ufffdd")


def test_an_unknown_state_of_a_frame_is_pending(path: Path, sql: Sql) -> None:
    keep(path, 1)
    sql(path, "UPDATE render_frame SET status = '有' WHERE frame_number = 50")
    sql(path, "UPDATE render_frame SET status = CAST(x'ff' AS TEXT) WHERE frame_number = 60")
    (task,) = opened(path).tasks
    assert task.frames.counts == (100, 0, 0, 0)


def test_what_was_not_moved_from_the_wal_yet_is_read(path: Path, tmp_path: Path) -> None:
    journal, queue = Journal(path), Queue()
    journal.open()
    queue.add(JOB, 1.0)
    journal.commit(queue.drain(), queue.tasks)
    copy = tmp_path / "after-a-power-cut.sqlite3"
    for companion in ("", "-wal"):
        source = path.with_name(path.name + companion)
        copy.with_name(copy.name + companion).write_bytes(source.read_bytes())
    journal.close()
    with closing(sqlite3.connect(f"file:{copy}?immutable=1", uri=True)) as main_file_only:
        assert main_file_only.execute("SELECT count(*) FROM render_task").fetchone() == (0,)
    assert len(opened(copy).tasks) == 1
