"""What is said comes over whole, whatever it is, and what is no message is refused."""

from __future__ import annotations

import json
import typing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render_manager.domain.events import FrameCompleted, Outcome, RunEnded, RunEvent
from render_manager.domain.job import RenderJob, RenderOptions, SceneCamera, SceneInfo
from render_manager.domain.patience import RunLimits
from render_manager.farm.codec import MisfitError, from_text, to_text
from render_manager.farm.messages import (
    Batch,
    Beat,
    FromWorker,
    InHand,
    Order,
    Picture,
    ToWorker,
    read_from_worker,
    read_order,
    read_to_worker,
    text_of,
)

st.register_type_strategy(float, st.floats(allow_nan=False))
ANY_TEXT = st.text(st.characters(), max_size=20)
st.register_type_strategy(str, ANY_TEXT)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.from_type(RunEvent), max_size=4).map(tuple))  # type: ignore[arg-type]
def test_every_event_comes_over_as_it_was(events: tuple[RunEvent, ...]) -> None:
    batch = Batch("node", "i", 7, "t", "s", 3, events, (Picture(1, b"\xff\x00"),), b"log")
    assert read_from_worker(text_of(batch)) == batch


@settings(max_examples=30, deadline=None)
@given(st.one_of([st.from_type(kind) for kind in typing.get_args(ToWorker)]))
def test_every_word_to_a_worker_comes_over(message: ToWorker) -> None:
    assert read_to_worker(text_of(message)) == message


@settings(max_examples=30, deadline=None)
@given(st.one_of([st.from_type(k) for k in typing.get_args(FromWorker) if k is not Batch]))
def test_every_word_of_a_worker_comes_over(message: FromWorker) -> None:
    assert read_from_worker(text_of(message)) == message


def test_an_order_holds_the_job_and_no_command() -> None:
    scene = SceneInfo("blender", cameras=(SceneCamera("A", True),), choices={"take": ("a", "b")})
    job = RenderJob("/p/\udcff.blend", "blender", "shot", "/out", RenderOptions(extra={"a": "b"}))
    order = Order(3, job, (1, 2), RunLimits(1.5, None, 7))
    assert read_order(text_of(order)) == order
    whole = Order(3, replace(job, scene=scene), (1,), RunLimits())
    assert read_order(text_of(whole)) == whole


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        '{"is":"Beat"}',
        '{"is":"Order"}',
        '{"is":"Popen","args":["rm"]}',
        "{" * 100_000,
        text_of(Beat("n", "i", 1, (InHand(1, "t", "s"),), 1.0, 2.0)).replace(
            '"number":1', '"number":"1"'
        ),
        text_of(Beat("n", "i", 1, (), 1.0, 2.0)).replace("}", ',"more":1}'),
    ],
)
def test_what_is_no_message_is_refused(text: str) -> None:
    with pytest.raises(MisfitError):
        read_from_worker(text)


def test_a_word_of_the_manager_is_no_word_of_a_worker() -> None:
    with pytest.raises(MisfitError):
        read_to_worker(text_of(Beat("n", "i", 1, (), 1.0, 2.0)))


def test_what_cannot_travel_is_found_when_it_is_written() -> None:
    assert from_text(Path, to_text(Path("/a"))) == Path("/a")
    with pytest.raises(TypeError):
        from_text(object, json.dumps(1))


def test_the_kinds_of_events_are_told_apart() -> None:
    for event in (FrameCompleted(1, ()), RunEnded(Outcome.FINISHED)):
        batch = Batch("n", "i", 1, "t", "s", 0, (event,))
        assert read_from_worker(text_of(batch)) == batch
