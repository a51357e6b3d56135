from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.base.settings import (
    Origin,
    Settings,
    check,
    default,
    entry,
    load_settings,
    load_what_is_right,
    write_settings,
)
from render_manager.base.settings_file import settings_file

KNOWS_NO_USERS = pytest.mark.skipif(
    os.name == "nt", reason="Windows takes any name for a user's folder beside the own one"
)


def write_file(text: str) -> None:
    settings_file().parent.mkdir(parents=True, exist_ok=True)
    settings_file().write_text(text, "utf-8")


def test_defaults_need_no_file(home: Path) -> None:
    settings = load_settings()
    assert settings.database_path == home / "render-manager.sqlite3"
    assert settings.render_output_dir == home / "renders"
    assert (settings.max_retries, settings.default_priority) == (3, 5)


def test_environment_wins_over_dotenv_over_file(monkeypatch: pytest.MonkeyPatch) -> None:
    write_file("max_retries = 1\ndefault_priority = 1\nmax_concurrent_runs = 2\n")
    Path(".env").write_text("MAX_RETRIES=6\nDEFAULT_PRIORITY=6\n", "utf-8")
    monkeypatch.setenv("MAX_RETRIES", "9")
    settings = load_settings()
    assert settings.max_retries == 9
    assert settings.default_priority == 6
    assert settings.max_concurrent_runs == 2


def test_the_original_services_file_is_understood(tmp_path: Path) -> None:
    Path(".env").write_text(
        "DATABASE_URL=sqlite://db.sqlite3\nREDIS_HOST=localhost\nREDIS_PORT=6379\n"
        "RENDER_OUTPUT_DIR=C:/render_outputs\nMAX_RETRIES=3\nDEFAULT_PRIORITY=5\n"
        "MAYA_EXECUTABLE=C:/Program Files/Autodesk/Maya2024/bin/mayabatch.exe\n",
        "utf-8",
    )
    settings = load_settings()
    assert settings.database_path == tmp_path / "db.sqlite3"
    assert settings.maya_executable is not None
    assert settings.maya_executable.name == "mayabatch.exe"


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite://db.sqlite3", "db.sqlite3"),
        ("sqlite:///db.sqlite3", "db.sqlite3"),
        ("sqlite:////var/db.sqlite3", "/var/db.sqlite3"),
    ],
)
def test_database_urls(tmp_path: Path, url: str, path: str) -> None:
    assert load_settings(database_url=url).database_path == tmp_path / path


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("MAX_RETRIES", "many"),
        ("DEFAULT_PRIORITY", "11"),
        ("UI_THEME", "pink"),
        ("DATABASE_URL", "postgres://somewhere"),
        ("RENDERER_LIMITS", "{nonsense"),
        ("RENDERER_LIMITS", '{"blender": 0}'),
        ("LIMITS", "maya_licence"),
        ("RENDERER_NEEDS", "gpu_gb:8"),
    ],
)
def test_nonsense_in_dotenv_is_named(key: str, value: str) -> None:
    Path(".env").write_text(f"{key}={value}\n", "utf-8")
    with pytest.raises(UserError, match=key):
        load_settings()


def test_the_place_of_nonsense_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    write_file("max_retries = -1\n")
    with pytest.raises(UserError, match=r"settings\.toml"):
        load_settings()
    Path(".env").write_text("MAX_RETRIES=-2\n", "utf-8")
    with pytest.raises(UserError, match=r"\.env"):
        load_settings()
    monkeypatch.setenv("MAX_RETRIES", "-3")
    with pytest.raises(UserError, match="the environment"):
        load_settings()


@pytest.mark.parametrize("content", [b"= broken [", b"\xff\xfe\x00nonsense"])
def test_a_broken_file_is_named(content: bytes) -> None:
    write_file("")
    settings_file().write_bytes(content)
    with pytest.raises(UserError, match=r"settings\.toml"):
        load_settings()


