from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from render_manager.engine.process_tree import MARK, ProcessTree

STUBBORN = (
    "import signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('up', flush=True); time.sleep(60)"
)


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[ProcessTree]:
    """A parent that ignores the polite end, with a grandchild in a session of its own."""
    script = tmp_path / "parent.py"
    script.write_text(
        "import subprocess, sys, signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f'middle = \'import subprocess, sys; p = subprocess.Popen([sys.executable, "-c", '
        f"sys.argv[1]], start_new_session=True, stdout=subprocess.PIPE); p.stdout.readline()'\n"
        f"subprocess.run([sys.executable, '-c', middle, {STUBBORN!r}], check=True)\n"
        "print('ready', flush=True)\n"
        "time.sleep(60)\n"
    )
    mark = str(tmp_path / "run.log")
    parent = subprocess.Popen(
        [sys.executable, str(script)],
        env=os.environ | {MARK: mark},
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert parent.stdout is not None and parent.stdout.readline().strip() == b"ready"
    yield ProcessTree(parent.pid, psutil.Process(parent.pid).create_time(), mark)
    parent.kill()
    parent.wait()
    parent.stdout.close()


def test_orphaned_grandchildren_are_members(tree: ProcessTree) -> None:
    members = tree.members()
    assert members[0].pid == tree.pid
    assert len(members) == 2, "the middle process is gone, its child is not"


def test_kill_ends_all_that_ignore_the_notice(tree: ProcessTree) -> None:
    members = tree.members()
    tree.notify()
    assert all(process.is_running() for process in members)
    assert tree.kill() == []
    assert tree.root is None
    assert not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in members)


def test_a_tree_is_found_by_its_mark(tree: ProcessTree) -> None:
    found = ProcessTree.find(tree.mark)
    assert found is not None and found.pid == tree.pid
    assert ProcessTree.find("/no/such/run.log") is None


def test_a_reused_pid_is_not_taken_for_the_run() -> None:
    me = psutil.Process()
    assert ProcessTree(me.pid, me.create_time() - 100, "other").root is None
    assert ProcessTree(-1, 0.0, "none").root is None
