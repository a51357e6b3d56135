"""The tables of the original service, as its README has them."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model


class RenderTask(Model):
    id = fields.IntField(primary_key=True)
    project_file = fields.CharField(max_length=500)
    render_engine = fields.CharField(max_length=20)
    status = fields.CharField(max_length=20, default="pending")
    priority = fields.IntField(default=5)
    total_frames = fields.IntField(default=0)
    completed_frames = fields.IntField(default=0)
    retry_count = fields.IntField(default=0)
    max_retries = fields.IntField(default=3)
    celery_task_id = fields.CharField(max_length=100, null=True)
    error_message = fields.TextField(null=True)


class RenderFrame(Model):
    id = fields.IntField(primary_key=True)
    task_id = fields.IntField(db_index=True)
    frame_number = fields.IntField()
    status = fields.CharField(max_length=20, default="pending")
    output_path = fields.CharField(max_length=500, null=True)
    thumbnail_path = fields.CharField(max_length=500, null=True)
    render_time = fields.FloatField(null=True)
    error_message = fields.TextField(null=True)