def test_a_dotenv_that_is_not_text_is_named() -> None:
    Path(".env").write_bytes(b"\xff\xfe\x00nonsense")
    with pytest.raises(UserError, match=r"\.env"):
        load_settings()


def test_every_key_says_what_it_means_and_how_it_is_shown() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.title, name
        assert entry(name).group, name


def test_a_file_may_be_written_in_capitals_and_begin_with_a_mark() -> None:
    write_file("\ufeffMAX_RETRIES = 7\n")
    assert load_settings().max_retries == 7


def test_empty_is_no_path() -> None:
    write_file('blender_executable = ""\ndatabase_url = ""\nui_language = ""\n')
    settings = load_settings()
    assert (settings.blender_executable, settings.database_url) == (None, None)
    assert settings.ui_language is None


# --- where they come from ---------------------------------------------------------------------


def test_each_value_knows_where_it_comes_from(monkeypatch: pytest.MonkeyPatch) -> None:
    write_file("max_retries = 1\ndefault_priority = 1\nmax_concurrent_runs = 2\n")
    Path(".env").write_text("max_retries=6\nDEFAULT_PRIORITY=6\nUI_THEME=\n", "utf-8")
    monkeypatch.setenv("Max_Retries", "9")
    monkeypatch.setenv("UI_LANGUAGE", "")
    settings = load_settings(cancel_grace_seconds=1)
    assert settings.origin("max_retries") is Origin.ENVIRONMENT
    assert settings.origin("default_priority") is Origin.DOTENV
    assert settings.origin("max_concurrent_runs") is Origin.FILE
    assert settings.origin("ui_language") is Origin.DEFAULT, "an empty variable says nothing"
    assert settings.origin("ui_theme") is Origin.DEFAULT
    assert settings.origin("cancel_grace_seconds") is Origin.GIVEN


# --- what is wrong with them ------------------------------------------------------------------


def test_all_that_is_wrong_is_told_and_the_rest_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    text = 'max_retries = "many"\nui_theme = "pink"\ndefault_priority = 8\n'
    write_file(text)
    monkeypatch.setenv("RENDERER_LIMITS", '{"maya": 0}')
    settings, faults = load_what_is_right()
    assert (settings.max_retries, settings.ui_theme, settings.renderer_limits) == (3, "system", {})
    assert settings.default_priority == 8
    assert settings.origin("max_retries") is Origin.DEFAULT
    told = {fault.key: (fault.place, fault.value) for fault in faults}
    assert told == {
        "MAX_RETRIES": (str(settings_file()), "many"),
        "UI_THEME": (str(settings_file()), "pink"),
        "RENDERER_LIMITS": ("the environment", "0"),
    }
    assert settings_file().read_text("utf-8") == text, "the file stays as it is"


def test_a_file_that_is_no_toml_is_left_aside() -> None:
    write_file("= broken [")
    Path(".env").write_text("MAX_RETRIES=6\n", "utf-8")
    settings, faults = load_what_is_right()
    assert [(fault.key, fault.place) for fault in faults] == [(None, str(settings_file()))]
    assert "line 1" in faults[0].sentence
    assert settings.max_retries == 6


def test_a_dotenv_that_is_no_text_is_left_aside() -> None:
    Path(".env").write_bytes(b"\xff\xfe\x00nonsense")
    write_file("max_retries = 6\n")
    settings, faults = load_what_is_right()
    assert [fault.place for fault in faults] == [str(Path(".env").absolute())]
    assert settings.max_retries == 6


