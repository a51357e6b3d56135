"""One scene of a .blend: Blender's meaning of the members that were read.

The members are named as in Blender's DNA (`source/blender/makesdna`; in files they keep their
oldest names, whatever the code calls them now). Flags, numbers and the sizes of pictures were
checked against what Blender 4.2, 4.5 and 5.0 say and render.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from render_manager.renderers.scenes.blend_file import BlendFile, Record

FIELDS = {
    "ID": ("name",),
    "FileGlobal": ("curscene",),
    "Scene": (
        "id.name",
        "camera",
        "ed",
        "markers.first",
        "master_collection",
        "view_layers.first",
        "r.border.xmax",
        "r.border.xmin",
        "r.border.ymax",
        "r.border.ymin",
        "r.efra",
        "r.engine",
        "r.frame_step",
        "r.frs_sec",
        "r.frs_sec_base",
        "r.im_format.imtype",
        "r.im_format.views_format",
        "r.mode",
        "r.pic",
        "r.scemode",
        "r.sfra",
        "r.size",
        "r.xsch",
        "r.ysch",
    ),
    "Editing": ("seqbase.first",),
    "ViewLayer": ("next", "name", "flag"),
    "TimeMarker": ("next", "camera"),
    "Collection": ("gobject.first", "children.first"),
    "CollectionObject": ("next", "ob"),
    "CollectionChild": ("next", "collection"),
    "Object": ("id.name", "type"),
    "Text": ("id.name", "flags"),
}
"""What to read for a scene."""

_FORMATS = {
    0: "TARGA",
    1: "IRIS",
    4: "JPEG",
    7: "IRIS",
    14: "TARGA_RAW",
    15: "AVI_RAW",
    16: "AVI_JPEG",
    17: "PNG",
    20: "BMP",
    21: "HDR",
    22: "TIFF",
    23: "OPEN_EXR",
    24: "FFMPEG",
    26: "CINEON",
    27: "DPX",
    28: "OPEN_EXR_MULTILAYER",
    30: "JPEG2000",
    31: "FFMPEG",
    32: "FFMPEG",
    33: "FFMPEG",
    35: "WEBP",
    36: "FFMPEG",
}
"""`R_IMF_IMTYPE_*` as Blender's Python names them; 31 to 33 and 36 are H.264, Xvid, Theora, AV1."""

_OB_CAMERA = 11
_LAYER_RENDERS = 1 << 0
_MODE_BORDER = 1 << 9
_MODE_CROP = 1 << 11
_SCEMODE_SEQUENCER = 1 << 0
_SCEMODE_MULTIVIEW = 1 << 21
_VIEWS_STEREO_3D = 1
_TEXT_REGISTERS = 1 << 4

_NOTHING_KNOWN = Record("Scene", 0, {})


def name_of(block: Record) -> str:
    """The name without the two letters that stand for its kind ("SCScene")."""
    return (block.text("id.name") or block.text("name") or "")[2:]


def current_scene(blend: BlendFile) -> BlendScene | None:
    """The scene that Blender opens the file with; None if the file holds no scene."""
    ids = {record.address: record for record in blend.records}
    opened = [ids.get(about.whole("curscene") or 0) for about in blend.of("FileGlobal")]
    for record in (*opened, *blend.of("Scene")):
        if record is not None and record.struct == "Scene":
            return BlendScene(record, ids)
        if record is not None and record.struct == "ID":
            return BlendScene(_NOTHING_KNOWN, ids)
    return None


