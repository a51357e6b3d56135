"""Manager and workers over a network that loses, doubles and reorders, with everybody dying at will.

Whatever happens, every frame is completed in the end, and none is reported completed twice.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render_manager.domain.events import (
    FrameBegan,
    FrameCompleted,
    FrameProgress,
    Outcome,
    RunEnded,
)
from render_manager.domain.job import RenderJob
from render_manager.domain.machines import Machines
from render_manager.domain.queue import Queue
from render_manager.domain.states import FrameState
from render_manager.domain.task import Task
from render_manager.engine.order import LostRun, RunOrder
from render_manager.farm.ledger import Ledger
from render_manager.farm.messages import (
    MANAGER_QUEUE,
    PROTOCOL,
    GiveWay,
    Hello,
    Message,
    Order,
    Stop,
    control_queue,
    order_queues,
    read_from_worker,
    read_order,
    read_to_worker,
    text_of,
)
from render_manager.farm.node import Hand, Node, Parcel

LEASE = 60.0
JOB = RenderJob("/p/a.fake", "fake", "a", "/out")


@dataclass(eq=False)
class Rendering:
    """What stands for a renderer: a frame at each step, if it has leave."""

    hand: Hand
    left: list[int]
    missing: list[int]
    is_stopped: bool = False

    def ask(self, wish: Stop | GiveWay) -> None:
        self.is_stopped = True


@dataclass(eq=False)
class Worker:
    """A machine with two slots."""

    world: World
    name: str
    number: int = 0
    work: list[Rendering] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        self.number += 1
        self.work = []
        hello = Hello(self.name, f"{self.name}#{self.number}", PROTOCOL, "1", 2, {"fake": ("1",)})
        self.node = Node(
            hello,
            lambda message: self.world.send(MANAGER_QUEUE, message),
            lambda: self.world.now,
            lambda check: self.node.sees(check.task, None),
            lambda run, take: self.node.log(run, take.encode()),
        )
        self.node.say_hello()

    def hear(self, text: str) -> None:
        self.node.hear(read_to_worker(text))

    def take(self, order: Order) -> None:
        self.work.append(
            Rendering(self.node.take(order.run), list(order.frames), list(order.frames))
        )

    def step(self) -> None:
        for each in list(self.work):
            if not each.hand.answered.is_set():
                self.node.ask_leave(each.hand)
            elif each.hand.is_dropped:
                self.work.remove(each)
            else:
                if each.hand.ask is None:
                    self.node.begin(each.hand, each.ask)
                self._render(each)

    def _render(self, each: Rendering) -> None:
        if each.left and not each.is_stopped:
            frame = each.left.pop(0)
            each.missing.remove(frame)
            began = (FrameBegan(frame), FrameProgress(frame, 50.0))
            self.node.tell(each.hand, Parcel(began))
            self.node.tell(each.hand, Parcel((FrameCompleted(frame, ()),)))
            return
        outcome = Outcome.CANCELLED if each.missing else Outcome.FINISHED
        end = RunEnded(outcome, missing=tuple(each.missing))
        self.node.tell(each.hand, Parcel((end,), log=b"the end"), is_last=True)
        self.work.remove(each)


class World:
    """The broker, the manager with one task, and three workers."""

    def __init__(self, seed: int, frames: int = 12, chunk: int = 3) -> None:
        self.chunk = chunk
        self.dice = random.Random(seed)
        self.now = 0.0
        self.queues: defaultdict[str, list[str]] = defaultdict(list)
        self.queue = Queue()
        self.task = self.queue.add(JOB, 0.0)
        self.queue.fill(self.task.id, JOB, range(1, frames + 1))
        self.completed: Counter[int] = Counter()
        self.sessions = 0
        self.start_manager()
        self.workers = [Worker(self, name) for name in "abc"]

    def start_manager(self) -> None:
        self.sessions += 1
        self.queues[MANAGER_QUEUE].clear()
        self.machines = Machines()
        self.ledger = Ledger(self.machines, f"session {self.sessions}", LEASE)
        self.ledger.connected(self.now)
        for run in list(self.task.runs.values()):
            done = frozenset(frame for frame in run.frames if self.is_done(frame))
            order = RunOrder(run.id, JOB, run.frames, Path("log"), machine=str(run.command))
            self.ledger.take_over(LostRun(order, None, None, 0.0, done), self.now)

    def is_done(self, frame: int) -> bool:
        return self.task.frames.state(frame - 1) is FrameState.COMPLETED

    def send(self, queue: str, message: Message) -> None:
        self.queues[queue].append(text_of(message))

    def dispatch(self) -> None:
        for machine in self.machines.elsewhere:
            if machine.is_unasked(self.task):
                self.ledger.ask_about(machine, self.task, 1)
            busy = [run for run in self.task.runs.values() if run.command == machine.name]
            if machine.suits(self.task) and len(busy) < machine.slots:
                self._give(machine.name)
        self.settle()

    def _give(self, name: str) -> None:
        frames = tuple(self.task.unassigned(self.chunk))
        if frames:
            run = self.queue.start_run(self.task.id, frames, self.now)
            run.command = name
            self.ledger.start(RunOrder(run.id, JOB, frames, Path("log"), machine=name), self.now)

    def settle(self) -> None:
        out = self.ledger.drain()
        for post in out.posts:
            self.send(post.queue, post.message)
        for report in out.reports:
            assert self.queue.task_of_run(report.run_id) is self.task
            done = [e.frame for e in report.events if isinstance(e, FrameCompleted)]
            self.completed.update(done)
            self.queue.apply(report, self.now, 0.0)

    def deliver(self, *, is_healthy: bool) -> None:
        """One message of each queue; on a bad day it may come twice, late, or not at all."""
        for name, waiting in list(self.queues.items()):
            if waiting:
                late = 0 if is_healthy else self.dice.randrange(min(3, len(waiting)))
                text = waiting.pop(late)
                fate = 1.0 if is_healthy else self.dice.random()
                for _ in range(0 if fate < 0.1 else 2 if fate < 0.25 else 1):
                    self._hand_over(name, text)

    def _hand_over(self, name: str, text: str) -> None:
        if name == MANAGER_QUEUE:
            self.ledger.hear(read_from_worker(text), self.now)
            self.settle()
        for worker in self.workers:
            if name == control_queue(worker.name):
                worker.hear(text)
            elif name in order_queues(worker.name):
                worker.take(read_order(text))

    def step(self, *, is_healthy: bool) -> None:
        self.now += 0.5
        for _ in range(8):
            self.deliver(is_healthy=is_healthy)
        for worker in self.workers:
            worker.step()
            if int(self.now * 2) % 6 == 0:
                worker.node.beat()
        self.ledger.tick(self.now)
        self.dispatch()

    def trouble(self) -> None:
        match self.dice.randrange(12):
            case 0:
                self.dice.choice(self.workers).start()  # killed, and started again
            case 1:
                self.queues.clear()  # the broker lost its data
            case 2:
                self.start_manager()
            case 3:
                self.now += self.dice.choice([5.0, LEASE + 1])  # nobody hears anybody for so long
            case _:
                pass

    def finish(self) -> Task:
        for _ in range(1000):
            if not self.task.runs and self.task.completed_frames == len(self.task.frames):
                return self.task
            self.step(is_healthy=True)
        raise AssertionError(self.task.frames.counts, self.task.runs)


def all_once(world: World) -> bool:
    numbers = world.task.frames.numbers
    return world.completed == Counter(dict.fromkeys(numbers, 1))


def test_three_workers_render_a_task() -> None:
    world = World(1)
    world.finish()
    assert all_once(world)
    assert all(worker.node.is_idle for worker in world.workers)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32))
def test_nothing_is_lost_or_done_twice_whatever_happens(seed: int) -> None:
    world = World(seed, frames=20)
    for _ in range(40):
        world.trouble()
        world.step(is_healthy=False)
    world.finish()
    assert all_once(world)


def going(world: World) -> tuple[int, Worker]:
    """A run that has a frame completed, and the worker at it."""
    while not world.completed:
        world.step(is_healthy=True)
    run_id, run = next(iter(world.task.runs.items()))
    return run_id, next(w for w in world.workers if w.name == run.command)


def test_a_worker_that_dies_is_given_up_after_the_lease_and_not_before() -> None:
    world = World(2, frames=60, chunk=10)
    run_id, worker = going(world)
    worker.work.clear()
    worker.node = Node(
        worker.node.hello, lambda m: None, lambda: 0.0, lambda c: None, lambda r, t: None
    )
    began = world.now
    while run_id in world.task.runs:
        world.step(is_healthy=True)
    assert LEASE - 4 < world.now - began < LEASE + 5
    world.finish()
    assert all_once(world)


def test_a_worker_started_anew_has_lost_its_runs_at_once() -> None:
    world = World(3, frames=60, chunk=20)
    run_id, worker = going(world)
    worker.start()
    began = world.now
    while run_id in world.task.runs:
        world.step(is_healthy=True)
    assert world.now - began < 10


def test_a_manager_started_anew_goes_on_with_the_runs_that_it_finds() -> None:
    world = World(4, frames=60, chunk=10)
    _run_id, worker = going(world)
    hand = worker.work[0].hand
    world.start_manager()
    world.finish()
    assert all_once(world)
    assert hand.is_over
    assert not hand.is_dropped


def test_a_run_that_nobody_wants_ends_its_renderer() -> None:
    world = World(5, frames=120, chunk=60)
    _run_id, worker = going(world)
    rendering = worker.work[0]
    world.now += LEASE + 1
    world.ledger.tick(world.now)  # nobody was heard
    world.settle()
    assert not world.task.runs
    while not rendering.is_stopped:
        world.step(is_healthy=True)


@pytest.mark.parametrize("wish", ["stop", "give_way"])
def test_cancelling_reaches_the_renderer_though_the_word_is_lost(wish: str) -> None:
    world = World(6, frames=120, chunk=60)
    run_id, worker = going(world)
    rendering = next(each for each in worker.work if each.hand.run == run_id)
    getattr(world.ledger, wish)(run_id, world.now)
    world.ledger.drain()  # lost
    while run_id in world.task.runs:
        world.step(is_healthy=True)
    assert rendering.is_stopped


def test_an_order_that_was_not_taken_ends_when_it_is_cancelled() -> None:
    world = World(7)
    for _ in range(3):
        world.step(is_healthy=True)
    world._give("a")
    run_id = max(world.task.runs)
    world.ledger.stop(run_id, world.now)
    world.settle()
    assert run_id not in world.task.runs
    world.finish()


def test_a_worker_of_another_version_is_told_why_it_gets_nothing() -> None:
    world = World(8)
    world.ledger.hear(Hello("old", "x", PROTOCOL + 1, "0.0.1", 8, {"fake": ("1",)}), 0.0)
    out = world.ledger.drain()
    assert "0.0.1" in out.notices[0]
    assert "0.0.1" in text_of(out.posts[0].message)
    old = world.machines.get("old")
    assert old is not None
    assert not old.is_unasked(world.task)


def test_one_that_does_not_see_the_folders_says_so() -> None:
    world = World(9)
    world.workers[0].node._check = lambda check: world.workers[0].node.sees(check.task, "/out")
    world.finish()
    assert all_once(world)
    assert not any(run.command == "a" for run in world.task.runs.values())
    machine = world.machines.get("a")
    assert machine is not None
    assert machine.blind[world.task.id][1] == "/out"


def test_a_late_log_comes_with_the_end() -> None:
    world = World(10, frames=3)
    logs: list[bytes] = []
    drain = world.ledger.drain

    def spy() -> object:
        out = drain()
        logs.extend(log for _path, log in out.logs)
        return out

    world.ledger.drain = spy  # type: ignore[method-assign,assignment]
    world.finish()
    assert set(logs) == {b"the end"}


def test_a_worker_that_was_cut_off_for_too_long_ends_its_runs_and_says_nothing_more() -> None:
    world = World(11, frames=120, chunk=60)
    _run_id, worker = going(world)
    rendering = worker.work[0]
    worker.node.forsake_all()
    assert rendering.is_stopped
    assert worker.node.is_idle
    world.finish()
    assert all_once(world)
