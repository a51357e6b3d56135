"""The one settings model: every key with its meaning, default, and where its value comes from.

Order: environment, then `.env` in the working folder, then `settings.toml` in the data folder
(which the window writes), then defaults that work with no file at all. Keys are as specified.

There is one Settings object, which every part holds and asks when it needs a value. So a change
takes effect at once, but for the few keys that a part is built from: they say `at_next_start`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, PrivateAttr, TypeAdapter, ValidationError
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from render_manager.base.errors import UserError
from render_manager.base.hours import ALWAYS
from render_manager.base.i18n import N_, _
from render_manager.base.paths import data_home
from render_manager.base.settings_dotenv import meaningless_lines, read_dotenv
from render_manager.base.settings_fault import Fault, nonsense, why
from render_manager.base.settings_file import (
    read_settings_file,
    settings_file,
    unreadable,
    write_settings_file,
)
from render_manager.base.settings_values import (
    API,
    COURTESY,
    ENDS,
    FARM,
    PLACES,
    RENDERERS,
    RUNS,
    TASKS,
    WINDOW,
    BrokerUrl,
    CommandText,
    Ends,
    Entry,
    FarmPaths,
    Folder,
    Folders,
    HoursText,
    Limits,
    LimitsText,
    MachineHoursText,
    MachineNames,
    MailAddresses,
    OrEmpty,
    Origins,
    Program,
    RendererNeedsText,
    SqliteUrl,
    Token,
    WebAddress,
    sqlite_path,
)

DOTENV = Path(".env")


class Origin(StrEnum):
    """Where the value of a key comes from."""

    GIVEN = "given"
    """From the program itself, for this start."""
    ENVIRONMENT = "environment"
    DOTENV = "dotenv"
    FILE = "file"
    DEFAULT = "default"
    ELSEWHERE = "elsewhere"
    """Another machine's, which is changed there only."""


