"""Changes to a task as the API takes them."""

from __future__ import annotations

from typing import Any

from render_manager.domain.after import after_text
from render_manager.service.kept_to import named
from render_manager.service.needs import read_needs
from render_manager.service.schemas import TaskChanges
from render_manager.service.waits import read_waits


def as_patch(changes: TaskChanges) -> dict[str, Any]:
    """As `PATCH` of a task takes it."""
    said = {
        "frames": changes.frames,
        "camera": changes.camera,
        "layers": None if changes.layers is None else list(changes.layers),
        "samples": changes.samples,
        "engine": changes.engine,
        "device": changes.device,
        "format": changes.format,
        "options": changes.extra,
        "output_dir": changes.output_dir,
        "priority": changes.priority,
        "max_retries": changes.max_retries,
        "on_suspicion": changes.on_suspicion.value if changes.on_suspicion else None,
        "start_at": changes.start_at,
        "hours": changes.hours,
        "ready_by": changes.ready_by,
        "machines": None if changes.machines is None else list(named(changes.machines)),
        "approve_after": changes.approve_after,
        "frame_order": changes.frame_order.value if changes.frame_order else None,
        "depends_on": None
        if changes.depends_on is None
        else after_text(read_waits(changes.depends_on)),
        "needs": None if changes.needs is None else read_needs(changes.needs),
    }
    if changes.size is not None:
        said["width"], said["height"] = changes.size
    return {name: value for name, value in said.items() if value is not None}
