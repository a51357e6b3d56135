"""What a task's first good frame says of all that follow: which files, layers and sizes. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from render_manager.base.i18n import _, ngettext
from render_manager.domain.events import FrameFile
from render_manager.domain.evidence import Expectation, ExpectedFile

_PLACE = "#"
"""Stands in a pattern where the frame number is, whatever its padding."""

_NUMBER = re.compile(r"-?[0-9]+")


def patterns(path: str, folder: str, frame: int) -> tuple[str, ...]:
    """What a file may be called in every frame, the likeliest first: each number in its name that
    is the frame's may be the one. Paths in `folder` are relative to it, others stay absolute."""
    place = _placed(Path(path), folder)
    parent, name = place.parent.as_posix(), place.name
    before = "" if parent == "." else parent.rstrip("/") + "/"
    spans = reversed(list(_spans(name, frame)))
    return tuple(f"{before}{name[:start]}{_PLACE}{name[end:]}" for start, end in spans)


def number_text(path: str, frame: int) -> str | None:
    """The frame's number as a file's name has it, with its padding; the last one that fits."""
    name = Path(path).name
    spans = list(_spans(name, frame))
    return name[slice(*spans[-1])] if spans else None


def stem_text(path: str, frame: int) -> str:
    """A file's name up to the frame's number, without the mark between them; "" if it has none."""
    name = Path(path).name
    spans = list(_spans(name, frame))
    return name[: spans[-1][0]].rstrip("._- ") if spans else ""


def is_numbered(name: str, frame: int) -> bool:
    """Whether the last number of a file's name is the frame's."""
    *_, last = (0, *(end for _start, end in _spans(name, frame)))
    return last > 0 and not any(one.isdecimal() for one in name[last : _end_of_stem(name)])


def learn(files: Sequence[FrameFile], folder: str, frame: int) -> Expectation:
    """What a good frame teaches. Nothing, if some name could mean two things: the next may tell.

    Files without the frame's number in their name are not expected of other frames.
    """
    found: list[ExpectedFile] = []
    for file in files:
        parent = _placed(Path(file.path), folder).parent
        known = patterns(file.path, folder, frame)
        if len(known) > 1 or any(True for part in parent.parts for _span in _spans(part, frame)):
            return ()
        found += (ExpectedFile(name, (file.width, file.height), file.layers) for name in known)
    return tuple(found)


def doubted(expected: Expectation, named: Expectation) -> Expectation:
    """The same, where what is not among `named` is not sure."""
    names = {file.pattern for file in named}
    return tuple(replace(file, is_sure=file.pattern in names) for file in expected)


def confirmed(expected: Expectation, found: Expectation) -> Expectation:
    """What another good frame makes of doubts: it has the file as well, or nobody is to have it."""
    names = {file.pattern for file in found}
    return tuple(
        replace(file, is_sure=True) for file in expected if file.is_sure or file.pattern in names
    )


def siblings(
    expected: Expectation, paths: Iterable[str], folder: str, frame: int
) -> tuple[str, ...]:
    """Where the expected files of a frame should be, numbered as `paths` are."""
    texts = (number_text(path, frame) for path in paths)
    text = next((text for text in texts if text is not None), None)
    if text is None:
        return ()
    return tuple(str(Path(folder, _filled(file.pattern, text))) for file in expected)


def fault(expected: Expectation, files: Sequence[FrameFile], folder: str, frame: int) -> str | None:
    """What a frame lacks of what is expected, in one sentence; None if it has everything."""
    found = {name: file for file in files for name in patterns(file.path, folder, frame)}
    text = next(filter(None, (number_text(file.path, frame) for file in files)), str(frame))
    sure = (file for file in expected if file.is_sure)
    faults = (_fault_of(file, found.get(file.pattern), text) for file in sure)
    return next((one for one in faults if one is not None), None)


def _fault_of(expected: ExpectedFile, found: FrameFile | None, number: str) -> str | None:
    name = Path(_filled(expected.pattern, number)).name
    if found is None:
        return _("“{file}” is missing: the task's first frame had it.").format(file=name)
    if lost := [layer for layer in expected.layers if layer not in found.layers]:
        return ngettext(
            "The layer {layers} is missing in “{file}”: the task's first frame had it.",
            "The layers {layers} are missing in “{file}”: the task's first frame had them.",
            len(lost),
        ).format(layers=", ".join(f"“{layer}”" for layer in lost), file=name)
    if (found.width, found.height) != expected.size:
        return _("“{file}” is {found} pixels, but the task's first frame is {expected}.").format(
            file=name,
            found=f"{found.width} × {found.height}",
            expected="{} × {}".format(*expected.size),
        )
    return None


def _placed(path: Path, folder: str) -> Path:
    return path.relative_to(folder) if path.is_relative_to(folder) else path


def _filled(pattern: str, number: str) -> str:
    """A pattern's last mark is the place of the number: what comes before may be a real `#`."""
    before, _mark, after = pattern.rpartition(_PLACE)
    return f"{before}{number}{after}"


def _spans(name: str, frame: int) -> Iterator[tuple[int, int]]:
    """Where the frame's number is in a name; a suffix (`.jp2`) has none unless it is a number.

    A hyphen after a letter or digit joins (`shot-0005` may be frame 5, or frame -5); one after
    anything else is a sign.
    """
    for match in _NUMBER.finditer(name, 0, _end_of_stem(name)):
        digits = match[0].lstrip("-")
        if int(digits) != abs(frame):
            continue
        is_signed = digits != match[0]
        start = match.start() + (is_signed and frame >= 0)
        joins = match.start() > 0 and name[match.start() - 1].isalnum()
        if is_signed if frame < 0 else (not is_signed or joins):
            yield start, match.end()


def _end_of_stem(name: str) -> int:
    stem, dot, suffix = name.rpartition(".")
    return len(name) if not dot or suffix.isdecimal() else len(stem)
