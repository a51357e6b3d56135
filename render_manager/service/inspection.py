"""Reading scenes off the main thread: a scene goes in, what it holds comes back by signal."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.base.settings import Settings
from render_manager.domain.frames import parse_frames
from render_manager.domain.job import RenderJob, SceneInfo
from render_manager.domain.preflight import Finding, ScriptPolicy
from render_manager.domain.task import Task
from render_manager.renderers.catalog import Catalog
from render_manager.renderers.preflight import modified_at, preflight
from render_manager.renderers.renderer import Renderer

ATTEMPTS = 2
"""How often a scene is read that changes while it is being read."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What became of reading a task's scene: the job and its frames, or the sentence why not."""

    task_id: int
    job: RenderJob
    frames_text: str | None
    frames: tuple[int, ...] | range = ()
    reason: str | None = None
    findings: tuple[Finding, ...] = ()

    def is_of(self, task: Task) -> bool:
        """Whether the task still waits for it: it was not read meanwhile, and asks for the same."""
        is_same = replace(task.job, scene=self.job.scene) == self.job
        return is_same and task.frames_text == self.frames_text and not task.is_inspected


class Inspector(QObject):
    """Inspects scenes in a thread pool of its own; `inspected` is emitted on the main thread."""

    inspected = Signal(object)

    def __init__(self, catalog: Catalog, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self._settings = settings
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(2)
        self._under_way = 0
        self.inspected.connect(self._count_down)

    def inspect(
        self, task_id: int, renderer: Renderer, job: RenderJob, frames_text: str | None
    ) -> None:
        """Read the scene of `job`, and look what is wrong; `inspected` brings the Inspection."""

        def look() -> None:
            read = _inspect(task_id, renderer, job, frames_text)
            self.inspected.emit(self._with_findings(read, renderer))

        self._under_way += 1
        self._pool.start(_Inspecting(look))

    @property
    def is_idle(self) -> bool:
        """Whether no scene is being read any more."""
        return self._under_way == 0

    def _count_down(self) -> None:
        self._under_way -= 1

    def _with_findings(self, read: Inspection, renderer: Renderer) -> Inspection:
        policy = ScriptPolicy(self._settings.scene_scripts)
        try:
            found = preflight(read.job, tuple(read.frames), renderer, self._catalog, policy)
        except Exception:
            logging.getLogger(__name__).exception("Preflight of %s failed", read.job.project_file)
            return read
        return replace(read, findings=found)

    def close(self) -> None:
        self._pool.clear()
        self._pool.waitForDone()


class _Inspecting(QRunnable):
    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__()
        self._work = work

    def run(self) -> None:
        self._work()


def _inspect(
    task_id: int, renderer: Renderer, job: RenderJob, frames_text: str | None
) -> Inspection:
    try:
        scene = _read(renderer, Path(job.project_file))
        job = replace(job, scene=scene)
        frames = parse_frames(frames_text) if frames_text else scene.frames
        if not frames:
            raise UserError(
                _("The scene does not say which frames to render. Give them, for example 1-100.")
            )
        check_output_dir(Path(job.output_dir))
    except UserError as error:
        return Inspection(task_id, job, frames_text, reason=str(error))
    except Exception:
        logging.getLogger(__name__).exception("Reading %s failed", job.project_file)
        sentence = _("“{file}” could not be read. The log of the program says more.")
        return Inspection(task_id, job, frames_text, reason=sentence.format(file=job.project_file))
    return Inspection(task_id, job, frames_text, frames)


def _read(renderer: Renderer, scene: Path) -> SceneInfo:
    """What the scene says. One that is saved meanwhile is read once more, as what was read may be
    half of the old and half of the new."""
    for _attempt in range(ATTEMPTS):
        before = _stamp(scene)
        try:
            info = renderer.inspect(scene)
        except Exception:
            if _stamp(scene) == before:
                raise
        else:
            if _stamp(scene) == before:
                return replace(info, modified=modified_at(scene))
        if _stamp(scene) is None:
            sentence = _("“{file}” disappeared while it was being read. Put it back and retry.")
            raise UserError(sentence.format(file=scene), field="project_file")
    sentence = _("“{file}” changed while it was being read. Save it again and retry.")
    raise UserError(sentence.format(file=scene), field="project_file")


def _stamp(scene: Path) -> tuple[int, int, int] | None:
    """What is different after the file was saved; None if it is not there."""
    try:
        seen = scene.stat()
    except OSError:
        return None
    return seen.st_ino, seen.st_size, seen.st_mtime_ns


def check_output_dir(folder: Path) -> None:
    """Make the folder and see that a file can be written there. Raises UserError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder, prefix=".render-manager-") as probe:
            probe.write(b"\0" * 65536)
            probe.flush()
            os.fsync(probe.fileno())
    except (NotADirectoryError, FileExistsError):
        raise UserError(
            _("The output folder {folder} is a file. Choose another one.").format(folder=folder),
            field="output_dir",
        ) from None
    except OSError as error:
        raise UserError(
            _(
                "The output folder {folder} cannot be written ({why}). Choose another one or mend it."
            ).format(folder=folder, why=error.strerror or error),
            field="output_dir",
        ) from None
