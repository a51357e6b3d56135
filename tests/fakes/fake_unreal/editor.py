"""Stands for `UnrealEditor-Cmd -game`: as strict about its command line, with a stand-in `unreal`."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

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
    sequence = given.get("LevelSequence", "")
    if (
        sequence
        and not (Path(project).parent / "Content")
        .joinpath(*sequence.removeprefix("/Game/").split("/")[:-1])
        .joinpath(sequence.rpartition("/")[2].partition(".")[0] + ".uasset")
        .is_file()
    ):
        print(
            "LogWindows: Error: Failed to find Movie Pipeline sequence asset to render. "
            f"Looked for: {sequence}"
        )
        return 2
    for folder in os.environ.get("UE_PYTHONPATH", "").split(os.pathsep):
        sys.path.insert(0, folder)
    import unreal

    if preset := json.loads(os.environ["RENDER_MANAGER_JOB"]).get("preset"):
        config = unreal.Config()
        config.find_or_add_setting_by_class(unreal.MoviePipelineDeferredPassBase)
        unreal.ENGINE.assets[preset] = config
    __import__("init_unreal")
    return int(unreal.run(given["ExecutorPythonClass"].rpartition(".")[2]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
