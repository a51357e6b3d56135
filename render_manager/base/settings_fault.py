"""What is wrong with a setting, in words that a person understands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from render_manager.base.errors import UserError
from render_manager.base.i18n import N_, _

_WHOLE, _NUMBER, _TEXT = N_("it is no whole number"), N_("it is no number"), N_("it is no text")

_WORDS = {
    "int": _WHOLE,
    "float": _NUMBER,
    "finite": _NUMBER,
    "bool": N_("it is neither true nor false"),
    "string": _TEXT,
    "path": _TEXT,
    "dict": N_("it is no table of names and numbers"),
    "greater": N_("the least is {ge:,.10g}"),
    "less": N_("the most is {le:,.10g}"),
    "literal": N_("it is none of {expected}"),
}
"""By the first word of pydantic's error type: `int_parsing`, `less_than_equal` …"""


@dataclass(frozen=True, slots=True)
class Fault:
    """A setting that cannot be used. Without a `key` it is the file at `place` as a whole."""

    key: str | None
    place: str
    value: str
    sentence: str

    def as_error(self) -> UserError:
        return UserError(self.sentence, field=self.key)


def nonsense(key: str, place: str, error: Mapping[str, Any]) -> Fault:
    """What pydantic found, told with the key and the place."""
    value = str(error["input"])[:80]
    sentence = _("The setting {key} in {place} is “{value}”: {why}. Correct it or take it away.")
    return Fault(
        key, place, value, sentence.format(key=key, place=place, value=value, why=why(error))
    )


def why(error: Mapping[str, Any]) -> str:
    """One of pydantic's errors as half a sentence."""
    kind, context = error["type"].partition("_")[0], error.get("ctx", {})
    if kind == "value":
        return str(context["error"])
    if kind == "literal":
        context = {"expected": context["expected"].replace(" or ", ", ")}
    words = _WORDS.get(kind)
    return _(words).format(**context) if words else str(error["msg"]).rstrip(".")
