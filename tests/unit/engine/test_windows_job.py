"""Real jobs of Windows; the fake manager is another process that is ended hard."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from render_manager.engine.loop import PlainLoop
from render_manager.engine.plain_process import PlainProcess
from render_manager.engine.process_tree import MARK
from render_manager.engine.windows_job import end_job
from render_manager.renderers.renderer import Command

pytestmark = pytest.mark.skipif(sys.platform != "win32", reason="jobs are a thing of Windows")

FORGETFUL = (
    "import os, pathlib, subprocess, sys, time;"
    "clean = {name: value for name, value in os.environ.items() if name != %r};"
    "deeper = int(sys.argv[1]) - 1;"
    "again = [sys.executable, '-c', sys.argv[3], str(deeper), sys.argv[2], sys.argv[3]];"
    "deeper and subprocess.Popen(again, env=clean, creationflags=0x208);"
    "pathlib.Path(sys.argv[2], str(os.getpid())).touch();"
    "time.sleep(%s)"
)
"""Starts descendants that lack the mark, without a console and in a group of their own."""

STARTS_AND_DIES = """
import sys
from pathlib import Path
from render_manager.engine.loop import PlainLoop
from render_manager.engine.plain_process import PlainProcess
from render_manager.renderers.renderer import Command
log = Path(sys.argv[1])
loop = PlainLoop()
process = PlainProcess(loop, Command(tuple(sys.argv[2:])), log, log, log)
process.started.connect(lambda: print("started", flush=True))
process.start()
loop.run()
"""


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "run.log"
    end_job(str(tmp_path / "run.log"))


def renderer(folder: Path, generations: int, seconds: float = 100) -> tuple[str, ...]:
    code = FORGETFUL % (MARK, seconds)
    return (sys.executable, "-c", code, str(generations), str(folder), code)


def tree(folder: Path, size: int) -> list[psutil.Process]:
    """The processes that have named themselves, once there are so many."""
    while len(names := [file.name for file in folder.iterdir() if file.name.isdigit()]) < size:
        pass
    return [psutil.Process(int(name)) for name in names]


def test_all_generations_end_with_the_job(log: Path, tmp_path: Path) -> None:
    loop, codes = PlainLoop(), list[int]()
    process = PlainProcess(loop, Command(renderer(tmp_path, 3)), log, log, log)
    process.finished.connect(codes.append)
    process.finished.connect(lambda _code: loop.quit())
    process.start()
    generations = tree(tmp_path, 3)
    assert end_job(str(log))
    loop.run()
    assert codes == [1]
    assert psutil.wait_procs(generations, timeout=30)[1] == []


def test_what_a_dead_manager_started_goes_on_and_can_be_ended(log: Path, tmp_path: Path) -> None:
    manager = subprocess.Popen(
        [sys.executable, "-c", STARTS_AND_DIES, str(log), *renderer(tmp_path, 3)],
        stdout=subprocess.PIPE,
    )
    assert manager.stdout is not None
    assert manager.stdout.readline().strip() == b"started"
    generations = tree(tmp_path, 3)
    manager.kill()
    manager.wait()
    assert manager.stdout.read() == b"", "the renderer has not inherited our pipe"
    manager.stdout.close()
    assert all(process.is_running() for process in generations)
    assert end_job(str(log))
    assert psutil.wait_procs(generations, timeout=30)[1] == []


def test_nobody_outlives_the_renderer_even_without_a_manager(log: Path, tmp_path: Path) -> None:
    manager = subprocess.Popen(
        [sys.executable, "-c", STARTS_AND_DIES, str(log), *renderer(tmp_path, 2)],
        stdout=subprocess.PIPE,
    )
    assert manager.stdout is not None
    assert manager.stdout.readline().strip() == b"started"
    generations = tree(tmp_path, 2)
    manager.kill()
    manager.wait()
    manager.stdout.close()
    root = min(generations, key=lambda process: process.create_time())
    root.kill()
    assert psutil.wait_procs(generations, timeout=30)[1] == []


def test_a_program_that_is_not_there_is_told_of(log: Path) -> None:
    process = PlainProcess(PlainLoop(), Command((r"C:\no such\Render.exe",)), log, log, log)
    said: list[str] = []
    process.failed.connect(said.append)
    process.start()
    assert r"C:\no such\Render.exe could not be started" in said[0]


def test_there_is_no_job_where_there_is_no_run(log: Path) -> None:
    assert not end_job(str(log) + " of nobody")
