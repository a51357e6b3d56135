"""`.env`, which a person writes: the lines of it that say nothing, told instead of passed over."""

from __future__ import annotations

import io
import logging
from pathlib import Path

from dotenv.parser import Binding, parse_stream

from render_manager.base.i18n import _
from render_manager.base.settings_fault import Fault

# It would log the same without the file's name, each time that the file is read.
logging.getLogger("dotenv.main").setLevel(logging.ERROR)


def read_dotenv(path: Path) -> str:
    """Its text; nothing if there is none. Raises OSError or ValueError."""
    return path.read_text("utf-8-sig") if path.is_file() else ""


def meaningless_lines(path: Path) -> list[Fault]:
    """A fault for each line that is no KEY=value, nor a KEY alone, as other programs write to pass
    a variable on. Raises OSError or ValueError."""
    found = parse_stream(io.StringIO(read_dotenv(path)))
    return [_fault(path, one) for one in found if one.error]


def _fault(path: Path, binding: Binding) -> Fault:
    """The empty lines above belong to what was found, but it does not begin there."""
    found = binding.original.string
    above = found[: len(found) - len(found.lstrip())]
    number = binding.original.line + len(f"{above}.".splitlines()) - 1
    line = found.strip()[:80]
    sentence = _(
        "Line {number} of {file} is “{line}”, which is no KEY=value. Correct it or take it away."
    )
    return Fault(None, str(path), line, sentence.format(number=number, file=path, line=line))
