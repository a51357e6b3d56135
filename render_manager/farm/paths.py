"""The same folder under another name: drive letters here, mount points there.

A table's rows each list the names of one folder on all machines. Windows' names match whatever
their case, and with / as with \\.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from render_manager.domain.events import FrameCompleted, RunEvent
from render_manager.domain.job import RenderJob

Table = tuple[tuple[str, ...], ...]

_DRIVE = re.compile(r"[A-Za-z]:(?:[\\/]|$)")


def is_windows(path: str) -> bool:
    """Whether it is written as on Windows: a drive letter or \\\\server\\share."""
    return bool(_DRIVE.match(path)) or path.startswith("\\\\")


def parse_table(text: str) -> Table:
    """Rows like `P:\\ = /mnt/projects`, one a line or with ; between. Raises ValueError: a row."""
    rows = (row.strip() for row in re.split(r"[;\n]", text))
    return tuple(_row(row) for row in rows if row)


def _row(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split("="))
    if len(names) < 2 or not all(is_windows(name) or name.startswith("/") for name in names):
        raise ValueError(text)
    return names


@dataclass(frozen=True, slots=True)
class Paths:
    """The table as seen from one machine, where `exists` says which names of a folder hold."""

    table: Table
    exists: Callable[[str], bool]

    def to_local(self, path: str) -> str:
        """The path under the name that its folder has here; as it is if that holds, or no row helps."""
        for row in sorted(self.table, key=lambda row: -_longest(path, row)):
            name = next((name for name in row if _rest(path, name) is not None), None)
            if name is None or self.exists(name):
                return path
            here = next(filter(self.exists, row), None)
            if here is not None:
                return _joined(here, _rest(path, name) or "")
        return path


def _longest(path: str, row: Iterable[str]) -> int:
    """How much of the path the row knows: /mnt/projects/old goes before /mnt/projects."""
    return max((len(name) for name in row if _rest(path, name) is not None), default=0)


def _rest(path: str, name: str) -> str | None:
    """What comes after the folder `name`, with / between; None if the path is not in it."""
    if is_windows(name):
        path, name = path.replace("\\", "/"), name.replace("\\", "/")
        inside = path.lower().startswith(name.lower().rstrip("/"))
    else:
        inside = path.startswith(name.rstrip("/"))
    rest = path[len(name.rstrip("/")) :]
    return rest.strip("/") if inside and rest[:1] in ("", "/") else None


def _joined(name: str, rest: str) -> str:
    if not rest:
        return name
    if is_windows(name):
        return name.rstrip("\\/") + "\\" + rest.replace("/", "\\")
    return f"{name.rstrip('/')}/{rest}"


def local_job(job: RenderJob, paths: Paths) -> RenderJob:
    """The job with the paths of this machine; what of the options is no path stays as it is."""
    extra = {
        key: paths.to_local(value) if is_windows(value) or value.startswith("/") else value
        for key, value in job.options.extra.items()
    }
    return replace(
        job,
        project_file=paths.to_local(job.project_file),
        output_dir=paths.to_local(job.output_dir),
        options=replace(job.options, extra=extra),
    )


def shared_event(event: RunEvent, local: str, shared: str) -> RunEvent:
    """The event with the files in `local` named as the machine does that calls the folder `shared`."""
    if not isinstance(event, FrameCompleted):
        return event
    files = tuple(replace(file, path=_moved(file.path, local, shared)) for file in event.files)
    return replace(event, files=files)


def _moved(path: str, local: str, shared: str) -> str:
    rest = _rest(path, local)
    return path if rest is None else _joined(shared, rest)


def shared_events(events: Iterable[Any], local: str, shared: str) -> tuple[RunEvent, ...]:
    return tuple(shared_event(event, local, shared) for event in events)
