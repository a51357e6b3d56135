"""Plain dataclasses as JSON and back. What does not fit its type is refused, never guessed.

Nothing but data comes out of it: no class is looked up by a name from outside. Text may hold lone
surrogates, as names of files on Linux may; JSON escapes them.
"""

from __future__ import annotations

import base64
import json
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

IS = "is"
"""The key that says which dataclass of a union it is."""


class MisfitError(ValueError):
    """The text is not what its type says."""


def to_text(value: object) -> str:
    return json.dumps(_plain(value), separators=(",", ":"))


def from_text(kind: Any, text: str | bytes) -> Any:
    """The value of the type `kind`. Raises MisfitError."""
    try:
        return _reader(kind)(json.loads(text))
    except MisfitError:
        raise
    except (ValueError, RecursionError) as error:
        raise MisfitError(str(error)) from None


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        told = {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
        return {IS: type(value).__name__, **told}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, (tuple, frozenset)):
        return [_plain(each) for each in value]
    return value


_Read = Callable[[Any], Any]


@cache
def _reader(kind: Any) -> _Read:
    """How a value of this type is read."""
    if kind in (str, int, bool, type(None)):
        return _exactly(kind)
    if kind is float:
        return _number
    if kind is bytes:
        return _bytes
    if kind is Path:
        return lambda value: Path(_exactly(str)(value))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return lambda value: kind(_exactly(str)(value))
    if is_dataclass(kind):
        return _dataclass(typing.cast(type, kind))
    return _compound(kind)


def _compound(kind: Any) -> _Read:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return _union(arguments)
    if origin is dict and arguments[0] is str:
        return _dict(_reader(arguments[1]))
    if origin is frozenset:
        return lambda value: frozenset(map(_reader(arguments[0]), _list(value)))
    if origin is tuple and arguments[1:] == (...,):
        return lambda value: tuple(map(_reader(arguments[0]), _list(value)))
    if origin is tuple:
        return _row(tuple(map(_reader, arguments)))
    raise TypeError(f"{kind} does not travel")


def _exactly(kind: type) -> _Read:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise MisfitError(f"{_short(value)} is no {kind.__name__}")
        return value

    return read


def _number(value: Any) -> float:
    if type(value) not in (int, float):
        raise MisfitError(f"{_short(value)} is no number")
    return float(value)


def _bytes(value: Any) -> bytes:
    return base64.b64decode(_exactly(str)(value), validate=True)


def _list(value: Any) -> list[Any]:
    found: list[Any] = _exactly(list)(value)
    return found


def _dict(read: _Read) -> _Read:
    return lambda value: {name: read(each) for name, each in _exactly(dict)(value).items()}


def _row(readers: tuple[_Read, ...]) -> _Read:
    def read(value: Any) -> tuple[Any, ...]:
        found = _list(value)
        if len(found) != len(readers):
            raise MisfitError(f"{len(found)} values for {len(readers)}")
        return tuple(read(each) for read, each in zip(readers, found, strict=True))

    return read


def _dataclass(kind: type) -> _Read:
    """All fields must be there and no others: both ends speak the same version."""
    hints = typing.get_type_hints(kind)
    names = {each.name for each in fields(kind)}

    def read(value: Any) -> Any:
        told = _exactly(dict)(value)
        if told.keys() != names | {IS} or told[IS] != kind.__name__:
            raise MisfitError(f"this is no {kind.__name__}: {_short(value)}")
        return kind(**{name: _reader(hints[name])(told[name]) for name in names})

    return read


def _union(kinds: tuple[Any, ...]) -> _Read:
    classes = {
        kind.__name__: kind for kind in kinds if isinstance(kind, type) and is_dataclass(kind)
    }
    others = [kind for kind in kinds if kind not in classes.values()]

    def read(value: Any) -> Any:
        if isinstance(value, dict) and value.get(IS) in classes:
            return _reader(classes[value[IS]])(value)
        for kind in others:
            try:
                return _reader(kind)(value)
            except MisfitError:
                continue
        raise MisfitError(f"this is none of those expected: {_short(value)}")

    return read


def _short(value: Any) -> str:
    return ascii(value)[:80]
