"""What runs take of the named limits, and who has to wait for it."""

from __future__ import annotations

import pytest

from render_manager.base.amounts import NamedLimit
from render_manager.domain.events import Outcome, RunEnded, RunReport
from render_manager.domain.job import RenderJob
from render_manager.domain.needs import Supply, Usage
from render_manager.domain.queue import Queue
from render_manager.domain.scheduling import Limits, Place, next_chunk, runs_to_give_way
from render_manager.domain.task import Run, Task
from render_manager.domain.waiting import why_lacking

GPU = NamedLimit(24, per_machine=True)
SUPPLY = Supply({"licence": NamedLimit(2), "gpu": GPU}, {"maya": {"licence": 1}})
GIVES_WAY = frozenset({"maya", "blender"})
HERE = {"": "local"}
FARM = {"a": "a", "b": "b"}


class Stage:
    """A queue whose runs begin and end at a word."""

    def __init__(self, slots: int = 4, supply: Supply = SUPPLY) -> None:
        self.queue = Queue()
        self.limits = Limits(slots, supply=supply)

    def add(self, renderer: str = "blender", priority: int = 5, **needs: int) -> Task:
        name = f"s{len(self.queue.tasks) + 1}"
        job = RenderJob(f"/s/{name}", renderer, name, f"/out/{name}")
        task = self.queue.add(job, 0.0, priority=priority, needs=needs)
        self.queue.fill(task.id, job, range(1, 1001))
        return task

    def begin(self, task: Task, machine: str = "") -> Run:
        return self.queue.start_run(task.id, tuple(task.unassigned(1)), 0.0, machine)

    def end(self, run: Run) -> None:
        end = RunEnded(Outcome.GAVE_WAY, 0, missing=run.frames)
        self.queue.apply(RunReport(run.id, (end,)), 0.0, 0.0)

    def next(self, machine: str = "") -> Task | None:
        chunk = next_chunk(self.queue, self.limits, 0.0, place=Place(machine))
        return None if chunk is None else self.queue.task(chunk.task_id)

    def give_way(self, machine: str = "") -> list[int]:
        place = Place(machine)
        return runs_to_give_way(self.queue, self.limits, 0.0, GIVES_WAY, place=place)

    def why(self, task: Task, machines: dict[str, str] | None = None) -> str | None:
        return why_lacking(task, self.queue, SUPPLY, machines or HERE)


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_runs_take_what_their_renderer_needs_and_give_it_back(stage: Stage) -> None:
    maya = stage.add("maya")
    first = stage.begin(maya)
    stage.begin(maya)
    assert stage.next() is None
    stage.end(first)
    assert stage.next() is maya


def test_a_task_says_otherwise_than_its_renderer(stage: Stage) -> None:
    free, dear = stage.add("maya", licence=0), stage.add("maya", gpu=8, licence=2)
    assert dict(SUPPLY.needs_of(free)) == {}
    assert dict(SUPPLY.needs_of(dear)) == {"licence": 2, "gpu": 8}
    stage.begin(dear)
    assert stage.next() is free


def test_what_each_machine_has_is_counted_by_machine(stage: Stage) -> None:
    task = stage.add(gpu=24)
    stage.begin(task, "a")
    assert stage.next("a") is None
    assert stage.next("b") is task


def test_what_is_over_all_machines_is_counted_over_all(stage: Stage) -> None:
    task = stage.add("maya")
    stage.begin(task, "a")
    stage.begin(task, "b")
    assert stage.next() is None and stage.next("a") is None


def test_others_go_on_while_one_waits_for_a_limit(stage: Stage) -> None:
    stage.begin(stage.add("maya", licence=2))
    stage.add("maya")
    other = stage.add()
    assert stage.next() is other


def test_one_that_needs_much_is_not_overtaken_for_ever(stage: Stage) -> None:
    small = stage.add(gpu=8)
    run, other = stage.begin(small), stage.begin(small)
    big = stage.add(gpu=24, priority=6)
    assert stage.next() is None, "what is left is kept for it"
    stage.end(run)
    assert stage.next() is None
    stage.end(other)
    assert stage.next() is big


def test_nothing_is_kept_for_what_waits_for_a_slot(stage: Stage) -> None:
    stage.limits = Limits(1, supply=SUPPLY)
    stage.begin(stage.add(priority=7), "a")
    stage.add("maya", priority=6)
    later = stage.add("maya")
    on_b = Place("b")
    chunk = next_chunk(stage.queue, stage.limits, 0.0, holds=lambda t: t is not later, place=on_b)
    assert chunk is not None and chunk.task_id == later.id


