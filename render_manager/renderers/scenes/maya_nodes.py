"""The nodes and attributes of a Maya scene that matter to a render, whichever form it was saved in.

Attributes are known by their short names, as Maya writes them ("fs"); files saved with long names
("startFrame") are brought to these. Numbers, also switches, are floats; texts are strings.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite

Value = float | str

RENDER_GLOBALS = "defaultRenderGlobals"
RESOLUTION = "defaultResolution"
TIME = "time1"
ARNOLD_DRIVER = "defaultArnoldDriver"
VRAY_SETTINGS = "vraySettings"

SETTINGS = frozenset({RENDER_GLOBALS, RESOLUTION, TIME, ARNOLD_DRIVER, VRAY_SETTINGS})
"""The nodes known by their names, of which there is one in a scene."""

SETTINGS_KINDS = frozenset(
    {"renderGlobals", "resolution", "time", "aiAOVDriver", "VRaySettingsNode"}
)
"""What kinds these are."""

CAMERAS = frozenset({"camera", "stereoRigCamera"})
OVERRIDES = frozenset({"absUniqueOverride", "relUniqueOverride", "absOverride", "relOverride"})

HOOKS = {
    "pram": "preMel",
    "poam": "postMel",
    "prlm": "preRenderLayerMel",
    "polm": "postRenderLayerMel",
    "prm": "preRenderMel",
    "pom": "postRenderMel",
    "pfrm": "preFurRenderMel",
    "pfom": "postFurRenderMel",
}
"""MEL that a render runs, by its attribute of the render globals."""

TEXTURES = {
    "file": ("ftn",),
    "psdFileTex": ("ftn",),
    "movie": ("ftn",),
    "mentalrayTexture": ("ftn",),
    "imagePlane": ("imn",),
    "aiImage": ("f",),
    "aiStandIn": ("dso",),
    "AlembicNode": ("fn",),
    "gpuCache": ("cfn",),
    **dict.fromkeys(("RedshiftNormalMap", "RedshiftLightGobo"), ("tex0",)),
    **dict.fromkeys(("RedshiftCameraMap", "RedshiftSprite"), ("tex0",)),
    "RedshiftDomeLight": ("tex0", "tex1"),
    "RedshiftBokeh": ("dofBokehImage",),
    "RedshiftLensDistortion": ("LDimage",),
    "RedshiftIESLight": ("profile",),
    "RedshiftProxyMesh": ("fn",),
    "RedshiftVolumeShape": ("fn",),
    "aiVolume": ("f",),
    "aiPhotometricLight": ("ai_filename",),
    "VRayMesh": ("fn", "fileName2"),
    "VRayLightIESShape": ("iesFile",),
    "VRayVolumeGrid": ("inFile",),
    "PxrTexture": ("f",),
}
"""Where each kind of node keeps the file that it needs.

