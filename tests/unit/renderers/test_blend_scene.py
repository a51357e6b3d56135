"""Reading .blend files without Blender: recorded scenes, tiny ones of any dialect, broken ones."""

from __future__ import annotations

import gzip
import io
import json
import struct
import subprocess
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from systems import posix_paths
from tiny_blend import DNA, Block, Dialect, Members, tiny_blend

from render_manager.base.errors import UserError
from render_manager.domain.job import SceneCamera, SceneInfo, SceneLayer
from render_manager.renderers.scenes import blend_file, blend_stream
from render_manager.renderers.scenes.blend import read_blend

RECORDINGS = Path(__file__).parents[2] / "recordings" / "scenes"
TRUTH: dict[str, dict[str, Any]] = json.loads(
    (RECORDINGS / "truth.json").read_text(encoding="utf-8")
)
MAKER = Path(__file__).parents[2] / "fakes" / "make_blend_scenes.py"

BORDER, CROP, SEQUENCER, MULTIVIEW = 1 << 9, 1 << 11, 1 << 0, 1 << 21


# --- against Blender


def agree(info: SceneInfo, says: dict[str, Any], folder: Path) -> None:
    """Fails unless `info` is what Blender says of the same file."""
    found = {
        "version": info.version,
        "start": info.start,
        "end": info.end,
        "step": info.step,
        "fps": info.fps,
        "camera": info.camera,
        "cameras": [camera.name for camera in info.cameras],
        "layers": [[layer.name, layer.renderable] for layer in info.layers],
        "scenes": list(info.scenes),
        "prefix": info.prefix,
        "format": info.format,
        "engine": info.engine,
        "missing": sorted(Path(path).relative_to(folder).as_posix() for path in info.missing),
        "size": [info.width, info.height],
    }
    assert found == {word: says[word] for word in found}


@pytest.mark.parametrize("name", TRUTH)
def test_a_recorded_scene_reads_as_blender_reads_it(name: str) -> None:
    agree(read_blend(RECORDINGS / name), TRUTH[name], RECORDINGS)


@pytest.mark.parametrize(
    ("name", "version", "engine", "end"),
    [
        ("ours_blender304_gzip.blend", "3.4", "CYCLES", 5),
        ("ours_blender402_zstd.blend", "4.2", "BLENDER_EEVEE_NEXT", 2),
        ("ours_blender500_zstd_newheader.blend", "5.0", "BLENDER_EEVEE", 2),
    ],
)
def test_the_samples_of_three_versions(name: str, version: str, engine: str, end: int) -> None:
    info = read_blend(RECORDINGS / name)
    assert (info.version, info.engine, info.frames) == (version, engine, range(1, end + 1))
    assert (info.width, info.height, info.fps, info.format) == (64, 48, 24.0, "PNG")
    assert (info.camera, info.cameras) == ("Camera", (SceneCamera("Camera", renderable=True),))
    assert (info.prefix or "").endswith("shot_####")
    assert (info.missing, info.warnings) == ((), ())


@pytest.fixture(scope="session")
def fresh_scenes(
    blender_python: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, dict[str, Any]]]:
    folder = tmp_path_factory.mktemp("scenes")
    subprocess.run([blender_python, MAKER, folder], check=True, capture_output=True, timeout=240)
    return folder, json.loads((folder / "truth.json").read_text(encoding="utf-8"))


@posix_paths
@pytest.mark.blender
@pytest.mark.parametrize("name", ["full_raw.blend", "full_packed.blend", "linked_packed.blend"])
def test_a_fresh_scene_reads_as_blender_reads_it(
    name: str, fresh_scenes: tuple[Path, dict[str, dict[str, Any]]]
) -> None:
    folder, truth = fresh_scenes
    agree(read_blend(folder / name), truth[name], folder)


@pytest.mark.blender
def test_what_is_odd_in_fresh_scenes(
    fresh_scenes: tuple[Path, dict[str, dict[str, Any]]],
) -> None:
    folder, truth = fresh_scenes
    edit = read_blend(folder / "edit_packed.blend")
    agree(edit, truth["edit_packed.blend"], folder)
    assert "video sequencer" in "".join(edit.warnings)
    blind = read_blend(folder / "blind_packed.blend")
    assert [blind.width, blind.height] == truth["blind_packed.blend"]["size"]
    assert (blind.camera, blind.cameras[0].name) == ("Pivot", "Pivot")
    movie = read_blend(folder / "movie_packed.blend")
    assert (movie.format, movie.camera) == ("FFMPEG", None)
    assert truth["movie_packed.blend"]["size"] is None, "Blender rendered without a camera"
    stereo = read_blend(folder / "stereo_packed.blend")
    assert (stereo.width, stereo.height) == (None, None)
    assert truth["stereo_packed.blend"]["size"] == [128, 48]
    afar = read_blend(folder / "linked_scene_packed.blend")
    assert (afar.start, afar.scenes) == (None, ("Scene",))
    with pytest.raises(UserError, match="holds no scene"):
        read_blend(folder / "parts_packed.blend")


