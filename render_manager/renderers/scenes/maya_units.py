"""Maya's words for time units and picture formats."""

from __future__ import annotations

import re

_NAMED = {
    "game": 15.0,
    "film": 24.0,
    "pal": 25.0,
    "ntsc": 30.0,
    "show": 48.0,
    "palf": 50.0,
    "ntscf": 60.0,
    "millisec": 1000.0,
    "sec": 1.0,
    "min": 1 / 60,
    "hour": 1 / 3600,
}

_FORMATS = {
    0: "GIF",
    1: "SOFTIMAGE",
    2: "RLA",
    3: "TIFF",
    4: "TIFF16",
    5: "SGI",
    6: "PIX",
    7: "IFF",
    8: "JPEG",
    9: "EPS",
    10: "IFF16",
    11: "CINEON",
    13: "SGI16",
    19: "TGA",
    20: "BMP",
    31: "PSD",
    32: "PNG",
    35: "DDS",
    36: "PSD",
    40: "EXR",
}
"""By the number in `imageFormat` of the render globals; 51 is a plug-in's, named elsewhere."""

DEFAULT_FORMAT = 7
PLUG_IN_FORMAT = 51

_EXTENSIONS = {
    "SOFTIMAGE": "pic",
    "TIFF": "tif",
    "TIFF16": "tif",
    "SGI16": "sgi",
    "PIX": "als",
    "IFF16": "iff",
    "CINEON": "cin",
    "JPEG": "jpg",
    "DEEPEXR": "exr",
}


def frames_per_second(unit: str) -> float | None:
    """The rate of a time unit as `currentUnit -time` names it ("film", "23.976fps")."""
    if (named := _NAMED.get(unit)) is not None:
        return named
    match = re.fullmatch(r"(\d{1,6}(?:\.\d{1,9})?)(?:fps|df)", unit, re.ASCII)
    return float(match[1]) or None if match else None


def exact_rate(unit: str) -> float | None:
    """The rate that Maya counts its ticks by: of those of television the exact fraction, which
    its name only rounds ("29.97fps" is 30000/1001)."""
    rate = frames_per_second(unit)
    if rate is None:
        return None
    television = round(rate) * 1000 / 1001
    return television if rate != round(rate) and abs(rate - television) < 1e-3 else rate


def format_name(number: int, plug_in: str | None) -> str | None:
    """The picture format in capitals; None if the number is not known."""
    if number == PLUG_IN_FORMAT:
        return plug_in.upper() if plug_in else None
    return _FORMATS.get(number)


def extension(format: str) -> str:
    """What the names of pictures end with in a format."""
    return _EXTENSIONS.get(format, format.lower())
