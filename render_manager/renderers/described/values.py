"""The kinds of values in a renderer's TOML file; each says in words what is wrong with it.

The words complete the sentence “In FILE, KEY is wrong: …”.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator

from render_manager.base.i18n import _
from render_manager.renderers.described.numbers import frame_range
from render_manager.renderers.described.template import Argument, Template

LOG_GROUPS = ("frame", "nth", "percent", "n", "of", "path", "seconds", "text")
"""The named groups that patterns for the log may have."""

LONGEST_LINE = 2_000
"""Characters of a line, in scene or log, that patterns see.

A careless pattern such as `.*a.*b` takes time with the cube of the line (measured: 1 s at this
length, 9 s at twice of it), so a scene without line ends or a runaway log line must not reach it
whole.
"""

MOST_PIXELS = 100_000
"""The largest width or height that is believed."""

_RANGE = re.compile(r"(-?\d{1,10})-(-?\d{1,10})(?:x([1-9]\d{0,6}))?")


def _regex(text: object) -> re.Pattern[str]:
    if not isinstance(text, str) or not text:
        raise ValueError(_("write a regular expression in 'single quotes'"))
    try:
        return re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(
            _("'{text}' is not a regular expression ({why})").format(text=text, why=error)
        ) from None


def _reads_number(pattern: re.Pattern[str]) -> re.Pattern[str]:
    if not pattern.groups:
        raise ValueError(
            _("'{text}' needs round brackets around the number to read, such as (\\d+)").format(
                text=pattern.pattern
            )
        )
    return pattern


def _reads_text(pattern: re.Pattern[str]) -> re.Pattern[str]:
    if not pattern.groups:
        raise ValueError(
            _("'{text}' needs round brackets around the text to read, such as (\\S+)").format(
                text=pattern.pattern
            )
        )
    return pattern


def _listens(pattern: re.Pattern[str]) -> re.Pattern[str]:
    unknown = sorted(pattern.groupindex.keys() - set(LOG_GROUPS))
    if unknown:
        raise ValueError(
            _("'{text}' has the group “{group}”; the groups are {groups}").format(
                text=pattern.pattern, group=unknown[0], groups=", ".join(LOG_GROUPS)
            )
        )
    return pattern


def _reads_progress(pattern: re.Pattern[str]) -> re.Pattern[str]:
    groups = pattern.groupindex.keys()
    if "percent" not in groups and not {"n", "of"} <= groups:
        raise ValueError(
            _("'{text}' needs the group (?P<percent>…), or both (?P<n>…) and (?P<of>…)").format(
                text=pattern.pattern
            )
        )
    return pattern


def _reads_path(pattern: re.Pattern[str]) -> re.Pattern[str]:
    if "path" not in pattern.groupindex:
        raise ValueError(_("'{text}' needs the group (?P<path>…)").format(text=pattern.pattern))
    return pattern


def _argument(value: object) -> Argument:
    if isinstance(value, list):
        return tuple(map(Template.parse, value))
    return Template.parse(value)


def _env_value(value: object) -> Template | None:
    return None if value is False else Template.parse(value)


def _suffix(text: str) -> str:
    if not re.fullmatch(r"\.[^\s/\\]+", text):
        raise ValueError(_("“{text}” is no file ending; write it like .pov").format(text=text))
    return text.lower()


def _frames(text: object) -> range:
    match = _RANGE.fullmatch(text) if isinstance(text, str) else None
    frames = match and frame_range(int(match[1]), int(match[2]), int(match[3] or 1))
    if not frames:
        raise ValueError(_("write a frame range like 1-100 or 1-100x2"))
    return frames


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


AsList = BeforeValidator(_as_list)
"""A single text where a list is meant."""

Text = Annotated[str, Field(min_length=1)]
Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Suffix = Annotated[str, AfterValidator(_suffix)]
Pixels = Annotated[int, Field(ge=1, le=MOST_PIXELS)]
FrameRange = Annotated[range, PlainValidator(_frames)]

TemplateText = Annotated[Template, PlainValidator(Template.parse)]
ArgumentText = Annotated[Argument, PlainValidator(_argument)]
EnvText = Annotated[Template | None, PlainValidator(_env_value)]

Regex = Annotated[re.Pattern[str], PlainValidator(_regex)]
NumberRegex = Annotated[Regex, AfterValidator(_reads_number)]
TextRegex = Annotated[Regex, AfterValidator(_reads_text)]
LogRegex = Annotated[Regex, AfterValidator(_listens)]
LogRegexes = Annotated[tuple[LogRegex, ...], AsList]
ProgressRegexes = Annotated[
    tuple[Annotated[LogRegex, AfterValidator(_reads_progress)], ...], AsList
]
PathRegexes = Annotated[tuple[Annotated[LogRegex, AfterValidator(_reads_path)], ...], AsList]