# --- tiny scenes

SCENE, LAYER, MASTER, CAMERA, LENT = 0x1000, 0x2000, 0x3000, 0x4000, 0x5000


def blocks(*more: Block, **members: Any) -> list[Block]:
    """A scene with a camera and a layer; `members` of the scene are changed, dots as `__`."""
    values = {
        "id.name": "SCShot 镜头",
        "camera": CAMERA,
        "view_layers.first": LAYER,
        "master_collection": MASTER,
        "r.sfra": -3,
        "r.efra": 12,
        "r.frame_step": 5,
        "r.xsch": 333,
        "r.ysch": 101,
        "r.size": 50,
        "r.frs_sec": 30,
        "r.frs_sec_base": 1.0,
        "r.engine": "CYCLES",
        "r.pic": "//out/####",
        "r.im_format.imtype": 23,
        **{name.replace("__", "."): value for name, value in members.items()},
    }
    return [
        Block("GLOB", 1, "FileGlobal", {"curscene": SCENE}),
        Block("SC", SCENE, "Scene", values),
        Block("DATA", LAYER, "ViewLayer", {"next": LAYER + 1, "name": "Beauty", "flag": 5}),
        Block("DATA", LAYER + 1, "ViewLayer", {"prev": LAYER, "name": "Matte", "flag": 4}),
        Block("DATA", MASTER, "Collection", {"gobject.first": MASTER + 1}),
        Block("DATA", MASTER + 1, "CollectionObject", {"ob": CAMERA}),
        *[block for block in more if block.code == "DATA"],
        Block("OB", CAMERA, "Object", {"id.name": "OB主摄影机", "type": 11}),
        *[block for block in more if block.code != "DATA"],
    ]


def read(folder: Path, data: bytes) -> SceneInfo:
    path = folder / "shot.blend"
    path.write_bytes(data)
    return read_blend(path)


@pytest.mark.parametrize(
    "dialect",
    [
        Dialect(),
        Dialect(version=279, order=">"),
        Dialect(version=280, wide=False),
        Dialect(version=293, wide=False, order=">"),
        Dialect(version=500, new=True),
        Dialect(version=1203, new=True),
    ],
)
def test_every_dialect_reads_alike(tmp_path: Path, dialect: Dialect) -> None:
    info = read(tmp_path, tiny_blend(blocks(), dialect))
    assert info == SceneInfo(
        renderer="blender",
        version=f"{dialect.version // 100}.{dialect.version % 100}",
        start=-3,
        end=12,
        step=5,
        fps=30.0,
        width=166,
        height=50,
        cameras=(SceneCamera("主摄影机", renderable=True),),
        layers=(SceneLayer("Beauty", renderable=True), SceneLayer("Matte", renderable=False)),
        scenes=("Shot 镜头",),
        prefix="//out/####",
        format="OPEN_EXR",
        engine="CYCLES",
        camera="主摄影机",
    )


def test_the_open_scene_counts_not_the_first(tmp_path: Path) -> None:
    other = Block("SC", 0x9000, "Scene", {"id.name": "SCAnother", "r.sfra": 77})
    data = tiny_blend([other, *blocks(other)])
    info = read(tmp_path, data)
    assert (info.start, info.scenes) == (-3, ("Another", "Shot 镜头", "Another"))


