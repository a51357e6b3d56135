"""`render-manager demo`: a real render of the sample scene, and a contact sheet of its frames."""

from __future__ import annotations

from pathlib import Path

from render_manager.base.i18n import _
from render_manager.base.paths import resource
from render_manager.base.screen import has_screen
from render_manager.base.settings import load_settings
from render_manager.cli.doors import OpenWindow
from render_manager.cli.fetch_blender import ensure_blender
from render_manager.domain.states import FrameState
from render_manager.domain.task import FrameDetail, Task
from render_manager.service.schemas import Submission

SCENE = ("samples", "demo.blend")


def run_demo(open_window: OpenWindow | None) -> int:
    """Render the sample, in a window if one can be opened, and say where the pictures are.

    Returns 0 only if every frame has evidence.
    """
    settings = load_settings()
    blender = ensure_blender(settings)
    print(_("Rendering the sample scene with Blender {version}.").format(version=blender.version))
    folder = settings.render_output_dir / "demo"
    submission = Submission(str(resource(*SCENE)), output_dir=str(folder), hours="always")
    if open_window is not None and has_screen():
        return open_window([submission], _conclude, [])
    return _render_in_terminal(submission)


def _render_in_terminal(submission: Submission) -> int:
    from render_manager.cli.render import Result, Session

    session = Session()
    try:
        (task,) = session.render([submission])
        details = session.details(task)
    finally:
        session.close()
    code = session.exit_code([task])
    if code == 0:
        _conclude(task, details)
    else:
        print(Result(task, details).sentence())
    return code


def _conclude(task: Task, details: list[FrameDetail]) -> None:
    """Say where the frames and their contact sheet are."""
    from render_manager.images.contact_sheet import contact_sheet

    pictures = [
        (str(number), Path(detail.output_path))
        for number, detail in zip(task.frames.numbers, details, strict=True)
        if detail.state is FrameState.COMPLETED and detail.output_path
    ]
    sheet = Path(task.job.output_dir) / f"{task.job.name}_contact_sheet.png"
    contact_sheet(pictures, sheet, title=_("Render Manager demo"))
    print(_("The frames are in {folder}").format(folder=task.job.output_dir))
    print(_("The contact sheet is {file}").format(file=sheet))
