from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from render_manager.service.garbage import SETTLED, MainThreadGarbage


class Knot:
    """Refers to itself, so that only the collection of garbage finds that nobody else does."""

    def __init__(self) -> None:
        self.self = self


@pytest.fixture
def garbage(qapp: object) -> Iterator[MainThreadGarbage]:
    garbage = MainThreadGarbage()
    garbage.start()
    yield garbage
    garbage.stop()


def is_found(garbage: MainThreadGarbage) -> bool:
    """Whether a knot that was just tied is collected at the next interval."""
    knot = weakref.ref(Knot())
    others: list[list[int]] = [[] for _number in range(2 * gc.get_threshold()[0])]
    garbage._collect()
    return knot() is None and bool(others)


def test_what_the_program_consists_of_is_looked_through_no_more(garbage: MainThreadGarbage) -> None:
    parts: list[list[int]] = [[] for _number in range(20_000)]
    before = gc.get_freeze_count()
    for _interval in range(SETTLED):
        assert is_found(garbage)
    assert gc.get_freeze_count() >= before + len(parts)
    assert is_found(garbage)
