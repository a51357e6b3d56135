"""Writes Maya scenes as Maya does: ASCII, and both binary forms (FOR4 up to 2013, FOR8 since).

The layout was taken from files that Maya 2009, 2018 and 2023 wrote; a scene is a `Scene` of nodes
with the attributes that are not Maya's defaults, by their short names.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

Value = bool | int | float | str

TAGS = {
    "transform": b"XFRM",
    "camera": b"DCAM",
    "mesh": b"DMSH",
    "renderLayer": b"RNDL",
    "script": b"SCRP",
    "file": b"RTFT",
}
PLUG_IN_TAG = b"\x00\x11\x5d\x1a"


@dataclass
class Node:
    kind: str
    name: str
    parent: str | None = None
    values: dict[str, Value] = field(default_factory=dict)


@dataclass
class Scene:
    """`selected` are nodes that every scene has, by name; `references` are path and namespace."""

    version: str = "2023"
    codeset: str = "1252"
    unit: str = "film"
    plugins: dict[str, str] = field(default_factory=dict)
    references: list[tuple[str, str]] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    selected: dict[str, dict[str, Value]] = field(default_factory=dict)
    extra: str = ""
    """Statements as they are, before the last line of a .ma."""

    def globals(self, **values: Value) -> Scene:
        self.selected.setdefault("defaultRenderGlobals", {}).update(values)
        return self

    def add(self, kind: str, name: str, parent: str | None = None, **values: Value) -> Scene:
        self.nodes.append(Node(kind, name, parent, values))
        return self

    def camera(self, name: str, parent: str | None = None, **values: Value) -> Scene:
        self.add("transform", name, parent)
        path = f"{parent}|{name}" if parent else name
        return self.add("camera", f"{name}Shape", path, **values)


def film_scene() -> Scene:
    """A shot as studios have them: three layers, two cameras beside Maya's own, a reference, a
    texture, a hook; names in Chinese, so it is to be written in GBK."""
    scene = Scene(codeset="936", unit="pal", references=[("scenes/人物.ma", "角色")])
    scene.plugins = {"mtoa": "5.1.0"}
    for name in ("persp", "top", "front", "side"):
        scene.camera(name, rnd=False)
    scene.camera("主摄像机").camera("shotCam", rnd=False)
    scene.add("mesh", "誠Shape", v="mesh")
    scene.add("renderLayer", "defaultRenderLayer", rndr=False)
    scene.add("renderLayer", "背景").add("renderLayer", "fx", rndr=False)
    scene.add("file", "file1", ftn="sourceimages/木头.png")
    scene.add("script", "uiConfigurationScriptNode", b=UI, st=3)
    scene.add("script", "sceneConfigurationScriptNode", b=PLAYBACK, st=6)
    scene.selected = {"time1": {"o": 1.0}, "defaultResolution": {"w": 1920, "h": 1080}}
    return scene.globals(
        ren="mayaSoftware",
        outf=32,
        an=True,
        fs=5.0,
        ef=30.0,
        bfs=5.0,
        pff=True,
        ep=4,
        ifp="镜头/shot_<Camera>",
        prm='print "begin;\\n";',
    )


UI = '// Maya Mel UI Configuration File.\n//\n//  This script is machine generated.\nif ("" == $p) {\n\t; }'
PLAYBACK = "playbackOptions -min 1 -max 120 -ast 1 -aet 200 "

# --- ASCII


def ascii_scene(scene: Scene) -> bytes:
    """The bytes of a .ma."""
    encoding = f"cp{scene.codeset}" if scene.codeset.isdigit() else scene.codeset
    text = "".join(line + "\n" for line in _lines(scene))
    return text.encode(encoding)


def _lines(scene: Scene) -> Iterator[str]:
    yield f"//Maya ASCII {scene.version} scene"
    yield "//Name: shot.ma"
    yield f"//Codeset: {scene.codeset}"
    for path, space in scene.references:
        flags = f'-ns "{space}" -rfn "{space}RN" -op\n\t\t "VERS|2023|;"\n\t\t -typ "mayaAscii"'
        yield f'file -rdi 1 {flags} "{path}";'
        yield f'file -r {flags} "{path}";'
    yield f'requires maya "{scene.version}";'
    for name, version in scene.plugins.items():
        yield f'requires -nodeType "aiOptions" -nodeType "aiAOVDriver"\n\t\t "{name}" "{version}";'
    yield f"currentUnit -l centimeter -a degree -t {scene.unit};"
    yield 'fileInfo "osv" "Microsoft Windows 8 Enterprise Edition, 64-bit  (Build 9200)\\n";'
    for node in scene.nodes:
        parent = f' -p "{node.parent}"' if node.parent else ""
        yield f'createNode {node.kind} -n "{node.name}"{parent};'
        yield '\trename -uid "0D79067D-4F96-32DD-0C23-2BA460FD5190";'
        yield from _attributes(node.values)
    for name, values in scene.selected.items():
        yield f"select -ne :{name};"
        yield from _attributes(values)
    if scene.extra:
        yield scene.extra
    yield 'connectAttr "layerManager.dli[0]" "defaultLayer.id";'
    yield "// End of shot.ma"


def _attributes(values: dict[str, Value]) -> Iterator[str]:
    for name, value in values.items():
        if isinstance(value, str):
            yield f'\tsetAttr ".{name}" -type "string" {_quoted(value)};'
        elif isinstance(value, bool):
            yield f'\tsetAttr ".{name}" {"yes" if value else "no"};'
        else:
            yield f'\tsetAttr -k on ".{name}" {value:.10g};'


def _quoted(text: str) -> str:
    """A long string is several, joined by plus, as in scripts."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    parts = [part.replace("\n", "\\n").replace("\t", "\\t") for part in escaped.split("\n\n")]
    if len(parts) == 1 and len(escaped) < 60:
        return f'"{parts[0]}"'
    return "(\n\t\t" + '\\n\\n"\n\t\t+ "'.join([f'"{parts[0]}', *parts[1:]]) + '")'


