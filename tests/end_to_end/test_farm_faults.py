"""What goes wrong between machines: no frame is lost, and none is completed twice."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import farm_node
import house
import pytest
from broker import Cable, Island, has_redis
from pytestqt.qtbot import QtBot

from render_manager.farm.link import Link

from .test_farm import Farm, done_once, farm, is_done

__all__ = ["farm"]

pytestmark = pytest.mark.skipif(not has_redis(), reason="needs redis-server")

DOOMED = Path(house.__file__).with_name("doomed_manager.py")


def test_a_machine_that_is_cut_off_for_longer_than_the_lease_and_comes_back(farm: Farm) -> None:
    cable = Cable(farm.broker.port)
    farm.ending.callback(cable.close)
    farm.add("a")
    farm.add("b", url=f"redis://127.0.0.1:{cable.port}/0")
    assert_nothing_is_lost(farm, cable.cut, cable.mend)


def assert_nothing_is_lost(farm: Farm, cut: Callable[[], None], mend: Callable[[], None]) -> None:
    """`b` is cut off in the middle of a task, until the manager has given it up, and comes back."""
    counted = house.Completions(farm.manager)
    task = farm.submit(end=48, seconds=0.2)
    farm.wait(lambda: "b" in farm.remote(task) and task.completed_frames > 2)
    cut()
    farm.wait(lambda: "b" not in {each.name for each in farm.here()})
    assert "b" not in farm.remote(task)
    mend()
    farm.wait(lambda: "b" in {each.name for each in farm.here()})
    farm.wait(lambda: is_done(task))
    assert counted.are_once_each(task)
    assert task.retry_count == 0


@pytest.fixture
def island(farm: Farm) -> Island:
    """Removed after the worker on it was ended."""
    try:
        island = Island()
    except OSError as error:
        pytest.skip(f"no network of its own for a worker: {error}")
    farm.ending.callback(island.remove)
    return island


def test_a_machine_whose_plug_is_pulled_for_longer_than_the_lease(
    farm: Farm, island: Island
) -> None:
    cable = Cable(farm.broker.port, island.host)
    farm.ending.callback(cable.close)
    farm.add("a")
    farm.add("b", url=f"redis://{island.host}:{cable.port}/0", wrapped=island.words)
    assert_nothing_is_lost(farm, island.cut_off, island.join)
    again = farm.submit("again", end=24, seconds=0.2)
    farm.wait(lambda: "b" in farm.remote(again))
    farm.manager.service.cancel([again.id])
    farm.wait(lambda: not again.runs)


def test_every_message_twice(farm: Farm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Link, "send", Link.send)  # to be put back
    farm_node.send_twice()
    farm.add("a", "b", faults={"double": True})
    counted = house.Completions(farm.manager)
    task = farm.submit(end=30, seconds=0.05)
    farm.wait(lambda: is_done(task))
    assert counted.are_once_each(task)
    assert done_once(farm, task, farm.folder / "s")


@pytest.mark.parametrize("ahead", [600, -600])
def test_a_clock_that_is_ten_minutes_off(farm: Farm, ahead: int) -> None:
    farm.add("a", faults={"clock": ahead})
    farm.manager.service.machines.drain(["local"])
    counted = house.Completions(farm.manager)
    task = farm.submit(end=12, seconds=0.05)
    farm.wait(lambda: is_done(task))
    assert counted.are_once_each(task)
    assert task.retry_count == 0
    runs = farm.manager.service.runs(task.id).result(timeout=30)
    assert all(run.ended_at is not None and 0 <= run.ended_at - run.started_at < 60 for run in runs)


def test_an_older_version_is_given_nothing_and_says_why(farm: Farm) -> None:
    heard: list[str] = []
    farm.manager.service.noticed.connect(heard.append)
    farm.add("old", faults={"protocol": 1})
    farm.add("a")
    task = farm.submit(end=12, seconds=0.05)
    farm.wait(lambda: is_done(task))
    runs = farm.manager.service.runs(task.id).result(timeout=30)
    assert "old" not in {run.machine for run in runs}
    assert any("old" in said and "Install the same version" in said for said in heard)
    views = {view.name: view for view in farm.manager.service.machines.views()}
    assert "Install the same version" in (views["old"].reason or "")


@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0 or shutil.which("unshare") is None,
    reason="hiding a folder from one process needs root on Linux",
)
def test_a_worker_that_does_not_see_the_output_is_given_other_tasks(farm: Farm) -> None:
    hidden = farm.folder / "renders"
    hidden.mkdir(exist_ok=True)
    blind = ["unshare", "-m", "sh", "-c", f"mount -t tmpfs none '{hidden}' && exec \"$@\"", "sh"]
    if subprocess.run([*blind, "true"], capture_output=True).returncode:
        pytest.skip("no mounts here")
    heard: list[str] = []
    farm.manager.service.noticed.connect(heard.append)
    farm.add("blind", wrapped=blind)
    farm.add("a")
    scene = house.make_scene(farm.folder / "s", "shot", end=12, seconds=0.05)
    task = house.submit(farm.manager, scene, output_dir=str(hidden / "shot"))
    farm.wait(lambda: is_done(task))
    runs = farm.manager.service.runs(task.id).result(timeout=30)
    assert "blind" not in {run.machine for run in runs}
    assert any(said.startswith("blind does not see ") for said in heard)


@pytest.fixture
def alone(tmp_path: Path, qtbot: QtBot, farm: Farm) -> Iterator[Farm]:
    """Without a manager: one that can be killed takes its place."""
    farm.manager.stop()
    yield farm


def test_a_manager_that_is_killed_and_started_anew(alone: Farm) -> None:
    farm = alone
    scene = house.make_scene(farm.folder / "s", "shot", end=40, seconds=0.2)
    settings = {
        "FARM_ENABLED": "true",
        "BROKER_URL": farm.broker.url,
        "FARM_LEASE_SECONDS": "5",
        "MACHINES_OFF": "local",
        "MIN_FREE_MEMORY_MB": "0",
        "MIN_FREE_DISK_MB": "0",
    }
    doomed = subprocess.Popen(
        [sys.executable, str(DOOMED), str(scene)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | settings,
    )
    assert doomed.stdout is not None
    try:
        for name in ("a", "b"):
            farm.start_node(name)
        for line in doomed.stdout:
            if int(line.split()[1]) >= 4:
                break
    finally:
        doomed.kill()
        doomed.wait()
        doomed.stdout.close()
    farm.start_manager()
    counted = house.Completions(farm.manager)
    (task,) = farm.manager.service.tasks()
    before = task.completed_frames
    assert farm.remote(task), "what they do goes on"
    farm.wait(lambda: is_done(task))
    assert sum(counted.counted.values()) == task.total_frames - before
    assert max(counted.counted.values()) == 1
    assert done_once(farm, task, farm.folder / "s")
