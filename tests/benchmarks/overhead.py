"""What the manager costs: a light scene rendered by us, by Blender alone, and frame by frame."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import house

from render_manager.assembly import RenderManager
from render_manager.domain.states import TaskState
from render_manager.renderers.renderer import Installation
from tests.benchmarks.program import running
from tests.benchmarks.report import Figure, ratio

FRAMES = 48
ROUNDS = 3
PROCESSES = 12
"""Single-frame processes measured; the figure is scaled to FRAMES."""

MAKE_SCENE = """
import bpy
bpy.ops.wm.read_factory_settings(use_empty=False)
scene = bpy.context.scene
scene.render.engine = "CYCLES"
scene.cycles.samples = 16
scene.cycles.use_denoising = False  # Debian builds Blender without a denoiser
scene.render.resolution_x, scene.render.resolution_y = 320, 180
scene.render.resolution_percentage = 100
scene.frame_start, scene.frame_end = 1, {frames}
bpy.ops.wm.save_as_mainfile(filepath={path!r})
"""


def measure(folder: Path) -> list[Figure]:
    with running(folder) as manager:
        blender = manager.catalog.installation_for(manager.catalog.get("blender"))
        scene = folder / "light.blend"
        _python(blender, MAKE_SCENE.format(frames=FRAMES, path=str(scene)))
        ours: list[float] = []
        by_hand: list[float] = []
        for number in range(ROUNDS):
            ours.append(_ours(manager, scene, folder / f"ours{number}"))
            by_hand.append(_timed(_by_hand, blender, scene, folder / f"a{number}"))
        single = [
            FRAMES * _timed(_one, blender, scene, folder / "one", frame)
            for frame in range(1, PROCESSES + 1)
        ]
    title = f"{FRAMES} light frames, Blender {blender.version}"
    return [
        ratio(f"{title}: ours / all in one process by hand", ours, by_hand, "≤ 1.05"),
        ratio(f"{title}: one process per frame / ours", single, ours),
    ]


def _ours(manager: RenderManager, scene: Path, output: Path) -> float:
    began = time.perf_counter()
    task = house.submit(manager, scene, output_dir=str(output))
    house.wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED, task.error_message
    return time.perf_counter() - began


def _by_hand(blender: Installation, scene: Path, output: Path) -> None:
    if _is_program(blender):
        _run(str(blender.executable), "-b", str(scene), "-o", f"{output}/f_####", "-a")
    else:
        _python(blender, _render_code(scene, output))


def _one(blender: Installation, scene: Path, output: Path, frame: int) -> None:
    if _is_program(blender):
        _run(str(blender.executable), "-b", str(scene), "-o", f"{output}/f_####", "-f", str(frame))
    else:
        _python(blender, _render_code(scene, output, frame))


def _render_code(scene: Path, output: Path, frame: int | None = None) -> str:
    limits = "" if frame is None else f"s.frame_start = s.frame_end = {frame}\n"
    return (
        f"import bpy\nbpy.ops.wm.open_mainfile(filepath={str(scene)!r})\n"
        f"s = bpy.context.scene\ns.render.filepath = {str(output / 'f_')!r}\n{limits}"
        "bpy.ops.render.render(animation=True)\n"
    )


def _is_program(blender: Installation) -> bool:
    return "python" not in blender.executable.name.lower()


def _python(blender: Installation, code: str) -> None:
    if _is_program(blender):
        _run(str(blender.executable), "-b", "--python-expr", code)
    else:
        _run(str(blender.executable), "-c", code)


def _run(*argv: str) -> None:
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _timed(act: Callable[..., None], *arguments: object) -> float:
    began = time.perf_counter()
    act(*arguments)
    return time.perf_counter() - began
