"""What a Maya file says of its render: the meaning of its nodes, with Maya's defaults.

Maya writes only what differs from its defaults, so an absent attribute is a known value. Names and
defaults are those of Maya's `defaultRenderGlobals`, `defaultResolution`, `camera`, `renderLayer`.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from math import floor

from render_manager.domain.job import SceneCamera, SceneLayer
from render_manager.renderers.scenes.maya_nodes import (
    ARNOLD_DRIVER,
    CAMERAS,
    RENDER_GLOBALS,
    RESOLUTION,
    TIME,
    VRAY_SETTINGS,
    MayaFile,
    Node,
)
from render_manager.renderers.scenes.maya_units import DEFAULT_FORMAT, extension, format_name

_DEFAULT_ENGINE = "mayaSoftware"
_FARTHEST = 1e8
_NEXT_TO_NOTHING = 1e-3
_DRAWN_NUMBERS = 12

RENDER_SETUP = "rs_"
"""What the node behind a layer of render setup has before the layer's name."""


@dataclass(frozen=True, slots=True)
class Frames:
    """`whole` is false if its numbers were no whole ones."""

    start: int
    end: int
    step: int
    whole: bool


class MayaScene:
    """One file's answers. `stem` is the file's name, which pictures are named after by default."""

    def __init__(self, file: MayaFile, stem: str) -> None:
        self.file = file
        self._stem = stem
        self._globals = file.setting(RENDER_GLOBALS)

    @property
    def engine(self) -> str:
        """The renderer in Maya's word for it."""
        return self._globals.text("ren") or _DEFAULT_ENGINE

    @property
    def frames(self) -> Frames | None:
        """None if the numbers make no range."""
        start, end = self._number("fs", 1), self._number("ef", 10)
        return _frames(start, end, self._number("bfs", 1))

    @property
    def single_frame(self) -> int | None:
        """The one that is rendered if the scene is not set to be an animation."""
        if self._globals.switch("an", default=False):
            return None
        now = self._current_time()
        return floor(_tidied(now)) if abs(now) <= _FARTHEST else 1

    @property
    def size(self) -> tuple[int | None, int | None]:
        """Width and height in pixels. V-Ray has its own, whose defaults are not known here."""
        if self.engine == "vray":
            settings = self.file.setting(VRAY_SETTINGS)
            return _pixels(settings.number("wi")), _pixels(settings.number("he"))
        resolution = self.file.setting(RESOLUTION)
        width, height = resolution.number("w"), resolution.number("h")
        return _pixels(960 if width is None else width), _pixels(540 if height is None else height)

    @property
    def prefix(self) -> str | None:
        """The name of the pictures as the scene has it, with its tokens."""
        if self.engine == "vray":
            return self.file.setting(VRAY_SETTINGS).text("fnprx") or self._globals.text("ifp")
        return self._globals.text("ifp")

    @property
    def format(self) -> str | None:
        """Unproven: Redshift and RenderMan keep the format in nodes of their own, which are not
        read; for them it is not known."""
        if self.engine == "arnold":
            driver = self.file.setting(ARNOLD_DRIVER).text("ai_translator") or "exr"
            return "TIFF" if driver == "tif" else driver.upper()
        if self.engine == "vray":
            chosen = self.file.setting(VRAY_SETTINGS).text("imgfs")
            return chosen.split(" ")[0].upper() if chosen else None
        if self.engine.startswith(("redshift", "renderman")):
            return None
        number = self._globals.number("outf")
        number = DEFAULT_FORMAT if number is None else number
        return format_name(int(number), self._globals.text("imfkey"))

    @property
    def naming(self) -> str | None:
        """The name of a picture with # for the frame's digits; None where the renderer has its
        own scheme (V-Ray) or the format is not known."""
        ending = self._ending()
        if self.engine == "vray" or ending is None:
            return None
        name = re.split(r"[\\/]", self.prefix or self._stem)[-1] or self._stem
        name = re.sub("<Scene>|%s", lambda _match: self._stem, name, flags=re.IGNORECASE)
        if not self._globals.switch("an", default=False):
            return name + ending
        number = "#" * min(max(int(self._globals.number("ep") or 1), 1), _DRAWN_NUMBERS)
        if ending and not self._globals.switch("pff", default=False):
            return f"{name}{ending}.{number}"
        between = {0: "", 2: "_"}.get(int(self._number("peie", 1)), ".")
        return f"{name}{between}{number}{ending}"

    def cameras(self) -> list[SceneCamera]:
        """The cameras by the names of their transforms, which `Render -cam` takes."""
        nodes = self.file.of(*CAMERAS)
        count = Counter(_short(camera_name(node)) for node in nodes)
        return [_camera(node, count) for node in nodes]

    def layers(self) -> list[SceneLayer]:
        """The render layers, by their nodes' names.

        A layer of render setup is listed by the name that people gave it; its node, whose name
        `Render -rl` takes, has `rs_` before that.
        """
        setup = {node.name for node in self.file.of("renderSetupLayer")}
        layers: dict[str, SceneLayer] = {}
        for node in self.file.of("renderLayer"):
            # The long name of both is the same, so a file with long names has `rnd` for it.
            renderable = node.switch("rndr" if "rndr" in node.values else "rnd", default=True)
            name = self._layer_name(node.name, setup)
            layers[name] = SceneLayer(name, renderable, None if name == node.name else node.name)
        for name in sorted(setup - layers.keys()):
            layers[name] = SceneLayer(name, node=RENDER_SETUP + name)
        return list(layers.values())

    def _layer_name(self, node: str, setup: set[str]) -> str:
        """The kind of render setup's own nodes is a plug-in's, so a .mb does not tell it."""
        plain = node.removeprefix(RENDER_SETUP)
        known = "renderSetup.py" in self.file.plugins if self.file.binary else plain in setup
        return plain if known else node

    def _ending(self) -> str | None:
        control = int(self._globals.number("ofc") or 0)
        if control == 1:
            return ""
        if control == 2:
            return "." + (self._globals.text("ofe") or "").lstrip(".")
        return None if self.format is None else "." + extension(self.format)

    def _number(self, attribute: str, default: float) -> float:
        number = self._globals.number(attribute)
        return default if number is None else number

    def _current_time(self) -> float:
        """Where the time slider stood: in the node of time, else in the script Maya saves."""
        time = self.file.setting(TIME).number("o")
        if time is not None:
            return time
        for node in self.file.of("script"):
            found = re.search(r"(?:currentTime|-min)\s+(-?\d{1,9})", node.text("b") or "")
            if node.name == "sceneConfigurationScriptNode" and found:
                return float(found[1])
        return 1.0


def camera_name(node: Node) -> str:
    """The path of the camera's transform, as far as the file gives it."""
    return (node.parent or node.name).removeprefix("|")


def _camera(node: Node, count: Counter[str]) -> SceneCamera:
    """A name that several have is a path instead, as Maya wants it then."""
    path = camera_name(node)
    name = path if count[_short(path)] > 1 else _short(path)
    return SceneCamera(name, node.switch("rnd", default=True))


def _short(path: str) -> str:
    return path.rsplit("|", 1)[-1]


def _tidied(number: float) -> float:
    """A scene whose time unit was changed has 124.9999999 for 125."""
    nearest = round(number)
    return nearest if abs(number - nearest) < _NEXT_TO_NOTHING else number


def _frames(start: float, end: float, step: float) -> Frames | None:
    if max(abs(start), abs(end), abs(step)) > _FARTHEST:
        return None
    start, end, step = _tidied(start), _tidied(end), _tidied(step)
    whole = all(number == floor(number) for number in (start, end, step))
    return Frames(floor(start), floor(end), max(1, floor(step)), whole)


def _pixels(number: float | None) -> int | None:
    return int(number) if number is not None and 1 <= number <= 1_000_000 else None
