"""Runs inside Blender (2.83 to 5.x) or under Blender as a Python module: renders any list of frames.

Blender's own command line cannot name a camera, a size or layers, takes negative frames for
relative ones, and its log differs from version to version. This script does the first and tells
the rest: a line with `[render-manager]` in it ends with a JSON object that has an `event`.

    loaded          the scene is open: `version` of Blender, `passes` it renders per frame
    frame_started   `frame`
    progress        `frame` and Blender's status `text` (from 5.0 on, whose log has none)
    frame_saved     `frame` and the `path` of a file that is there now
    frame_finished  `frame` and `seconds`
    problem         `code`, `text`, `severity` (warning or fatal), and the `frame` at fault or null
    gave_way        stopped before `frame`: the file that RENDER_MANAGER_STOP_FILE names is there
    done            all frames are rendered

The exit code is 0 after `done` and `gave_way`, 3 if what was asked for is not to be had (scene,
camera, layer, engine, …), 4 if a frame could not be rendered, 9 for a mistake of this script. Only
the scene in memory is changed, never the user's file, and no script in that file is run.

It stands alone and runs on Python 3.7, because Blender brings a Python of its own.
"""

# ruff: noqa: PTH110, PTH113, PTH122  os.path answers where Path.exists raises: a folder we may not enter

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import sys
import time
import traceback
from typing import Any, NoReturn

MARKER = "[render-manager] "
REFUSED, FAILED, MISTAKE = 3, 4, 9
PROGRESS = re.compile(r"[Ss]ample|Tile")
PROGRESS_SECONDS = 0.2
EEVEE = ("BLENDER_EEVEE_NEXT", "BLENDER_EEVEE")
GPU_KINDS = ("OPTIX", "CUDA", "HIP", "METAL", "ONEAPI")
MOST_MISSING = 20
NO_ASSET = re.compile(r"<|[/\\]datafiles[/\\]")  # a UDIM token; brushes that came with a Blender


class StopError(Exception):
    """The run cannot go on; `code` names the kind of problem."""

    def __init__(self, code: str, text: str, exit_code: int, frame: int | None = None) -> None:
        super().__init__(text)
        self.code, self.exit_code, self.frame = code, exit_code, frame


def refuse(code: str, text: str) -> NoReturn:
    raise StopError(code, text, REFUSED)


def tell(event: str, **facts: object) -> None:
    """Print a marker: plain ASCII whatever the console's encoding, and at once."""
    print(MARKER + json.dumps(dict(event=event, **facts)), flush=True)


def warn(code: str, text: str) -> None:
    tell("problem", code=code, text=text, severity="warning", frame=None)


# --- what is asked for ------------------------------------------------------------------------


