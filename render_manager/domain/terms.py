"""The terms on which a task is rendered: how urgently, when, where and after what; not what it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from render_manager.domain.after import After
from render_manager.domain.evidence import OnSuspicion
from render_manager.domain.frame_order import FrameOrder
from render_manager.domain.timetable import NO_WISHES, TimeWishes


@dataclass(frozen=True, slots=True)
class Terms:
    """They may change while it is rendered, and hold from the next chunk on. `Task` says what each is."""

    priority: int = 5
    max_retries: int = 3
    on_suspicion: OnSuspicion = OnSuspicion.NOTE
    times: TimeWishes = NO_WISHES
    kept_to: tuple[str, ...] = ()
    needs: Mapping[str, int] = field(default_factory=dict)
    after: tuple[After, ...] = ()
    frame_order: FrameOrder = FrameOrder.NUMBERED
    approve_after: int = 0

    def by_name(self) -> dict[str, Any]:
        """As the fields of a task that they are."""
        return {name: getattr(self, name) for name in TERMS}


TERMS = tuple(each.name for each in fields(Terms))
