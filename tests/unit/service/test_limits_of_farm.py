"""Named limits over several machines, whatever is queued and however runs end."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from render_manager.base.settings import Settings, load_settings
from render_manager.domain.events import FrameCompleted, Outcome, RunEnded, RunReport
from render_manager.domain.job import RenderJob
from render_manager.domain.machines import Machine, Machines
from render_manager.domain.needs import worth_a_look
from render_manager.domain.queue import Queue
from render_manager.domain.scheduling import Limits, next_chunk, runs_to_give_way
from render_manager.domain.states import TaskState
from render_manager.domain.task import Run, Task, Timing
from render_manager.domain.timetable import Timetable
from render_manager.service.elsewhere import Elsewhere
from render_manager.service.needs import supply_of

TOTALS = {"lic": 2, "tokens": 5}
EACH = {"gpu": 12}
RENDERERS = ("maya", "blender")
GIVES_WAY = frozenset({"maya"})
TIMES = Timetable(0.0)

needs = st.fixed_dictionaries(
    {},
    optional={
        "lic": st.integers(0, 2),
        "tokens": st.integers(0, 5),
        "gpu": st.integers(0, 12),
    },
)
Wish = tuple[str, int, dict[str, int], int, tuple[str, ...]]
"""Renderer, priority, needs, frames and machines of a task."""

wishes = st.tuples(
    st.sampled_from(RENDERERS),
    st.integers(0, 10),
    needs,
    st.integers(1, 5),
    st.sampled_from([(), ("a",), ("b",), ("local",), ("a", "local")]),
)


class World:
    """This machine and two others; what the dispatcher does, and runs that end at a word."""

    def __init__(self, settings: Settings, slots: tuple[int, int, int]) -> None:
        self.settings = settings
        self.queue = Queue()
        self.machines = Machines()
        renderers: dict[str, tuple[str, ...]] = dict.fromkeys(RENDERERS, ("1",))
        for name, count in zip("ab", slots[1:], strict=True):
            renderers = dict.fromkeys(RENDERERS, ("1",))
            self.machines.join(Machine(name, count, renderers), 0.0)
        self.slots = slots[0]
        self.elsewhere = Elsewhere(self.queue, settings, self.machines, None)

    def add(
        self,
        renderer: str,
        priority: int,
        needs: dict[str, int],
        frames: int,
        kept_to: tuple[str, ...] = (),
    ) -> Task:
        name = f"s{len(self.queue.tasks)}"
        job = RenderJob("/s/x", renderer, name, "/out")
        task = self.queue.add(job, 0.0, priority=priority, needs=needs, kept_to=kept_to)
        self.queue.fill(task.id, job, range(1, frames + 1))
        task.timing = Timing(0.0, 60.0)  # a frame is a chunk
        for machine in self.machines.elsewhere:
            self.machines.see(machine.name, task.id, None, 0.0)
        return task

    def look(self) -> None:
        tasks = self.queue.in_play()
        limits = Limits(self.slots, {}, supply_of(self.settings))
        here = self.elsewhere.here(tasks, limits)
        holds = self.elsewhere.held_here(lambda _task: False)
        able = worth_a_look(tasks, limits.supply)
        while chunk := next_chunk(able, limits, 0.0, GIVES_WAY, holds, TIMES, here):
            self.queue.start_run(chunk.task_id, chunk.frames, 0.0)
        for chunk, name in self.elsewhere.chunks(able, TIMES, GIVES_WAY, holds, limits):
            self.queue.start_run(chunk.task_id, chunk.frames, 0.0, name)
        for run_id in runs_to_give_way(tasks, limits, 0.0, GIVES_WAY, holds, TIMES):
            self.queue.give_way(run_id)
        for run_id in self.elsewhere.runs_to_give_way(tasks, TIMES, GIVES_WAY):
            self.queue.give_way(run_id)

    def runs(self) -> list[tuple[Task, Run]]:
        return [(task, run) for task in self.queue for run in task.runs.values()]

    def end(self, run: Run) -> None:
        """With all its frames, or with none if it was asked to give way: nothing helps it along."""
        if run.is_giving_way:
            self.queue.apply(
                RunReport(run.id, (RunEnded(Outcome.GAVE_WAY, 0, missing=run.frames),)), 0.0, 0.0
            )
            return
        done = tuple(FrameCompleted(frame, ()) for frame in run.frames)
        self.queue.apply(RunReport(run.id, (*done, RunEnded(Outcome.FINISHED, 0))), 0.0, 0.0)

    def restart(self) -> None:
        """The manager died and is there again: it knows the tasks, and the runs under way."""
        tasks = list(self.queue)
        self.queue = Queue(
            next_task=1000, next_run=1 + max((r.id for _t, r in self.runs()), default=0)
        )
        for task in tasks:
            runs = list(task.runs.values())
            for run in runs:
                task.end_run(run)
            self.queue.restore(task)
            for run in runs:
                run.is_giving_way = False  # nobody wrote that down
                self.queue.resume_run(task.id, run)
        self.elsewhere = Elsewhere(self.queue, self.settings, self.machines, None)

    def used(self) -> Counter[tuple[str, str]]:
        """Counted here by hand."""
        used: Counter[tuple[str, str]] = Counter()
        for task, run in self.runs():
            usual = {"lic": 1} if task.job.renderer == "maya" else {}
            for name, amount in {**usual, **task.needs}.items():
                used[name, run.machine if name in EACH else ""] += amount
        return used


@pytest.fixture(scope="module")
def limited() -> Settings:
    return load_settings(limits="lic=2, tokens=5, gpu=12/machine", renderer_needs="maya=lic")


@how(deadline=None, max_examples=150)
@given(
    slots=st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 2)),
    asked=st.lists(wishes, min_size=1, max_size=8),
    later=st.lists(wishes, max_size=4),
    data=st.data(),
)
def test_no_limit_is_exceeded_and_everything_is_rendered_in_the_end(
    limited: Settings,
    slots: tuple[int, int, int],
    asked: list[Wish],
    later: list[Wish],
    data: st.DataObject,
) -> None:
    """Runs that give way have rendered nothing, so that endless swapping would never end."""
    world = World(limited, slots)
    for each in asked:
        world.add(*each)
    frames = sum(each[3] for each in asked + later)
    for _step in range(20 * frames + 50):
        world.look()
        used = world.used()
        assert all(used[name, ""] <= most for name, most in TOTALS.items())
        assert all(used[name, on] <= most for name, most in EACH.items() for on in ("", "a", "b"))
        if data.draw(st.booleans(), "another") and later:
            world.add(*later.pop())
            continue
        runs = world.runs()
        if not runs:
            break
        if data.draw(st.integers(0, 9), "dies") == 0:
            world.restart()
            runs = world.runs()
        world.end(data.draw(st.sampled_from(runs), "ends")[1])
    while later:
        world.add(*later.pop())
    for _step in range(20 * frames + 50):
        world.look()
        if not world.runs():
            break
        world.end(world.runs()[0][1])
    assert {task.state for task in world.queue} == {TaskState.COMPLETED}


@how(deadline=None, max_examples=150)
@given(
    slots=st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 2)),
    crowd=st.lists(wishes, min_size=1, max_size=8),
    wish=wishes,
)
def test_who_comes_first_is_not_kept_waiting_by_who_comes_later(
    limited: Settings,
    slots: tuple[int, int, int],
    crowd: list[Wish],
    wish: Wish,
) -> None:
    """However much it needs: when all runs that were under way have ended, and those once more that
    took slots in the meantime, it has begun."""
    world = World(limited, slots)
    for renderer, _priority, needs, _frames, kept_to in crowd:
        world.add(renderer, 4, needs, 10_000, kept_to)
    world.look()
    renderer, _priority, needs, _frames, kept_to = wish
    first = world.add(renderer, 7, needs, 1, kept_to)
    ended = 0
    world.look()
    while not first.runs:
        oldest = min((run for _task, run in world.runs()), key=lambda run: run.id)
        world.end(oldest)
        ended += 1
        assert ended <= 3 * sum(slots)
        world.look()