# --- binary


def binary_scene(
    scene: Scene, *, wide: bool, encoding: str = "utf-8", padded: bool = False
) -> bytes:
    """The bytes of a .mb: a FOR8 if `wide`, else a FOR4. A group's kind counts for its padding if
    `padded`."""
    writer = _Writer(wide, encoding, padded)
    groups = [writer.header(scene)]
    groups += [writer.reference(path) for path, _space in scene.references]
    groups += [writer.node(node) for node in scene.nodes]
    groups += [writer.selected(name, values, scene.unit) for name, values in scene.selected.items()]
    groups.append(writer.group(b"LIS", b"CONS", [writer.group(b"FOR", b"CONN", [])]))
    return writer.group(b"FOR", b"Maya", groups)


class _Writer:
    def __init__(self, wide: bool, encoding: str, padded: bool) -> None:
        self._padded = padded
        self._wide = wide
        self._encoding = encoding

    def group(self, tag: bytes, kind: bytes, chunks: list[bytes]) -> bytes:
        data = kind + b"".join(chunks)
        padding = bytes(-len(data) % 8) if self._padded else b""
        return self._head(tag + (b"8" if self._wide else b"4"), data) + padding

    def chunk(self, tag: bytes, data: bytes) -> bytes:
        return self._head(tag, data) + bytes(-len(data) % (8 if self._wide else 4))

    def _head(self, tag: bytes, data: bytes) -> bytes:
        size = struct.pack(">4xQ", len(data)) if self._wide else struct.pack(">I", len(data))
        return tag + size + data

    def header(self, scene: Scene) -> bytes:
        chunks = [self.chunk(b"VERS", scene.version.encode())]
        chunks += [self.chunk(b"TUNI", scene.unit.encode())]
        if self._wide:
            chunks.append(self.chunk(b"TDUR", b"141120000"))
        for name, version in scene.plugins.items():
            chunks.append(self.chunk(b"PLUG", f"{name}\0{version}\0".encode()))
        return self.group(b"FOR", b"HEAD", chunks)

    def reference(self, path: str) -> bytes:
        data = path.encode(self._encoding) + b"\0"
        return self.group(b"FOR", b"FREF", [self.chunk(b"FREF", data)])

    def node(self, node: Node) -> bytes:
        names = [node.name, *([node.parent] if node.parent else [])]
        created = b"\x05" + b"".join(name.encode(self._encoding) + b"\0" for name in names)
        chunks = [self.chunk(b"CREA", created), *self._values(node.values)]
        return self.group(b"FOR", TAGS.get(node.kind, PLUG_IN_TAG), chunks)

    def selected(self, name: str, values: dict[str, Value], unit: str) -> bytes:
        times = ("fs", "ef") if name == "defaultRenderGlobals" else ("o",)
        rate = {"film": 24, "pal": 25, "29.97fps": 30000 / 1001}[unit]
        ticks = (141_120_000 if self._wide else 6000) / rate
        chunks = [self.chunk(b"SLCT", f":{name}".encode() + b"\0")]
        for key, value in values.items():
            if key in times and not isinstance(value, str):
                packed = struct.pack(">q" if self._wide else ">i", round(value * ticks))
                chunks.append(self.chunk(b"DBLE", key.encode() + b"\0 " + packed))
            else:
                chunks += self._values({key: value})
        return self.group(b"FOR", b"SLCT", chunks)

    def _values(self, values: dict[str, Value]) -> list[bytes]:
        return [self._value(name.encode(), value) for name, value in values.items()]

    def _value(self, name: bytes, value: Value) -> bytes:
        if isinstance(value, str):
            data = value.encode(self._encoding) + b"\0"
            return self.chunk(b"STR ", name + b"\0 " + data)
        return self.chunk(b"DBLE", name + b"\0 " + struct.pack(">d", float(value)))