Of plug-ins' nodes, those of Redshift are in public .ma and in a script that mends paths in such,
`filename` of aiImage and PxrTexture in public .ma; the rest are long names in the list of a
render farm (Rayvision's `assets_node_dict`). Unproven: that V-Ray saves `fileName2`, `iesFile` and
`inFile` by these names, for no .ma with them was found; so are the attributes of VRayPtex and XGen,
which are not looked for. Sound changes no picture.
"""

KINDS = frozenset(
    {*CAMERAS, *OVERRIDES, *TEXTURES, "renderLayer", "renderSetupLayer", "script", "reference"}
)

SHORT = {
    "renderable": "rnd",
    "startFrame": "fs",
    "endFrame": "ef",
    "byFrameStep": "bfs",
    "animation": "an",
    "currentRenderer": "ren",
    "imageFormat": "outf",
    "imfPluginKey": "imfkey",
    "imageFilePrefix": "ifp",
    "extensionPadding": "ep",
    "putFrameBeforeExt": "pff",
    "periodInExt": "peie",
    "outFormatControl": "ofc",
    "outFormatExt": "ofe",
    "modifyExtension": "me",
    "outTime": "o",
    "aiTranslator": "ai_translator",
    "fileNamePrefix": "fnprx",
    "imageFormatStr": "imgfs",
    "before": "b",
    "after": "a",
    "scriptType": "st",
    "sourceType": "stp",
    "fileTextureName": "ftn",
    "fileName": "fn",
    "aiFilename": "ai_filename",
    "imageName": "imn",
    "filename": "f",
    "abc_File": "fn",
    "cacheFileName": "cfn",
    "useFrameExtension": "ufe",
    "uvTilingMode": "uvt",
    "edits": "ed",
    **{long: short for short, long in HOOKS.items()},
}
"""The short names of attributes; one that every node has the same is not listed."""

_LONG_OF = {
    RESOLUTION: {"width": "w", "height": "h"},
    VRAY_SETTINGS: {"width": "wi", "height": "he"},
}

_OF_TEXTURES = {name for names in TEXTURES.values() for name in names}
WANTED = frozenset({*SHORT.values(), *HOOKS, *_OF_TEXTURES, "rndr", "w", "h", "wi", "he"} - {"ed"})
"""The attributes that are kept of a node."""

_MOST_NODES = 20_000
"""Of those that matter; a scene that has more is read up to there."""

_LONGEST_NAME = 1000
_LONGEST_TEXT = 400_000
_MOST_TEXT = 20_000_000
_MOST_PLUGINS = 500
_MOST_REFERENCES = 1000
_MOST_EDITS = 1000
_MOST_CHANGES = 100
"""Far above any real scene; so nothing that poses as one takes all memory."""


def short_name(attribute: str, node: str) -> str:
    """`attribute` of the node named `node` as Maya calls it in short."""
    return _LONG_OF.get(node, {}).get(attribute) or SHORT.get(attribute, attribute)


@dataclass(slots=True, eq=False)
class Node:
    """A node with those of its attributes that the file sets. `parent` is a name or a path."""

    kind: str
    name: str
    parent: str | None = None
    values: dict[str, Value] = field(default_factory=dict)

    def number(self, attribute: str) -> float | None:
        """A finite number; None if the file does not set it."""
        value = self.values.get(attribute)
        return value if isinstance(value, float) and isfinite(value) else None

    def text(self, attribute: str) -> str | None:
        """A string that is not empty; None if the file does not set it."""
        value = self.values.get(attribute)
        return value if isinstance(value, str) and value.strip() else None

    def switch(self, attribute: str, default: bool) -> bool:
        """On or off; files hold only what differs from Maya's `default`."""
        number = self.number(attribute)
        return default if number is None else number != 0


@dataclass(frozen=True, slots=True)
class Reference:
    """Another scene that this one reads. Maya leaves it unloaded if `deferred`."""

    path: str
    namespace: str | None
    deferred: bool = False


@dataclass(slots=True)
class MayaFile:
    """What was found in one file, in its order.

    `complete` is false if its end is missing. `edits` are attributes that this scene changes of
    cameras in its references: the camera's path, the attribute, the value. `layer_changes` are
    render settings that a layer has otherwise. `codeset` is the name of a codeset that was not
    known, `guessed` is true if texts were read without knowing their encoding. `text_kept` counts
    the letters of the nodes' values.
    """

    version: str | None = None
    time_unit: str = "film"
    ticks: float | None = None
    plugins: dict[str, str] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    settings: dict[str, Node] = field(default_factory=dict)
    edits: list[tuple[str, str, str]] = field(default_factory=list)
    layer_changes: list[str] = field(default_factory=list)
    complete: bool = True
    binary: bool = False
    codeset: str | None = None
    guessed: bool = False
    text_kept: int = 0

    def of(self, *kinds: str) -> list[Node]:
        """The nodes of these kinds."""
        return [node for node in self.nodes if node.kind in kinds]

    @property
    def full(self) -> bool:
        """Whether no more nodes are taken; a real scene does not come near."""
        return len(self.nodes) >= _MOST_NODES

    def setting(self, name: str) -> Node:
        """The node that there is one of in a scene; without values if the file has none."""
        return self.settings.get(name) or Node(name, name)

    def create(self, kind: str, name: str, parent: str | None) -> Node | None:
        """Add a node; None if it does not matter."""
        if name in SETTINGS:
            return self.select(name)
        longest = max(len(name), len(parent or ""))
        if kind not in KINDS or self.full or longest > _LONGEST_NAME:
            return None
        node = Node(kind, name, parent)
        self.nodes.append(node)
        return node

    def select(self, name: str) -> Node | None:
        """The node that the next attributes belong to; None if it does not matter."""
        plain = name.removeprefix(":")
        if plain not in SETTINGS:
            return None
        return self.settings.setdefault(plain, Node(plain, plain))

    def set(self, node: Node, attribute: str, value: Value) -> None:
        """Keep an attribute of a node, by its short name, if it matters."""
        size = len(value) if isinstance(value, str) else 0
        if attribute not in WANTED or size > _LONGEST_TEXT or self.text_kept > _MOST_TEXT:
            return
        self.text_kept += size
        node.values[attribute] = value

    def require(self, plug_in: str, version: str) -> None:
        """Note that the scene needs a plug-in."""
        if len(self.plugins) < _MOST_PLUGINS and len(plug_in + version) <= _LONGEST_NAME:
            self.plugins[plug_in] = version

    def refer(self, reference: Reference) -> None:
        """Note that the scene reads another one."""
        length = len(reference.path) + len(reference.namespace or "")
        if len(self.references) < _MOST_REFERENCES and length <= _LONGEST_NAME:
            self.references.append(reference)

    def edit(self, path: str, attribute: str, value: str) -> None:
        """Note a change of a referenced node."""
        if len(self.edits) < _MOST_EDITS and len(path + attribute + value) <= _LONGEST_NAME:
            self.edits.append((path, attribute, value))

    def change(self, setting: str) -> None:
        """Note that a layer has a render setting otherwise."""
        if len(self.layer_changes) < _MOST_CHANGES and setting not in self.layer_changes:
            self.layer_changes.append(setting[:_LONGEST_NAME])
