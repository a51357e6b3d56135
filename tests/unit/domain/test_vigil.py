"""When a run has had its chance, and when it only seems so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from render_manager.domain.events import Phase
from render_manager.domain.patience import RunLimits
from render_manager.domain.vigil import Look, Vigil, in_words, period_for

PERIOD = 2.0


def codes(limits: RunLimits, *looks: Look) -> list[str | None]:
    vigil = Vigil(limits, PERIOD)
    problems = [vigil.take(look) for look in looks]
    return [None if problem is None else problem.code for problem in problems]


def first_at(limits: RunLimits, looks: list[Look]) -> float | None:
    """When the run is ended, if it is."""
    vigil = Vigil(limits, PERIOD)
    return next((look.at for look in looks if vigil.take(look)), None)


def every_two_seconds(until: float, **rates: float) -> list[Look]:
    """Looks in which each of `rates` grows by so much per second."""
    times = [PERIOD * i for i in range(int(until / PERIOD) + 1)]
    cpu, io, log = (rates.get(name, 0.0) for name in ("cpu", "io", "log"))
    return [Look(at, log=int(log * at), cpu=cpu * at, io=int(io * at)) for at in times]


STALL = RunLimits(stall_seconds=60.0)


def test_a_run_without_any_sign_of_life_has_stalled() -> None:
    assert first_at(STALL, every_two_seconds(200)) == 60.0


def test_one_that_loads_or_compiles_may_be_silent_for_longer() -> None:
    vigil = Vigil(STALL, PERIOD)
    vigil.enter(Phase.COMPILING)
    looks = every_two_seconds(400)
    assert next(look.at for look in looks if vigil.take(look)) == 180.0
    vigil = Vigil(STALL, PERIOD)
    vigil.enter(Phase.LOADING)
    vigil.enter(Phase.RENDERING)
    assert next(look.at for look in looks if vigil.take(look)) == 60.0


@pytest.mark.parametrize("sign", [{"cpu": 0.05}, {"io": 50_000.0}, {"log": 1.0}])
def test_whatever_works_is_no_stall(sign: dict[str, float]) -> None:
    assert first_at(STALL, every_two_seconds(600, **sign)) is None


def test_idle_threads_of_a_hung_program_are_no_sign_of_life() -> None:
    assert first_at(STALL, every_two_seconds(200, cpu=0.005, io=500.0)) == 60.0


def test_a_burst_of_work_after_a_long_silence_is_a_sign_of_life() -> None:
    looks = every_two_seconds(100)
    looks = [replace(look, cpu=0.5) if look.at >= 50 else look for look in looks]
    assert first_at(STALL, looks) is None


def test_a_file_that_changes_in_the_output_folder_is_a_sign_of_life() -> None:
    looks = [replace(look, folder=int(look.at // 40)) for look in every_two_seconds(600)]
    assert first_at(STALL, looks) is None


def test_the_first_look_into_the_folder_is_no_change() -> None:
    looks = [replace(look, folder=7 if look.at > 30 else None) for look in every_two_seconds(200)]
    assert first_at(STALL, looks) == 60.0


def test_the_sleep_of_the_computer_is_no_stall_and_no_frame_time() -> None:
    limits = RunLimits(stall_seconds=60.0, frame_seconds=100.0)
    awake = [replace(look, frame=1) for look in every_two_seconds(40)]
    later = [replace(look, at=look.at + 30_000, log=9) for look in awake]
    assert codes(limits, *awake, *later) == [None] * (len(awake) + len(later))


def test_a_frame_in_work_for_too_long_is_named() -> None:
    vigil = Vigil(RunLimits(frame_seconds=100.0), PERIOD)
    looks = [
        replace(look, frame=1 if look.at < 50 else 2) for look in every_two_seconds(300, cpu=1.0)
    ]
    ended = next((look.at, problem) for look in looks if (problem := vigil.take(look)))
    assert ended[0] == 150.0
    assert (ended[1].code, ended[1].frame) == ("frame_too_long", 2)


def test_loading_is_no_frame_time() -> None:
    assert first_at(RunLimits(frame_seconds=100.0), every_two_seconds(900, cpu=1.0)) is None


def test_more_memory_than_a_run_may_use_ends_it() -> None:
    assert codes(RunLimits(memory=1000), Look(0.0, memory=1000), Look(2.0, memory=1001)) == [
        None,
        "out_of_memory",
    ]


def test_the_longest_silence_counts_only_if_the_run_went_on() -> None:
    vigil = Vigil(STALL, PERIOD)
    for look in every_two_seconds(50):
        vigil.take(replace(look, log=1 if look.at >= 30 else 0))
    assert vigil.longest_silence == 30.0


def test_short_limits_are_looked_at_more_often() -> None:
    assert period_for(RunLimits()) == 2.0
    assert period_for(RunLimits(stall_seconds=1.0)) == 0.1
    assert period_for(RunLimits(frame_seconds=0.001)) == 0.05


def test_a_time_is_said_in_round_figures() -> None:
    assert [in_words(seconds) for seconds in (1.2, 45, 600, 9000)] == [
        "1 second",
        "45 seconds",
        "10 minutes",
        "2 hours",
    ]
