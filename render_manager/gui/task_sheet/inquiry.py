"""What the sheet is being asked: about which tasks, and with which edits so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any


class Kind(Enum):
    QUEUE = auto()
    """Scenes that were just dropped and are held."""
    CHANGE = auto()
    """Tasks that are in the queue."""


@dataclass(slots=True)
class Inquiry:
    """One filling in of the sheet; `drafts` are its edits while another one is in front."""

    kind: Kind
    task_ids: list[int]
    drafts: dict[str, Any] = field(default_factory=dict)

    def add(self, task_ids: list[int]) -> None:
        self.task_ids += [task_id for task_id in task_ids if task_id not in self.task_ids]
