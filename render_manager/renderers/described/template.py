"""The `{placeholders}` in a described renderer's arguments, file names and environment.

A template is taken apart once, when its file is read; values are put in as they are and are never
looked at again, so a quote, brace or percent sign in the name of a camera stays what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from string import Formatter

from render_manager.base.i18n import _

Values = Mapping[str, str | int | None]
"""What the placeholders stand for; None is "not given"."""

NUMBERS = frozenset(
    {"frame", "first", "last", "step", "count", "width", "height", "samples"}
    | {"scene_first", "scene_last"}
)
"""The placeholders that may ask for a width, as `{frame:04d}`."""

_WIDTH = re.compile(r"0?\d{0,2}d")


@dataclass(frozen=True, slots=True)
class Template:
    """Text with placeholders; `parts` are pairs of literal text and the placeholder after it."""

    text: str
    parts: tuple[tuple[str, str | None, str], ...]

    @classmethod
    def parse(cls, text: object) -> Template:
        """Take `text` apart; a literal brace is written twice. Raises ValueError, in words."""
        if not isinstance(text, str):
            raise ValueError(_("write it as text in quotes"))
        try:
            pieces = list(Formatter().parse(text))
        except ValueError:
            raise ValueError(
                _("“{text}” has a brace without its partner; write a literal brace twice").format(
                    text=text
                )
            ) from None
        for _literal, name, width, conversion in pieces:
            _check_placeholder(text, name, width or "", conversion)
        return cls(text, tuple((literal, name, width or "") for literal, name, width, _c in pieces))

    @property
    def names(self) -> frozenset[str]:
        """The placeholders that it has."""
        return frozenset(name for _literal, name, _width in self.parts if name is not None)

    def is_given(self, values: Values) -> bool:
        """Whether every placeholder of it stands for something."""
        return all(values[name] is not None for name in self.names)

    def fill(self, values: Values) -> str:
        """The text with `values` put in; all of them must be given."""
        return "".join(
            literal + (format(values[name], width) if name is not None else "")
            for literal, name, width in self.parts
        )


Argument = Template | tuple[Template, ...]
"""An item of a command line, or several that are left out together."""


def group_of(argument: Argument) -> tuple[Template, ...]:
    """The templates of an argument."""
    return (argument,) if isinstance(argument, Template) else argument


def fill_arguments(
    arguments: Iterable[Argument], values: Values, stretches: Iterable[str] = ()
) -> Iterator[str]:
    """The command line's items, without the groups that have a value that is not given.

    A group with the placeholder {stretch} is there once for each of `stretches`.
    """
    for group in map(group_of, arguments):
        is_repeated = any("stretch" in template.names for template in group)
        for stretch in stretches if is_repeated else ("",):
            given = {**values, "stretch": stretch}
            if all(template.is_given(given) for template in group):
                yield from (template.fill(given) for template in group)


def _check_placeholder(text: str, name: str | None, width: str, conversion: str | None) -> None:
    if name is None:
        return
    if not name.isidentifier() or conversion:
        raise ValueError(
            _("“{text}” has a placeholder that is not a plain word in braces").format(text=text)
        )
    if width and not (name in NUMBERS and _WIDTH.fullmatch(width)):
        raise ValueError(
            _(
                "“{text}” formats “{name}” by “{width}”; only numbers can be formatted, "
                "and only like {{frame:04d}}"
            ).format(text=text, name=name, width=width)
        )
