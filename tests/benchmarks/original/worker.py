"""The original's worker: a renderer per task, and a row written for each frame that it finishes."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

from celery import Celery
from models import RenderFrame, RenderTask
from tortoise import Tortoise

celery = Celery("original", broker=os.environ["REDIS_URL"])
celery.conf.worker_hijack_root_logger = False


@celery.task(name="render")  # type: ignore[untyped-decorator]
def render(task_id: int) -> None:
    asyncio.run(_render(task_id))


async def _render(task_id: int) -> None:
    await Tortoise.init(db_url=os.environ["DATABASE_URL"], modules={"models": ["models"]})
    task = await RenderTask.get(id=task_id)
    await RenderTask.filter(id=task_id).update(status="running")
    command = [sys.executable, os.environ["RENDERER"], task.project_file, str(task.total_frames)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            number, path = line.rstrip("\n").split(" ", 1)
            await RenderFrame.filter(task_id=task_id, frame_number=int(number)).update(
                status="completed", output_path=path, render_time=0.1
            )
            task.completed_frames += 1
            await RenderTask.filter(id=task_id).update(completed_frames=task.completed_frames)
    await RenderTask.filter(id=task_id).update(status="completed")
    await Tortoise.close_connections()


def fill(count: int) -> None:
    """Tasks that have ended, ten frames each."""

    async def work() -> None:
        await Tortoise.init(db_url=os.environ["DATABASE_URL"], modules={"models": ["models"]})
        await Tortoise.generate_schemas(safe=True)
        names = [f"/shots/shot_{n:05d}.ma" for n in range(count)]
        await RenderTask.bulk_create(
            [
                RenderTask(project_file=name, render_engine="maya", status="completed",
                           total_frames=10, completed_frames=10)
                for name in names
            ]
        )  # fmt: skip
        await Tortoise.close_connections()

    asyncio.run(work())


if __name__ == "__main__":
    fill(int(sys.argv[1]))
    Path(sys.argv[2]).write_text(str(time.time()))
