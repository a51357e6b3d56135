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
    subprocess.run(
        [blender_python, MAKER, folder], check=True, capture_output=True, timeout=240
    )
    return folder, json.loads((folder / "truth.json").read_text(encoding="utf-8"))


@pytest.mark.blender
@pytest.mark.parametrize("name", ["full_raw.blend", "full_packed.blend", "linked_packed.blend"])
def test_a_fresh_scene_reads_as_blender_reads_it(
    name: str, fresh_scenes: tuple[Path, dict[str, dict[str, Any]]]
) -> None:
    folder, truth = fresh_scenes
    agree(read_blend(folder / name), truth[name], folder)


@pytest.mark.blender
def test_fresh_scenes_that_are_odd(
    fresh_scenes: tuple[Path, dict[str, dict[str, Any]]],
) -> None:
    folder, truth = fresh_scenes
    edit = read_blend(folder / "edit_packed.blend")
    agree(edit, truth["edit_packed.blend"], folder)
    assert "video sequencer" in "".join(edit.warnings)
    agree(read_blend(folder / "edit_packed.blend"), truth["edit_packed.blend"], folder)
    blind = read_blend(folder / "blind_packed.blend")
    assert [blind.width, blind.height] == truth["blind_packed.blend"]["size"]
    assert (blind.camera, blind.cameras[0].name) == ("Pivot", "Pivot")
    movie = read_blend(folder / "movie_packed.blend")
    assert (movie.format, movie.camera) == ("FFMPEG", None)
    assert truth["movie_packed.blend"]["size"] is None, "Blender renders without a camera"
    stereo = read_blend(folder / "stereo_packed.blend")
    assert (stereo.width, stereo.height) == (None, None)
    afar = read_blend(folder / "linked_scene_packed.blend")
    assert (afar.start, afar.scenes) == (None, ("Scene",))
    with pytest.raises(UserError, match="holds no scene"):
        read_blend(folder / "parts_packed.blend")
