"""The renderers inside Maya, and which flags `Render` takes for each.

A flag that a renderer does not know ends the run with status 206 before anything is rendered, so
only those are given that its help (`Render -r NAME -help`) or a farm's working script shows.
Unproven with a real Maya: everything here was read, not run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from render_manager.domain.job import RenderJob, RenderOptions, SceneLayer
from render_manager.renderers.described.runs import even_runs

Flags = Iterator[str]

THREADS = "threads"
"""The option of a task (`RenderOptions.extra`) that says how many threads a renderer may use."""


@dataclass(frozen=True, slots=True)
class Engine:
    """One renderer: `word` is what follows `-r`; the rest is what it understands beside the flags
    that all have (`-s -e -b -rd -cam -rl`)."""

    word: str
    has_names: bool = True
    """`-im`: what the pictures are called."""
    has_numbering: bool = False
    """`-fnc name.#.ext -pad 4`; V-Ray refuses `-fnc` as "Invalid flag" (deadline-cloud-samples)."""
    has_lists: bool = False
    """`-seq "2 4 6..10"`: any frames in one process."""
    has_formats: bool = True
    """`-of`."""
    size: Callable[[int, int], Flags] = field(default=lambda w, h: _size(w, h))
    own: Callable[[RenderOptions], Flags] = field(default=lambda options: iter(()))
    """The flags for threads, devices and log."""


def _size(width: int, height: int) -> Flags:
    """With the aspect ratio, without which Maya may keep the scene's and distort the picture."""
    yield from ("-x", str(width), "-y", str(height), "-ard", f"{width / height:.6f}")


def _plain_size(width: int, height: int) -> Flags:
    yield from ("-x", str(width), "-y", str(height))


def _renderman_size(width: int, height: int) -> Flags:
    yield from ("-res", str(width), str(height))


def _threads(flag: str) -> Callable[[RenderOptions], Flags]:
    def flags(options: RenderOptions) -> Flags:
        if count := options.extra.get(THREADS):
            yield from (flag, count)

    return flags


def _arnold(options: RenderOptions) -> Flags:
    """Log level 2 has the lines with per cent; without `alf` a missing licence is a watermark."""
    yield from ("-ai:lve", "2", "-ai:ltc", "1", "-ai:alf", "1")
    yield from _threads("-ai:threads")(options)
    device = (options.device or "").strip().upper()
    if device in ("CPU", "GPU"):
        yield from ("-ai:device", "0" if device == "CPU" else "1")
    elif device.isdecimal():
        yield from ("-ai:device", "1", "-ai:manGpuSel", "1", "-ai:gpu", device)


def _redshift(options: RenderOptions) -> Flags:
    """By default only errors and warnings are logged; 2 has the frames and blocks."""
    yield from ("-logLevel", "2")
    devices = [part.strip() for part in (options.device or "").split(",")]
    if devices and all(part.isdecimal() for part in devices):
        yield from ("-gpu", "{" + ",".join(devices) + "}")


FILE = Engine("file", has_numbering=True)
"""Whatever each layer of the scene says: the only way to render layers of different renderers."""

ENGINES = {
    "file": FILE,
    "mayasoftware": Engine("sw", has_numbering=True, own=_threads("-n")),
    "mayahardware2": Engine("hw2", has_numbering=True),
    "arnold": Engine("arnold", has_numbering=True, has_lists=True, own=_arnold),
    "redshift": Engine("redshift", size=_plain_size, own=_redshift),
    "vray": Engine("vray", has_formats=False, size=_plain_size, own=_threads("-threads")),
    "renderman": Engine("renderman", has_names=False, size=_renderman_size, own=_threads("-t")),
}
"""By the word of the scene (`defaultRenderGlobals.currentRenderer`), in lower case."""

_ALIASES = {"sw": "mayasoftware", "hw2": "mayahardware2", "rman": "renderman"}


def engine_of(job: RenderJob) -> Engine:
    """The renderer asked for by name, else the scene's own; of a scene with several layers
    whatever each layer says, for a name would hold for all of them."""
    asked = job.options.engine
    if asked is None and job.scene is not None and len(layers_of(job)) <= 1:
        asked = job.scene.engine
    word = (asked or "file").lower()
    return ENGINES.get(_ALIASES.get(word, word), FILE)


def layers_of(job: RenderJob) -> tuple[str, ...]:
    """The layers that will be rendered for certain: those chosen, else the scene's own."""
    if job.options.layers:
        return job.options.layers
    return tuple(layer.name for layer in _renderable(job) if not layer.is_referenced)


def may_have_more(job: RenderJob) -> bool:
    """Whether a frame may have more pictures than are known from `layers_of` and `cameras_of`:
    of layers of a referenced scene, of cameras of one that it refers to, of the eyes of a stereo
    camera.

    Unproven either way of layers: Maya renders those that its render layer manager has, and a
    referenced scene brings a manager of its own.
    """
    scene = job.scene
    if scene is None:
        return False
    names = {camera.name for camera in scene.cameras}
    is_stereo = any({f"{name}Left", f"{name}Right"} <= names for name in cameras_of(job))
    has_layers = not job.options.layers and any(one.is_referenced for one in _renderable(job))
    return is_stereo or has_layers or (not job.options.camera and bool(scene.references))


def _renderable(job: RenderJob) -> Iterator[SceneLayer]:
    yield from (layer for layer in job.scene.layers if layer.renderable) if job.scene else ()


def cameras_of(job: RenderJob) -> tuple[str, ...]:
    """The cameras that will be rendered, as far as is known."""
    if job.options.camera:
        return (job.options.camera,)
    scene = job.scene
    return tuple(camera.name for camera in scene.cameras if camera.renderable) if scene else ()


def sequence_text(frames: tuple[int, ...]) -> str:
    """`frames` as `-seq` takes them: "2 4 6..10"."""
    runs = even_runs(frames, any_step=False)
    return " ".join(str(run[0]) if len(run) == 1 else f"{run[0]}..{run[-1]}" for run in runs)