class Settings(BaseSettings):
    """All settings, to be had from `load_settings`. Nobody writes to it but `adopt`."""

    model_config = SettingsConfigDict(
        env_file=DOTENV,
        env_file_encoding="utf-8-sig",
        extra="ignore",
        env_ignore_empty=True,
        frozen=True,
    )

    _origins: dict[str, Origin] = PrivateAttr(default_factory=dict)

    # --- where things lie
    database_url: Annotated[SqliteUrl | None, OrEmpty, Entry(PLACES, at_next_start=True)] = Field(
        None,
        title=N_("Database"),
        description=N_("The SQLite database, for example sqlite://db.sqlite3"),
    )
    render_output_dir: Annotated[Folder, Entry(PLACES)] = Field(
        default_factory=lambda: data_home() / "renders",
        title=N_("Rendered frames"),
        description=N_("The folder that rendered frames go to"),
    )
    thumbnail_dir: Annotated[Folder, Entry(PLACES, at_next_start=True)] = Field(
        default_factory=lambda: data_home() / "thumbnails",
        title=N_("Thumbnails"),
        description=N_("The folder that keeps thumbnails"),
    )
    upload_dir: Annotated[Folder, Entry(PLACES)] = Field(
        default_factory=lambda: data_home() / "uploads",
        title=N_("Uploads"),
        description=N_("The folder that uploaded projects go to"),
    )
    thumbnail_cache_mb: Annotated[int, Entry(PLACES, unit=N_("MB"), at_next_start=True)] = Field(
        2048,
        ge=16,
        le=100_000_000,
        title=N_("Disk for thumbnails"),
        description=N_("How much disk thumbnails may take, in MB"),
    )

    # --- renderers
    blender_executable: Annotated[Program | None, OrEmpty, Entry(RENDERERS)] = Field(
        None,
        title=N_("Blender"),
        description=N_("The Blender to render with; empty finds it by itself"),
    )
    maya_executable: Annotated[Program | None, OrEmpty, Entry(RENDERERS)] = Field(
        None,
        title=N_("Maya"),
        description=N_("Maya's Render, mayabatch or install folder; empty finds it by itself"),
    )
    ue_executable: Annotated[Program | None, OrEmpty, Entry(RENDERERS)] = Field(
        None,
        title=N_("Unreal Engine"),
        description=N_("UnrealEditor-Cmd; empty finds it by itself"),
    )
    embedded_blender_dir: Annotated[Folder, Entry(RENDERERS)] = Field(
        default_factory=lambda: data_home() / "blender",
        title=N_("Embedded Blender"),
        description=N_("The folder that the embedded Blender is fetched into"),
    )

    # --- tasks
    max_retries: Annotated[int, Entry(TASKS)] = Field(
        3,
        ge=0,
        le=100,
        title=N_("Retries"),
        description=N_("How often a failed task is tried again by itself"),
    )
    default_priority: Annotated[int, Entry(TASKS)] = Field(
        5, ge=0, le=10, title=N_("Priority"), description=N_("The priority of a new task")
    )
    queue_at_once: Annotated[bool, Entry(TASKS)] = Field(
        False,
        title=N_("Queue without asking"),
        description=N_("Whether dropped scenes are queued at once, without the sheet"),
    )
    retry_delay_seconds: Annotated[float, Entry(TASKS, unit=N_("s"))] = Field(
        60,
        ge=0,
        le=86_400,
        title=N_("Pause before a retry"),
        description=N_("The pause before a failed task is tried again, in seconds"),
    )
    hold_after_bad_frames: Annotated[int, Entry(TASKS)] = Field(
        5,
        ge=0,
        le=10_000,
        title=N_("Bad frames in a row"),
        description=N_("After how many bad frames in a row a task is held; 0 never holds it"),
    )
    on_suspicion: Annotated[Literal["note", "retry", "fail"], Entry(TASKS)] = Field(
        "note",
        title=N_("Suspicious frames"),
        description=N_("What becomes of black, odd or broken-looking frames in a new task"),
    )

    # --- runs
    max_concurrent_runs: Annotated[int, Entry(RUNS)] = Field(
        1,
        ge=1,
        le=64,
        title=N_("Renderers at a time"),
        description=N_("How many renderers may run at the same time"),
    )
    renderer_limits: Annotated[Limits, Entry(RUNS)] = Field(
        default_factory=dict,
        title=N_("Limit per renderer"),
        description=N_('How many runs each renderer may have, for example {"maya": 2}'),
    )
    limits: Annotated[LimitsText, Entry(RUNS)] = Field(
        "",
        title=N_("Named limits"),
        description=N_(
            "What there is of licences, GPU memory and the like, over all machines or on each, for "
            "example maya_licence=3, gpu_gb=24/machine"
        ),
    )
    renderer_needs: Annotated[RendererNeedsText, Entry(RUNS)] = Field(
        "",
        title=N_("Needs per renderer"),
        description=N_(
            "What each run of a renderer takes of the named limits, for example "
            "maya=maya_licence:1 gpu_gb:8, blender=gpu_gb:4; a task can have needs of its own"
        ),
    )
    render_hours: Annotated[HoursText, Entry(RUNS)] = Field(
        ALWAYS,
        title=N_("Hours"),
        description=N_(
            "When it is rendered, by the clock of this computer, for example "
            "Mo-Fr 19:00-08:00, Sa-Su all day; a task can have hours of its own"
        ),
    )
    cancel_grace_seconds: Annotated[float, Entry(RUNS, unit=N_("s"))] = Field(
        5,
        ge=0,
        le=3_600,
        title=N_("Patience when cancelling"),
        description=N_("How long a cancelled renderer may take to end by itself"),
    )

    finish_grace_seconds: Annotated[float, Entry(RUNS, unit=N_("s"))] = Field(
        90,
        ge=0,
        le=86_400,
        title=N_("Patience at the end"),
        description=N_("How long a renderer may take to end when all its frames are there"),
    )

    scene_scripts: Annotated[Literal["allow", "warn", "refuse"], Entry(RUNS)] = Field(
        "warn",
        title=N_("Scripts in scenes"),
        description=N_(
            "Whether scenes may run scripts of their own (Maya's hooks and script nodes) without a "
            "word, with a warning, or not unless the task is resumed by hand"
        ),
    )

    # --- watchdogs
    stall_seconds: Annotated[float, Entry(RUNS, unit=N_("s"))] = Field(
        600,
        ge=0,
        le=604_800,
        title=N_("Patience with silence"),
        description=N_(
            "How long a renderer may do nothing at all before it is ended and tried again; 0 is for "
            "ever"
        ),
    )
    frame_time_limit_seconds: Annotated[float, Entry(RUNS, unit=N_("s"))] = Field(
        0,
        ge=0,
        le=2_592_000,
        title=N_("Longest frame"),
        description=N_("How long one frame may be in work; 0 goes by the task's other frames"),
    )
    frame_time_factor: Annotated[float, Entry(RUNS)] = Field(
        10,
        ge=0,
        le=10_000,
        title=N_("Patience with a frame"),
        description=N_(
            "How many times as long as the slowest of its task a frame may take, and 10 minutes at "
            "least, if no longest is set; 0 is for ever"
        ),
    )
    memory_limit_mb: Annotated[int, Entry(RUNS, unit=N_("MB"))] = Field(
        0,
        ge=0,
        le=100_000_000,
        title=N_("Memory per renderer"),
        description=N_("How much memory a renderer may use before it is ended; 0 is no limit"),
    )

    min_free_memory_mb: Annotated[int, Entry(RUNS, unit=N_("MB"))] = Field(
        1024,
        ge=0,
        le=100_000_000,
        title=N_("Memory to keep free"),
        description=N_("No renderer is started while less memory is free; 0 is always"),
    )
    min_free_disk_mb: Annotated[int, Entry(RUNS, unit=N_("MB"))] = Field(
        1024,
        ge=0,
        le=100_000_000,
        title=N_("Disk to keep free"),
        description=N_(
            "No renderer is started while less is free on the disk of its frames; 0 is always"
        ),
    )

    prevent_sleep: Annotated[bool, Entry(RUNS)] = Field(
        True,
        title=N_("Stay awake"),
        description=N_("Whether the computer is kept from going to sleep while renderers run"),
    )

    after_queue: Annotated[Literal["nothing", "sleep", "hibernate", "shut_down"], Entry(RUNS)] = (
        Field(
            "nothing",
            title=N_("After the queue"),
            description=N_(
                "What this computer does when everything is rendered, once, after a countdown that can "
                "be stopped"
            ),
        )
    )

    # --- whoever works at the computer
    when_in_use: Annotated[Literal["nothing", "lower", "pause"], Entry(COURTESY)] = Field(
        "nothing",
        title=N_("When somebody works here"),
        description=N_("What renderers do while somebody uses keyboard or mouse"),
    )
    rest_minutes: Annotated[float, Entry(COURTESY, unit=N_("min"))] = Field(
        10,
        gt=0,
        le=1_440,
        title=N_("Rest"),
        description=N_("How long nobody must have touched them for the user to be away"),
    )
    when_programs_run: Annotated[Literal["nothing", "lower", "pause"], Entry(COURTESY)] = Field(
        "nothing",
        title=N_("When certain programs run"),
        description=N_("What renderers do while one of the programs below is running"),
    )
    programs_to_heed: Annotated[str, Entry(COURTESY)] = Field(
        "",
        max_length=2_000,
        title=N_("These programs"),
        description=N_("Their names with commas between, for example maya.exe, resolve"),
    )
    programs_only_in_front: Annotated[bool, Entry(COURTESY)] = Field(
        False,
        title=N_("Only in front"),
        description=N_("Whether they count only while their window is in front"),
    )
    when_on_battery: Annotated[Literal["nothing", "lower", "pause"], Entry(COURTESY)] = Field(
        "nothing",
        title=N_("On battery"),
        description=N_("What renderers do while the computer is not plugged in"),
    )

    # --- the API
    api_enabled: Annotated[bool, Entry(API)] = Field(
        False,
        title=N_("Web page and API"),
        description=N_("Whether a browser and other programs may use Render Manager"),
    )
    api_host: Annotated[str, Entry(API)] = Field(
        "127.0.0.1",
        min_length=1,
        title=N_("Address"),
        description=N_(
            "Where it listens: 127.0.0.1 is this computer only, 0.0.0.0 is the whole network"
        ),
    )
    api_port: Annotated[int, Entry(API)] = Field(
        8787, ge=0, le=65_535, title=N_("Port"), description=N_("The port; 0 takes a free one")
    )
    api_token: Annotated[Token | None, OrEmpty, Entry(API)] = Field(
        None,
        title=N_("Token"),
        description=N_("What others have to show; empty makes one at random and keeps it"),
    )
    api_auth: Annotated[Literal["token", "none"], Entry(API)] = Field(
        "token",
        title=N_("Who may"),
        description=N_("Who may ask; without a token only while it listens to this computer alone"),
    )
    api_allowed_dirs: Annotated[Folders, Entry(API)] = Field(
        (),
        title=N_("Folders for others"),
        description=N_("Folders whose scenes may be named from outside, beside the uploads"),
    )

    api_allowed_origins: Annotated[Origins, Entry(API)] = Field(
        (),
        title=N_("Other addresses"),
        description=N_(
            "By what addresses it is also called, such as https://render.example of a proxy in "
            "front; pages from there may use the API"
        ),
    )

    # --- the farm
    farm_enabled: Annotated[bool, Entry(FARM, at_next_start=True)] = Field(
        False,
        title=N_("Render on other machines"),
        description=N_("Whether workers on other machines are given frames, over a broker"),
    )
    broker_url: Annotated[BrokerUrl | None, OrEmpty, Entry(FARM, at_next_start=True)] = Field(
        None,
        title=N_("Broker"),
        description=N_(
            "The broker that manager and workers meet at, such as redis://:password@server:6379/0; "
            "empty takes REDIS_HOST and REDIS_PORT"
        ),
    )
    redis_host: Annotated[str, Entry(FARM, at_next_start=True)] = Field(
        "localhost",
        min_length=1,
        title=N_("Computer with Redis"),
        description=N_("The computer with Redis"),
    )
    redis_port: Annotated[int, Entry(FARM, at_next_start=True)] = Field(
        6379, ge=1, le=65_535, title=N_("Port of Redis"), description=N_("The port of Redis")
    )
    farm_lease_seconds: Annotated[float, Entry(FARM, unit=N_("s"), at_next_start=True)] = Field(
        60,
        ge=5,
        le=86_400,
        title=N_("Patience with workers"),
        description=N_(
            "After how long without a word from a worker its frames are given to others"
        ),
    )
    farm_paths: Annotated[FarmPaths, Entry(FARM, at_next_start=True)] = Field(
        "",
        title=N_("Names of folders"),
        description=N_(
            "What the same folder is called on other machines, for example "
            "P:\\ = /mnt/projects; several rows have ; between"
        ),
    )

    machines_off: Annotated[MachineNames, Entry(FARM)] = Field(
        (),
        title=N_("Machines switched off"),
        description=N_(
            "Machines that are given nothing, by name; this one is called local. The list of "
            "machines switches them"
        ),
    )

    machine_hours: Annotated[MachineHoursText, Entry(FARM)] = Field(
        "",
        title=N_("Hours of machines"),
        description=N_(
            "When machines may render that are left to their users by day, for example "
            "pc12 = Mo-Fr 19:00-08:00; several have ; between, this one is called local. The list of "
            "machines sets them"
        ),
    )

    # --- when a task ends
    ends_told: Annotated[Ends, Entry(ENDS)] = Field(
        ("completed", "failed"),
        title=N_("Ends that are told"),
        description=N_(
            "Of which ends webhook, e-mail and command are told: completed, failed, cancelled"
        ),
    )
    webhook_url: Annotated[WebAddress | None, OrEmpty, Entry(ENDS)] = Field(
        None,
        title=N_("Webhook"),
        description=N_("The address that is told when a task ends; empty tells nobody"),
    )
    webhook_kind: Annotated[
        Literal["json", "slack", "discord", "feishu", "dingtalk"], Entry(ENDS)
    ] = Field(
        "json",
        title=N_("Kind of webhook"),
        description=N_("What listens there, and so the form of the message"),
    )
    webhook_secret: Annotated[str | None, OrEmpty, Entry(ENDS)] = Field(
        None,
        title=N_("Secret of the webhook"),
        description=N_("What messages to Feishu and DingTalk are signed with, if the bot asks so"),
    )
    smtp_host: Annotated[str, Entry(ENDS)] = Field(
        "",
        pattern=r"^[A-Za-z0-9.:\-]{0,250}$",
        title=N_("Mail server"),
        description=N_("The server that takes e-mails (SMTP); empty sends none"),
    )
    smtp_port: Annotated[int, Entry(ENDS)] = Field(
        587,
        ge=1,
        le=65535,
        title=N_("Port of the mail server"),
        description=N_("Most take 587 with STARTTLS, and 465 with TLS"),
    )
    smtp_security: Annotated[Literal["starttls", "tls", "none"], Entry(ENDS)] = Field(
        "starttls",
        title=N_("Security of e-mail"),
        description=N_("How the connection to the mail server is made secret"),
    )
    smtp_user: Annotated[str, Entry(ENDS)] = Field(
        "",
        title=N_("User at the mail server"),
        description=N_("Who logs in there; empty does not log in"),
    )
    smtp_password: Annotated[str | None, OrEmpty, Entry(ENDS)] = Field(
        None,
        title=N_("Password at the mail server"),
        description=N_("It is kept in the settings file"),
    )
    mail_from: Annotated[str, Entry(ENDS)] = Field(
        "",
        pattern=r"^([^@\s,;<>]{1,200}@[^@\s,;<>]{1,200})?$",
        title=N_("Sender of e-mails"),
        description=N_("The address they come from; empty takes the user at the mail server"),
    )
    mail_to: Annotated[MailAddresses, Entry(ENDS)] = Field(
        (),
        title=N_("E-mail to"),
        description=N_("The addresses that are told when a task ends"),
    )
    end_command: Annotated[CommandText | None, OrEmpty, Entry(ENDS)] = Field(
        None,
        title=N_("Command"),
        description=N_(
            "The program that is run when a task ends, or a list of it and its arguments, such as "
            '["/usr/bin/program", "--option"]'
        ),
    )
    make_movie: Annotated[bool, Entry(ENDS)] = Field(
        False,
        title=N_("Make movies"),
        description=N_("Whether a movie is made of the frames of each task that is completed"),
    )
    movie_codec: Annotated[Literal["h264", "h265", "prores", "vp9"], Entry(ENDS)] = Field(
        "h264", title=N_("Codec of movies"), description=N_("What movies are made with")
    )
    movie_fps: Annotated[float, Entry(ENDS)] = Field(
        24, ge=1, le=240, title=N_("Speed of movies"), description=N_("Frames per second")
    )
    movie_frame_numbers: Annotated[bool, Entry(ENDS)] = Field(
        False,
        title=N_("Numbers in movies"),
        description=N_("Whether each picture of a movie shows the number of its frame"),
    )
    ffmpeg_executable: Annotated[Program | None, OrEmpty, Entry(ENDS)] = Field(
        None,
        title=N_("ffmpeg"),
        description=N_("The program that makes movies; empty finds it by itself"),
    )

    # --- the window
    ui_language: Annotated[Literal["en", "zh_CN"] | None, OrEmpty, Entry(WINDOW)] = Field(
        None, title=N_("Language"), description=N_("The language; empty follows the system")
    )
    ui_theme: Annotated[Literal["system", "light", "dark"], Entry(WINDOW)] = Field(
        "system", title=N_("Theme"), description=N_("The theme")
    )
    notify_when_tasks_end: Annotated[bool, Entry(WINDOW)] = Field(
        True,
        title=N_("Notices of ends"),
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
        written = InitSettingsSource(settings_cls, dict(_written()))
        return init_settings, env_settings, dotenv_settings, written

    def origin(self, name: str) -> Origin:
        """Where the value of the field `name` comes from."""
        return self._origins.get(name, Origin.DEFAULT)

    def adopt(self, changes: Mapping[str, Any], origins: Mapping[str, Origin]) -> None:
        """Take on checked values in place: whoever holds this object sees them at once."""
        self.__dict__.pop("database_path", None)
        self.__dict__.update(changes)
        self._origins.update(origins)

    @cached_property
    def database_path(self) -> Path:
        """The database file that `DATABASE_URL` names."""
        if self.database_url is None:
            return data_home() / "render-manager.sqlite3"
        return sqlite_path(self.database_url)

    @property
    def broker(self) -> str:
        """The URL of the broker."""
        return self.broker_url or f"redis://{self.redis_host}:{self.redis_port}/0"

    @property
    def logs_dir(self) -> Path:
        """The folder that holds our own log and a folder `runs` with the log of each run."""
        return data_home() / "logs"

    @property
    def custom_renderers_dir(self) -> Path:
        """The folder whose TOML files each describe one more renderer."""
        return data_home() / "renderers"


def entry(name: str) -> Entry:
    """How the field `name` is shown."""
    return next(one for one in Settings.model_fields[name].metadata if isinstance(one, Entry))


def default(name: str) -> Any:
    """What the field `name` is if nobody says otherwise."""
    return Settings.model_fields[name].get_default(call_default_factory=True)


def check(name: str, value: object) -> Any:
    """`value` as the field `name` keeps it. Raises UserError: half a sentence that says why not."""
    try:
        return _adapter(name).validate_python(value)
    except ValidationError as error:
        raise UserError(why(error.errors()[0]), field=name.upper()) from None


def plain(name: str, value: object) -> Any:
    """A value of the field `name` as JSON has it."""
    return _adapter(name).dump_python(value, mode="json")


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    field = Settings.model_fields[name]
    kind: Any = Annotated[(field.annotation, *field.metadata)]
    return TypeAdapter(kind)


def write_settings(changes: Mapping[str, Any]) -> None:
    """Put checked values into the settings file, so that the next start has them too.

    What is the default again is taken out of it. Raises UserError if the file cannot be written.
    """
    write_settings_file(
        {
            name: None if value == default(name) else plain(name, value)
            for name, value in changes.items()
        }
    )


# --- how they are found -----------------------------------------------------------------------


def load_settings(**given: Any) -> Settings:
    """The settings as they are now. Raises UserError naming the key and the place at fault."""
    settings, faults = load_what_is_right(**given)
    for fault in faults:
        raise fault.as_error()
    return settings


def load_what_is_right(**given: Any) -> tuple[Settings, list[Fault]]:
    """The settings with the default wherever something is wrong, and what is wrong."""
    broken = _broken_files()
    dotenv = None if DOTENV.absolute() in broken else DOTENV
    faults = [Fault(None, str(file), "", sentence) for file, sentence in broken.items()]
    if dotenv is not None:
        faults += meaningless_lines(dotenv.absolute())
    origins = _origins(given, dotenv)
    wanted: dict[str, Any] = {"_env_file": dotenv, **given}
    try:
        settings = Settings(**wanted)
    except ValidationError as error:
        wrong = {str(one["loc"][0]): one for one in reversed(error.errors())}
        for name in reversed(wrong):
            faults.append(nonsense(name.upper(), place(origins[name]), wrong[name]))
            origins[name] = Origin.DEFAULT
        settings = Settings(**wanted | {name: default(name) for name in wrong})
    settings.adopt({}, origins)
    return settings, faults


def place(origin: Origin) -> str:
    """Where that is, in words or as the path of a file."""
    match origin:
        case Origin.ENVIRONMENT:
            return _("the environment")
        case Origin.DOTENV:
            return str(DOTENV.absolute())
        case _:
            return str(settings_file())


def _origins(given: Mapping[str, Any], dotenv: Path | None) -> dict[str, Origin]:
    """Asks pydantic's own sources, so that it cannot see it otherwise than they do."""
    by_rank = {
        Origin.FILE: _written(),
        Origin.DOTENV: DotEnvSettingsSource(Settings, env_file=dotenv).env_vars,
        Origin.ENVIRONMENT: EnvSettingsSource(Settings).env_vars,
        Origin.GIVEN: given,
    }
    fields = Settings.model_fields
    return {name: origin for origin, keys in by_rank.items() for name in keys if name in fields}


def _written() -> Mapping[str, Any]:
    try:
        return read_settings_file()
    except (OSError, ValueError):
        return {}


def _broken_files() -> dict[Path, str]:
    """The files that are no text or no TOML, so that what is wrong later is wrong in a key."""
    broken: dict[Path, str] = {}
    dotenv = DOTENV.absolute()
    for path, read in (
        (dotenv, partial(read_dotenv, dotenv)),
        (settings_file(), read_settings_file),
    ):
        try:
            read()
        except (OSError, ValueError) as error:
            broken[path] = unreadable(path, error)
    return broken
