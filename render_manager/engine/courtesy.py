"""Looks whether somebody works at the computer, and has renderers give way to him."""

from __future__ import annotations

from collections.abc import Callable

from render_manager.domain.courtesy import Courtesy, Due, Rules, Seen, due
from render_manager.engine import senses
from render_manager.engine.niceness import set_lowest
from render_manager.engine.process_tree import ProcessTree

Look = Callable[[Rules], Seen]
Lower = Callable[..., None]


class CourtesyKeeper:
    """Asked by one thread at a time: looking may take a second (processes, D-Bus)."""

    def __init__(self, look: Look = senses.look, lower: Lower = set_lowest) -> None:
        self._look = look
        self._lower = lower
        self.are_lowered = False
        """Whether renderers have the lowest priority, which may have to be taken back."""

    def keep(self, rules: Rules, trees: list[ProcessTree]) -> Due:
        """What is due now. The renderers have the priority that goes with it."""
        found = due(rules, self._look(rules)) if rules.is_any else Due()
        is_lowest = found.courtesy is not Courtesy.NOTHING
        if is_lowest or self.are_lowered:
            self._lower(trees, is_lowest=is_lowest)
        self.are_lowered = is_lowest
        return found
