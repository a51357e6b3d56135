from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from house import TestCatalog
from pytestqt.qtbot import QtBot
from stand_in import StandIn

from render_manager.base.errors import UserError
from render_manager.base.settings import Settings, load_settings
from render_manager.domain.events import Outcome, RunEnded
from render_manager.renderers.blender.embedded import FetchProgress
from render_manager.renderers.catalog import not_found
from render_manager.renderers.renderer import Installation
from render_manager.service.provision import Fetch, Provision, failed_for_lack_of

HERE = Installation("blender", Path("/data/blender"), "4.5.0", "embedded")

Make = Callable[[Fetch], Provision]


@pytest.fixture
def make(qtbot: QtBot, settings: Settings) -> Iterator[Make]:
    """Makes a Provision that fetches in that way."""
    made: list[Provision] = []

    def make(fetch: Fetch) -> Provision:
        made.append(Provision(settings, TestCatalog(settings), fetch))
        return made[-1]

    yield make
    for provision in made:
        provision.close()


def at_once(folder: Path, report: Callable[[FetchProgress], None]) -> Installation:
    report(FetchProgress("downloading", 0.5))
    return HERE


def test_it_finds_what_is_here(make: Make, qtbot: QtBot) -> None:
    provision = make(at_once)
    assert provision.renderers is None
    with qtbot.waitSignal(provision.found):
        provision.look()
        provision.look()
    assert provision.renderers is not None
    fake = next(one for one in provision.renderers if one.name == "fake")
    assert [one.version for one in fake.installations] == ["1.0"]


def test_a_fetch_tells_how_far_it_is_and_then_looks_again(make: Make, qtbot: QtBot) -> None:
    provision = make(at_once)
    told: list[object] = []
    provision.progressed.connect(told.append)
    provision.fetched.connect(told.append)
    with qtbot.waitSignal(provision.found):
        provision.fetch_blender()
        assert provision.is_fetching
    assert told == [FetchProgress("downloading", 0.5), ""]
    assert not provision.is_fetching


def test_why_it_failed_is_told(make: Make, qtbot: QtBot) -> None:
    def refuse(folder: Path, report: Callable[[FetchProgress], None]) -> Installation:
        raise UserError("There is no network.")

    provision = make(refuse)
    with qtbot.waitSignal(provision.fetched) as told:
        provision.fetch_blender()
    assert told.args == ["There is no network."]


def test_a_bug_in_it_is_told_and_logged(
    make: Make, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(folder: Path, report: Callable[[FetchProgress], None]) -> Installation:
        raise ZeroDivisionError

    provision = make(fail)
    with qtbot.waitSignal(provision.fetched) as told:
        provision.fetch_blender()
    assert told.args == ["Blender could not be fetched. The program's log says more."]
    assert "ZeroDivisionError" in caplog.text
    caplog.clear()


@pytest.mark.parametrize("by", ["stop_fetching", "close"])
def test_it_can_be_stopped(make: Make, qtbot: QtBot, by: str) -> None:
    began, cleaned = threading.Event(), threading.Event()

    def for_ever(folder: Path, report: Callable[[FetchProgress], None]) -> Installation:
        try:
            while True:
                report(FetchProgress("downloading", 0.1))
                began.set()
                threading.Event().wait(0.01)
        finally:
            cleaned.set()

    provision = make(for_ever)
    provision.fetch_blender()
    assert began.wait(10)
    with qtbot.waitSignal(provision.fetched) as told:
        getattr(provision, by)()
    assert told.args == [""]
    assert cleaned.is_set()


def test_a_strangers_renderer_may_fail(
    qtbot: QtBot, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    catalog = TestCatalog(settings)
    catalog.fake.installations = lambda: 1 / 0  # type: ignore[method-assign, assignment, return-value]
    provision = Provision(settings, catalog, at_once)
    provision.look()
    qtbot.waitUntil(lambda: "Looking for renderers failed" in caplog.text)
    provision.close()
    assert provision.renderers is None
    caplog.clear()


def test_it_knows_what_failed_for_lack_of_a_renderer(qtbot: QtBot, home: Path) -> None:
    stand_in = StandIn(load_settings())
    fake = stand_in.service.catalog.get("fake")
    lacking, other, waiting = (stand_in.add(name, max_retries=0) for name in "abc")
    for task, reason in (
        (lacking, f"{not_found(fake)} Install it."),
        (other, "The scene has no camera."),
    ):
        run = stand_in.begin(task)
        stand_in.report(run, RunEnded(Outcome.NOT_STARTED, None, reason, tuple(run.frames)))
    assert failed_for_lack_of(fake, stand_in.queue) == [lacking.id]
    assert waiting.id not in failed_for_lack_of(fake, stand_in.queue)
