"""`render-manager machines`: who renders for a queue, and switching them on and off."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

from render_manager.cli.remote.options import Json, Server, Token

if TYPE_CHECKING:
    from render_manager.client.replies import Machine, MachineLog

LOG_PATIENCE = 10.0
"""Seconds that the log of a machine is waited for."""

LOOK_SECONDS = 0.3

machines_app = typer.Typer(help="List the machines, and switch them on and off.")

Names = Annotated[list[str], typer.Argument(metavar="NAME", help="Machines, as they are listed.")]


@machines_app.callback(invoke_without_command=True)
def list_machines(
    context: typer.Context, json: Json = False, server: Server = None, token: Token = None
) -> None:
    """List the machines that render for the queue, and what each is at."""
    if context.invoked_subcommand is None:
        from render_manager.cli.remote.connection import connected

        with connected(server, token) as client:
            found = client.machines()
        _print_machines(found, json)


@machines_app.command()
def enable(names: Names, json: Json = False, server: Server = None, token: Token = None) -> None:
    """Give machines work again; what was held against them no longer is."""
    _steer("enable", names, json, server, token)


@machines_app.command()
def drain(names: Names, json: Json = False, server: Server = None, token: Token = None) -> None:
    """Let machines finish what they have, and give them nothing more."""
    _steer("drain", names, json, server, token)


@machines_app.command()
def disable(names: Names, json: Json = False, server: Server = None, token: Token = None) -> None:
    """Give machines nothing more, and their frames under way to others at once."""
    _steer("disable", names, json, server, token)


@machines_app.command()
def hours(
    names: Names,
    hours: Annotated[
        str, typer.Option("--hours", help="Such as “Mo-Fr 19:00-08:00, Sa-Su all day”; or always.")
    ],
    json: Json = False,
    server: Server = None,
    token: Token = None,
) -> None:
    """Have machines render in these hours alone; their users have them at other times."""
    _steer("set_hours", names, json, server, token, hours)


@machines_app.command()
def forget(names: Names, json: Json = False, server: Server = None, token: Token = None) -> None:
    """Take machines that are away out of the list."""
    _steer("forget", names, json, server, token)


@machines_app.command()
def log(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A machine, as it is listed.")],
    json: Json = False,
    server: Server = None,
    token: Token = None,
) -> None:
    """Print the end of a machine's own log."""
    from render_manager.base.errors import UserError
    from render_manager.base.i18n import _
    from render_manager.cli.remote.output import print_json

    found = _log(name, server, token)
    if found is None:
        raise UserError(_("{machine} does not answer.").format(machine=name))
    print_json(found) if json else print(found["text"].rstrip("\n"))


def _log(name: str, server: str | None, token: str | None) -> MachineLog | None:
    """As it is now. What is known is often old, and the first look asks for newer."""
    from render_manager.cli.remote.connection import connected

    until = time.monotonic() + LOG_PATIENCE
    with connected(server, token) as client:
        before = found = client.machine_log(name)
        while name != "local" and found["heard"] == before["heard"]:
            if time.monotonic() > until:
                return found if found["heard"] is not None else None
            time.sleep(LOOK_SECONDS)
            found = client.machine_log(name)
    return found


def _steer(
    verb: str,
    names: list[str],
    as_json: bool,
    server: str | None,
    token: str | None,
    hours: str | None = None,
) -> None:
    from render_manager.cli.remote.connection import connected

    with connected(server, token) as client:
        found = client.steer_machines(verb, names, hours)
    _print_machines(found, as_json)


def _print_machines(machines: list[Machine], as_json: bool) -> None:
    from rich.table import Table
    from rich.text import Text

    from render_manager.base.i18n import _
    from render_manager.cli.remote.output import console, plain, print_json

    if as_json:
        print_json(machines)
        return
    table = Table(box=None, header_style="dim", pad_edge=False)
    headings = (
        *(_("Machine"), _("State"), _("Slots"), _("At work on")),
        *(_("Speed"), _("Hours"), _("Pools")),
    )
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for each in machines:
        table.add_row(*(Text(plain(said)) for said in _row(each)))
    console().print(table)


def _row(machine: Machine) -> tuple[str, ...]:
    from render_manager.domain.machine_view import run_words

    runs = [run_words(run["task"], run["frames"], run["percent"]) for run in machine["runs"]]
    speed = machine["speed"]
    return (
        machine["name"],
        _state(machine["state"]),
        f"{len(machine['runs'])}/{machine['slots']}",
        " · ".join(filter(None, (machine["reason"], "; ".join(runs)))),
        "" if speed is None else f"× {speed:.2f}",
        machine["hours"],
        ", ".join(machine["pools"]),
    )


def _state(word: str) -> str:
    """In words, if it is one that this version knows."""
    from render_manager.base.i18n import _
    from render_manager.domain.machines import STATE_WORDS

    return next((_(said) for state, said in STATE_WORDS.items() if state.value == word), word)
