"""Puts the submitters into other programs, and takes them out again.

Only files of ours are written over or removed. A change is made whole, or taken back.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from render_manager.base.errors import ConflictError, UserError
from render_manager.base.i18n import N_, _
from render_manager.submitters.parts import (
    START,
    folders_of_ours,
    has_own_start,
    is_ours,
    parts_of,
    superseded,
)
from render_manager.submitters.places import blender_places, maya_places, unreal_places

KINDS = {"blender": "Blender", "maya": "Maya", "unreal": "Unreal Engine"}
"""The programs that a submitter exists for, and what they are called."""

PLACES = {"blender": blender_places, "maya": maya_places, "unreal": unreal_places}

STILL_TO_DO = {
    "blender": N_(
        "Restart Blender and tick “Render Manager” once in Edit, Preferences, Add-ons. "
        "It is in the Render menu then."
    ),
    "maya": N_("Restart Maya. It has a menu and a shelf “Render Manager” then."),
    "unreal": N_(
        "Restart the editor. The project needs the plug-ins “Python Editor Script Plugin” and "
        "“Movie Render Queue”. It is in the Tools menu then."
    ),
}

CALL_IT = N_(
    "Add these lines to {file}, which is yours and stays as it is, and restart the editor:\n"
    "{lines}\n"
    "The project needs the plug-ins “Python Editor Script Plugin” and “Movie Render Queue”. "
    "It is in the Tools menu then."
)
CALL_LINES = """\
try:
    import render_manager_unreal
except ImportError:
    pass  # it was removed
else:
    render_manager_unreal.add_to_menu()"""

NO_PLACE = {
    "blender": N_("No Blender has been started by this user yet. Start it once first."),
}


class Presence(Enum):
    """Whether a submitter is installed."""

    ABSENT = "absent"
    OUTDATED = "outdated"
    CURRENT = "current"


@dataclass(frozen=True, slots=True)
class State:
    """`places` are the folders where it is, or would be put; none if the program was never used."""

    kind: str
    presence: Presence
    places: tuple[Path, ...]


def where(kind: str) -> tuple[Path, ...]:
    """The folders that the program looks into. Raises UserError if nobody knows the program."""
    if kind not in KINDS:
        sentence = _("There is no submitter for {kind}. Use one of: {kinds}.")
        raise UserError(sentence.format(kind=kind, kinds=", ".join(KINDS)))
    return PLACES[kind]()


def still_to_do(kind: str, target: Path | None = None) -> str:
    """What remains to be done by hand after an installation."""
    for place in _places(kind, target) if kind == "unreal" else ():
        if has_own_start(place):
            return _(CALL_IT).format(file=place / START, lines=CALL_LINES)
    return _(STILL_TO_DO[kind])


def why_no_place(kind: str) -> str:
    """What to say where `where` knows no folder."""
    return _(NO_PLACE[kind])


def state(kind: str, target: Path | None = None) -> State:
    """Absent if it is nowhere, current if it is everywhere as it would be installed now."""
    places = _places(kind, target)
    found = [_presence(kind, place) for place in places]
    if all(one is Presence.ABSENT for one in found):
        return State(kind, Presence.ABSENT, places)
    if all(one is Presence.CURRENT for one in found):
        return State(kind, Presence.CURRENT, places)
    return State(kind, Presence.OUTDATED, places)


def install(kind: str, target: Path | None = None) -> tuple[Path, ...]:
    """Copy it to where the program looks, or into `target`; returns these folders.

    Raises UserError if something there is not ours, or the disk refuses; nothing is changed then.
    """
    places = _places(kind, target)
    if not places:
        raise UserError(why_no_place(kind))
    wanted = {
        place / path: content for place in places for path, content in parts_of(kind, place).items()
    }
    _replace_all(wanted, {path: _own(path) for path in wanted})
    for place in places:
        _remove_superseded(kind, place)
    return places


def uninstall(kind: str, target: Path | None = None) -> None:
    """Remove what is ours and nothing else. Raises UserError if the disk refuses."""
    for place in _places(kind, target):
        try:
            _remove_from(kind, place)
            _remove_superseded(kind, place)
        except OSError as error:
            raise UserError(_cannot(error.filename or place, error)) from error


def _places(kind: str, target: Path | None) -> tuple[Path, ...]:
    found = where(kind)
    return found if target is None else (target.absolute(),)


def _presence(kind: str, place: Path) -> Presence:
    wanted = parts_of(kind, place)
    here = {path: _content(place / path) for path in wanted}
    is_twice = any(any(_ours_in(folder)) for folder in superseded(kind, place))
    if here == wanted and not is_twice:
        return Presence.CURRENT
    is_there = any(content is not None and is_ours(content) for content in here.values())
    return Presence.OUTDATED if is_there or is_twice else Presence.ABSENT


def _own(path: Path) -> bytes | None:
    """What is there of ours; None if nothing is. Raises ConflictError if it is not ours."""
    content = _content(path)
    if content is not None and is_ours(content):
        return content
    if content is None and not os.path.lexists(path):
        return None
    sentence = _("{file} is there already and is not Render Manager's. Move it away first.")
    raise ConflictError(sentence.format(file=path))


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes() if path.is_file() else None
    except OSError:
        return None


def _replace_all(wanted: dict[Path, bytes], before: dict[Path, bytes | None]) -> None:
    done: list[Path] = []
    try:
        for path, content in wanted.items():
            done.append(path)
            _replace(path, content)
    except OSError as error:
        for path in done:
            _put_back(path, before[path])
        raise UserError(_cannot(path, error)) from error


def _replace(path: Path, content: bytes) -> None:
    """In one step, so that a program that starts meanwhile finds a whole file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(prefix=".render_manager", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(part).chmod(0o644)  # such a file is the user's alone at first, but others may read it
        Path(part).replace(path)
    except OSError:
        Path(part).unlink(missing_ok=True)
        raise


def _put_back(path: Path, content: bytes | None) -> None:
    with suppress(OSError):
        if content is None:
            path.unlink(missing_ok=True)
        elif _content(path) != content:
            _replace(path, content)


def _remove_from(kind: str, place: Path) -> None:
    for path in parts_of(kind, place):
        _remove_own(place / path)
    for name in folders_of_ours(kind):
        for path in _ours_in(place / name):  # also what only an older version had
            _remove_own(path)
        _remove_empty(place / name)


def _remove_superseded(kind: str, place: Path) -> None:
    for folder in superseded(kind, place):
        try:
            for path in _ours_in(folder):
                _remove_own(path)
        except OSError as error:
            raise UserError(_cannot(error.filename or folder, error)) from error
        _remove_empty(folder)


def _ours_in(folder: Path) -> list[Path]:
    found = ((path, _content(path)) for path in folder.rglob("*") if path.suffix != ".pyc")
    return [path for path, content in found if content is not None and is_ours(content)]


def _remove_own(path: Path) -> None:
    content = _content(path)
    if content is not None and is_ours(content):
        path.unlink()
        for compiled in path.parent.glob(f"__pycache__/{path.stem}.*.pyc"):
            compiled.unlink()


def _remove_empty(folder: Path) -> None:
    """The folder and those in it, as far as they are empty; what a user put there stays."""
    with suppress(OSError):
        for inner in [path for path in folder.iterdir() if path.is_dir()]:
            _remove_empty(inner)
        folder.rmdir()


def _cannot(path: object, error: OSError) -> str:
    sentence = _("{file} cannot be changed ({why}). Nothing was installed or removed there.")
    return sentence.format(file=path, why=error.strerror or error)