def test_cameras_of_nested_collections_once_each(tmp_path: Path) -> None:
    """Also if a collection contains itself, which a damaged file may say."""
    lens = 0x7000
    more = [
        Block("DATA", MASTER, "Collection", {"gobject.first": 0, "children.first": MASTER + 2}),
        Block("DATA", MASTER + 2, "CollectionChild", {"collection": LENT}),
        Block("GR", LENT, "Collection", {"gobject.first": 1, "children.first": 2}),
        Block("OB", lens, "Object", {"id.name": "OBLens", "type": 11}),
        Block("OB", lens + 1, "Object", {"id.name": "OBCube", "type": 1}),
        Block("OB", lens + 2, "Object", {"id.name": "OBUnused", "type": 11}),
    ]
    group = [
        Block("DATA", 1, "CollectionObject", {"next": 3, "ob": lens}),
        Block("DATA", 3, "CollectionObject", {"next": 4, "ob": lens + 1}),
        Block("DATA", 4, "CollectionObject", {"next": 1, "ob": lens}),
        Block("DATA", 2, "CollectionChild", {"collection": LENT}),
    ]
    all_blocks = blocks(*more)
    place = next(i for i, block in enumerate(all_blocks) if block.code == "GR") + 1
    all_blocks[place:place] = group
    info = read(tmp_path, tiny_blend(all_blocks))
    assert [camera.name for camera in info.cameras] == ["Lens", "主摄影机"]


def test_data_belongs_to_the_block_before_it(tmp_path: Path) -> None:
    """Memory is used again: another scene may have a layer at the same address."""
    other = [
        Block("SC", 0x9000, "Scene", {"id.name": "SCB", "view_layers.first": LAYER}),
        Block("DATA", LAYER, "ViewLayer", {"name": "Not of this scene"}),
    ]
    info = read(tmp_path, tiny_blend([*blocks(), *other]))
    assert [layer.name for layer in info.layers] == ["Beauty", "Matte"]


@pytest.mark.parametrize(
    ("mode", "border", "size"),
    [
        (0, (0.1, 0.7, 0.2, 0.9), (166, 50)),
        (BORDER, (0.1, 0.7, 0.2, 0.9), (166, 50)),
        (CROP, (0.1, 0.7, 0.2, 0.9), (166, 50)),
        (BORDER | CROP, (0.1, 0.7, 0.2, 0.9), (100, 35)),
        (BORDER | CROP, (0.0, 1.0, 0.0, 1.0), (166, 50)),
        (BORDER | CROP, (-5.0, 1e38, float("nan"), 1.0), (166, 50)),
    ],
)
def test_a_crop_makes_the_picture_smaller(
    tmp_path: Path, mode: int, border: tuple[float, ...], size: tuple[int, int]
) -> None:
    sides = dict(zip(("xmin", "xmax", "ymin", "ymax"), border, strict=True))
    members = {f"r__border__{side}": value for side, value in sides.items()}
    info = read(tmp_path, tiny_blend(blocks(**members, r__mode=mode)))
    assert (info.width, info.height) == size


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"camera": 0}, "no active camera"),
        ({"r__im_format__imtype": 24}, "writes a movie"),
        ({"r__im_format__imtype": 99}, "the file format"),
        ({"r__pic": "out/shot"}, "“out/shot” depends on the folder"),
        ({"r__mode": BORDER, "r__border__xmax": 0.001}, "smaller than a pixel"),
        ({"r__xsch": 0}, "no resolution"),
        ({"r__scemode": MULTIVIEW}, "several views"),
        ({"r__scemode": MULTIVIEW, "r__im_format__views_format": 1}, "one stereo picture"),
        ({"r__sfra": 20}, "20 to 12 runs backwards"),
        ({"r__frs_sec_base": 0.0}, "the frames per second"),
        ({"view_layers__first": LAYER + 1}, "No view layer"),
        ({"view_layers__first": 0}, "the view layers"),
    ],
)
def test_a_trap_is_told(tmp_path: Path, members: dict[str, Any], words: str) -> None:
    (warning,) = read(tmp_path, tiny_blend(blocks(**members))).warnings
    assert words in warning


@pytest.mark.parametrize("prefix", ["//x", "/tmp/x", "C:\\x", "\\\\host\\x", "/tmp\\"])
def test_an_output_path_that_is_the_same_from_everywhere(tmp_path: Path, prefix: str) -> None:
    assert read(tmp_path, tiny_blend(blocks(r__pic=prefix))).warnings == ()


def test_markers_scripts_and_the_sequencer_are_told(tmp_path: Path) -> None:
    more = [
        Block("DATA", 0xA, "TimeMarker", {"next": 0xB, "camera": 0}),
        Block("DATA", 0xB, "TimeMarker", {"next": 0xA, "camera": CAMERA}),
        Block("DATA", 0xC, "Editing", {"seqbase.first": 1}),
        Block("TX", 0xD, "Text", {"id.name": "TXrig_ui.py", "flags": 1 << 4}),
        Block("TX", 0xE, "Text", {"id.name": "TXnotes", "flags": 1}),
    ]
    members = {"markers__first": 0xA, "ed": 0xC, "r__scemode": SEQUENCER}
    told = read(tmp_path, tiny_blend(blocks(*more, **members))).warnings
    assert [("主摄影机" in line, "sequencer" in line, "rig_ui.py" in line) for line in told] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
    ]
    assert not any("notes" in line for line in told)


