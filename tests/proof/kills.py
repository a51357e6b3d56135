"""`python -m tests.proof.kills program|renderer [--with fake|blender] [--count N] [--seed S]`

`program`: the program is killed with -9 at random moments and started again, N times. Nothing may
be lost, nothing that has evidence rendered again, no process left over, the database whole.
`renderer`: the renderers are killed, N times. Every task completes, and no more is rendered twice
than was in work at the kills.

What is killed at which moment follows from the seed, as far as the machine is as fast again.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "fakes"))

import psutil
from processes import marked_processes

from render_manager.domain.frames import parse_frames
from render_manager.engine.process_tree import MARK

VICTIM = Path(__file__).with_name("victim.py")

Frame = tuple[int, int]
"""A task's id and a frame's number."""

LONGEST_LIFE = {"fake": 5.0, "blender": 8.0}
"""Seconds until a kill at the latest: beyond the start of the program and of the renderer."""

_BEGUN = re.compile(
    rb'^(?:frame (-?\d+)\r?$|\[render-manager\] .*"frame_started", "frame": (-?\d+))'
)

_DONE = re.compile(rb'^(?:done -?\d+ |\[render-manager\] .*"frame_finished")')


@dataclass
class Proof:
    """What was done and what was wrong."""

    home: Path
    renderer: str
    frames: int
    random: random.Random
    wrong: list[str] = field(default_factory=list)
    told: set[Frame] = field(default_factory=set)
    in_work: int = 0
    """Frames that were in work at the kills."""

    def check(self, is_so: bool, otherwise: str) -> None:
        if not is_so:
            self.wrong.append(otherwise)
            print(f"    WRONG: {otherwise}", flush=True)


# --- what there is ----------------------------------------------------------------------------


def begun(home: Path) -> Counter[Frame]:
    """How often each frame was begun, by the logs of all runs."""
    counts: Counter[Frame] = Counter()
    for log in (home / "logs" / "runs").glob("*/*.log"):
        for line in log.read_bytes().splitlines():
            if match := _BEGUN.match(line):
                counts[int(log.parent.name), int(match[1] or match[2])] += 1
    return counts


def has_frame_in_work(log: Path) -> bool:
    """Whether the last frame that the log says was begun is not said to be done."""
    done = True
    for line in log.read_bytes().splitlines() if log.is_file() else ():
        if _BEGUN.match(line):
            done = False
        elif _DONE.match(line):
            done = True
    return not done


@contextlib.contextmanager
def database(home: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(home / "render-manager.sqlite3")) as connection:
        yield connection


def completed(home: Path) -> set[Frame]:
    query = "SELECT task_id, frame_number FROM render_frame WHERE status = 'completed'"
    with database(home) as connection:
        return set(connection.execute(query))


def is_whole(home: Path) -> bool:
    with database(home) as connection:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def open_runs(home: Path) -> dict[str, tuple[int, ...]]:
    """The frames of each run without an end, by its log."""
    query = "SELECT log_path, frames FROM run WHERE ended_at IS NULL"
    with database(home) as connection:
        return {log: parse_frames(frames) for log, frames in connection.execute(query)}


def tasks(home: Path) -> list[tuple[int, str, str]]:
    with database(home) as connection:
        return list(connection.execute("SELECT id, status, output_dir FROM render_task"))


# --- the program and its end ------------------------------------------------------------------


def start(proof: Proof, *more: str) -> subprocess.Popen[str]:
    argv = [sys.executable, str(VICTIM), proof.renderer, str(proof.frames), *more]
    return subprocess.Popen(
        argv,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "RENDER_MANAGER_HOME": str(proof.home)},
    )


def listen(proof: Proof, victim: subprocess.Popen[str]) -> None:
    """Listen to what it says of frames until it has ended."""
    assert victim.stdout is not None
    for line in victim.stdout:
        match line.split():
            case ["completed", task, frame]:
                proof.told.add((int(task), int(frame)))
    victim.wait()
    victim.stdout.close()


def finish(proof: Proof) -> None:
    """Let all be rendered, and see that it was."""
    victim = start(proof, "finish")
    listen(proof, victim)
    proof.check(victim.returncode == 0, f"the last start ended with {victim.returncode}")
    for task, status, folder in tasks(proof.home):
        files = len(list(Path(folder).glob("*.png")))
        proof.check(status == "completed", f"task {task} is {status}")
        proof.check(files == proof.frames, f"task {task} has {files} files")
    left = marked_processes(proof.home)
    proof.check(not left, f"processes are left: {left}")
    proof.check(is_whole(proof.home), "the database is damaged")


# --- the two proofs ---------------------------------------------------------------------------


def kill_program(proof: Proof, count: int) -> None:
    for number in range(1, count + 1):
        known, before = proof.told.copy(), begun(proof.home)
        victim = start(proof)
        time.sleep(proof.random.uniform(0, LONGEST_LIFE[proof.renderer]))
        victim.kill()
        listen(proof, victim)
        after = begun(proof.home)
        again = [frame for frame in known if after[frame] > before[frame]]
        proof.check(not again, f"rendered again though there was evidence: {again}")
        if (proof.home / "render-manager.sqlite3").exists():
            _check_database(proof, known)
        print(f"kill {number}: {len(proof.told)} frames told of", flush=True)


def _check_database(proof: Proof, known: set[Frame]) -> None:
    """`known` are the frames told of before this start."""
    proof.check(is_whole(proof.home), "the database is damaged")
    with contextlib.suppress(sqlite3.OperationalError):  # killed before there were tables
        lost = known - completed(proof.home)
        proof.check(not lost, f"frames with evidence are lost: {sorted(lost)}")
        strays = {_mark(each) for each in marked_processes(proof.home)} - {
            *open_runs(proof.home),
            "",
        }
        proof.check(not strays, f"renderers that nobody knows of: {strays}")


def _mark(process: psutil.Process) -> str:
    try:
        return process.environ().get(MARK, "")
    except (psutil.Error, OSError):
        return ""


def kill_renderers(proof: Proof, count: int) -> None:
    victim = start(proof)
    listener = threading.Thread(target=listen, args=(proof, victim))
    listener.start()  # at once, as a pipe that nobody reads would stop the program
    try:
        for number in range(1, count + 1):
            time.sleep(proof.random.uniform(0, LONGEST_LIFE[proof.renderer]))
            victims = marked_processes(proof.home, wait_for=1)
            chosen = proof.random.choice(sorted(victims, key=lambda process: process.pid))
            log = _mark(chosen)
            with contextlib.suppress(psutil.NoSuchProcess):
                chosen.kill()
                chosen.wait()
            proof.in_work += has_frame_in_work(Path(log))
            print(f"kill {number}: {sum(begun(proof.home).values())} frames begun", flush=True)
    finally:
        victim.kill()
        listener.join()


def prove(what: str, renderer: str, count: int, seed: int, home: Path, frames: int) -> Proof:
    proof = Proof(home, renderer, frames, random.Random(seed))
    (kill_program if what == "program" else kill_renderers)(proof, count)
    finish(proof)
    made = len(tasks(home)) * frames
    twice = sum(begun(home).values()) - made
    proof.check(twice <= proof.in_work, f"{twice} frames were begun twice")
    print(
        f"{count} kills of the {what} with {renderer}, seed {seed}: {len(tasks(home))} tasks with "
        f"{made} frames, {twice} begun more than once, {len(proof.wrong)} things wrong"
    )
    return proof


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["program", "renderer"])
    parser.add_argument("--with", dest="renderer", choices=["fake", "blender"], default="fake")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--frames", type=int, default=40, help="frames of each task")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        home = Path(folder)
        proof = prove(wanted.what, wanted.renderer, wanted.count, wanted.seed, home, wanted.frames)
    return 1 if proof.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
