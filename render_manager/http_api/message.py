"""Requests and replies as plain values, so that what answers them needs no socket."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

JSON = "application/json"

CHANGING = frozenset({"POST", "PATCH", "PUT", "DELETE"})
"""The methods by which something is changed; all others only look."""

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_LENGTH = re.compile(r"[0-9]{1,18}")
_ONCE = frozenset(
    {"content-length", "transfer-encoding", "host", "origin", "authorization", "content-type"}
)
_START = re.compile(r"([A-Z]{1,20}) ([^\x00-\x20\x7f]{1,8000}) HTTP/1\.([01])")


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before the body. Header names are in small letters; of several with the same
    name the last counts, but those that decide something may not be there twice."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    is_old: bool = False
    """HTTP/1.0, which closes the connection after each reply."""
    back: Mapping[str, str] = field(default_factory=dict)
    """Headers that go back with whatever is answered."""

    def header(self, name: str) -> str:
        return self.headers.get(name, "")

    @property
    def has_body(self) -> bool:
        return "transfer-encoding" in self.headers or int(self.header("content-length") or 0) > 0

    @property
    def is_last(self) -> bool:
        """Whether nothing else is to be asked over the same connection."""
        return self.is_old or "close" in self.header("connection").lower()

    def cookie(self, name: str) -> str:
        """The value of a cookie; empty if it was not sent."""
        for part in self.header("cookie").split(";"):
            key, _is_set, value = part.strip().partition("=")
            if key == name:
                return value
        return ""


@dataclass(frozen=True, slots=True)
class Request:
    head: Head
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes = b""
    kind: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


def json_text(value: Any) -> str:
    """As short as JSON gets, in any language."""
    return _ENCODER.encode(value)


def as_json(value: Any, status: int = 200, **headers: str) -> Reply:
    return Reply(status, json_text(value).encode("utf-8", "replace"), headers=headers)


def fault(status: int, detail: str, field: str | None = None, **headers: str) -> Reply:
    """What is wrong, in a sentence, and in which field if there is one."""
    said = {"detail": detail} if field is None else {"detail": detail, "field": field}
    return as_json(said, status, **headers)


def with_headers(reply: Reply, more: Mapping[str, str]) -> Reply:
    """The same with more headers; its own go before."""
    return replace(reply, headers={**more, **reply.headers}) if more else reply


@lru_cache(maxsize=64)
def read_head(data: bytes) -> Head:
    """The head of a request, from its first bytes to the empty line. Raises ValueError.

    Strict where leniency would let one server see another request than the next. Remembered, as
    whoever asks again and again sends the same bytes.
    """
    lines = data.decode("latin-1").split("\r\n")
    start = _START.fullmatch(lines[0])
    if start is None:
        raise ValueError("no request line")
    headers: dict[str, str] = {}
    for line in lines[1:]:
        name, sign, value = line.partition(":")
        name = name.lower()
        if not sign or not _TOKEN.fullmatch(name) or any(c in value for c in "\0\r\n"):
            raise ValueError("no header")
        if name in _ONCE and name in headers:
            raise ValueError("a header twice")
        headers[name] = value.strip(" \t")
    if "content-length" in headers:
        if "transfer-encoding" in headers:
            raise ValueError("two lengths")
        if not _LENGTH.fullmatch(headers["content-length"]):
            raise ValueError("a length that is no number")
    # browsers write % for what is not ASCII; curl does not
    return head_of(start[1], utf8(start[2]), headers, is_old=start[3] == "0")


def utf8(text: str) -> str:
    """What was sent as UTF-8, of text as headers have it. Raises ValueError."""
    return text.encode("latin-1").decode("utf-8")


def head_of(method: str, target: str, headers: Mapping[str, str], *, is_old: bool = False) -> Head:
    """Raises ValueError for a target that is no path."""
    parts = urlsplit(target)
    if not parts.path.startswith("/"):
        raise ValueError("no path")
    path = unquote(parts.path, errors="strict")
    query = dict(parse_qsl(parts.query, keep_blank_values=True, max_num_fields=64))
    return Head(method, path, query, headers, is_old)