def test_what_is_linked_is_known_by_name_alone(tmp_path: Path) -> None:
    more = [
        Block("DATA", MASTER + 1, "CollectionObject", {"ob": LENT}),
        Block("ID", LENT, "ID", {"name": "OBShared camera"}),
    ]
    info = read(tmp_path, tiny_blend(blocks(*more, camera=LENT)))
    assert info.camera == "Shared camera"
    assert info.cameras == (SceneCamera("Shared camera", renderable=True),)
    assert "Cameras linked from other files" in info.warnings[0]


def test_an_open_scene_from_another_file_is_unknown(tmp_path: Path) -> None:
    glob = Block("GLOB", 1, "FileGlobal", {"curscene": LENT})
    data = tiny_blend([glob, *blocks()[1:], Block("ID", LENT, "ID", {"name": "SCAfar"})])
    info = read(tmp_path, data)
    assert (info.frames, info.width, info.cameras, info.layers) == (range(0), None, (), ())
    assert "linked from another file" in info.warnings[0]


def test_members_that_a_version_lacks_are_none_and_said(tmp_path: Path) -> None:
    gone = {"frame_step", "engine[32]", "frs_sec_base"}
    dna = {**DNA, "RenderData": [each for each in DNA["RenderData"] if each[1] not in gone]}
    info = read(tmp_path, tiny_blend(blocks(), dna=dna))
    assert (info.step, info.engine, info.fps, info.end) == (None, None, None, 12)
    (warning,) = info.warnings
    assert "the frame step, the frames per second, the render engine" in warning


def test_members_that_changed_their_type_are_none(tmp_path: Path) -> None:
    changed: Members = [
        ("float" if name == "sfra" else kind, {"pic[64]": "pic"}.get(name, name))
        for kind, name in DNA["RenderData"]
    ]
    info = read(tmp_path, tiny_blend(blocks(r__pic=0), dna={**DNA, "RenderData": changed}))
    assert (info.start, info.prefix, info.end) == (None, None, 12)


# --- files beside the scene


def test_files_that_are_not_there_are_missing(tmp_path: Path) -> None:
    (tmp_path / "tex").mkdir()
    for name in ("here.png", "tile.1002.exr", "smoke_0007.vdb"):
        (tmp_path / "tex" / name).touch()
    images = [
        ("//tex\\here.png", 1, {}),
        ("//tex/gone.png", 1, {}),
        ("//tex/../木纹.png", 3, {}),
        ("//tex/packed.png", 1, {"packedfile": 1}),
        ("//tex/packed2.png", 1, {"packedfiles.first": 1}),
        ("//tex/generated.png", 4, {}),
        ("//tex/tile.<UDIM>.exr", 6, {}),
        ("//tex/tile.1001.exr", 6, {}),
        ("//tex/none.<UDIM>.exr", 6, {}),
        ("//tex/tile.1001.exr", 1, {}),
        ("", 1, {}),
    ]
    more = [
        *(
            Block("IM", 100 + at, "Image", {"name": name, "source": source, **packed})
            for at, (name, source, packed) in enumerate(images)
        ),
        Block("VF", 200, "VFont", {"name": "<builtin>"}),
        Block("VF", 201, "VFont", {"name": str(tmp_path / "gone.ttf")}),
        Block("VO", 202, "Volume", {"filepath": "//tex/smoke_0001.vdb", "is_sequence": 1}),
        Block("LI", 203, "Library", {"name": "//char.blend"}),
        Block("ID", 204, "ID", {"name": "OBHero"}),
        Block("LI", 205, "Library", {"name": "//all_packed.blend"}),
    ]
    info = read(tmp_path, tiny_blend(blocks(*more)))
    expected = ["tex/gone.png", "木纹.png", "tex/none.<UDIM>.exr", "tex/tile.1001.exr"]
    expected += ["gone.ttf", "char.blend"]
    assert [Path(path) for path in info.missing] == [tmp_path / name for name in expected]


def test_a_name_too_long_for_the_disk_is_missing(tmp_path: Path) -> None:
    long = Block("IM", 100, "Image", {"name": "//" + "n" * 300, "source": 2})
    dna = {**DNA, "Image": [("ID", "id"), ("char", "name[1024]"), ("short", "source")]}
    info = read(tmp_path, tiny_blend(blocks(long), dna=dna))
    assert info.missing == (str(tmp_path / ("n" * 300)),)


