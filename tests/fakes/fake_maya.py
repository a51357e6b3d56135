"""Stands for Maya's `Render`: takes its command line as strictly, writes real pictures with layers
and AOVs, and prints what the real one was recorded to print.

Faults come from a JSON file beside the scene, `SCENE.faults`; see `FAULTS`.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

COMMON = {"-s", "-e", "-b", "-rd", "-cam", "-rl", "-proj", "-log"}
NAMED = COMMON | {"-im", "-of", "-x", "-y", "-pad"}
FILE = NAMED | {"-fnc", "-ard", "-par", "-percentRes"}
FLAGS = {
    "file": FILE,
    "sw": FILE | {"-n"},
    "hw2": FILE,
    "arnold": FILE
    | {"-seq", "-ai:lve", "-ai:ltc", "-ai:alf", "-ai:threads", "-ai:device"}
    | {"-ai:manGpuSel", "-ai:gpu"},
    "redshift": NAMED | {"-logLevel", "-gpu"},
    "vray": (NAMED | {"-threads"}) - {"-of"},
    "renderman": COMMON | {"-res", "-t", "-of"},
}
"""By what follows `-r`, from the help texts (`Render -r NAME -help`)."""

FAULTS: dict[str, Any] = {
    "crash_at": None,  # dies at this frame…
    "crash_times": 1,  # …so many times
    "no_license_times": 0,  # so many starts find no licence
    "lacks_aov": [],  # frames whose first picture lacks an AOV…
    "lacks_times": 1,  # …so many times
    "abort_at": None,  # Arnold gives this frame up and writes it all the same, once
    "hang_at_end": False,  # says that the scene is completed, and stays
    "status": 0,
    "seconds": 0.0,  # per picture
}


def main(arguments: list[str]) -> None:
    engine, flags, scene = parse(arguments)
    faults = FAULTS | read_faults(scene)
    text = read_scene(scene)
    say(f'Starting "{Path(sys.argv[0]).with_name("mayabatch")}"')
    if count(scene, "license") < faults["no_license_times"]:
        note(scene, "license")
        say("Error: Maya: License was not obtained")
        leave(1)
    word = engine if engine != "file" else engine_of(text)
    layers = flags["-rl"].split() if "-rl" in flags else renderable(text, "renderLayer", "rndr")
    cameras = [flags["-cam"]] if "-cam" in flags else renderable(text, "camera", "rnd")
    check_camera(text, flags)
    for layer in layers:  # all frames of a layer before the next one
        for frame in frames_of(flags):
            for camera in cameras:
                picture = path_of(flags, word, frame, layer, camera, len(layers), len(cameras))
                render(word, frame, picture, faults, scene)
    say(f"Scene {scene} completed.")
    while faults["hang_at_end"]:
        time.sleep(1)
    leave(faults["status"])


# --- the command line -------------------------------------------------------------------------


def parse(arguments: list[str]) -> tuple[str, dict[str, str], Path]:
    if len(arguments) < 3 or arguments[0] != "-r" or arguments[1] not in FLAGS:
        refuse(f"Cannot open renderer description file {arguments[:2]}")
    engine, rest, scene = arguments[1], arguments[2:-1], Path(arguments[-1])
    flags: dict[str, str] = {}
    while rest:
        flag, *rest = rest
        if flag not in FLAGS[engine]:
            refuse(f"Invalid flag: {flag}")
        width = 2 if flag == "-res" else 1
        if len(rest) < width:
            refuse(f"{flag} needs a value")
        flags[flag] = " ".join(rest[:width])
        rest = rest[width:]
    if "\\" in "".join(flags.get(flag, "") for flag in ("-rd", "-proj")) and os.name == "nt":
        refuse("backslash in a path")
    if not scene.is_file():
        say("Error: Scene was not loaded properly, please check the scene name")
        leave(210)
    if "-proj" in flags and not (Path(flags["-proj"]) / "workspace.mel").is_file():
        refuse("Cannot open project")
    return engine, flags, scene


def refuse(why: str) -> NoReturn:
    say(why)
    leave(206)


def frames_of(flags: dict[str, str]) -> Iterator[int]:
    if "-seq" in flags:
        for part in flags["-seq"].split():
            first, _, last = part.partition("..")
            yield from range(int(first), int(last or first) + 1)
    else:
        yield from range(int(flags["-s"]), int(flags["-e"]) + 1, int(flags.get("-b", 1)))


# --- the scene --------------------------------------------------------------------------------


def read_scene(scene: Path) -> str:
    data = scene.read_bytes()
    codeset = re.search(rb"^//Codeset: (\S+)", data, re.MULTILINE)
    name = codeset[1].decode() if codeset else "utf-8"
    return data.decode(f"cp{name}" if name.isdigit() else name)


def engine_of(text: str) -> str:
    found = re.search(r'setAttr "\.ren" -type "string" "(\w+)"', text)
    return {"mayaSoftware": "sw"}.get(found[1], found[1]) if found else "sw"


def renderable(text: str, kind: str, switch: str) -> list[str]:
    """Names of what is rendered: of cameras those of their transforms."""
    names = []
    for node in re.split(r"^(?=createNode |select )", text, flags=re.MULTILINE):
        head = re.match(rf'createNode {kind} [^;]*-n "([^"]+)"(?: -p "([^"]+)")?', node)
        if head and not re.search(rf'"\.{switch}" (no|off|0)', node):
            names.append((head[2] or head[1]).split("|")[-1])
    return names or (["defaultRenderLayer"] if kind == "renderLayer" else ["persp"])


def check_camera(text: str, flags: dict[str, str]) -> None:
    camera = flags.get("-cam")
    if camera is not None and f'"{camera}"' not in text and f'|{camera}"' not in text:
        say(f"Error: makeCameraRenderable.mel line 34: Camera {camera} does not exist.")
        leave(210)


# --- pictures ---------------------------------------------------------------------------------


def path_of(
    flags: dict[str, str], engine: str, frame: int, layer: str, camera: str, layers: int, cams: int
) -> Path:
    """Maya puts layer and camera into folders where the name does not tell them apart."""
    folder = Path(flags["-rd"])
    folder = folder / layer if layers > 1 else folder
    folder = folder / camera if cams > 1 else folder
    ending = "exr" if engine in ("arnold", "redshift", "vray", "renderman") else "png"
    return folder / f"{flags.get('-im', 'untitled')}.{frame:04d}.{ending}"


def render(engine: str, frame: int, path: Path, faults: dict[str, Any], scene: Path) -> None:
    begin, end = SPEECH.get(engine, SPEECH["sw"])
    begin(path)
    time.sleep(faults["seconds"])
    if frame == faults["crash_at"] and count(scene, "crash") < faults["crash_times"]:
        note(scene, "crash")
        say("maya encountered a fatal error\n\nSignal: 11 (Unknown Signal)")
        say(f"Fatal Error. Attempting to save in /usr/tmp/{scene.name}")
        leave(1)
    lacks = frame in faults["lacks_aov"] and count(scene, f"lacks{frame}") < faults["lacks_times"]
    if lacks:
        note(scene, f"lacks{frame}")
    if frame == faults["abort_at"] and not count(scene, "abort"):
        note(scene, "abort")
        say("WARNING |  render terminating early:  received abort signal")
    write(path, frame, lacks=lacks)
    end(path)


def write(path: Path, frame: int, *, lacks: bool) -> None:
    import numpy as np
    import OpenImageIO as oiio

    path.parent.mkdir(parents=True, exist_ok=True)
    is_exr = path.suffix == ".exr"
    names = ["R", "G", "B", "A"]
    if is_exr:
        names += ["N.X", "N.Y", "N.Z"] + ([] if lacks else ["diffuse.R", "diffuse.G", "diffuse.B"])
    pixels = np.random.default_rng(frame).uniform(0.2, 0.6, (54, 96, len(names)))
    pixels[..., 3] = 1.0
    spec = oiio.ImageSpec(96, 54, len(names), "half" if is_exr else "uint8")
    spec.channelnames = tuple(names)
    output = oiio.ImageOutput.create(str(path))
    assert output is not None
    output.open(str(path), spec)
    output.write_image(pixels.astype(np.float32))
    output.close()


# --- what is said -----------------------------------------------------------------------------


def sw_begin(path: Path) -> None:
    say(f"Starting Rendering {path}.")


def sw_end(path: Path) -> None:
    say("Time For Frame Render (hh:mm:ss): 00:00:00")
    say(f"Finished Rendering {path}.")


def arnold_begin(_path: Path) -> None:
    say("00:00:00   485MB         |  starting 4 bucket workers of size 64x64 ...")
    for percent in (0, 50, 100):
        say(f"00:00:01   504MB         | {percent:5}% done - 27 rays/pixel")


def arnold_end(path: Path) -> None:
    say("00:00:09   514MB         |  render done in 0:08.090")
    say(f"00:00:09   514MB         |  [driver_exr] writing file `{path}'")
    say("00:00:09   514MB         | render done")


def vray_begin(_path: Path) -> None:
    say("V-Ray: 72 plugin(s) loaded successfully")


def vray_end(path: Path) -> None:
    say(f'V-Ray: Successfully written image file "{path}"')
    say("V-Ray: Total frame time  0h  0m  1.6")


def redshift_begin(_path: Path) -> None:
    say("INFO : [Redshift] Block 1/2 (0,0) rendered by GPU 0 in 2ms")


def redshift_end(_path: Path) -> None:
    say("17:14:59 20190MB INFO: Rendering time: 31.9s (2 GPU(s) used)")


Say = Callable[[Path], None]

SPEECH: dict[str, tuple[Say, Say]] = {
    "sw": (sw_begin, sw_end),
    "arnold": (arnold_begin, arnold_end),
    "vray": (vray_begin, vray_end),
    "redshift": (redshift_begin, redshift_end),
}


def say(line: str) -> None:
    print(line, flush=True)


def leave(status: int) -> NoReturn:
    say(f"// Maya exited with status {status}")
    os._exit(status)


# --- what is remembered from one start to the next ----------------------------------------------


def read_faults(scene: Path) -> dict[str, Any]:
    file = Path(f"{scene}.faults")
    faults: dict[str, Any] = json.loads(file.read_text("utf-8")) if file.exists() else {}
    return faults


def count(scene: Path, what: str) -> int:
    file = Path(f"{scene}.{what}")
    return len(file.read_text()) if file.exists() else 0


def note(scene: Path, what: str) -> None:
    with Path(f"{scene}.{what}").open("a") as file:
        file.write("x")


if __name__ == "__main__":
    main(sys.argv[1:])
