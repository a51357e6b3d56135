"""What single lines of the log mean. Pure; every pattern says which renderer prints the line.

Recorded lines are public logs; where none was found it says "Unproven": then the pattern is that
of farms' parsers (Deadline 10, CGRU), which ran for years.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Began:
    """A picture is begun; `path` and `frame` are "" and None where the line does not name them."""

    path: str = ""
    frame: int | None = None


@dataclass(frozen=True, slots=True)
class Percent:
    """`begins_anew` says that the renderer counts from 0 only for another picture."""

    percent: float
    path: str = ""
    begins_anew: bool = False


@dataclass(frozen=True, slots=True)
class Wrote:
    path: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A pass is done and its files are written."""

    seconds: float | None = None
    path: str = ""


@dataclass(frozen=True, slots=True)
class SceneDone:
    """Maya has rendered all that it was asked to, or believes so."""


Said = Began | Percent | Wrote | Rendered | SceneDone

_RULES: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], Said]], ...] = (
    # Maya Software and Hardware 2.0; the path ends with a dot more (Maya 7 and 2027).
    (
        "Starting Rendering ",
        re.compile(r"^Starting Rendering (?P<path>.+?)\.?$"),
        lambda m: Began(m["path"]),
    ),
    (
        "Finished Rendering ",
        re.compile(r"^Finished Rendering (?P<path>.+?)\.?$"),
        lambda m: Rendered(None, m["path"]),
    ),
    (
        "Percentage of rendering done: ",
        re.compile(r"Percentage of rendering done: (?P<percent>\d{1,3}) \((?P<path>[^)]*)\)"),
        lambda m: Percent(float(m["percent"]), m["path"]),
    ),
    # Arnold
    (
        "starting ",
        re.compile(r"\|\s+starting \d+ bucket workers?"),
        lambda m: Began(),
    ),
    (
        "% done",
        re.compile(r"\|\s+(?P<percent>\d{1,3})% done\b"),
        lambda m: Percent(float(m["percent"])),
    ),
    (
        "writing file `",
        re.compile(r"\[driver_\w+\]\s+writing file `(?P<path>.+)'$"),
        lambda m: Wrote(m["path"]),
    ),
    ("render done", re.compile(r"\|\s+render done$"), lambda m: Rendered()),
    # Redshift. Unproven: no full log was found. Its own name for a file is not known, so the files
    # are found in the output folder.
    (
        "Rendering frame ",
        re.compile(r"Rendering frame (?P<frame>-?\d{1,9}) \(\d{1,9}/\d{1,9}\)"),
        lambda m: Began(frame=int(m["frame"])),
    ),
    (
        "Block ",
        re.compile(r"Block (?P<n>\d{1,9})/(?P<of>\d{1,9}) .*rendered"),
        lambda m: Percent(100.0 * int(m["n"]) / max(1, int(m["of"]))),
    ),
    (
        "Rendering time: ",
        re.compile(r"Rendering time: (?P<time>[\dhms:.]{1,20})"),
        lambda m: Rendered(seconds_in(m["time"])),
    ),
    # V-Ray
    (
        "Successfully written image file ",
        re.compile(r'Successfully written image file "(?P<path>[^"]+)"'),
        lambda m: Wrote(m["path"]),
    ),
    (
        "Total frame time",
        re.compile(r"V-Ray: Total frame time\s+(?P<time>[\dhms. ]{1,40})"),
        lambda m: Rendered(seconds_in(m["time"])),
    ),
    (
        "V-Ray: ",
        re.compile(r"V-Ray: +(?P<percent>\d{1,3}(?:\.\d{1,9})?) ?%"),
        lambda m: Percent(float(m["percent"])),
    ),
    (
        "% completed",
        re.compile(r"(?<![\d.])(?P<percent>\d{1,3}(?:\.\d{1,9})?) ?% completed"),
        lambda m: Percent(float(m["percent"])),
    ),
    # RenderMan. Unproven: what `prman -Progress` prints, in a studio's parser (CGRU).
    (
        "R90000",
        re.compile(r"\bR90000\s+(?P<percent>\d{1,3})%"),
        lambda m: Percent(float(m["percent"]), begins_anew=True),
    ),
    # Maya
    (" completed.", re.compile(r"^Scene .+ completed\.$"), lambda m: SceneDone()),
)

_ABORT = re.compile(r"render terminating early:|render aborted due to earlier errors")
_NUMBER = re.compile(r"-?\d+")
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([hms]?)")
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "": 1.0}


def understand(line: str) -> Said | None:
    """What the line says of frames, or None."""
    for certain, pattern, said in _RULES:
        if certain in line and (match := pattern.search(line)):
            return said(match)
    return None


def is_abort(line: str) -> bool:
    """Whether Arnold gives up the picture, whose file it writes all the same (arnold-usd 1875)."""
    return _ABORT.search(line) is not None


def frame_of(path: str, frames: Iterable[int] = ()) -> int | None:
    """The frame that a picture's name is numbered with: the last of the numbers in it that is one
    of `frames`, or simply the last. A number between dots counts before those within words, for
    `a.0002.crypto_01` is frame 2. A minus may be a hyphen. None if the name has no number."""
    name = re.split(r"[/\\]", path)[-1]
    stem, dot, suffix = name.rpartition(".")
    if dot and not suffix.isdecimal():
        name = stem
    texts = [*_NUMBER.findall(name), *filter(_NUMBER.fullmatch, name.split(".")[1:])]
    numbers = [int(text) for text in texts if len(text) <= 10]
    known = frozenset(frames)
    if not known:
        return abs(numbers[-1]) if numbers else None
    either = (one for number in reversed(numbers) for one in (number, abs(number)))
    return next((one for one in either if one in known), None)


def seconds_in(text: str) -> float | None:
    """`31.9s`, `10m:1s` (Redshift) and `0h  0m  1.6` (V-Ray) in seconds; None if it is no time."""
    parts = _PART.findall(text)
    return sum(float(number) * _UNITS[unit] for number, unit in parts) if parts else None
