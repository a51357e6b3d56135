"""The commands and their arguments. Nothing heavy is imported here, so that --help is quick."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from render_manager.base.errors import UserError
from render_manager.cli import scene_options as said
from render_manager.cli.doors import Doors
from render_manager.cli.farm import farm_app
from render_manager.cli.grouped_help import GroupedHelp
from render_manager.cli.interrupts import INTERRUPTED
from render_manager.cli.remote import commands

WRONG_USE = 2
BUG = 70

START, SCENES, SET_UP = "Start", "Scenes and logs", "Set up"

app = typer.Typer(
    name="render-manager",
    cls=GroupedHelp,
    help="Queue, watch and trust renders. Without a command it opens the window.",
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


@app.callback(invoke_without_command=True)
def _begin(
    context: typer.Context,
    connect: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="Open the window on another computer's queue: http://render01:8787."
        ),
    ] = None,
    token: Annotated[
        str | None,
        typer.Option(envvar="RENDER_MANAGER_TOKEN", help="What it wants to be shown."),
    ] = None,
) -> None:
    if context.invoked_subcommand == "selftest":
        return  # it touches nothing of the user's
    _start_log()
    _use_language()
    if context.invoked_subcommand is not None:
        return
    doors: Doors = context.obj
    if connect is None:
        raise typer.Exit(doors.open_window([], None, []))
    from render_manager.cli.remote.connection import address_of

    raise typer.Exit(doors.connect(lambda: address_of(connect, token)))


@app.command("open", rich_help_panel=START)
def open_files(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Scenes, or folders with scenes.")],
) -> None:
    """Open the window with scenes, as if they were dropped onto it.

    If it is open already, it takes them and comes to the front.
    """
    doors: Doors = context.obj
    raise typer.Exit(doors.open_window([], None, files))


@app.command(rich_help_panel=SCENES)
def inspect(
    file: Annotated[Path, typer.Argument(help="The scene.")],
    json: Json = False,
) -> None:
    """Print what a scene holds, read without starting its program."""
    from render_manager.cli.inspect import print_scene

    print_scene(file, as_json=json)


@app.command(rich_help_panel=SCENES)
def explain(
    logfile: Annotated[Path | None, typer.Argument(help="A renderer's log.")] = None,
    renderer: Annotated[
        str | None, typer.Option(help="Whose log it is; else it is guessed.")
    ] = None,
    exit_code: Annotated[
        str | None, typer.Option(help="An exit code to explain, like 139 or 0xC0000005.")
    ] = None,
    json: Json = False,
) -> None:
    """Print what happened in a renderer's log (frames, files, problems), or what an exit code means.

    Lines of the file that begin with # are taken as remarks.
    """
    from render_manager.cli.explain import print_events, print_exit_code

    if exit_code is not None:
        print_exit_code(exit_code, renderer, as_json=json)
    if logfile is not None:
        print_events(logfile, renderer, as_json=json)
    elif exit_code is None:
        raise typer.BadParameter("name a log or an exit code")


@app.command(rich_help_panel=SCENES)
def render(
    files: said.Files,
    frames: said.Frames = None,
    output: said.Output = None,
    camera: said.Camera = None,
    layer: said.Layer = None,
    scene: said.Scene = None,
    width: said.Side = None,
    height: said.Side = None,
    samples: said.Samples = None,
    engine: said.Engine = None,
    device: said.Device = None,
    format: said.Format = None,
    set: said.Set = None,
    priority: said.Priority = None,
    retries: said.Retries = None,
    renderer: said.Renderer = None,
    json: Json = False,
) -> None:
    """Render scenes here and now, without a window.

    Ends with 0 only if every frame has evidence, 1 if frames are missing, 130 if interrupted.
    """
    from render_manager.cli.render import render_files
    from render_manager.domain.job import RenderOptions
    from render_manager.service.schemas import Submission

    options = RenderOptions(
        camera=camera,
        layers=tuple(layer or ()),
        scene=scene,
        width=width,
        height=height,
        samples=samples,
        engine=engine,
        device=device,
        format=format,
        extra=said.named_values(set),
    )
    submissions = [
        Submission(
            project_file=str(file),
            render_engine=renderer,
            frames=frames,
            priority=priority,
            max_retries=retries,
            output_dir=str(output) if output else None,
            options=options,
            hours="always",  # it is asked for here and now
        )
        for file in files
    ]
    raise typer.Exit(render_files(submissions, as_json=json))


@app.command(rich_help_panel=START)
def serve(
    context: typer.Context,
    host: Annotated[
        str | None, typer.Option(help="Where to listen; 0.0.0.0 is the whole network.")
    ] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65_535, help="0 takes a free one.")] = None,
) -> None:
    """Run without a window, for a browser and for other programs, until it is ended by Ctrl+C."""
    given: dict[str, object] = {"api_host": host, "api_port": port}
    doors: Doors = context.obj
    raise typer.Exit(
        doors.serve({name: value for name, value in given.items() if value is not None})
    )


commands.add_to(app)
app.add_typer(farm_app, name="farm", rich_help_panel=START)


@app.command(rich_help_panel=SET_UP)
def doctor(json: Json = False) -> None:
    """Say which renderers are here, whether folders can be written, and how to mend what is not."""
    from render_manager.cli.doctor import print_health

    raise typer.Exit(print_health(as_json=json))


@app.command(rich_help_panel=SET_UP)
def selftest(context: typer.Context, json: Json = False) -> None:
    """Prove that Render Manager works on this machine, in a temporary folder.

    It tries the database, the window, the API, a render, thumbnails and the ending of processes.
    Ends with 0 if all of it works, else with 1.
    """
    doors: Doors = context.obj
    raise typer.Exit(doors.selftest(json))


@app.command(rich_help_panel=START)
def demo(
    context: typer.Context,
    no_window: Annotated[bool, typer.Option("--no-window", help="Stay in the terminal.")] = False,
) -> None:
    """Render a small sample scene with real Blender, and say where the pictures are."""
    from render_manager.cli.demo import run_demo

    raise typer.Exit(run_demo(None if no_window else context.obj.open_window))


@app.command("fetch-blender", rich_help_panel=SET_UP)
def fetch_blender() -> None:
    """Fetch the embedded Blender (about 370 MB) for machines that have none."""
    from render_manager.cli.fetch_blender import fetch_with_progress

    found = fetch_with_progress()
    print(f"Blender {found.version}: {found.executable}")


@app.command("install-submitter", rich_help_panel=SET_UP)
def install_submitter(
    program: Annotated[str, typer.Argument(help="blender, maya or unreal.")],
    remove: Annotated[bool, typer.Option("--remove", help="Take it out again.")] = False,
) -> None:
    """Put “Send to Render Manager” into another program."""
    from render_manager.cli.install_submitter import change_submitter

    change_submitter(program, remove=remove)


@app.command(rich_help_panel=SET_UP)
def autostart(
    on: Annotated[bool, typer.Option("--on", help="Start “serve” with the computer.")] = False,
    off: Annotated[bool, typer.Option("--off", help="No longer.")] = False,
    status: Annotated[
        bool, typer.Option("--status", help="Say how it is; ends with 0 if on, 1 if off.")
    ] = False,
    json: Json = False,
) -> None:
    """Start Render Manager with the computer, without a window."""
    if on + off + status > 1:
        raise typer.BadParameter("give one of --on, --off and --status")
    from render_manager.cli.autostart import change_autostart

    raise typer.Exit(change_autostart(on=on, off=off, as_json=json))


def run(arguments: list[str], doors: Doors) -> int:
    """Run the command line and return its exit code."""
    _speak_utf8()
    try:
        _prepare()
        result: Any = app(
            args=arguments, prog_name="render-manager", standalone_mode=False, obj=doors
        )
    except UserError as error:
        print(error, file=sys.stderr)
        return WRONG_USE
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        return _end_of_readers()
    except Exception as error:
        return _answer(error)
    return result if isinstance(result, int) else 0


def _prepare() -> None:
    from render_manager.base.i18n import use_language

    use_language(None)


def _start_log() -> None:
    """What goes wrong is written down, and never printed as a traceback."""
    import logging

    from render_manager.base.log import own_log, start_log

    try:
        start_log(own_log().parent)
    except OSError:
        logging.getLogger().addHandler(logging.NullHandler())


def _use_language() -> None:
    from render_manager.base.i18n import use_language
    from render_manager.base.settings import load_what_is_right

    # What is wrong is told by what needs it: the window offers to go on without.
    settings, _wrong = load_what_is_right()
    use_language(settings.ui_language)


def _answer(error: Exception) -> int:
    """Wrong arguments get typer's own words; anything else is a bug and goes to the log."""
    show = getattr(error, "show", None)
    if callable(show):
        show()
        return int(getattr(error, "exit_code", WRONG_USE))
    import logging

    from render_manager.base.i18n import _
    from render_manager.base.paths import data_home

    logging.getLogger("render_manager").critical("This is a bug", exc_info=error)
    sentence = _("Something went wrong that should not. It is written down in {folder}.")
    print(sentence.format(folder=data_home() / "logs"), file=sys.stderr)
    return BUG


def _end_of_readers() -> int:
    """Who reads our output, like `head`, has enough; nothing is to be said of that at the end."""
    sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115
    return 1


def _speak_utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
