from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from render_manager.storage.journal import Journal


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with tables and nothing in them."""
    path = tmp_path_factory.mktemp("empty") / "empty.sqlite3"
    journal = Journal(path)
    journal.open()
    journal.close()
    return path


@pytest.fixture
def path(tmp_path: Path, empty_database: Path) -> Path:
    """A database of this test's own; making its tables anew would take each test 0.1 s."""
    return Path(shutil.copy(empty_database, tmp_path / "journal.sqlite3"))


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    journal = Journal(path)
    journal.open()
    yield journal
    journal.close()


@pytest.fixture
def sql() -> Callable[[Path, str], list[tuple[object, ...]]]:
    """Runs a statement as another program would."""

    def run(path: Path, statement: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(path)) as other, other:
            return other.execute(statement).fetchall()

    return run