class Arguments(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise StopError("bad_arguments", message, MISTAKE)


def read_arguments(argv: list[str]) -> argparse.Namespace:
    """The options after the first `--`; what is not given is as in the scene."""
    parser = Arguments(allow_abbrev=False)
    parser.add_argument("file", nargs="?", help="the .blend, if Blender has not opened it already")
    parser.add_argument("--frames", required=True, type=parse_frames, help="such as 1-5,9,11-21x2")
    parser.add_argument("--output", required=True, help="path without extension, #### is the frame")
    parser.add_argument("--scene")
    parser.add_argument("--camera")
    parser.add_argument("--view-layer", action="append", default=[], help="may be repeated")
    parser.add_argument("--width", type=int)
    parser.add_argument("--height", type=int)
    parser.add_argument("--samples", type=int)
    parser.add_argument("--engine")
    parser.add_argument("--device", help="CPU, GPU or a kind of GPU, +CPU for both")
    parser.add_argument("--format", help="Blender's word for a file format")
    return parser.parse_args(argv[argv.index("--") + 1 :])


def parse_frames(text: str) -> list[int]:
    frames: list[int] = []
    for part in text.split(","):
        match = re.match(r"(-?\d+)(?:-(-?\d+)(?:x(\d+))?)?$", part)
        if match is None:
            raise ValueError(part)
        first, last, step = match.group(1), match.group(2) or match.group(1), match.group(3) or 1
        frames.extend(range(int(first), int(last) + 1, int(step)))
    return frames


# --- the scene in memory ----------------------------------------------------------------------


def open_scene(bpy: Any, path: str) -> None:
    if not os.path.isfile(path):
        refuse("scene_missing", f"There is no file '{path}'.")
    try:
        bpy.ops.wm.open_mainfile(filepath=path, load_ui=False, use_scripts=False)
    except RuntimeError as error:
        refuse("scene_damaged", str(error).strip())


def prepare(bpy: Any, options: argparse.Namespace) -> Any:
    """The scene to render, changed in memory to what `options` ask for."""
    scene = choose_scene(bpy, options.scene)
    set_engine(scene, options.engine)
    set_format(scene.render, options.format)
    set_size(scene.render, options.width, options.height)
    if options.samples:
        set_samples(scene, options.samples)
    if options.camera:
        set_camera(scene, options.camera)
    if options.view_layer:
        set_layers(scene, options.view_layer)
    if options.device:
        set_device(bpy, scene, options.device)
    scene.render.use_file_extension = True
    scene.render.use_overwrite = True
    scene.render.use_placeholder = False
    scene.use_preview_range = False
    scene.frame_step = 1
    return scene


def choose_scene(bpy: Any, name: str | None) -> Any:
    if name is None:
        return bpy.context.scene
    scene = bpy.data.scenes.get(name)
    if scene is None:
        refuse("unknown_scene", f"There is no scene '{name}' in the file.")
    return scene


def set_engine(scene: Any, name: str | None) -> None:
    """Eevee has two names: BLENDER_EEVEE_NEXT in 4.2 to 4.5, BLENDER_EEVEE before and after."""
    if name is None:
        return
    for known in EEVEE if name in EEVEE else (name,):
        try:
            scene.render.engine = known
            return
        except TypeError:
            pass
    refuse("unknown_engine", f"The render engine '{name}' is not installed in this Blender.")


def set_format(render: Any, name: str | None) -> None:
    """A movie has no frames to check or to render again, so pictures are written instead."""
    if name is not None:
        try:
            write_pictures(render, name)
        except TypeError:
            refuse("unknown_format", f"This Blender cannot write '{name}' files.")
    if render.is_movie_format:
        write_pictures(render, "PNG")


def write_pictures(render: Any, name: str) -> None:
    settings = render.image_settings
    if hasattr(settings, "media_type"):  # 5.0 sorts the formats by it
        is_multilayer = name == "OPEN_EXR_MULTILAYER"
        settings.media_type = "MULTI_LAYER_IMAGE" if is_multilayer else "IMAGE"
    settings.file_format = name


def set_size(render: Any, width: int | None, height: int | None) -> None:
    """The final size; what is not given stays what the scene's percentage makes of it."""
    if width or height:
        share = render.resolution_percentage
        render.resolution_x = width or render.resolution_x * share // 100
        render.resolution_y = height or render.resolution_y * share // 100
        render.resolution_percentage = 100


def set_samples(scene: Any, samples: int) -> None:
    if scene.render.engine == "CYCLES":
        scene.cycles.samples = samples
        if hasattr(scene.cycles, "use_layer_samples"):  # else layers bring their own
            scene.cycles.use_layer_samples = "IGNORE"
        if hasattr(scene.cycles, "progressive"):  # branched paths, until 2.93, count otherwise
            scene.cycles.progressive = "PATH"
    elif scene.render.engine in EEVEE:
        scene.eevee.taa_render_samples = samples


def set_camera(scene: Any, name: str) -> None:
    cameras = [found for found in scene.objects if found.type == "CAMERA"]
    chosen = [camera for camera in cameras if camera.name == name]
    if not chosen:
        names = ", ".join(sorted(camera.name for camera in cameras)) or "none"
        refuse("unknown_camera", f"There is no camera '{name}' (there is: {names}).")
    scene.camera = chosen[0]
    for marker in scene.timeline_markers:  # they would switch to theirs
        marker.camera = None


def set_layers(scene: Any, names: list[str]) -> None:
    there = [layer.name for layer in scene.view_layers]
    for name in names:
        if name not in there:
            known = ", ".join(there)
            refuse("unknown_layer", f"There is no view layer '{name}' (there is: {known}).")
    for layer in scene.view_layers:
        layer.use = layer.name in names
    scene.render.use_single_layer = False


def set_device(bpy: Any, scene: Any, wanted: str) -> None:
    """Only Cycles asks: Eevee always uses the graphics card."""
    if scene.render.engine != "CYCLES":
        return
    words = wanted.upper().split("+")
    if words == ["CPU"]:
        scene.cycles.device = "CPU"
        return
    kinds = GPU_KINDS if "GPU" in words else [word for word in words if word != "CPU"]
    preferences = bpy.context.preferences.addons["cycles"].preferences
    if not any(use_gpus(preferences, kind, "CPU" in words) for kind in kinds):
        refuse("no_gpu", f"Cycles finds no device for '{wanted}' on this machine.")
    scene.cycles.device = "GPU"


def use_gpus(preferences: Any, kind: str, and_cpu: bool) -> bool:
    """Switch on all devices of this kind; say whether there are any."""
    try:
        preferences.compute_device_type = kind
    except TypeError:
        return False
    getattr(preferences, "refresh_devices", preferences.get_devices)()
    for device in preferences.devices:
        device.use = device.type == kind or (and_cpu and device.type == "CPU")
    return any(device.type == kind for device in preferences.devices)


def warn_of_scene(bpy: Any) -> None:
    """Blender itself says nothing of a missing texture and renders it pink or black."""
    if tuple(bpy.data.version[:2]) > tuple(bpy.app.version[:2]):
        saved, here = (".".join(map(str, of.version[:2])) for of in (bpy.data, bpy.app))
        text = f"The scene is of Blender {saved}, newer than this {here}: parts may be lost."
        warn("version", text)
    paths = sorted(set(bpy.utils.blend_paths(absolute=True, packed=False, local=False)))
    missing = [path for path in paths if not NO_ASSET.search(path) and not os.path.exists(path)]
    for path in missing[:MOST_MISSING]:
        warn("missing_file", f"The scene uses '{path}', which is not there.")


# --- the frames -------------------------------------------------------------------------------


def render_frames(bpy: Any, scene: Any, options: argparse.Namespace) -> None:
    stop_file = os.environ.get("RENDER_MANAGER_STOP_FILE")
    output = options.output
    if bpy.app.version >= (4, 5, 0):  # where braces are expressions
        output = output.replace("{", "{{").replace("}", "}}")
    for frame in options.frames:
        if stop_file and os.path.exists(stop_file):
            tell("gave_way", frame=frame)
            return
        tell("frame_started", frame=frame)
        started = time.time()
        render_frame(bpy, scene, frame, output)
        tell("frame_finished", frame=frame, seconds=round(time.time() - started, 3))
    tell("done")


def render_frame(bpy: Any, scene: Any, frame: int, output: str) -> None:
    paths = aim(scene, frame, output)
    # As an animation it is named and composited as Blender does it, but that ends at frame 0.
    how = {"animation": True} if frame >= 0 else {"write_still": True}
    try:
        result = bpy.ops.render.render(scene=scene.name, **how)
    except RuntimeError as error:
        text = str(error).strip()
        code = "no_camera" if "no camera" in text else "render_error"
        raise StopError(code, text, FAILED, frame) from None
    saved = [path for path in paths if os.path.exists(path)]
    for path in saved:
        tell("frame_saved", frame=frame, path=path)
    missing = ", ".join(path for path in paths if path not in saved)
    if missing or "FINISHED" not in result:
        raise StopError("render_error", f"Blender did not write {missing or paths}.", FAILED, frame)


def aim(scene: Any, frame: int, output: str) -> list[str]:
    """Point the scene at one frame; return the files that Blender will write for it."""
    render = scene.render
    render.filepath = output
    # frame_path(view=…) itself puts the suffix before the first dot of a name, the render does not.
    stem, ending = os.path.splitext(render.frame_path(frame=frame))
    paths = [stem + suffix + ending for suffix in view_suffixes(render)]
    if frame >= 0:
        scene.frame_start = scene.frame_end = frame
    else:
        scene.frame_set(frame)
        head, _, tail = output.rpartition("####")
        render.filepath = f"{head}-{-frame:04d}{tail}"
    return paths


def view_suffixes(render: Any) -> list[str]:
    """What tells the files of one frame apart; an empty one if there is just one picture."""
    if render.use_multiview and render.image_settings.views_format == "INDIVIDUAL":
        return [view.file_suffix for view in used_views(render)]
    return [""]


def used_views(render: Any) -> list[Any]:
    views = render.stereo_views if render.views_format == "STEREO_3D" else render.views
    return [view for view in views if view.use]


def passes(scene: Any) -> int:
    """How often Blender counts samples from the start for one frame."""
    layers = sum(layer.use for layer in scene.view_layers)
    views = len(used_views(scene.render)) if scene.render.use_multiview else 1
    return 1 if scene.render.use_single_layer else layers * views


def tell_progress(bpy: Any, scene: Any) -> None:
    """From 5.0 on Blender's status is not in its log; before, a marker could cut its lines."""
    if bpy.app.version < (5, 0, 0):
        return
    told = [0.0]

    def hear(status: object, *_: object) -> None:
        is_due = time.time() - told[0] >= PROGRESS_SECONDS
        if is_due and isinstance(status, str) and PROGRESS.search(status):
            told[0] = time.time()
            tell("progress", frame=scene.frame_current, text=status)

    bpy.app.handlers.render_stats.append(hear)


# --- start and end ----------------------------------------------------------------------------


def run(argv: list[str]) -> int:
    """Render what `argv` asks for; return the exit code."""
    try:
        options = read_arguments(argv)
        bpy = import_blender()
        if options.file is not None:
            open_scene(bpy, options.file)
        elif not bpy.data.filepath:
            refuse("scene_missing", "Blender has opened no scene.")
        scene = prepare(bpy, options)
        tell("loaded", version=".".join(map(str, bpy.app.version)), passes=passes(scene))
        warn_of_scene(bpy)
        tell_progress(bpy, scene)
        render_frames(bpy, scene, options)
        return 0
    except StopError as stop:
        text = str(stop)
        tell("problem", code=stop.code, text=text, severity="fatal", frame=stop.frame)
        return stop.exit_code
    except BaseException as error:
        text = f"{type(error).__name__}: {error}"
        tell("problem", code="python_error", text=text, severity="fatal", frame=None)
        traceback.print_exc()
        return MISTAKE


def import_blender() -> Any:
    try:
        import bpy
    except ImportError as error:
        refuse("missing_library", f"Blender cannot be loaded: {error}")
    return bpy


def leave_module(exit_code: int) -> NoReturn:
    """End at once: Blender 4.5 as a module was seen to hang for ever when Python tidies up."""
    sys.stdout.flush()
    sys.stderr.flush()
    bpy = sys.modules.get("bpy")
    if bpy is not None:
        shutil.rmtree(bpy.app.tempdir, ignore_errors=True)
    os._exit(exit_code)


if __name__ == "__main__":
    is_inside_blender = "bpy" in sys.modules
    code = run(sys.argv)
    if not is_inside_blender:
        leave_module(code)
    elif code:
        sys.exit(code)
