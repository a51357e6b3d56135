"""What is written of a machine."""

from __future__ import annotations

from render_manager.base.i18n import _
from render_manager.domain.machine_view import MachineView, run_words
from render_manager.domain.machines import STATE_WORDS, MachineState
from render_manager.gui import text
from render_manager.gui.theme import Colors

_GLYPHS = {
    MachineState.IDLE: ("state-pending", "pending"),
    MachineState.RENDERING: ("state-running", "running"),
    MachineState.DRAINING: ("state-paused", "paused"),
    MachineState.OFF: ("stop", "cancelled"),
    MachineState.SET_ASIDE: ("warning", "failed"),
    MachineState.RESTING: ("state-paused", "pending"),
    MachineState.AWAY: ("state-cancelled", "cancelled"),
}


def name(machine: MachineView, here: str) -> str:
    """What it is called; `here` is what the machine of the queue is, seen from this window."""
    return f"{machine.name} ({here})" if machine.is_local else machine.name


def state(machine: MachineView) -> str:
    return _(STATE_WORDS[machine.state])


def glyph(machine: MachineView, colors: Colors) -> tuple[str, str]:
    """The icon and the colour of its state."""
    icon, state_color = _GLYPHS[machine.state]
    return icon, colors.of(state_color)


def at_work(machine: MachineView) -> str:
    """Its runs, or why it has none."""
    runs = "; ".join(run_words(run.task, run.frames, run.percent) for run in machine.runs)
    return " · ".join(filter(None, (machine.reason, runs))) or text.NOTHING


def slots(machine: MachineView) -> str:
    return f"{len(machine.runs)} / {machine.slots}"


def speed(machine: MachineView) -> str:
    return text.NOTHING if machine.speed is None else f"× {machine.speed:.2f}"


def percent(value: float | None) -> str:
    return text.NOTHING if value is None else f"{value:.0f} %"


def renderers(machine: MachineView) -> str:
    return ", ".join(
        " ".join(filter(None, (each, "/".join(filter(None, versions)))))
        for each, versions in machine.renderers.items()
    )