# --- wrappers


def unpacked(name: str) -> bytes:
    data = (RECORDINGS / name).read_bytes()
    reader = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data), read_across_frames=True)
    return reader.read()


def zstd_frames(pieces: list[bytes], *, table: bool = True, checksums: bool = False) -> bytes:
    """As Blender packs: a frame per piece, then the table of their sizes."""
    packed = [zstandard.ZstdCompressor().compress(piece) for piece in pieces]
    entries = b"".join(
        struct.pack("<II", len(each), len(piece)) + bytes(4 * checksums)
        for each, piece in zip(packed, pieces, strict=True)
    )
    footer = struct.pack("<IBI", len(pieces), 0x80 * checksums, 0x8F92EAB1)
    content = entries + footer
    skippable = struct.pack("<II", 0x184D2A5E, len(content)) + content
    return b"".join(packed) + (skippable if table else b"")


def in_pieces(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


@pytest.mark.parametrize("wrapper", ["raw", "gzip", "one frame", "frames", "table", "checksums"])
def test_every_wrapper_gives_the_same_scene(tmp_path: Path, wrapper: str) -> None:
    data = unpacked("blender405_full.blend")
    pieces = in_pieces(data, 50_000)
    wrapped = {
        "raw": data,
        "gzip": gzip.compress(data, 1, mtime=0),
        "one frame": zstandard.ZstdCompressor().compress(data),
        "frames": zstd_frames(pieces, table=False),
        "table": zstd_frames(pieces),
        "checksums": zstd_frames(pieces, checksums=True),
    }[wrapper]
    (tmp_path / "blender405_full.blend").write_bytes(wrapped)
    info = read_blend(tmp_path / "blender405_full.blend")
    agree(info, TRUTH["blender405_full.blend"], tmp_path)


def big_blocks(size: int) -> list[Block]:
    scene = blocks()
    return [*scene[:6], Block("DATA", 9, "raw_data", {"bytes": bytes(size)}), *scene[6:]]


def test_frames_with_nothing_but_a_large_block_are_jumped_over(tmp_path: Path) -> None:
    """They may even be broken: proof that they are not unpacked."""
    pieces = in_pieces(tiny_blend(big_blocks(1_000_000)), 100_000)
    packed = [zstandard.ZstdCompressor().compress(piece) for piece in pieces]
    data = bytearray(zstd_frames(pieces))
    middle = sum(map(len, packed[:5]))
    data[middle : middle + len(packed[5])] = b"\xff" * len(packed[5])
    assert read(tmp_path, bytes(data)).end == 12


@pytest.mark.parametrize("change", [(0, 9), (4, 1), (8, 200)])
def test_a_table_that_lies_does_no_harm(tmp_path: Path, change: tuple[int, int]) -> None:
    pieces = in_pieces(tiny_blend(blocks()), 500)
    data = bytearray(zstd_frames(pieces))
    place, value = change
    data[len(data) - 9 - 8 * len(pieces) + place] ^= value
    try:
        assert read(tmp_path, bytes(data)).end == 12
    except UserError as error:
        assert "damaged" in str(error) or "cut short" in str(error)


# --- files that are none


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (bytes(5000), "only zeros"),
        (b"hello", "not a Blender file"),
        (b"\x89PNG\r\n\x1a\n....", "a PNG picture"),
        (b"PK\x03\x04....", "a ZIP archive"),
        (b"//Maya ASCII 2023 scene", "a Maya scene"),
        (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
        (gzip.compress(b"//Maya ASCII 2023 scene", mtime=0), "a Maya scene"),
        (gzip.compress(b"", mtime=0), "cut short"),
        (zstandard.ZstdCompressor().compress(bytes(99)), "only zeros"),
        (b"BLENDER", "cut short"),
        (b"BLENDER-v405", "cut short"),
        (b"BLENDER*v405" + bytes(90), "damaged"),
        (b"BLENDER-v405" + bytes(90), "damaged"),
        (b"BLENDER17-02v0700" + bytes(90), "newer format"),
        (b"BLENDER24-01v0700" + bytes(90), "newer format"),
        (b"BLENDER-v405ENDB" + bytes(90), "damaged"),
        (gzip.compress(tiny_blend(blocks()), mtime=0)[:-900], "cut short"),
        (zstd_frames([tiny_blend(blocks())])[:-900], "cut short"),
        (b"\x1f\x8b\x08\x00" + b"\xff" * 99, "damaged"),
        (b"\x28\xb5\x2f\xfd" + b"\xff" * 99, "damaged"),
        (tiny_blend([]), "holds no scene"),
    ],
)
def test_what_is_no_scene_is_said_in_words(tmp_path: Path, data: bytes, words: str) -> None:
    with pytest.raises(UserError, match=words) as caught:
        read(tmp_path, data)
    assert "“shot.blend”" in str(caught.value)


