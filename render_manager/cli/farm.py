"""`render-manager farm`: a worker on this machine, and who is there."""

from __future__ import annotations

import json as json_module
from typing import TYPE_CHECKING, Annotated, Any

import typer

from render_manager.base.errors import UserError
from render_manager.base.i18n import _

if TYPE_CHECKING:
    from render_manager.base.settings import Settings

farm_app = typer.Typer(help="Render on many machines for one manager.", no_args_is_help=True)

Broker = Annotated[
    str | None,
    typer.Option(metavar="URL", help="Like redis://server:6379/0; else BROKER_URL or REDIS_HOST."),
]


Slots = Annotated[
    int | None,
    typer.Option(min=1, max=64, help="Renderers at a time; else MAX_CONCURRENT_RUNS."),
]
Name = Annotated[
    str | None, typer.Option(help="What it is called; else the name of this computer.")
]
Pools = Annotated[
    list[str] | None,
    typer.Option("--pool", metavar="NAME", help="A pool it belongs to; may be given again."),
]


@farm_app.command()
def worker(
    broker: Broker = None,
    slots: Slots = None,
    name: Name = None,
    pools: Pools = None,
) -> None:
    """Render here what a manager elsewhere wants, until it is ended by Ctrl+C."""
    from render_manager.base.log import own_log
    from render_manager.base.paths import data_home

    settings = _settings(broker)
    called = _checked_name(name or _own_name())
    in_pools = tuple(_checked_name(each) for each in pools or ())
    slots = slots or settings.max_concurrent_runs
    _needs_celery()
    from render_manager.farm.worker import FarmWorker, WorkerOptions
    from render_manager.renderers.catalog import Catalog
    from render_manager.storage.lock import Lock

    folder = data_home() / "farm" / called
    folder.mkdir(parents=True, exist_ok=True)
    try:
        lock = Lock(folder / "worker.lock")
    except BlockingIOError:
        sentence = _("A worker called {name} runs here already. Give this one another --name.")
        raise UserError(sentence.format(name=called)) from None
    _refuse_a_namesake(settings.broker, called)
    options = WorkerOptions(settings.broker, called, slots, folder, own_log(), in_pools)
    FarmWorker(options, settings, Catalog(settings)).run()
    lock.release()


@farm_app.command()
def autostart(
    on: Annotated[bool, typer.Option("--on", help="Start a worker with the computer.")] = False,
    off: Annotated[bool, typer.Option("--off", help="No longer.")] = False,
    broker: Broker = None,
    slots: Slots = None,
    name: Name = None,
    pools: Pools = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Start a worker with this computer, with what is said here of it. Else say whether it does."""
    from render_manager.cli.autostart import change_autostart
    from render_manager.service.autostart import Service

    if on and off:
        raise typer.BadParameter("give one of --on and --off")
    settings = _settings(broker)
    words = ["farm", "worker"]
    words += ["--broker", settings.broker] if broker else []
    words += ["--slots", str(slots)] if slots else []
    words += ["--name", _checked_name(name)] if name else []
    for pool in pools or ():
        words += ["--pool", _checked_name(pool)]
    if on:
        _needs_celery()
    raise typer.Exit(
        change_autostart(on=on, off=off, as_json=json, service=Service.WORKER, arguments=words)
    )


@farm_app.command()
def status(
    broker: Broker = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Say which workers are there. Ends with 0 if any is, else with 1."""
    settings = _settings(broker)
    _needs_celery()
    from render_manager.farm.asking import ask_workers

    found = ask_workers(settings.broker)
    if json:
        print(json_module.dumps(found, ensure_ascii=False, indent=2))
    elif found:
        print("\n".join(map(_line, found)))
    else:
        print(_("No worker answers."))
    raise typer.Exit(0 if found else 1)


def _line(state: dict[str, Any]) -> str:
    renderers = ", ".join(
        f"{name} {'/'.join(versions)}".strip() for name, versions in state["renderers"].items()
    )
    text = _("{name}: {busy} of {slots} slots busy; {renderers}").format(
        name=state["name"], busy=state["busy"], slots=state["slots"], renderers=renderers or "–"
    )
    refused = state["refused"] or ("" if state["has_manager"] else _("No manager answers it."))
    return f"{text}. {refused}".rstrip(". ") + "."


def _settings(broker: str | None) -> Settings:
    from render_manager.base.settings import check, load_settings

    if broker is None:
        return load_settings()
    try:
        return load_settings(broker_url=check("broker_url", broker))
    except UserError as error:
        sentence = _("The broker “{url}” is not understood: {why}.")
        raise UserError(sentence.format(url=broker, why=error)) from None


def _refuse_a_namesake(broker: str, name: str) -> None:
    """Two of one name would take each other's messages. Nobody answering is no reason not to begin:
    the broker may come up later than this machine."""
    from render_manager.farm.asking import ask_workers

    try:
        others = ask_workers(broker, name)
    except UserError:
        return
    if others:
        sentence = _(
            "A worker called {name} is at work on another computer. Give this one another --name."
        )
        raise UserError(sentence.format(name=name))


def _own_name() -> str:
    import platform
    import re

    return re.sub(r"[^A-Za-z0-9_-]+", "-", platform.node().split(".")[0])[:60] or "worker"


def _checked_name(name: str) -> str:
    import re

    from render_manager.base.machine_hours import MACHINE_NAME
    from render_manager.domain.machines import LOCAL_NAME

    if not re.fullmatch(MACHINE_NAME, name) or name == LOCAL_NAME:
        raise UserError(
            _(
                "“{name}” is no name for a worker or a pool. Use letters, digits, - and _, and not "
                "“local”, which is the manager's own machine."
            ).format(name=name)
        )
    return name


def _needs_celery() -> None:
    from importlib.util import find_spec

    if find_spec("celery") is None:
        raise UserError(
            _("The farm needs the package {package}: pip install 'render-manager[farm]'").format(
                package="celery"
            )
        )
