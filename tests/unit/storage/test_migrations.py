from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from render_manager.base.errors import UserError
from render_manager.domain.job import RenderJob
from render_manager.domain.queue import Queue
from render_manager.storage import migrations
from render_manager.storage.database import Database
from render_manager.storage.journal import Journal
from render_manager.storage.migrations.__main__ import main as write_revision
from render_manager.storage.tables import METADATA

JOB = RenderJob("a.blend", "blender", "a", "renders")

NEWEST = int(migrations.revisions()[-1])
NEXT = NEWEST + 1


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the migrations that a test may add to."""
    copy = tmp_path / "migrations 100%"
    shutil.copytree(migrations.FOLDER, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(migrations, "FOLDER", copy)
    return copy


def add_revision(folder: Path, number: int, body: str) -> None:
    (folder / "versions" / f"r{number:04}_test.py").write_text(
        "from alembic import op\n"
        f"revision = '{number:04}'\n"
        f"down_revision = '{number - 1:04}'\n"
        f"def upgrade():\n    {body}\n"
    )


def keep_a_task(path: Path) -> None:
    journal, queue = Journal(path), Queue()
    journal.open()
    queue.fill(queue.add(JOB, 1.0).id, JOB, range(10))
    journal.commit(queue.drain(), queue.tasks)
    journal.close()


def open_and_close(path: Path) -> int:
    """Returns how many tasks with frames are in it."""
    journal = Journal(path)
    tasks = journal.open().tasks
    journal.close()
    return sum(len(task.frames) > 0 for task in tasks)


def copies(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"{path.name}.copy-*"))


def revision(path: Path) -> str:
    with closing(sqlite3.connect(path)) as driver:
        return str(driver.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def test_migrated_tables_are_those_of_the_program(path: Path) -> None:
    with closing(Database(path)) as database:
        context = MigrationContext.configure(database.connection)
        assert compare_metadata(context, METADATA) == []


def test_migrated_tables_are_made_by_the_same_sql_as_new_ones(path: Path, tmp_path: Path) -> None:
    """Alembic does not compare everything: not AUTOINCREMENT, WITHOUT ROWID or ON DELETE."""
    new = tmp_path / "new.sqlite3"
    with closing(Database(new)) as database, database.connection.begin():
        METADATA.create_all(database.connection)
    query = "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE '%alembic%' ORDER BY name"
    found = []
    for each in (path, new):
        with closing(sqlite3.connect(each)) as driver:
            found.append([(name, _words(sql)) for name, sql in driver.execute(query)])
    assert found[0] == found[1]


def _words(sql: str | None) -> set[str]:
    """SQLite writes a column that is added before the closing bracket."""
    return {part.strip(" ,\t)") for part in re.split(r"\n|, (?=[a-z_]+ [A-Z])", sql or "")} - {""}


def test_an_older_database_is_brought_up_to_date(path: Path, folder: Path) -> None:
    keep_a_task(path)
    add_revision(folder, NEXT, "op.execute('ALTER TABLE render_task ADD COLUMN weight FLOAT')")
    assert open_and_close(path) == 1
    assert revision(path) == f"{NEXT:04}"


def test_a_table_can_be_replaced_without_losing_what_hangs_on_it(path: Path, folder: Path) -> None:
    keep_a_task(path)
    add_revision(
        folder,
        NEXT,
        "with op.batch_alter_table('render_task', recreate='always') as batch:\n"
        "        batch.alter_column('name', new_column_name='name')",
    )
    assert open_and_close(path) == 1


def test_a_copy_is_kept_of_how_it_was(path: Path, folder: Path) -> None:
    keep_a_task(path)
    add_revision(folder, NEXT, "op.execute('DELETE FROM render_task')")
    assert open_and_close(path) == 0
    (copy,) = copies(path)
    assert copy.name.startswith(f"{path.name}.copy-{NEWEST:04}-")
    assert revision(copy) == f"{NEWEST:04}"
    with closing(sqlite3.connect(copy)) as driver:
        assert driver.execute("SELECT count(*) FROM render_frame").fetchone() == (10,)


def test_the_copy_holds_what_is_in_the_wal_only(path: Path, folder: Path, tmp_path: Path) -> None:
    journal, queue = Journal(path), Queue()
    journal.open()
    queue.add(JOB, 1.0)
    journal.commit(queue.drain(), queue.tasks)
    killed = tmp_path / "killed.sqlite3"
    for companion in ("", "-wal"):
        source = path.with_name(path.name + companion)
        killed.with_name(killed.name + companion).write_bytes(source.read_bytes())
    journal.close()

    add_revision(folder, NEXT, "pass")
    open_and_close(killed)
    (copy,) = copies(killed)
    with closing(sqlite3.connect(copy)) as driver:
        assert driver.execute("SELECT count(*) FROM render_task").fetchone() == (1,)


def test_the_three_newest_copies_are_kept(path: Path, folder: Path) -> None:
    for number in range(NEXT, NEXT + 5):
        add_revision(folder, number, "pass")
        open_and_close(path)
    assert [copy.name.split("-")[1] for copy in copies(path)] == [
        f"{number:04}" for number in range(NEXT + 1, NEXT + 4)
    ]


def test_no_copy_without_a_migration(path: Path, tmp_path: Path) -> None:
    open_and_close(path)
    open_and_close(tmp_path / "new.sqlite3")
    assert list(tmp_path.glob("*.copy-*")) == []


def test_a_migration_that_fails_changes_nothing(path: Path, folder: Path) -> None:
    keep_a_task(path)
    add_revision(
        folder,
        NEXT,
        "op.execute('DROP TABLE run'); op.execute('DELETE FROM render_task'); "
        "op.execute('CREATE TABLE run (id)'); op.execute('UPDATE no_table SET x = 1')",
    )
    with pytest.raises(UserError, match="no such table: no_table"):
        Journal(path).open()
    (folder / "versions" / f"r{NEXT:04}_test.py").unlink()
    assert open_and_close(path) == 1


def test_a_damaged_database_is_not_migrated(
    path: Path, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    keep_a_task(path)
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 4096 // 2 * 4096)
        file.write(b"\xa5" * 4096)
    add_revision(folder, NEXT, "pass")
    assert open_and_close(path) == 0
    assert copies(path) == []
    assert len(list(path.parent.glob(f"{path.name}.damaged-*"))) == 1
    caplog.clear()


def test_revisions_are_counted_without_a_gap() -> None:
    found = migrations.revisions()
    assert found == [f"{number:04}" for number in range(1, len(found) + 1)]


def test_a_new_revision_is_written_for_developers(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    add_revision(folder, NEXT, "op.drop_index('ix_run_task_id', 'run')")
    write_revision("put the index back")
    capsys.readouterr()
    written = (folder / "versions" / f"r{NEXT + 1:04}_put_the_index_back.py").read_text()
    assert "create_index" in written and "ix_run_task_id" in written
    assert migrations.revisions()[-1] == f"{NEXT + 1:04}"