@pytest.mark.parametrize("name", ["shot.blend", "folder", "nul\0byte"])
def test_a_path_without_a_file_is_said_in_words(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    words = "is a folder" if name == "folder" else "no file"
    with pytest.raises(UserError, match=words):
        read_blend(tmp_path / name)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PermissionError(13, "Permission denied"), "no right to read"),
        (OSError(59, "An unexpected network error occurred"), "unexpected network error"),
    ],
)
def test_a_disk_that_fails_is_said_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, words: str
) -> None:
    def fail(*_given: Any, **_named: Any) -> None:
        raise error

    path = tmp_path / "shot.blend"
    path.write_bytes(tiny_blend(blocks()))
    monkeypatch.setattr(Path, "open", fail)
    with pytest.raises(UserError, match=words):
        read_blend(path)


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: zstd_frames([data])])
def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pack: Any) -> None:
    monkeypatch.setattr(blend_stream, "_LEAST_ROOM", 1 << 16)
    monkeypatch.setattr(blend_stream, "_MOST_PACKED", 2)
    with pytest.raises(UserError, match="would unpack to more than"):
        read(tmp_path, pack(tiny_blend(big_blocks(1 << 20))))


@pytest.mark.parametrize("limit", ["_MOST_BLOCKS", "_MOST_RECORDS"])
def test_countless_parts_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(blend_file, limit, 5)
    with pytest.raises(UserError, match="more parts than this program reads"):
        read(tmp_path, tiny_blend(blocks()))


# --- any bytes at all

TINY = tiny_blend(blocks())
REAL = unpacked("blender500_full.blend")
REAL_DNA = REAL.index(b"SDNANAME")


def survives(path: Path, data: bytes) -> None:
    """Read, or refused with a sentence: any other exception fails the test."""
    path.write_bytes(data)
    try:
        assert read_blend(path).renderer == "blender"
    except UserError as error:
        assert str(error).endswith(".")


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bytes") / "any.blend"


edits = st.lists(st.tuples(st.integers(0, len(TINY) - 1), st.integers(0, 255)), max_size=8)


@given(edits=edits, end=st.integers(0, len(TINY)))
def test_any_change_of_a_tiny_file_is_survived(
    scratch: Path, edits: list[tuple[int, int]], end: int
) -> None:
    data = bytearray(TINY)
    for place, value in edits:
        data[place] = value
    survives(scratch, bytes(data))
    survives(scratch, bytes(data[:end]))


@given(place=st.integers(0, len(TINY) - 8), value=st.binary(min_size=1, max_size=8))
def test_any_number_in_a_tiny_file_may_be_extreme(scratch: Path, place: int, value: bytes) -> None:
    survives(scratch, TINY[:place] + value + TINY[place + len(value) :])


@given(data=st.data())
def test_any_change_of_a_real_file_is_survived(scratch: Path, data: st.DataObject) -> None:
    changed = bytearray(REAL)
    for low, high in ((0, 2000), (0, len(REAL)), (REAL_DNA, len(REAL))):
        place = data.draw(st.integers(low, high - 1))
        changed[place] = data.draw(st.integers(0, 255))
    survives(scratch, bytes(changed[: data.draw(st.integers(0, len(REAL)))]))
    survives(scratch, bytes(changed))


@given(data=st.binary(max_size=200), start=st.sampled_from([b"", b"BLENDER-v402", b"\x1f\x8b\x08"]))
def test_any_bytes_are_survived(scratch: Path, data: bytes, start: bytes) -> None:
    survives(scratch, start + data)


@given(place=st.integers(0, 85_000), value=st.integers(0, 255), end=st.integers(0, 90_000))
def test_any_change_of_a_packed_file_is_survived(
    scratch: Path, place: int, value: int, end: int
) -> None:
    packed = bytearray((RECORDINGS / "blender405_full.blend").read_bytes())
    packed[place] = value
    survives(scratch, bytes(packed[:end]))
