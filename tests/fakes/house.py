"""A whole Render Manager for tests: real parts, with the fake renderer in its catalog."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from fake_renderer import FakeRenderer
from PySide6.QtCore import QEventLoop, QTimer

from render_manager.assembly import RenderManager, assemble
from render_manager.base.settings import Settings
from render_manager.domain.events import FrameCompleted, RunReport
from render_manager.domain.states import TaskState
from render_manager.domain.task import FrameDetail, Task
from render_manager.renderers.catalog import Catalog
from render_manager.renderers.renderer import Renderer
from render_manager.service.schemas import Submission

ENDED = (TaskState.COMPLETED, TaskState.FAILED, TaskState.CANCELLED)


class TestCatalog(Catalog):
    """The real catalog with the fake renderer added."""

    __test__ = False

    def __init__(self, settings: Settings, fake: Renderer | None = None) -> None:
        super().__init__(settings)
        self.fake = fake or FakeRenderer()

    @property
    def renderers(self) -> tuple[Renderer, ...]:
        return (*super().renderers, self.fake)

    def get(self, name: str) -> Renderer:
        return self.fake if name == self.fake.name else super().get(name)

    def for_scene(self, scene: Path) -> Renderer:
        return self.fake if scene.suffix == ".fake" else super().for_scene(scene)


def build(settings: Settings, fake: Renderer | None = None) -> RenderManager:
    """Assemble the program with the fake renderer, or another in its place."""
    return assemble(settings, catalog=TestCatalog(settings, fake))


def make_scene(folder: Path, name: str = "shot", **faults: Any) -> Path:
    """A scene for the fake renderer; see `misbehaving.DEFAULTS`."""
    folder.mkdir(parents=True, exist_ok=True)
    scene = folder / f"{name}.fake"
    scene.write_text(json.dumps(faults), "utf-8")
    return scene


class Completions:
    """How often the manager took each frame for completed, from now on."""

    def __init__(self, manager: RenderManager) -> None:
        self.counted: Counter[int] = Counter()
        manager.service._dispatcher.reported.connect(self._count)

    def _count(self, reports: Sequence[RunReport]) -> None:
        for report in reports:
            done = [event.frame for event in report.events if isinstance(event, FrameCompleted)]
            self.counted.update(done)

    def are_once_each(self, task: Task) -> bool:
        return self.counted == dict.fromkeys(task.frames.numbers, 1)


def submit(manager: RenderManager, scene: Path, **wishes: Any) -> Task:
    return manager.service.submit(Submission(str(scene), **wishes))


def wait_until(
    manager: RenderManager, condition: Callable[[], bool], timeout_ms: int = 60_000
) -> None:
    """Let Qt run until `condition` holds after a change of the queue."""
    if condition():
        return
    loop = QEventLoop()
    deadline = QTimer(singleShot=True, interval=timeout_ms)
    deadline.timeout.connect(loop.quit)
    deadline.start()

    def look() -> None:
        if condition():
            loop.quit()

    manager.service.changed.connect(look)
    try:
        loop.exec()
    finally:
        manager.service.changed.disconnect(look)
    assert condition(), [
        (task.id, task.state, task.frames.counts, task.error_message)
        for task in manager.service.tasks()
    ]


def wait_for_end(manager: RenderManager, *tasks: Task, timeout_ms: int = 120_000) -> None:
    wait_until(manager, lambda: all(t.state in ENDED and not t.runs for t in tasks), timeout_ms)


def details(manager: RenderManager, task: Task) -> list[FrameDetail]:
    return manager.service.frame_details(task.id).result(timeout=30)


def rendered(scene: Path) -> list[int]:
    """The frames that the fake renderer began, in order, over all runs."""
    record = scene.parent / "rendered.txt"
    return [int(line) for line in record.read_text().split()] if record.exists() else []


def frames_in(states: Sequence[Any], task: Task) -> list[int]:
    """The numbers of the task's frames that are in one of `states`."""
    return [n for i, n in enumerate(task.frames.numbers) if task.frames.state(i) in states]