@pytest.mark.parametrize(
    ("text", "number", "line"),
    [
        ("MAX_RETRIES 6", 1, "MAX_RETRIES 6"),
        ("# mine\r\n\r\nMAX_RETRIES: 6\r", 3, "MAX_RETRIES: 6"),
        ("UI_THEME=dark\n\n\n  =6\nQUEUE_AT_ONCE=1", 4, "=6"),
        ("UI_THEME=dark\nMAX_RETRIES='6", 2, "MAX_RETRIES='6"),
    ],
)
def test_a_line_of_dotenv_that_says_nothing_is_named_and_the_rest_is_kept(
    text: str, number: int, line: str
) -> None:
    Path(".env").write_bytes(f"{text}\nDEFAULT_PRIORITY=8\n".encode())
    settings, faults = load_what_is_right()
    assert settings.default_priority == 8
    (fault,) = faults
    assert (fault.key, fault.place, fault.value) == (None, str(Path(".env").absolute()), line)
    assert f"Line {number} of {fault.place} is “{line}”" in fault.sentence
    with pytest.raises(UserError, match=r"no KEY=value"):
        load_settings()


def test_what_dotenv_may_hold_is_no_fault() -> None:
    Path(".env").write_text(
        "\n# mine\n\nexport MAX_RETRIES=6 # often\nUI_THEME=\nOTHER='two\nlines'\n  \n", "utf-8"
    )
    settings, faults = load_what_is_right()
    assert (faults, settings.max_retries) == ([], 6)


def test_a_key_alone_in_dotenv_is_somebody_elses_way_to_pass_it_on() -> None:
    Path(".env").write_text("COMPOSE_PROJECT\nDEFAULT_PRIORITY=8\n")
    settings, faults = load_what_is_right()
    assert (settings.default_priority, faults) == (8, [])


def test_a_dotenv_may_begin_with_a_mark() -> None:
    Path(".env").write_text("\ufeffMAX_RETRIES=7\n", "utf-8")
    settings = load_settings()
    assert (settings.max_retries, settings.origin("max_retries")) == (7, Origin.DOTENV)


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("max_retries", "many", "it is no whole number"),
        ("max_retries", 1.5, "it is no whole number"),
        ("max_retries", [], "it is no whole number"),
        ("max_retries", -1, "the least is 0"),
        ("max_retries", 101, "the most is 100"),
        ("retry_delay_seconds", "soon", "it is no number"),
        ("retry_delay_seconds", float("nan"), "the most is 86,400"),
        ("retry_delay_seconds", float("inf"), "the most is 86,400"),
        ("ui_theme", "pink", "it is none of 'system', 'light', 'dark'"),
        ("ui_theme", 3, "it is none of 'system', 'light', 'dark'"),
        ("render_output_dir", 3, "it is no text"),
        ("render_output_dir", "", "it is no path"),
        ("render_output_dir", "a\0b", "it is no path"),
        pytest.param(
            "render_output_dir",
            "~nobody-of-that-name/x",
            "there is no such user",
            marks=KNOWS_NO_USERS,
        ),
        ("blender_executable", "a\0b", "it is no path"),
        ("blender_executable", 3, "it is no text"),
        ("database_url", 3, "it is no text"),
        ("database_url", "mysql://x", "write it as sqlite://FILE, for example sqlite://db.sqlite3"),
        pytest.param(
            "database_url",
            "sqlite://~nobody-of-that-name/x",
            "there is no such user",
            marks=KNOWS_NO_USERS,
        ),
        ("renderer_limits", 3, "it is no table of names and numbers"),
        ("renderer_limits", "{", "it is not JSON"),
        ("renderer_limits", {"maya": 0}, "the least is 1"),
        ("renderer_limits", {"maya": "two"}, "it is no whole number"),
    ],
)
def test_what_is_wrong_is_said_in_words(name: str, value: object, why: str) -> None:
    with pytest.raises(UserError) as refusal:
        check(name, value)
    assert (str(refusal.value), refusal.value.field) == (_(why), name.upper())


# --- writing them -----------------------------------------------------------------------------


HAND_WRITTEN = """\
# my settings, do not touch
MAX_RETRIES = 4   # as agreed
colour = "unknown to us"

default_priority = 1

[renderer_limits]   # licences
maya = 2
"""


