"""`render-manager farm`, as it is typed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from broker import Redis, free_port, has_redis

ROOT = Path(__file__).parents[2]


def words(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "render_manager", "farm", *arguments]


def told(*arguments: str, home: Path | None = None) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    if home is not None:
        env |= {"RENDER_MANAGER_HOME": str(home)}
    return subprocess.run(words(*arguments), env=env, capture_output=True, text=True, timeout=60)


@pytest.mark.skipif(not has_redis(), reason="needs redis-server")
def test_a_worker_is_started_seen_and_ended(tmp_path: Path) -> None:
    redis = Redis(tmp_path)
    at = ("--broker", redis.url)
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    started = words("worker", *at, "--name", "one", "--slots", "3")
    with (tmp_path / "log").open("wb") as log:
        worker = subprocess.Popen(started, env=env, stdout=log, stderr=log)
    try:
        found = []
        for _ in range(20):
            found = json.loads(told("status", *at, "--json").stdout)
            if found:
                break
        assert (found[0]["name"], found[0]["slots"], found[0]["busy"]) == ("one", 3, 0)
        assert not found[0]["has_manager"]
        twice = told("worker", *at, "--name", "one")
        assert (twice.returncode, "--name" in twice.stderr) == (2, True)
        elsewhere = told("worker", *at, "--name", "one", home=tmp_path / "elsewhere")
        assert (elsewhere.returncode, "another computer" in elsewhere.stderr) == (2, True)
        worker.terminate()
        assert worker.wait(20) == 0
    finally:
        worker.kill()
        worker.wait()
        redis.stop()


def test_a_broker_that_is_not_there_is_said_in_a_sentence() -> None:
    answer = told("status", "--broker", f"redis://127.0.0.1:{free_port()}/0")
    assert answer.returncode == 2
    assert answer.stderr.startswith("The broker does not answer")
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize(
    ("arguments", "word"),
    [(("--broker", "server"), "redis://"), (("--name", "a/b"), "letters")],
)
def test_nonsense_is_said_in_a_sentence(arguments: tuple[str, ...], word: str) -> None:
    answer = told("worker", *arguments)
    assert answer.returncode == 2
    assert word in answer.stderr
    assert "Traceback" not in answer.stderr
