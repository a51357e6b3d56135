"""Text for people and JSON for programs."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from render_manager.base.i18n import _
from render_manager.cli.progress import duration, duration_range

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from render_manager.client.replies import Frame, Task

WIDE = 400
"""Columns where nobody looks: what is read by a program is not cut off."""

GLYPHS = {
    "pending": "○",
    "running": "▶",
    "rendering": "▶",
    "paused": "‖",
    "completed": "✔",
    "failed": "✖",
    "cancelled": "⊘",
}
STYLES = {"completed": "green", "failed": "red", "running": "cyan", "rendering": "cyan"}


def print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def print_json_line(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False), flush=True)


def console() -> Console:
    from rich.console import Console

    return Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)


def plain(text: str) -> str:
    """Without what a terminal would take for an order."""
    return "".join(c if c.isprintable() else " " for c in text)


def task_table(tasks: Sequence[Task]) -> Table:
    from rich.table import Table

    table = Table(box=None, header_style="dim", pad_edge=False)
    for heading in (_("ID"), _("State"), _("Name"), _("Renderer")):
        table.add_column(heading, overflow="fold")
    table.add_column(_("Frames"), justify="right")
    table.add_column("%", justify="right")
    table.add_column(_("Priority"), justify="right")
    table.add_column("")
    for task in tasks:
        table.add_row(*task_row(task))
    return table


def task_row(task: Task) -> list[Any]:
    from rich.text import Text

    return [
        Text(str(task["id"])),
        Text(state_text(task["status"]), STYLES.get(task["status"], "")),
        Text(plain(task["name"])),
        Text(plain(task["render_engine"])),
        Text(f"{task['completed_frames']}/{task['total_frames']}"),
        Text(f"{task['progress_percentage']:.0f}"),
        Text(str(task["priority"])),
        Text(plain(remark(task))),
    ]


def state_text(state: str) -> str:
    return f"{GLYPHS.get(state, '?')} {state}"


def remark(task: Task) -> str:
    """What is wrong, or how long it will take."""
    if task["error_message"]:
        return task["error_message"]
    if task["status"] == "running" and (left := task["seconds_left"]):
        return duration_range(*left)
    return task["phase"] or ""


def task_line(task: Task) -> str:
    """One task in one line."""
    frames = f"{task['completed_frames']}/{task['total_frames']}"
    parts = (str(task["id"]), plain(task["name"]), state_text(task["status"]), frames, remark(task))
    return "  ".join(filter(None, parts))


def frame_row(frame: Frame) -> list[Any]:
    from rich.text import Text

    seconds = frame["render_time"]
    return [
        Text(str(frame["frame_number"])),
        Text(state_text(frame["status"]), STYLES.get(frame["status"], "")),
        Text("" if seconds is None else duration(seconds)),
        Text(plain(frame["error_message"] or frame["output_path"] or "")),
        Text(plain(", ".join(frame["suspicions"])), "yellow"),
    ]


def moment(seconds: float | None) -> str:
    return "–" if seconds is None else time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))
