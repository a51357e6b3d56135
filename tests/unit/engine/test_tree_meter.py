from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from render_manager.engine.process_tree import MARK, ProcessTree
from render_manager.engine.tree_meter import TreeMeter

CHILD = "import sys; sum(range(20_000_000)); print('done', flush=True); sys.stdin.read()"
"""Works, says so, and waits until it is let go."""


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[ProcessTree]:
    """A process that waits while its child works, which has worked by now."""
    mark = str(tmp_path / "run.log")
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import subprocess, sys; subprocess.run([sys.executable, '-c', {CHILD!r}])",
        ],
        env=os.environ | {MARK: mark},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert parent.stdout is not None and parent.stdout.readline().strip() == b"done"
    yield ProcessTree(parent.pid, psutil.Process(parent.pid).create_time(), mark)
    parent.communicate()


def test_what_children_use_counts(tree: ProcessTree) -> None:
    usage = TreeMeter(tree, 10).read()
    assert usage.cpu > 0.1
    assert usage.memory > 5_000_000
    precise = TreeMeter(tree, 10).read(precise_above=0).memory
    # Wine does not tell what processes share
    assert precise < usage.memory or (os.name == "nt" and precise == usage.memory)


def test_a_tree_that_has_ended_uses_nothing_more(tree: ProcessTree) -> None:
    meter = TreeMeter(tree, 2)
    before = meter.read()
    tree.kill()
    after = [meter.read() for _look in range(3)]
    assert [usage.cpu for usage in after] == [before.cpu] * 3
    assert after[-1].memory == 0


def test_a_process_is_known_by_its_mark_though_the_clock_was_set(tree: ProcessTree) -> None:
    shifted = ProcessTree(tree.pid, tree.created - 3600, tree.mark)
    assert shifted.root is not None and shifted.root.pid == tree.pid
