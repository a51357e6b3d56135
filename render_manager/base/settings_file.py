"""`settings.toml`, which the window writes and a person may edit: read whole, changed key by key."""

from __future__ import annotations

import os
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.base.paths import data_home

if TYPE_CHECKING:
    from tomlkit import TOMLDocument


def settings_file() -> Path:
    """The file that the window writes."""
    return data_home() / "settings.toml"


def read_settings_file() -> dict[str, Any]:
    """What it holds, by field name; nothing if there is none. Raises OSError or ValueError."""
    return {key.lower(): value for key, value in tomllib.loads(_text(settings_file())).items()}


def write_settings_file(changes: Mapping[str, Any]) -> None:
    """Give these keys their values (None takes a key out) and leave all else as it is.

    Comments, order and keys that nobody knows stay. The file is replaced in one step. Raises
    UserError if it cannot be read as TOML or cannot be written.
    """
    path = settings_file().resolve()  # it may be a link into a folder of the person's own
    try:
        text = _text(path)
        changed = _changed(text.replace("\r\n", "\n"), changes)
    except (OSError, ValueError) as error:
        raise UserError(unreadable(path, error)) from error
    try:
        ends = "\r\n" if "\r\n" in text else "\n"
        _replace(path, changed.replace("\n", ends).encode("utf-8"))
    except (OSError, UnicodeError) as error:
        sentence = _("{file} cannot be written ({why}). Nothing was changed.")
        raise UserError(sentence.format(file=path, why=_reason(error))) from error


def unreadable(file: Path, error: Exception) -> str:
    """A sentence about a file that cannot be read."""
    sentence = _("{file} cannot be read ({why}). Correct it or take it away.")
    return sentence.format(file=file, why=_reason(error))


def _reason(error: Exception) -> object:
    return getattr(error, "strerror", None) or error


def _text(path: Path) -> str:
    """Its text, with the line ends it has. Editors on Windows like to begin with a mark."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return ""


def _changed(text: str, changes: Mapping[str, Any]) -> str:
    from tomlkit import parse  # 30 ms that only a change needs

    document = parse(text)
    for name, value in changes.items():
        _change(document, name, value)
    return document.as_string()


def _change(document: TOMLDocument, name: str, value: Any) -> None:
    """A person may have written the key in capitals, as the manual does."""
    written = [key for key in document if key.lower() == name] or [name]
    for key in written:
        if value is None:
            document.pop(key, None)
        elif isinstance(value, dict):
            _change_table(document, key, value)
        else:
            document[key] = value


def _change_table(document: TOMLDocument, key: str, value: dict[str, Any]) -> None:
    from tomlkit import inline_table

    present = document.get(key)
    if not isinstance(present, dict):
        document[key] = inline_table()
        present = document[key]
    for gone in set(present) - set(value):
        del present[gone]
    present.update(value)


def _replace(path: Path, data: bytes) -> None:
    """Whole or not at all, also when the power goes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(part).replace(path)
    finally:
        Path(part).unlink(missing_ok=True)
