"""Stands for `UnrealEditor-Cmd -game`: as strict about its command line, with a stand-in `unreal`."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

FLAGS = {
    "-game",
    "-RenderOffscreen",
    "-unattended",
    "-NoSound",
    "-NoTextureStreaming",
    "-windowed",
    "-NoLoadingScreen",
    "-NoSplash",
    "-log",
    "-stdout",
    "-FullStdOutLogOutput",
    "-UTF8Output",
}
VALUES = re.compile(
    r"-(?:ResX|ResY|LevelSequence|MoviePipelineConfig|MoviePipelineLocalExecutorClass"
    r"|EnablePlugins|ExecutorPythonClass|ini:Engine:\[[^\]]+\]:\w+)=(\S+)"
)


def main(arguments: list[str]) -> int:
    project, level, *rest = arguments
    if not project.endswith(".uproject") or not Path(project).is_file():
        print(f"LogInit: Error: no project {project}")
        return 1
    if not level.startswith("/Game/"):
        print(f"LogWindows: Error: Failed to find the map {level}")
        return 2
    for word in rest:
        if word not in FLAGS and not VALUES.fullmatch(word):
            print(f"LogInit: Error: unknown {word!r}")
            return 1
    print("LogInit: Engine Version: 5.6.1-0+++UE5+Release-5.6", flush=True)
    print("LogShaderCompilers: Display: 120 shaders left", flush=True)
    print(
        "LogMovieRenderPipeline: Successfully detected and loaded required movie arguments. "
        "Rendering will begin once the map is loaded.",
        flush=True,
    )
    given = dict(word.lstrip("-").partition("=")[::2] for word in rest)
    for folder in os.environ.get("UE_PYTHONPATH", "").split(os.pathsep):
        sys.path.insert(0, folder)
    import unreal

    unreal.ENGINE.assets.update(assets(unreal, Path(project).parent / "Content"))
    __import__("init_unreal")
    return int(unreal.run(given["ExecutorPythonClass"].rpartition(".")[2]))


def assets(unreal: Any, content: Path) -> dict[str, Any]:
    """What is asked for, as far as it lies in the project."""
    wanted = json.loads(os.environ["RENDER_MANAGER_JOB"])
    config = unreal.Config()
    config.find_or_add_setting_by_class(unreal.MoviePipelineDeferredPassBase)
    kinds = {"sequence": object(), "preset": config}
    return {
        wanted[kind]: asset
        for kind, asset in kinds.items()
        if wanted.get(kind) and file_of(wanted[kind], content).is_file()
    }


def file_of(asset: str, content: Path) -> Path:
    return content / (asset.removeprefix("/Game/").rpartition(".")[0] + ".uasset")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
