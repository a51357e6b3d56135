"""The smallest faithful form of the original service's API: FastAPI, Tortoise, SQLite, Celery."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, HTTPException
from models import RenderFrame, RenderTask
from pydantic import BaseModel
from tortoise.contrib.fastapi import RegisterTortoise
from worker import render


@asynccontextmanager
async def database(app: FastAPI) -> AsyncIterator[None]:
    url, modules = os.environ["DATABASE_URL"], {"models": ["models"]}
    async with RegisterTortoise(app, db_url=url, modules=modules, generate_schemas=True):
        yield


app = FastAPI(lifespan=database)


class NewTask(BaseModel):
    project_file: str
    render_engine: str
    priority: int = 5
    total_frames: int
    max_retries: int = 3


class TaskOut(BaseModel):
    id: int
    project_file: str
    render_engine: str
    status: str
    priority: int
    total_frames: int
    completed_frames: int
    retry_count: int
    max_retries: int
    celery_task_id: str | None
    error_message: str | None

    model_config = {"from_attributes": True}


class StatusOut(BaseModel):
    id: int
    status: str
    progress_percentage: float
    completed_frames: int
    total_frames: int
    error_message: str | None


@app.post("/api/tasks/", status_code=201)
async def create(new: NewTask) -> TaskOut:
    task = await RenderTask.create(**new.model_dump())
    await RenderFrame.bulk_create(
        [RenderFrame(task_id=task.id, frame_number=n + 1) for n in range(new.total_frames)]
    )
    task.celery_task_id = render.delay(task.id).id
    await task.save()
    return TaskOut.model_validate(task)


@app.get("/api/tasks/")
async def listed(limit: int = 100, offset: int = 0) -> dict[str, Any]:
    total = await RenderTask.all().count()
    tasks = await RenderTask.all().order_by("-priority", "id").offset(offset).limit(limit)
    return {"items": [TaskOut.model_validate(task) for task in tasks], "total": total}


@app.get("/api/tasks/{task_id}/status")
async def status(task_id: int) -> StatusOut:
    task = await RenderTask.get_or_none(id=task_id)
    if task is None:
        raise HTTPException(404)
    done = 100 * task.completed_frames / task.total_frames if task.total_frames else 0.0
    return StatusOut(
        id=task.id,
        status=task.status,
        progress_percentage=done,
        completed_frames=task.completed_frames,
        total_frames=task.total_frames,
        error_message=task.error_message,
    )
