"""An installation of Maya whose `Render` is the fake, and scenes for it."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import Any

import fake_maya
from maya_scenes import Scene, ascii_scene


def make_program(folder: Path) -> Path:
    """An installation whose `Render` is the fake; settings name its mayabatch."""
    (folder / "bin").mkdir(parents=True)
    command = shlex.join([sys.executable, str(Path(fake_maya.__file__))])
    render = folder / "bin" / "Render"
    render.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
    (folder / "bin" / "mayabatch").write_text("#!/bin/sh\nexit 9\n")
    for program in (folder / "bin").iterdir():
        program.chmod(0o755)
    return folder / "bin" / "mayabatch"


def make_scene(
    path: Path, engine: str = "arnold", layers: int = 1, cameras: int = 1, **faults: Any
) -> Path:
    scene = Scene(codeset="UTF-8", version="2024")
    scene.camera("persp", rnd=False)
    for index in range(cameras):
        scene.camera(f"shotCam{index}")
    scene.add("renderLayer", "defaultRenderLayer", rndr=layers == 1)
    for index in range(layers if layers > 1 else 0):
        scene.add("renderLayer", f"层_{index}")
    scene.selected["defaultResolution"] = {"w": 96, "h": 54}
    scene.globals(ren=engine, an=True, fs=1.0, ef=4.0, pff=True, ep=4)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(ascii_scene(scene))
    Path(f"{path}.faults").write_text(json.dumps(faults))
    return path
