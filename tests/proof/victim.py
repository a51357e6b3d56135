"""A Render Manager that is to be killed: keeps two tasks under way in the data folder of the moment.

Run as `python victim.py RENDERER FRAMES [finish]`; with `finish` it queues nothing and ends when all
is rendered. Says `completed TASK FRAME` of each frame once there is evidence of it.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[1] / "fakes"))

import house
from PySide6.QtCore import QCoreApplication, QTimer

from render_manager.assembly import RenderManager
from render_manager.base.paths import platform_home, resource
from render_manager.base.settings import load_settings
from render_manager.domain.job import RenderOptions
from render_manager.domain.states import FrameState
from render_manager.domain.task import Task
from render_manager.domain.touched import Touched
from render_manager.service.schemas import Submission

TASKS_AT_A_TIME = 2
MANY_RETRIES = 50
"""A run that is killed before its first frame uses one, and kills are not the renderer's fault."""


class Victim:
    """Queues, tells, and in the end quits."""

    def __init__(self, renderer: str, frames: int, *, finishes: bool) -> None:
        self._application = QCoreApplication(sys.argv[:1])
        self._renderer, self._frames, self._finishes = renderer, frames, finishes
        self._manager = start()

    def run(self) -> None:
        self._manager.service.changed.connect(self._look)
        self._manager.start()
        print("started", flush=True)
        self._look()
        self._application.exec()
        self._manager.stop()

    def _look(self, touched: Touched | None = None) -> None:
        for task_id, details in (touched.frames if touched else {}).items():
            task = self._manager.service.task(task_id)
            for index, detail in details.items():
                if detail.state is FrameState.COMPLETED:
                    print(f"completed {task_id} {task.frames.numbers[index]}", flush=True)
        open_tasks = [task for task in self._manager.service.tasks() if not is_over(task)]
        if self._finishes:
            if not open_tasks:
                QTimer.singleShot(0, self._application.quit)
        elif len(open_tasks) < TASKS_AT_A_TIME:
            self._manager.service.submit(self._submission(len(self._manager.service.tasks()) + 1))

    def _submission(self, number: int) -> Submission:
        if self._renderer == "blender":
            small = RenderOptions(width=96, height=54, samples=2)
            scene = resource("samples", "demo.blend")
            frames = f"1-{self._frames}"
            return Submission(str(scene), frames=frames, options=small, max_retries=MANY_RETRIES)
        folder = self._manager.service.settings.render_output_dir.parent / f"scene{number}"
        scene = house.make_scene(folder, end=self._frames, seconds=0.1, startup=0.2)
        return Submission(str(scene), max_retries=MANY_RETRIES)


def start() -> RenderManager:
    settings = load_settings(
        retry_delay_seconds=0,
        max_concurrent_runs=TASKS_AT_A_TIME,
        embedded_blender_dir=platform_home() / "blender",
        min_free_memory_mb=0,
        min_free_disk_mb=0,
    )
    return house.build(settings)


def is_over(task: Task) -> bool:
    return (task.state.has_ended or task.is_held) and not task.runs


if __name__ == "__main__":
    Victim(sys.argv[1], int(sys.argv[2]), finishes="finish" in sys.argv).run()
