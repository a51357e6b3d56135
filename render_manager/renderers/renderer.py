"""What a renderer is to the rest of the program: three pure questions and where it is installed.

Qt, SQL and processes stay out: the same object serves the local engine and a farm node.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

from render_manager.base.i18n import _
from render_manager.domain.events import LogEvent
from render_manager.domain.job import RenderJob, SceneInfo

SETTING = "setting"
"""The source of an installation that the user named in the settings."""


@dataclass(frozen=True, slots=True)
class Installation:
    """A renderer found on this machine. `source` says how ("PATH", "setting", "embedded", …)."""

    renderer: str
    executable: Path
    version: str | None
    source: str


@dataclass(frozen=True, slots=True)
class Command:
    """How to start one run.

    `env` is laid over this program's environment; a value of None takes the variable away.
    `outputs` names the files each frame must leave, where they are known beforehand; a frame that
    is not in it is judged by the files the log names.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str | None] = field(default_factory=dict)
    cwd: Path | None = None
    outputs: Mapping[int, tuple[Path, ...]] = field(default_factory=dict)


def fitting(found: Sequence[Installation], scene_version: str | None) -> Installation:
    """The one of `found` with the version of the scene, else the nearest newer one.

    Programs read what their own past wrote, but seldom what their future will; if all are older
    than the scene, it is the newest. What the user named in the settings comes first and is taken
    whatever its version.
    """
    if found[0].source == SETTING or scene_version is None:
        return found[0]
    wanted = version_numbers(scene_version)
    newer = [one for one in found if one.version and version_numbers(one.version) >= wanted]
    if newer:
        return min(newer, key=lambda one: version_numbers(one.version or ""))
    return max(found, key=lambda one: version_numbers(one.version or ""))


def each_once(candidates: Iterable[Installation]) -> list[Installation]:
    """The same in their order, each program as it was found first."""
    by_program: dict[Path, Installation] = {}
    for installation in candidates:
        by_program.setdefault(installation.executable.resolve(), installation)
    return list(by_program.values())


def release(version: str) -> tuple[int, ...]:
    """All numbers of a version, to compare: "4.5.15" is (4, 5, 15)."""
    return tuple(int(part) for part in re.findall(r"\d{1,9}", version))


def version_numbers(version: str) -> tuple[int, ...]:
    """The first two numbers of a version, which decide what scenes can be read: (4, 5)."""
    return tuple(int(number) for number in re.findall(r"\d+", version)[:2])


class Listener(Protocol):
    """Turns the lines of one run's log into events. No disk, no clock; any input is survived."""

    def feed(self, line: str) -> Iterable[LogEvent]:
        """The events in one line (without its line end)."""
        ...

    def close(self) -> Iterable[LogEvent]:
        """What was still held back when the log ended."""
        ...


@runtime_checkable
class StatusListener(Listener, Protocol):
    """A listener for a renderer whose driver also writes a status file, by atomic replace, to where
    the environment variable `RENDER_MANAGER_STATUS_FILE` says: its log may come late, in bursts."""

    def look(self, status: str) -> Iterable[LogEvent]:
        """What is new in the status file, whose whole text is `status`."""
        ...


@runtime_checkable
class Renderer(Protocol):
    """The one file of ours that knows a renderer."""

    @property
    def name(self) -> str:
        """The word in database and API: `blender`."""
        ...

    @property
    def title(self) -> str:
        """The name people know: `Blender`."""
        ...

    @property
    def suffixes(self) -> tuple[str, ...]:
        """The scene files it renders, lower case with the dot."""
        ...

    @property
    def gives_way(self) -> bool:
        """Whether a run stops at the next frame border once the file named by the environment
        variable `RENDER_MANAGER_STOP_FILE` exists."""
        ...

    def installations(self) -> list[Installation]:
        """What was found here, the best first. Takes a second: not for the main thread."""
        ...

    def how_to_install(self) -> str:
        """A sentence for when it was not found: what to do."""
        ...

    def problems(self) -> list[str]:
        """Sentences about settings of it that cannot be used."""
        ...

    def inspect(self, project_file: Path) -> SceneInfo:
        """What the scene says. Raises UserError if it cannot be read as such a scene."""
        ...

    def split(self, job: RenderJob, frames: tuple[int, ...]) -> list[tuple[int, ...]]:
        """`frames` (ascending) in pieces that `command` takes, in order: all of them at once where
        one process renders any list, else ranges or single frames. Pure; no frames, no pieces."""
        ...

    def command(
        self, job: RenderJob, frames: tuple[int, ...], installation: Installation
    ) -> Command:
        """The process that renders exactly `frames`. Pure; UserError if it cannot be done."""
        ...

    def listen(self, job: RenderJob | None, frames: tuple[int, ...]) -> Listener:
        """A fresh listener for a run of `frames`; an empty tuple means "any" (a stray log)."""
        ...


def missing_plug_ins(
    renderer: Renderer, scene: SceneInfo, installation: Installation
) -> Sequence[str]:
    """The plug-ins that the scene requires and that are not seen with this installation. A renderer
    that has no method of this name, for the scene and the installation, cannot tell."""
    look = getattr(renderer, "missing_plug_ins", None)
    return look(scene, installation) if look is not None else ()


def writes_where_scene_says(renderer: Renderer) -> bool:
    """Whether the frames go where the scene says and not to the task's output folder. A renderer
    that has no attribute of this name writes to the folder."""
    return getattr(renderer, "writes_where_scene_says", False) is True


def is_from_documentation(renderer: Renderer) -> bool:
    """Whether the renderer was written from documentation and nobody has run it yet. One that does
    not say so, by an attribute of this name, counts as run."""
    return getattr(renderer, "is_from_documentation", False) is True


def from_documentation(title: str) -> str:
    """The sentence for such a renderer."""
    return _("{title} is driven from documentation: nobody has run it here yet.").format(
        title=title
    )


def read_log(listener: Listener, lines: Iterable[str]) -> Iterator[tuple[int, LogEvent]]:
    """The events of a whole log, each with the number of its line, from 1."""
    number = 0
    for number, line in enumerate(lines, start=1):
        for event in listener.feed(line):
            yield number, event
    for event in listener.close():
        yield max(number, 1), event
