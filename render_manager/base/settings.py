"""The one settings model: every key with its meaning, default, and where its value comes from.

Order: environment, then `.env` in the working folder, then `settings.toml` in the data folder
(which the window writes), then defaults that work with no file at all. Keys are as specified.
"""

from __future__ import annotations

import os
import re
import tomllib
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from render_manager.base.errors import UserError
from render_manager.base.i18n import N_, _
from render_manager.base.paths import data_home

Folder = Annotated[Path, AfterValidator(lambda path: path.expanduser().absolute())]

_SQLITE_URL = re.compile(r"sqlite(?:\+\w+)?://(?P<path>.*)", re.IGNORECASE)


def settings_file() -> Path:
    """The file that the window writes."""
    return data_home() / "settings.toml"


class Settings(BaseSettings):
    """All settings. Raises pydantic's ValidationError; `load_settings` turns it into a sentence."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        extra="ignore",
        env_ignore_empty=True,
        frozen=True,
    )

    # --- where things lie
    database_url: str | None = Field(
        None, description=N_("The SQLite database, for example sqlite://db.sqlite3")
    )
    render_output_dir: Folder = Field(
        default_factory=lambda: data_home() / "renders",
        description=N_("The folder that rendered frames go to"),
    )
    thumbnail_dir: Folder = Field(
        default_factory=lambda: data_home() / "thumbnails",
        description=N_("The folder that keeps thumbnails"),
    )
    upload_dir: Folder = Field(
        default_factory=lambda: data_home() / "uploads",
        description=N_("The folder that uploaded projects go to"),
    )
    thumbnail_cache_mb: int = Field(
        2048, ge=16, description=N_("How much disk thumbnails may take, in MB")
    )

    # --- renderers
    blender_executable: Path | None = Field(
        None, description=N_("The Blender to render with; empty finds it by itself")
    )
    maya_executable: Path | None = Field(
        None, description=N_("Maya's Render, mayabatch or install folder; empty finds it by itself")
    )
    ue_executable: Path | None = Field(
        None, description=N_("UnrealEditor-Cmd; empty finds it by itself")
    )
    embedded_blender_dir: Folder = Field(
        default_factory=lambda: data_home() / "blender",
        description=N_("The folder that the embedded Blender is fetched into"),
    )

    # --- tasks
    max_retries: int = Field(
        3, ge=0, le=100, description=N_("How often a failed task is tried again by itself")
    )
    default_priority: int = Field(5, ge=0, le=10, description=N_("The priority of a new task"))
    retry_delay_seconds: float = Field(
        60, ge=0, description=N_("The pause before a failed task is tried again, in seconds")
    )

    # --- runs
    max_concurrent_runs: int = Field(
        1, ge=1, le=64, description=N_("How many renderers may run at the same time")
    )
    renderer_limits: dict[str, Annotated[int, Field(ge=1)]] = Field(
        default_factory=dict,
        description=N_('How many runs each renderer may have, for example {"maya": 2}'),
    )
    cancel_grace_seconds: float = Field(
        5, ge=0, description=N_("How long a cancelled renderer may take to end by itself")
    )

    # --- the window
    ui_language: Literal["en", "zh_CN"] | None = Field(
        None, description=N_("The language; empty follows the system")
    )
    ui_theme: Literal["system", "light", "dark"] = Field("system", description=N_("The theme"))
    notify_when_tasks_end: bool = Field(
        True,
        description=N_("Whether the desktop tells of tasks that end while one looks elsewhere"),
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        written = TomlConfigSettingsSource(settings_cls, settings_file())
        return init_settings, env_settings, dotenv_settings, written

    @cached_property
    def database_path(self) -> Path:
        """The database file that `DATABASE_URL` names.

        `sqlite://db.sqlite3` (the original service's form) and `sqlite:///db.sqlite3` are both a
        file in the working folder; `sqlite:////var/db.sqlite3` and `sqlite:///C:/db.sqlite3` are
        absolute.
        """
        if self.database_url is None:
            return data_home() / "render-manager.sqlite3"
        match = _SQLITE_URL.fullmatch(self.database_url)
        path = match["path"] if match else ""
        if path.startswith("/"):
            path = path[1:]
        if not path or path == ":memory:":
            raise UserError(
                _(
                    "DATABASE_URL is “{url}”; write it as sqlite://FILE, "
                    "for example sqlite://db.sqlite3."
                ).format(url=self.database_url),
                field="DATABASE_URL",
            )
        return Path(path).expanduser().absolute()

    @property
    def logs_dir(self) -> Path:
        """The folder that holds our own log and a folder `runs` with the log of each run."""
        return data_home() / "logs"

    @property
    def custom_renderers_dir(self) -> Path:
        """The folder whose TOML files each describe one more renderer."""
        return data_home() / "renderers"


def load_settings(**given: Any) -> Settings:
    """The settings as they are now. Raises UserError naming the key and the place at fault."""
    _check_files()
    try:
        settings = Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0]).upper() if first["loc"] else "?"
        raise _nonsense(key, str(first["input"]), first["msg"]) from error
    except SettingsError as error:
        key = (re.findall(r'field "(\w+)"', str(error)) or ["?"])[0].upper()
        raise _nonsense(key, "…", _("it is not JSON")) from error
    settings.database_path  # noqa: B018  a nonsense URL is told now, not in the middle of the night
    return settings


def _check_files() -> None:
    """See that the two files are text, so that what is wrong later is wrong in a key."""
    for path, parse in ((Path(".env"), str), (settings_file(), tomllib.loads)):
        try:
            if path.is_file():
                parse(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise UserError(
                _("{file} cannot be read ({why}). Correct it or take it away.").format(
                    file=path.absolute(), why=error
                )
            ) from error


def _nonsense(key: str, value: str, why: str) -> UserError:
    sentence = _("The setting {key} in {place} is “{value}”: {why}. Correct it or take it away.")
    return UserError(
        sentence.format(key=key, place=_place_of(key), value=value[:80], why=why.rstrip(".")),
        field=key,
    )


def _place_of(key: str) -> str:
    if key in os.environ or key.lower() in os.environ:
        return _("the environment")
    if Path(".env").is_file() and re.search(
        rf"^\s*(export\s+)?{key}\s*=", Path(".env").read_text("utf-8", "replace"), re.I | re.M
    ):
        return str(Path(".env").absolute())
    return str(settings_file())
