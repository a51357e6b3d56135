"""Reading a renderer's TOML file, and the sentences about one that is wrong."""

from __future__ import annotations

import tomllib
from difflib import get_close_matches
from pathlib import Path

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.renderers.described.description import Description
from render_manager.renderers.described.placeholders import WrongKeyError
from render_manager.renderers.described.spots import InNumbers, InTexts
from render_manager.renderers.described.tables import (
    Defaults,
    FrameList,
    LogPatterns,
    ProblemPattern,
    ScenePatterns,
)

_TABLES: tuple[type[BaseModel], ...] = (
    Description,
    Defaults,
    ScenePatterns,
    LogPatterns,
    ProblemPattern,
    FrameList,
    InNumbers,
    InTexts,
)


def read_description(file: Path) -> Description:
    """What `file` says. Raises UserError with a sentence for each thing that is wrong with it."""
    try:
        data = tomllib.loads(file.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise UserError(
            _("“{file}” cannot be read ({why}). Correct it or take it away.").format(
                file=file, why=getattr(error, "strerror", None) or error
            )
        ) from error
    try:
        return Description.model_validate(data)
    except ValidationError as error:
        sentences = [_sentence(file, details) for details in error.errors()]
        raise UserError(" ".join(dict.fromkeys(sentences))) from error


def _sentence(file: Path, details: ErrorDetails) -> str:
    key = ".".join(part for part in details["loc"] if isinstance(part, str))
    if details["type"] == "missing":
        return _("“{file}” lacks the key “{key}”. Add it, as in the sample povray.toml.").format(
            file=file, key=key
        )
    if details["type"] == "extra_forbidden":
        return _unknown_key(file, key)
    cause = details.get("ctx", {}).get("error")
    if isinstance(cause, WrongKeyError):
        key = cause.key
    return _("In “{file}”, “{key}” is wrong: {why}.").format(
        file=file, key=key, why=cause or details["msg"]
    )


def _unknown_key(file: Path, key: str) -> str:
    words = [word for table in _TABLES for word in table.model_fields]
    close = get_close_matches(key.rpartition(".")[2], words, n=1)
    if close:
        return _("“{file}” has the key “{key}”, which means nothing. Is it “{close}”?").format(
            file=file, key=key, close=close[0]
        )
    return _("“{file}” has the key “{key}”, which means nothing. Take it away.").format(
        file=file, key=key
    )
