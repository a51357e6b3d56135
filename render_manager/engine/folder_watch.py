"""Knows what lay in a run's output folder before it, and so what is its own work."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from render_manager.domain.evidence import Expectation
from render_manager.domain.expectation import is_numbered, number_text, siblings, stem_text
from render_manager.domain.job import RenderJob
from render_manager.engine.file_clock import seconds_ahead
from render_manager.engine.folders_in_use import FoldersInUse
from render_manager.engine.frame_watch import Claim
from render_manager.images.reading import CLOCK_SLACK_SECONDS, FileStamp
from render_manager.images.structure import PICTURES

REJECTED = "_rejected"
"""The folder beside bad files that they are moved into; nothing in it is evidence."""

MOST_ENTRIES = 20_000
"""Of a folder that holds more, only so many are looked at. 10,000 take 110 ms (measured)."""

DEEPEST = 3
"""Levels of folders that renderers put layers, cameras and passes into."""


class FolderWatch:
    """One run's view of its output folder. `started_at` is when it began, by our clock."""

    def __init__(self, job: RenderJob, started_at: float, uses: FoldersInUse) -> None:
        self.path = Path(job.output_dir)
        self._job = job
        self._uses = uses
        self._before: dict[str, tuple[int, float]] = {}
        self.newer_than = started_at
        """The time of the run's start by the clock that stamps the files."""

    def set_clock(self) -> None:
        """Ask the folder what time it has there."""
        self.newer_than += seconds_ahead(self.path)

    def remember(self, outputs: Iterable[Path]) -> None:
        """Note what is there before the run begins, also where `outputs` lie elsewhere."""
        entries = ((entry.path, _stat(entry)) for entry in _walk(self.path))
        others = ((str(path), _stat(path)) for path in outputs if not self._holds(path))
        for path, stat in (*entries, *others):
            if stat is not None:
                self._before[path_key(path)] = stat.st_size, stat.st_mtime

    def before(self, paths: Iterable[str]) -> frozenset[FileStamp]:
        """Those of the files that were there before the run, as they were."""
        known = ((str(Path(path)), self._before.get(path_key(path))) for path in paths)
        return frozenset((path, *stamp) for path, stamp in known if stamp is not None)

    def files_of(self, claim: Claim, expected: Expectation) -> tuple[str, ...]:
        """The claim's files, then those that its frame should also have, then what appeared."""
        wanted = siblings(expected, claim.paths, str(self.path), claim.frame)
        there = [path for path in wanted if Path(path).is_file()]
        claimed = (path for path in claim.paths if Path(path).parent.name != REJECTED)
        found = {path_key(path): path for path in claimed}
        for path in (*there, *self.written_for(claim.frame, claim.paths)):
            found.setdefault(path_key(path), path)
        return tuple(found.values())

    def written_for(self, frame: int, known: Sequence[str] = ()) -> tuple[str, ...]:
        """The pictures that this run wrote, named like the task and with the frame's number last.

        `known` files of the frame tell how it is numbered, and what else its files are called.
        None while another task shares the folder: its pictures could be taken for ours. Only what
        has such a name is looked at: 10,000 other files take 10–25 ms (measured).
        """
        if self._uses.is_shared(self._job):
            return ()
        number = next(filter(None, (number_text(path, frame) for path in known)), None)
        stems = [self._job.name, *filter(None, (stem_text(path, frame) for path in known))]
        named = (
            entry
            for entry in _walk(self.path)
            if (number or str(abs(frame))) in entry.name
            and any(stem in entry.name for stem in stems)
        )
        return tuple(sorted(e.path for e in named if self._is_for(e, frame, number)))

    def _is_for(self, entry: os.DirEntry[str], frame: int, number: str | None) -> bool:
        is_picture = Path(entry.name).suffix.lower() in PICTURES
        if not is_picture or not is_numbered(entry.name, frame):
            return False
        if number is not None and number_text(entry.name, frame) != number:
            return False
        stat = _stat(entry)
        return stat is not None and self._is_new(entry.path, stat)

    def is_ours(self, path: Path) -> bool:
        """Whether the file is there, and this run wrote it."""
        stat = _stat(path)
        return stat is not None and self._is_new(str(path), stat)

    def _is_new(self, path: str, stat: os.stat_result) -> bool:
        is_recent = stat.st_mtime >= self.newer_than - CLOCK_SLACK_SECONDS
        return is_recent and self._before.get(path_key(path)) != (stat.st_size, stat.st_mtime)

    def _holds(self, path: Path) -> bool:
        return path_key(str(path)).startswith(path_key(str(self.path)) + os.sep)


def _walk(folder: Path) -> Iterator[os.DirEntry[str]]:
    """The files in a folder, nearest levels first, without what was rejected."""
    level, count = [str(folder)], 0
    for _depth in range(DEEPEST):
        below: list[str] = []
        for path in level:
            for entry in _entries(path):
                count += 1
                if count > MOST_ENTRIES:
                    return
                if not entry.is_dir(follow_symlinks=False):
                    yield entry
                elif entry.name != REJECTED:
                    below.append(entry.path)
        level = below


def _entries(folder: str) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except OSError:
        return


def _stat(file: os.DirEntry[str] | Path) -> os.stat_result | None:
    try:
        return file.stat()
    except OSError:
        return None


def path_key(path: str) -> str:
    """The same for each way to write a path."""
    return os.path.normcase(os.path.normpath(path))
