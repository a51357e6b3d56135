from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from stand_in import StandIn
from systems import posix_paths

from render_manager.base.errors import UserError
from render_manager.base.settings import Origin, load_settings
from render_manager.base.settings_file import settings_file
from render_manager.service.schemas import Submission


@pytest.fixture
def stand_in(qtbot: QtBot, home: Path) -> StandIn:
    return StandIn(load_settings())


def test_a_change_is_seen_at_once_and_by_the_next_start(stand_in: StandIn, qtbot: QtBot) -> None:
    settings, service = stand_in.settings, stand_in.service
    with qtbot.waitSignal(service.settings_changed) as told:
        service.change_settings({"max_retries": 9, "render_output_dir": "~/shots"})
    assert told.args == [frozenset({"max_retries", "render_output_dir"})]
    assert (settings.max_retries, settings.render_output_dir) == (9, Path.home() / "shots")
    assert settings.origin("max_retries") is Origin.FILE
    tomorrow = load_settings()
    assert (tomorrow.max_retries, tomorrow.render_output_dir) == (9, Path.home() / "shots")


def test_a_submission_takes_the_new_defaults(stand_in: StandIn) -> None:
    stand_in.service.change_settings({"max_retries": 9, "default_priority": 8})
    task = stand_in.service.submit(Submission("shot.fake"))
    assert (task.max_retries, task.priority) == (9, 8)


@posix_paths
def test_the_dispatcher_is_woken_and_installations_are_looked_for_afresh(
    stand_in: StandIn,
) -> None:
    catalog = stand_in.service.catalog
    catalog.installation_for(catalog.get("fake"))
    before = stand_in.dispatcher.wakings
    stand_in.service.change_settings({"max_concurrent_runs": 2})
    assert stand_in.dispatcher.wakings == before + 1
    catalog.fake.executable = "/elsewhere"  # type: ignore[attr-defined]
    assert str(catalog.installation_for(catalog.get("fake")).executable) != "/elsewhere"
    stand_in.service.change_settings({"blender_executable": "/opt/blender/blender"})
    assert str(catalog.installation_for(catalog.get("fake")).executable) == "/elsewhere"


def test_the_default_is_no_longer_written(stand_in: StandIn) -> None:
    stand_in.service.change_settings({"max_retries": 9})
    stand_in.service.change_settings({"max_retries": 3})
    assert settings_file().read_text("utf-8") == ""
    assert stand_in.settings.origin("max_retries") is Origin.DEFAULT


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"max_retries": 9, "default_priority": 11}, "DEFAULT_PRIORITY"),
        ({"max_retries": 9, "colour": "blue"}, "COLOUR"),
        ({"max_retries": 9, "ui_theme": "pink"}, "UI_THEME"),
        ({"max_retries": 9, "database_url": "mysql://x"}, "DATABASE_URL"),
    ],
)
def test_all_or_none(stand_in: StandIn, changes: dict[str, object], key: str) -> None:
    with pytest.raises(UserError, match=key) as refusal:
        stand_in.service.change_settings(changes)
    assert refusal.value.field == key
    assert stand_in.settings.max_retries == 3
    assert not settings_file().exists()


@pytest.mark.parametrize("place", ["environment", "dotenv"])
def test_what_is_set_elsewhere_cannot_be_changed_here(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    if place == "environment":
        monkeypatch.setenv("MAX_RETRIES", "7")
    else:
        Path(".env").write_text("MAX_RETRIES=7\n", "utf-8")
    stand_in = StandIn(load_settings())
    with pytest.raises(UserError, match="MAX_RETRIES"):
        stand_in.service.change_settings({"max_retries": 9})
    assert stand_in.settings.max_retries == 7
    assert not settings_file().exists()


def test_a_disk_that_refuses_changes_nothing(stand_in: StandIn, home: Path) -> None:
    home.write_text("a file where the folder should be", "utf-8")
    with pytest.raises(UserError, match=r"settings\.toml"):
        stand_in.service.change_settings({"max_retries": 9})
    assert stand_in.settings.max_retries == 3


def test_nobody_else_writes_to_the_settings(stand_in: StandIn) -> None:
    with pytest.raises(ValueError, match="frozen"):
        stand_in.settings.max_retries = 9


def test_the_database_path_follows(stand_in: StandIn, tmp_path: Path) -> None:
    assert stand_in.settings.database_path != tmp_path / "x.sqlite3"
    stand_in.service.change_settings({"database_url": "sqlite://x.sqlite3"})
    assert stand_in.settings.database_path == tmp_path / "x.sqlite3"
