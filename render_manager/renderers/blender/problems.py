"""The lines in which Blender says that something is wrong, and what kind of problem each is.

The kinds, which are the codes of our driver's markers too:

    scene_missing scene_damaged version       the file is not there, is broken, is of a newer Blender
    unknown_scene unknown_camera unknown_layer unknown_engine unknown_format no_camera no_gpu
    missing_file scripts_blocked              rendered without a texture or library, or a script
    cannot_save disk_full                     no picture could be written
    out_of_memory gpu crash missing_library   Blender, its graphics card or a system library failed
    python_error bad_arguments                a script failed: an add-on (a warning) or our driver
    render_error error                        anything else

Wordings are from real runs of 3.4 (command line) and of 4.2, 4.5 and 5.0 (module), and from public
logs of 4.2 to 5.2; those of crashes and graphics cards from Blender's and Cycles' sources.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from render_manager.domain.events import Severity

_HARMLESS = re.compile(r"Error: Not freed memory blocks")
"""Blender as a module says so whenever it ends."""

_KINDS: tuple[tuple[str, Severity, str], ...] = (
    (
        "out_of_memory",
        Severity.FATAL,
        r"[Oo]ut of memory|System is out of (?:GPU|VRAM)|CUDA_ERROR_OUT_OF_MEMORY|std::bad_alloc"
        r"|(?:Malloc|Calloc)\S* returns null",
    ),
    (
        "gpu",
        Severity.ERROR,
        r"(?:CUDA|OptiX|OPTIX|HIP|Metal|oneAPI) error|Failed to create GPU context"
        r"|No compatible GPUs? found|Failed to (?:load|build) (?:CUDA|OptiX|HIP|Metal|oneAPI)",
    ),
    (
        "crash",
        Severity.FATAL,
        r"Segmentation fault|EXCEPTION_\w+|^Writing: .*crash\.txt|Unhandled exception",
    ),
    ("no_camera", Severity.FATAL, r"Cannot render, no camera|No camera found in scene"),
    ("unknown_engine", Severity.FATAL, r"engine not found '"),
    ("unknown_engine", Severity.ERROR, r"^Error: Engine '.+' not available"),
    (
        "scene_damaged",
        Severity.FATAL,
        r"Failed to read blend file|File format is not supported in file|Missing DNA block"
        r"|not a blend file|^Error: Loading \".*\" failed",
    ),
    ("scene_missing", Severity.FATAL, r"^Error: Cannot (?:read|open) file"),
    ("version", Severity.WARNING, r"File written by newer Blender"),
    (
        "disk_full",
        Severity.FATAL,
        r"No space left on device|not enough space on the disk|Disk quota exceeded",
    ),
    (
        "cannot_save",
        Severity.FATAL,
        r"cannot save: |Cannot open file for writing|Could not write encoded"
        r"|Could(?:n't| not) create directory|OpenImageIO write failed",
    ),
    ("missing_library", Severity.FATAL, r"cannot open shared object file"),
    (
        "missing_file",
        Severity.WARNING,
        r"Image file .* does not exist|Failed to load \d+ image file|Unable to open"
        r"|[Cc]annot find lib|^Warning: LIB: .*missing|Can't find (?:file|library|linked)",
    ),
    (
        "scripts_blocked",
        Severity.WARNING,
        r"^scripts disabled for |restricted access disallows name|automatic scripts are disabled",
    ),
    ("python_error", Severity.FATAL, r"^Error: script failed, "),
    ("error", Severity.ERROR, r"^(?:Error: |ERROR\s)"),
)


@dataclass(frozen=True, slots=True)
class Kind:
    code: str
    severity: Severity


_PATTERNS = tuple((Kind(code, how_bad), re.compile(line)) for code, how_bad, line in _KINDS)


_ANY_DIGIT = str.maketrans(dict.fromkeys("123456789", "0"))

_LONGEST_SHAPE = 400
"""Characters of a line whose kind is remembered."""


def kind_of(text: str) -> Kind | None:
    """What kind of problem a log line tells (its time stamp taken off); None if it tells none.

    Of several, the first in the table counts: the cause comes before what follows from it.
    """
    if len(text) > _LONGEST_SHAPE:
        return _look_through(text)
    # No pattern names a digit, and most lines are those before with other numbers.
    return _kind_of_shape(text.translate(_ANY_DIGIT))


@lru_cache(maxsize=4096)
def _kind_of_shape(shape: str) -> Kind | None:
    return _look_through(shape)


def _look_through(text: str) -> Kind | None:
    if _HARMLESS.match(text):
        return None
    return next((kind for kind, pattern in _PATTERNS if pattern.search(text)), None)
