"""The manager and workers in processes of their own, with Redis between them."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import house
import psutil
import pytest
from broker import Broker, Node, RabbitMq, Redis, has_rabbitmq, has_redis
from pytestqt.qtbot import QtBot

from render_manager.assembly import RenderManager
from render_manager.base.settings import Settings, load_settings
from render_manager.domain.machines import Machine, MachineState
from render_manager.domain.states import FrameState, TaskState
from render_manager.domain.task import Task
from render_manager.service.schemas import TaskChanges

pytestmark = pytest.mark.skipif(not has_redis(), reason="needs redis-server")


class Farm:
    """What a test has at hand; everything is ended with it."""

    def __init__(
        self, folder: Path, qtbot: QtBot, ending: ExitStack, kind: type[Broker] = Redis
    ) -> None:
        self.folder = folder
        self.qtbot = qtbot
        self.ending = ending
        self.broker = kind(folder)
        ending.callback(self.broker.stop)
        self.nodes: list[Node] = []
        self.manager = self.start_manager()

    def settings(self) -> Settings:
        return load_settings(
            farm_enabled=True,
            broker_url=self.broker.url,
            farm_lease_seconds=5,
            cancel_grace_seconds=1,
            retry_delay_seconds=0,
            min_free_memory_mb=0,
            min_free_disk_mb=0,
        )

    def start_manager(self) -> RenderManager:
        self.manager = house.build(self.settings())
        self.manager.start()
        return self.manager

    def add(self, *names: str, url: str | None = None, **special: Any) -> None:
        """Workers, of one slot each; done when all have joined."""
        for name in names:
            self.start_node(name, url, **special)
        self.wait(lambda: set(names) <= {machine.name for machine in self.here()})

    def start_node(self, name: str, url: str | None = None, **special: Any) -> None:
        node = Node(url or self.broker.url, name, self.folder / name, **special)
        self.ending.callback(node.kill)
        self.nodes.append(node)

    def here(self) -> list[Machine]:
        machines = self.manager.machines.elsewhere
        return [machine for machine in machines if machine.is_here]

    def wait(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=40_000)

    def submit(self, name: str = "shot", **scene: object) -> Task:
        return house.submit(self.manager, house.make_scene(self.folder / "s", name, **scene))

    def remote(self, task: Task) -> dict[str, int]:
        """The runs under way on workers, by machine."""
        return {run.machine: run.id for run in task.runs.values() if run.machine}


@pytest.fixture
def farm(tmp_path: Path, qtbot: QtBot) -> Iterator[Farm]:
    with ExitStack() as ending:
        farm = Farm(tmp_path, qtbot, ending)
        ending.callback(lambda: farm.manager.stop())
        yield farm


def program_called(name: str, folder: Path, ending: ExitStack) -> subprocess.Popen[bytes]:
    """Something that runs under that name and does nothing."""
    sleeper = shutil.which("sleep")
    assert sleeper is not None
    program = folder / name
    shutil.copy(sleeper, program)
    process = subprocess.Popen([program, "600"])

    def end() -> None:
        process.kill()
        process.wait()

    ending.callback(end)
    return process


def renderers_of(nodes: list[Node]) -> list[psutil.Process]:
    """The fake renderers that these workers started."""
    children = [p for node in nodes for p in psutil.Process(node.process.pid).children(True)]
    return [p for p in children if is_renderer(p)]


def is_renderer(process: psutil.Process) -> bool:
    try:
        return "fake_render.py" in " ".join(process.cmdline())
    except psutil.Error:  # it has just ended
        return False


def is_done(task: Task) -> bool:
    return task.state is TaskState.COMPLETED and not task.runs


def done_once(farm: Farm, task: Task, scene_folder: Path) -> bool:
    rendered = Counter(house.rendered(scene_folder / "shot.fake"))
    return set(rendered.values()) == {1} and len(rendered) == task.total_frames


def test_workers_and_this_machine_render_a_task_together(farm: Farm) -> None:
    farm.add("a", "b", "c")
    task = farm.submit(end=24, seconds=0.1)
    seen: set[str] = set()

    def all_ended() -> bool:
        seen.update(run.machine for run in task.runs.values())
        return task.state is TaskState.COMPLETED and not task.runs

    farm.wait(all_ended)
    assert seen == {"", "a", "b", "c"}
    assert done_once(farm, task, farm.folder / "s")
    details = house.details(farm.manager, task)
    assert all(
        detail.thumbnail_path and Path(detail.thumbnail_path).is_file() for detail in details
    )
    assert all(detail.output_path and Path(detail.output_path).is_file() for detail in details)
    runs = farm.manager.service.runs(task.id).result(timeout=30)
    farm.wait(lambda: all("bye" in Path(run.log_path or "").read_text() for run in runs))


@pytest.mark.skipif(not has_rabbitmq(), reason="needs rabbitmq-server")
def test_the_same_with_rabbitmq_also_when_it_is_started_anew(
    tmp_path: Path, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    with ExitStack() as ending:
        farm = Farm(tmp_path, qtbot, ending, RabbitMq)
        ending.callback(lambda: farm.manager.stop())
        farm.add("a", "b", "c")
        counted = house.Completions(farm.manager)
        task = farm.submit(end=36, seconds=0.2)
        farm.wait(lambda: len(farm.remote(task)) == 3 and task.completed_frames > 2)
        farm.broker.stop()
        farm.broker.start()
        farm.wait(lambda: is_done(task))
        # Begun they are twice where RabbitMQ needed longer than the lease to be there again.
        assert counted.are_once_each(task)
        assert task.retry_count == 0
        # Longer than RabbitMQ waits here for an order to be acknowledged: who is late gets no other.
        scene = house.make_scene(farm.folder / "s", "held", end=1, seconds=3)
        held = house.submit(farm.manager, scene, machines=("a",))
        farm.wait(lambda: is_done(held))
        long = farm.submit("long", end=40, seconds=60)
        farm.wait(lambda: len(farm.remote(long)) == 3 and len(renderers_of(farm.nodes)) == 3)
        at_work = renderers_of(farm.nodes)
        began = time.monotonic()
        farm.manager.service.cancel([long.id])
        farm.wait(lambda: not long.runs)
        assert time.monotonic() - began < 10
        assert not any(process.is_running() for process in at_work)
    caplog.clear()  # that the broker did not answer for a while


def test_cancelling_ends_the_renderers_of_all_machines(farm: Farm) -> None:
    farm.add("a", "b")
    task = farm.submit(end=40, seconds=60)
    farm.wait(lambda: len(farm.remote(task)) == 2 and len(renderers_of(farm.nodes)) == 2)
    at_work = renderers_of(farm.nodes)
    farm.manager.service.cancel([task.id])
    farm.wait(lambda: not task.runs)
    assert task.state is TaskState.CANCELLED
    assert not any(process.is_running() for process in at_work)


def test_a_worker_that_is_killed_loses_no_frame(farm: Farm) -> None:
    farm.add("a", "b")
    counted = house.Completions(farm.manager)
    task = farm.submit(end=24, seconds=0.2)
    farm.wait(lambda: "a" in farm.remote(task) and task.completed_frames > 2)
    victim = farm.nodes[0]
    children = psutil.Process(victim.process.pid).children(recursive=True)
    victim.kill()  # as if the machine was switched off: its renderers are gone as well
    for child in children:
        child.kill()
    farm.wait(lambda: is_done(task))
    assert counted.are_once_each(task)
    assert task.retry_count == 0
    assert "a" not in {machine.name for machine in farm.here()}


def test_a_broker_that_loses_everything_is_made_good(
    farm: Farm, caplog: pytest.LogCaptureFixture
) -> None:
    farm.add("a", "b")
    counted = house.Completions(farm.manager)
    task = farm.submit(end=24, seconds=0.2)
    farm.wait(lambda: len(farm.remote(task)) == 2 and task.completed_frames > 2)
    farm.broker.stop()
    farm.broker.start()
    farm.wait(lambda: is_done(task))
    caplog.clear()  # that the broker does not answer
    assert counted.are_once_each(task)
    assert done_once(farm, task, farm.folder / "s")


def test_a_manager_started_anew_goes_on_with_what_the_workers_do(farm: Farm) -> None:
    farm.add("a")
    task = farm.submit(end=24, seconds=0.2)
    farm.wait(lambda: "a" in farm.remote(task) and task.completed_frames > 2)
    run_id = farm.remote(task)["a"]
    farm.manager.service.leaves_runs = True
    farm.manager.stop()
    manager = farm.start_manager()
    again = manager.service.task(task.id)
    assert farm.remote(again) == {"a": run_id}
    farm.wait(lambda: again.state is TaskState.COMPLETED and not again.runs)
    assert done_once(farm, again, farm.folder / "s")


def test_a_worker_that_is_ended_gives_its_frames_back_at_once(farm: Farm) -> None:
    farm.add("a")
    task = farm.submit(end=8, seconds=60)
    farm.wait(lambda: "a" in farm.remote(task) and len(renderers_of(farm.nodes)) == 1)
    farm.nodes[0].end()
    farm.wait(lambda: not farm.remote(task) and not farm.here())
    assert task.frames.counts[FrameState.FAILED] == 0
    farm.manager.service.cancel([task.id])


def test_machines_are_switched_off_and_tasks_kept_to_them(farm: Farm) -> None:
    farm.add("a", "b")
    desk, service = farm.manager.service.machines, farm.manager.service
    desk.drain(["local"])
    task = farm.submit(end=40, seconds=60)
    farm.wait(lambda: set(farm.remote(task)) == {"a", "b"})
    desk.disable(["a"])
    farm.wait(lambda: set(farm.remote(task)) == {"b"})
    service.amend([task.id], TaskChanges(machines=("a",)))
    desk.enable(["a", "local"])
    farm.wait(lambda: set(farm.remote(task)) == {"a", "b"})
    service.cancel([task.id])
    farm.wait(lambda: not task.runs)
    assert task.retry_count == 0


def test_named_limits_hold_over_all_machines_and_over_a_new_manager(farm: Farm) -> None:
    wanted = {"limits": "licence=2, gpu=8/machine", "renderer_needs": "fake=licence gpu:8"}
    farm.manager.service.change_settings(wanted)
    farm.add("a", "b", "c")
    task = farm.submit(end=24, seconds=0.2)
    most: set[int] = set()
    farm.manager.service.changed.connect(lambda: most.add(len(task.runs)))
    farm.wait(lambda: len(farm.remote(task)) == 1 and task.completed_frames > 4)
    kept = farm.remote(task)
    farm.manager.service.leaves_runs = True
    farm.manager.stop()
    manager = farm.start_manager()
    again = manager.service.task(task.id)
    assert kept.items() <= farm.remote(again).items()
    manager.service.changed.connect(lambda: most.add(len(again.runs)))
    farm.wait(lambda: again.state is TaskState.COMPLETED and not again.runs)
    assert max(most) == 2
    assert done_once(farm, again, farm.folder / "s")


def test_logs_of_machines_and_of_their_runs_come_home_when_they_are_looked_at(farm: Farm) -> None:
    farm.add("a")
    service = farm.manager.service
    service.machines.drain(["local"])
    task = farm.submit(end=4, seconds=60)
    farm.wait(lambda: "a" in farm.remote(task))
    (run,) = task.runs.values()
    log = Path(run.log_path or "")

    def has_come() -> bool:
        service.bring(str(log))
        return log.is_file() and log.stat().st_size > 0

    farm.wait(has_come)
    with farm.qtbot.waitSignal(service.machines.logged, timeout=20_000) as told:
        service.machines.log("a")
    assert told.args is not None
    assert told.args[0] == "a" and told.args[1].text
    service.cancel([task.id])
    farm.wait(lambda: not task.runs)


def test_without_a_farm_nothing_of_it_is_loaded(tmp_path: Path) -> None:
    import subprocess

    words = "import render_manager.assembly, sys; print({'celery', 'kombu'} & sys.modules.keys())"
    told = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "set()"


@pytest.mark.skipif(sys.platform == "win32", reason="has no sleep")
def test_a_worker_leaves_itself_to_its_user(farm: Farm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHEN_PROGRAMS_RUN", "pause")
    monkeypatch.setenv("PROGRAMS_TO_HEED", "modeller")
    farm.add("desk")
    monkeypatch.undo()
    farm.add("rack")
    farm.manager.service.machines.drain(["local"])
    counted = house.Completions(farm.manager)
    task = farm.submit(end=60, seconds=0.2)
    farm.wait(lambda: "desk" in farm.remote(task) and task.completed_frames > 2)
    modeller = program_called("modeller", farm.folder, farm.ending)
    farm.wait(lambda: "desk" not in farm.remote(task))
    (view,) = [each for each in farm.manager.service.machines.views() if each.name == "desk"]
    assert view.state is MachineState.RESTING
    assert view.reason == "“modeller” is running. Rendering goes on when it is not."
    assert not renderers_of([farm.nodes[0]])
    assert "rack" in farm.remote(task)
    modeller.kill()
    modeller.wait()
    desk = farm.manager.machines.called("desk")
    assert desk is not None
    farm.wait(lambda: desk.in_use is None)
    farm.wait(lambda: is_done(task))
    assert counted.are_once_each(task)
