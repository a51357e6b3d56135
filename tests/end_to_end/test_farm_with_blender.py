"""Real Blender on a farm: three workers as they are typed, and the manager's own machine."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import house
import psutil
import pytest
from blender_scenes import make_blend
from broker import Broker, RabbitMq, Redis, has_rabbitmq, has_redis
from pytestqt.qtbot import QtBot

from render_manager.assembly import RenderManager, assemble
from render_manager.base.paths import platform_home
from render_manager.base.settings import load_settings
from render_manager.domain.states import TaskState
from render_manager.domain.task import Task
from render_manager.renderers.renderer import Installation

pytestmark = pytest.mark.blender

NAMES = ("one", "two", "three")


class BlenderFarm:
    """A broker, three workers and a manager that renders nothing itself; ended with the test."""

    def __init__(self, folder: Path, qtbot: QtBot, ending: ExitStack, kind: type[Broker]) -> None:
        self._qtbot = qtbot
        broker = kind(folder)
        ending.callback(broker.stop)
        shared = {"EMBEDDED_BLENDER_DIR": str(platform_home() / "blender")}
        self.workers = []
        for name in NAMES:
            words = ("farm", "worker", "--broker", broker.url, "--name", name, "--slots", "1")
            home = {"RENDER_MANAGER_HOME": str(folder / name)}
            worker = subprocess.Popen(
                [sys.executable, "-m", "render_manager", *words],
                env=os.environ | shared | home | {"PYTHONPATH": str(Path(__file__).parents[2])},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            ending.callback(worker.wait)
            ending.callback(worker.kill)
            self.workers.append(worker)
        self.manager: RenderManager = assemble(
            load_settings(
                render_output_dir=folder / "renders",
                farm_enabled=True,
                broker_url=broker.url,
                machines_off="local",
                min_free_memory_mb=0,
                min_free_disk_mb=0,
                retry_delay_seconds=0,
                **{name.lower(): value for name, value in shared.items()},
            )
        )
        ending.callback(self.manager.stop)
        self.manager.start()
        self.wait(lambda: {m.name for m in self.manager.machines.elsewhere} == set(NAMES))

    def wait(self, condition: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(condition, timeout=120_000)

    def blenders(self) -> list[psutil.Process]:
        children = [p for w in self.workers for p in psutil.Process(w.pid).children(True)]
        return [each for each in children if is_blender(each)]


def is_blender(process: psutil.Process) -> bool:
    try:
        return "shot.blend" in " ".join(process.cmdline())
    except psutil.Error:
        return False


BROKERS = [
    pytest.param(
        Redis, id="redis", marks=pytest.mark.skipif(not has_redis(), reason="needs redis-server")
    ),
    pytest.param(
        RabbitMq,
        id="rabbitmq",
        marks=pytest.mark.skipif(not has_rabbitmq(), reason="needs RabbitMQ"),
    ),
]


@pytest.fixture(params=BROKERS)
def farm(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    qtbot: QtBot,
    blender_installation: Installation,
) -> Iterator[BlenderFarm]:
    with ExitStack() as ending:
        yield BlenderFarm(tmp_path, qtbot, ending, request.param)


def machines_of(farm: BlenderFarm, task: Task) -> set[str]:
    return {run.machine or "" for run in farm.manager.service.runs(task.id).result(timeout=30)}


def test_three_workers_render_one_scene_and_cancel_ends_them_all(
    farm: BlenderFarm, blender_python: Path, tmp_path: Path
) -> None:
    scene = make_blend(blender_python, tmp_path / "shot.blend", end=24, width=240, samples=16)
    counted = house.Completions(farm.manager)
    task = house.submit(farm.manager, scene)
    arrived: Counter[int] = Counter()
    farm.manager.service.changed.connect(lambda touched: arrived.update([task.completed_frames]))
    farm.wait(lambda: task.state is TaskState.COMPLETED and not task.runs)
    assert counted.are_once_each(task)
    assert machines_of(farm, task) == set(NAMES)
    assert arrived.keys() - {0, 24}, "frames arrive while others are rendered"
    details = house.details(farm.manager, task)
    files = [detail.output_path for detail in details]
    assert len(set(files)) == 24 and all(file and Path(file).is_file() for file in files)
    assert all(
        detail.thumbnail_path and Path(detail.thumbnail_path).is_file() for detail in details
    )
    assert task.retry_count == 0

    long = make_blend(
        blender_python, tmp_path / "long" / "shot.blend", end=60, width=960, samples=512
    )
    slow = house.submit(farm.manager, long)
    farm.wait(lambda: len({run.machine for run in slow.runs.values()}) == 3)
    farm.wait(lambda: len(farm.blenders()) >= 3)
    at_work, began = farm.blenders(), time.monotonic()
    farm.manager.service.cancel([slow.id])
    farm.wait(lambda: not slow.runs and not any(each.is_running() for each in at_work))
    assert time.monotonic() - began < 10
    assert slow.state is TaskState.CANCELLED
