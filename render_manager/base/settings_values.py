"""What the values of the settings are made of: their kinds, and how a door shows a key."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_settings import NoDecode

from render_manager.base.amounts import (
    limits_text,
    parse_limits,
    parse_renderer_needs,
    renderer_needs_text,
)
from render_manager.base.hours import parse_hours
from render_manager.base.i18n import N_, _
from render_manager.base.machine_hours import (
    MACHINE_NAME,
    machine_hours_text,
    parse_machine_hours,
)

PLACES = N_("Where things lie")
RENDERERS = N_("Renderers")
TASKS = N_("Tasks")
RUNS = N_("Runs")
COURTESY = N_("Working at this computer")
WINDOW = N_("The window")
API = N_("Other computers and programs")
FARM = N_("Farm")
ENDS = N_("When a task ends")

_WEB_ADDRESS = re.compile(r"https?://[^\s/]+\S{0,2000}")
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]{1,250}")
_BROKER = re.compile(r"(?:rediss?|amqps?|memory)://\S{0,500}")
_FOLDER = re.compile(r"/|[A-Za-z]:(?:[\\/]|$)|\\\\")
_SQLITE_URL = re.compile(r"sqlite(?:\+\w+)?://(?P<path>.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """How a key is shown, beside its title and its meaning; `at_next_start` says when it counts."""

    group: str
    unit: str = ""
    at_next_start: bool = False


def sqlite_path(url: str) -> Path:
    """The file that a database URL names. Raises ValueError.

    `sqlite://db.sqlite3` (the original service's form) and `sqlite:///db.sqlite3` are both a file
    in the working folder; `sqlite:////var/db.sqlite3` and `sqlite:///C:/db.sqlite3` are absolute.
    """
    match = _SQLITE_URL.fullmatch(url)
    path = match["path"] if match else ""
    if path.startswith("/"):
        path = path[1:]
    if not path or path == ":memory:":
        raise ValueError(_("write it as sqlite://FILE, for example sqlite://db.sqlite3"))
    return _located(Path(path)).absolute()


def _located(path: Path) -> Path:
    if not path.parts or "\0" in str(path):
        raise ValueError(_("it is no path"))
    try:
        return path.expanduser()
    except RuntimeError:
        raise ValueError(_("there is no such user")) from None


def _sqlite_url(url: str) -> str:
    sqlite_path(url)
    return url


def _from_json(value: object) -> object:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        raise ValueError(_("it is not JSON")) from None


def _split(value: object) -> object:
    return [part for part in value.split(os.pathsep) if part] if isinstance(value, str) else value


def _words(value: object) -> object:
    return (
        re.split(r"[\s,]+", value.strip(" \t,"))
        if isinstance(value, str) and value
        else value or ()
    )


def _origin(text: str) -> str:
    if not _ORIGIN.fullmatch(text):
        raise ValueError(_("write it like https://render.example, without a path"))
    return text.lower()


def _token(text: str) -> str:
    if len(text) < SHORTEST_TOKEN or not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError(
            _("use {count} letters and digits or more, without spaces").format(count=SHORTEST_TOKEN)
        )
    return text


def _web_address(url: str) -> str:
    if not _WEB_ADDRESS.fullmatch(url):
        raise ValueError(_("write it like https://hooks.example/services/…"))
    return url


def _command(text: str) -> str:
    command_words(text)
    return text


def command_words(text: str) -> list[str]:
    """The program and its arguments, as END_COMMAND has them. Raises ValueError."""
    if not text.lstrip().startswith("["):
        return [text] if text else []
    words = _from_json(text)
    if not isinstance(words, list) or not words or not all(isinstance(w, str) for w in words):
        raise ValueError(_('write it like ["/usr/bin/program", "--option"]'))
    return words


def _table_of_hours(text: str) -> str:
    return str(parse_hours(text))


def _broker(url: str) -> str:
    if not _BROKER.fullmatch(url):
        raise ValueError(_("write it like redis://server:6379/0 or amqp://user:password@server"))
    return url


def _farm_paths(text: str) -> str:
    """Rows like `P:\\ = /mnt/projects`."""
    for row in filter(None, (row.strip() for row in re.split(r"[;\n]", text))):
        names = [name.strip() for name in row.split("=")]
        if len(names) < 2 or not all(map(_FOLDER.match, names)):
            raise ValueError(
                _("write “{row}” like P:\\ = /mnt/projects, with ; between rows").format(row=row)
            )
    return text


OrEmpty = BeforeValidator(lambda value: None if value == "" else value)
"""A file can say “nothing” by an empty text."""

HoursText = Annotated[str, AfterValidator(_table_of_hours)]
"""A table of hours, as `parse_hours` reads it."""

MachineHoursText = Annotated[
    str, AfterValidator(lambda text: machine_hours_text(parse_machine_hours(text)))
]
"""Tables of hours by machine, as `parse_machine_hours` reads them."""

LimitsText = Annotated[str, AfterValidator(lambda text: limits_text(parse_limits(text)))]
"""Named limits, as `parse_limits` reads them."""

RendererNeedsText = Annotated[
    str, AfterValidator(lambda text: renderer_needs_text(parse_renderer_needs(text)))
]
"""What runs need of them, as `parse_renderer_needs` reads it."""

Folder = Annotated[Path, AfterValidator(lambda path: _located(path).absolute())]
Program = Annotated[Path, AfterValidator(_located)]
BrokerUrl = Annotated[str, AfterValidator(_broker)]
FarmPaths = Annotated[str, AfterValidator(_farm_paths)]
SqliteUrl = Annotated[str, AfterValidator(_sqlite_url)]
Folders = Annotated[tuple[Folder, ...], NoDecode, BeforeValidator(_split)]
"""The environment and the window give them with the system's sign between paths (: or ;)."""

Origins = Annotated[
    tuple[Annotated[str, AfterValidator(_origin)], ...], NoDecode, BeforeValidator(_words)
]
"""The environment and the window give them with spaces or commas between."""

WebAddress = Annotated[str, AfterValidator(_web_address)]
CommandText = Annotated[str, AfterValidator(_command)]

Ends = Annotated[
    tuple[Annotated[str, Field(pattern=r"^(completed|failed|cancelled)$")], ...],
    NoDecode,
    BeforeValidator(_words),
]
"""The environment and the window give them with spaces or commas between."""

MailAddresses = Annotated[
    tuple[Annotated[str, Field(pattern=r"^[^@\s,;<>]{1,200}@[^@\s,;<>]{1,200}$")], ...],
    NoDecode,
    BeforeValidator(_words),
]
"""The environment and the window give them with spaces or commas between."""

MachineNames = Annotated[
    tuple[Annotated[str, Field(pattern=f"^{MACHINE_NAME}$")], ...],
    NoDecode,
    BeforeValidator(_words),
]
"""The environment and the window give them with spaces or commas between."""

SHORTEST_TOKEN = 16
Token = Annotated[str, AfterValidator(_token)]
Limits = Annotated[
    dict[str, Annotated[int, Field(ge=1, le=64)]], NoDecode, BeforeValidator(_from_json)
]
"""Runs by renderer. The environment and `.env` give it as JSON."""