@dataclass(frozen=True, slots=True)
class BlendScene:
    """One scene of the file.

    `ids` are the named blocks of the whole file by address; of those that lie in another file there
    is only the name, in a struct "ID". What a version does not store is None or empty.
    """

    record: Record
    ids: Mapping[int, Record]

    @property
    def is_elsewhere(self) -> bool:
        """Whether the scene is linked from another file, so that nothing is known of it."""
        return self.record is _NOTHING_KNOWN

    @property
    def fps(self) -> float | None:
        rate, base = self.record.real("r.frs_sec"), self.record.real("r.frs_sec_base")
        return rate / base if rate and base and rate > 0 and base > 0 else None

    @property
    def format(self) -> str | None:
        return _FORMATS.get(self._whole("r.im_format.imtype", -1))

    # --- size

    @property
    def resolution(self) -> tuple[int, int] | None:
        """In pixels, with the percentage: rounded down, as measured on Blender 4.5."""
        percent = self._whole("r.size")
        width = self._whole("r.xsch") * percent // 100
        height = self._whole("r.ysch") * percent // 100
        return (width, height) if width > 0 and height > 0 else None

    @property
    def size(self) -> tuple[int, int] | None:
        """Of the picture in pixels: cropped, if the scene is; None if nothing is left."""
        resolution = self.resolution
        if resolution is None or not self._has("r.mode", _MODE_BORDER):
            return resolution
        region = self._extent("x", resolution[0]), self._extent("y", resolution[1])
        if min(region) < 1:
            return None
        return region if self._has("r.mode", _MODE_CROP) else resolution

    def _extent(self, axis: str, pixels: int) -> int:
        """Of the render region: each border in single precision, then rounded down.

        Measured on 120 random regions with Blender 4.5, which refuses less than one pixel.
        """
        low, high = (self.record.real(f"r.border.{axis}{end}") or 0.0 for end in ("min", "max"))
        return _pixel(high, pixels) - _pixel(low, pixels)

    @property
    def has_views(self) -> bool:
        """Whether each frame is rendered once per view (stereo)."""
        return self._has("r.scemode", _SCEMODE_MULTIVIEW)

    @property
    def joins_views(self) -> bool:
        """Whether both eyes go into one picture, perhaps side by side."""
        return self.has_views and self._whole("r.im_format.views_format") == _VIEWS_STEREO_3D

    # --- cameras

    @property
    def camera(self) -> str | None:
        """The active camera, which may be any object."""
        return self._name_at(self.record.whole("camera"))

    @property
    def cameras(self) -> list[str]:
        """The scene's camera objects, and the active one whatever it is."""
        found = [name_of(block) for block in self._objects() if block.whole("type") == _OB_CAMERA]
        active = [self.camera] if self.camera else []
        return list(dict.fromkeys(found + active))

    @property
    def marker_cameras(self) -> list[str]:
        """The cameras that markers on the timeline switch to."""
        markers = self.record.chain("markers.first")
        names = [self._name_at(marker.whole("camera")) for marker in markers]
        return list(dict.fromkeys(name for name in names if name))

    @property
    def has_linked_members(self) -> bool:
        """Whether objects or collections of the scene lie in another file."""
        return any(block.struct == "ID" for block in self._objects())

    def _objects(self) -> Iterator[Record]:
        """The objects of all collections of the scene, and what is linked from other files."""
        if (master := self.record.data.get(self._whole("master_collection"))) is None:
            # Before 2.80 there were no collections: any object of the file may be meant.
            yield from () if self.is_elsewhere else self._every_object()
            return
        waiting, seen = [master], set[int]()
        while waiting:
            collection = waiting.pop()
            if collection.struct == "ID":
                yield collection
            if collection.address not in seen:
                seen.add(collection.address)
                yield from self._targets(collection.chain("gobject.first"), "ob")
                children = self._targets(collection.chain("children.first"), "collection")
                waiting.extend(reversed(list(children)))

    def _every_object(self) -> Iterator[Record]:
        return (block for block in self.ids.values() if block.struct == "Object")

    def _targets(self, links: Iterator[Record], member: str) -> Iterator[Record]:
        targets = (self.ids.get(link.whole(member) or 0) for link in links)
        return (target for target in targets if target is not None)

    # --- what else takes part

    @property
    def layers(self) -> list[tuple[str, bool]]:
        """The view layers, and whether each is used for rendering."""
        layers = self.record.chain("view_layers.first")
        return [
            (layer.text("name") or "", bool((layer.whole("flag") or 0) & _LAYER_RENDERS))
            for layer in layers
        ]

    @property
    def shows_edit(self) -> bool:
        """Whether the pictures come from the strips of the video sequencer."""
        edit = self.record.data.get(self._whole("ed"))
        strips = edit.whole("seqbase.first") if edit else None
        return bool(strips) and self._has("r.scemode", _SCEMODE_SEQUENCER)

    @property
    def scripts(self) -> list[str]:
        """The texts of the file that are to run as Python when it is opened."""
        texts = (block for block in self.ids.values() if block.struct == "Text")
        return [name_of(text) for text in texts if (text.whole("flags") or 0) & _TEXT_REGISTERS]

    def _name_at(self, address: int | None) -> str | None:
        block = self.ids.get(address or 0)
        return name_of(block) or None if block else None

    def _whole(self, member: str, default: int = 0) -> int:
        value = self.record.whole(member)
        return default if value is None else value

    def _has(self, member: str, flag: int) -> bool:
        return bool(self._whole(member) & flag)


def _pixel(fraction: float, pixels: int) -> int:
    """C's `int(fraction * pixels)` with single precision floats."""
    single: float = struct.unpack("f", struct.pack("f", min(max(fraction, 0.0), 1.0) * pixels))[0]
    return int(single)
