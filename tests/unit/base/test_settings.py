from __future__ import annotations

from pathlib import Path

import pytest

from render_manager.base.errors import UserError
from render_manager.base.settings import Settings, load_settings, settings_file


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


def test_every_key_says_what_it_means() -> None:
    assert all(field.description for field in Settings.model_fields.values())
