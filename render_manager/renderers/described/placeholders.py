"""Which placeholders there are, and where each may be used."""

from __future__ import annotations

from collections.abc import Iterable, Set

from render_manager.base.i18n import _
from render_manager.renderers.described.template import Argument, Template, group_of

ALWAYS = frozenset({"scene", "scene_dir", "output_dir", "name", "output_stem", "here"})
"""Stand for something in every run."""

BY_DEFAULT = {
    "scene_first": "frames",
    "scene_last": "frames",
    "padded": "frames",
    "width": "width",
    "height": "height",
}
"""Stand for something in every run if `[defaults]` has the key beside them."""

IF_CHOSEN = frozenset({"camera", "layers", "scene_name", "samples", "engine", "device", "format"})
"""Stand for something only if the user chose it."""

OF_FRAME = frozenset({"frame", "padded"})
"""The one frame of a run, or of a file."""

OF_RUN: dict[str, frozenset[str]] = {
    "one": OF_FRAME,
    "range": frozenset({"first", "last", "step", "count"}),
    "list": frozenset({"frames", "stretch", "first", "last", "count"}),
}
"""The frames of a run, by how the renderer takes them."""

NEEDED: dict[str, tuple[frozenset[str], ...]] = {
    "one": (frozenset({"frame"}), frozenset({"padded"})),
    "range": (frozenset({"first", "last"}), frozenset({"first", "count"})),
    "list": (frozenset({"frames"}), frozenset({"stretch"})),
}
"""One of these sets must be used, or the renderer would not know its frames."""

RESERVED = frozenset({"executable"}).union(ALWAYS, BY_DEFAULT, IF_CHOSEN, *OF_RUN.values())
"""The words that an option cannot be called by."""


class WrongKeyError(ValueError):
    """What is wrong with `key`, beside the other keys; completes “KEY is wrong: …”."""

    def __init__(self, key: str, why: str) -> None:
        super().__init__(why)
        self.key = key


def names_in(templates: Iterable[Template]) -> frozenset[str]:
    """All placeholders that `templates` have."""
    return frozenset().union(*(template.names for template in templates))


def check_known(key: str, templates: Iterable[Template], known: Set[str]) -> None:
    """Raises WrongKeyError for the first placeholder that is not one of `known`."""
    unknown = sorted(names_in(templates) - known)
    if unknown:
        raise WrongKeyError(
            key,
            _("{{{name}}} means nothing here; you can use {known}").format(
                name=unknown[0], known=_braced(known)
            ),
        )


def check_certain(key: str, argument: Argument, certain: Set[str]) -> None:
    """Raises WrongKeyError for a single item that may stand for nothing: only groups can go."""
    unsure = sorted(names_in(group_of(argument)) - certain)
    if not unsure or not isinstance(argument, Template):
        return
    if unsure[0] in BY_DEFAULT:
        why = _(
            "{{{name}}} is unknown where the scene does not say it; put “{text}” in a list of its "
            "own, so that it can be left out, or give “{default}” under [defaults]"
        )
    else:
        why = _(
            "{{{name}}} may not be chosen; put “{text}” in a list of its own, with what belongs "
            "to it, so that it can be left out"
        )
    raise WrongKeyError(
        key,
        why.format(name=unsure[0], text=argument.text, default=BY_DEFAULT.get(unsure[0])),
    )


def check_needed(there: Set[str], frames: str) -> None:
    """Raises WrongKeyError if a run would not know its program, its scene or its frames.

    `there` are the placeholders that are never left out.
    """
    for name in ("executable", "scene"):
        if name not in there:
            raise WrongKeyError("command", _("it lacks {{{name}}}").format(name=name))
    choices = NEEDED[frames]
    if not any(choice <= there for choice in choices):
        raise WrongKeyError(
            "command",
            _('with frames = "{frames}" it needs {names}').format(
                frames=frames, names=_(" or ").join(map(_braced, choices))
            ),
        )


def _braced(names: Set[str]) -> str:
    return " ".join(f"{{{name}}}" for name in sorted(names))