@pytest.mark.parametrize("needs", [{"gpu": 25}, {"licence": 3}, {"unknown": 1}])
def test_what_can_never_be_had_keeps_nothing_from_others(
    stage: Stage, needs: dict[str, int]
) -> None:
    stage.add("blender", 7, **needs)
    other = stage.add("maya", gpu=1)
    assert stage.next() is other
    stage.begin(other)
    assert stage.give_way() == []


# --- giving way -----------------------------------------------------------------------------------


def test_a_run_gives_way_for_the_licence_it_holds_and_another_does_not(stage: Stage) -> None:
    stage.begin(stage.add(priority=1))
    holder = stage.add("maya", 2)
    runs = [stage.begin(holder), stage.begin(holder)]
    stage.add("maya", 9)
    assert stage.give_way() == [runs[0].id]


def test_the_licence_is_had_from_a_run_elsewhere(stage: Stage) -> None:
    run = stage.begin(stage.add("maya", 2, licence=2), "b")
    stage.begin(stage.add(priority=1), "a")
    urgent = stage.add("maya", 9)
    assert stage.give_way("a") == [run.id]
    stage.queue.give_way(run.id)
    assert stage.give_way("a") == []
    stage.end(run)
    assert stage.next("b") is urgent


def test_memory_elsewhere_helps_nobody(stage: Stage) -> None:
    stage.begin(stage.add(priority=2, gpu=24), "b")
    stage.begin(stage.add(priority=9, gpu=24), "a")
    stage.add(priority=8, gpu=8)
    assert stage.give_way("a") == []


def test_as_many_give_way_as_are_needed_and_none_in_vain(stage: Stage) -> None:
    small, half = stage.add(priority=1, gpu=4), stage.add(priority=2, gpu=12)
    stage.begin(small)
    taken = [stage.begin(half)]
    eight = stage.add(priority=3, gpu=8)
    stage.begin(eight)
    stage.add(priority=9, gpu=12)
    assert stage.give_way() == [run.id for run in taken]


def test_none_gives_way_if_it_would_not_be_enough(stage: Stage) -> None:
    stage.begin(stage.add(priority=2, gpu=8))
    stage.begin(stage.add(priority=9, gpu=8))
    stage.add(priority=9, gpu=24)
    assert stage.give_way() == []


def test_the_slot_is_kept_for_whom_runs_give_way(stage: Stage) -> None:
    stage.limits = Limits(2, supply=SUPPLY)
    idle = stage.add(priority=1)
    slot = stage.begin(idle)
    holder = stage.add("maya", 2, licence=2)
    held = stage.begin(holder)
    urgent = stage.add("maya", 9, licence=2)
    for run_id in stage.give_way():
        stage.queue.give_way(run_id)
    assert held.is_giving_way and not slot.is_giving_way
    stage.end(slot)
    assert stage.next() is None, "else it would be taken, and wanted back at once"
    stage.end(held)
    assert stage.next() is urgent


# --- in words -------------------------------------------------------------------------------------


def test_who_uses_it_is_told(stage: Stage) -> None:
    stage.begin(stage.add("maya"))
    stage.begin(stage.add("maya"))
    assert stage.why(stage.add("maya")) == (
        "A run of it needs 1 licence, and 2 of 2 are in use by s1, s2. It starts when a run of these "
        "ends; pause one to have it sooner."
    )


def test_the_machine_that_has_most_left_is_told(stage: Stage) -> None:
    stage.begin(stage.add(gpu=20), "a")
    stage.begin(stage.add(gpu=18), "b")
    said = stage.why(stage.add(gpu=8), FARM)
    assert said is not None and "on b, 18 of 24 are in use by s2." in said
    assert stage.why(stage.add(gpu=6), FARM) is None, "s3 has room made on one machine only"


def test_for_whom_it_is_kept_is_told(stage: Stage) -> None:
    stage.begin(stage.add(gpu=8))
    stage.add(gpu=24, priority=6)
    assert stage.why(stage.add(gpu=8)) == (
        "What is left of gpu is kept for what needs more of it and comes first: s2."
    )


@pytest.mark.parametrize(
    ("needs", "said"),
    [
        ({"gpu": 25}, "no machine has more than 24"),
        ({"licence": 3}, "the limit is 2"),
        ({"licens": 1}, "A run of it needs 1 licens, and there is no limit of that name."),
    ],
)
def test_what_can_never_be_had_is_told(stage: Stage, needs: dict[str, int], said: str) -> None:
    why = stage.why(stage.add("blender", 5, **needs))
    assert why is not None and said in why and "settings" in why


def test_counting_leaves_out_what_gives_way_if_asked(stage: Stage) -> None:
    task = stage.add("maya")
    run = stage.begin(task)
    run.is_giving_way = True
    assert Usage.by_runs(SUPPLY, [task]).used("licence", "") == 1
    assert Usage.by_runs(SUPPLY, [task], staying=True).used("licence", "") == 0