def test_only_the_given_keys_change() -> None:
    write_file(HAND_WRITTEN)
    write_settings({"max_retries": 9, "renderer_limits": {"maya": 1, "ue": 3}, "ui_theme": "dark"})
    written = settings_file().read_text("utf-8")
    assert written == HAND_WRITTEN.replace("= 4", "= 9").replace(
        "maya = 2", "maya = 1\nue = 3"
    ).replace("default_priority = 1\n", 'default_priority = 1\nui_theme = "dark"\n')


def test_what_is_the_default_again_is_taken_out() -> None:
    write_file(HAND_WRITTEN)
    write_settings({"max_retries": 3, "renderer_limits": {}})
    written = settings_file().read_text("utf-8")
    assert "RETRIES" not in written
    assert "renderer_limits" not in written
    assert "# my settings, do not touch" in written
    assert load_settings().origin("max_retries") is Origin.DEFAULT


def test_line_ends_stay() -> None:
    settings_file().parent.mkdir(parents=True)
    settings_file().write_bytes(b"# c\r\nmax_retries = 4\r\n")
    write_settings({"default_priority": 2})
    assert settings_file().read_bytes() == b"# c\r\nmax_retries = 4\r\ndefault_priority = 2\r\n"


def test_a_broken_file_is_not_written_over() -> None:
    write_file("= broken [")
    with pytest.raises(UserError, match=r"settings\.toml"):
        write_settings({"max_retries": 4})
    assert settings_file().read_text("utf-8") == "= broken ["


@pytest.mark.skipif(os.name == "nt", reason="Windows lets administrators alone make links")
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    settings_file().parent.mkdir(parents=True)
    real = tmp_path / "dotfiles.toml"
    real.write_text("# mine\n", "utf-8")
    settings_file().symlink_to(real)
    write_settings({"max_retries": 4})
    assert real.read_text("utf-8") == "# mine\nmax_retries = 4\n"


def test_a_folder_that_cannot_be_written_is_told(home: Path) -> None:
    home.write_text("a file where the folder should be", "utf-8")
    with pytest.raises(UserError, match=r"settings\.toml"):
        write_settings({"max_retries": 4})


VALUES: dict[str, st.SearchStrategy[object]] = {
    "max_retries": st.integers(0, 100),
    "retry_delay_seconds": st.floats(0, 86_400),
    "ui_theme": st.sampled_from(["system", "light", "dark"]),
    "ui_language": st.sampled_from([None, "en", "zh_CN"]),
    "render_output_dir": st.text(
        st.characters(codec="utf-8", exclude_characters="\0~"), min_size=1
    ),
    "blender_executable": st.text(
        st.characters(codec="utf-8", exclude_characters="\0~"), min_size=1
    ),
    "renderer_limits": st.dictionaries(
        st.text(st.characters(codec="utf-8"), max_size=8), st.integers(1, 64), max_size=4
    ),
}


@how(deadline=None)
@given(
    before=st.sampled_from(["", HAND_WRITTEN, "[renderer_limits]\nx = 1\n[other]\ny = 2 # z\n"]),
    steps=st.lists(st.fixed_dictionaries({}, optional=VALUES), min_size=1, max_size=3),
)
def test_whatever_is_written_is_read_back(before: str, steps: list[dict[str, object]]) -> None:
    write_file(before)
    expected = {name: default(name) for name in VALUES} | {
        name: getattr(load_settings(), name) for name in VALUES
    }
    for changes in steps:
        checked = {name: check(name, value) for name, value in changes.items()}
        write_settings(checked)
        expected |= checked
    settings = load_settings()
    assert {name: getattr(settings, name) for name in VALUES} == expected
    written = settings_file().read_text("utf-8")
    if before == HAND_WRITTEN:
        assert written.startswith("# my settings, do not touch\n")
        assert 'colour = "unknown to us"' in written
