"""The renderer from outside that the README shows, taken from there, installed and used."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from PIL import Image

from render_manager.base.errors import UserError
from render_manager.base.settings import Settings
from render_manager.domain.events import FrameFinished, FrameSaved
from render_manager.domain.job import RenderJob
from render_manager.renderers.catalog import Catalog
from render_manager.renderers.renderer import Renderer, read_log

README = Path(__file__).resolve().parents[2] / "README.md"

PROGRAM = """#!{python}
import sys
from PIL import Image
scene, first, last, stem = sys.argv[1:]
for frame in range(int(first), int(last) + 1):
    Image.new("RGB", (8, 4), (frame, 20, 30)).save(f"{{stem}}_{{frame}}.png")
    print(f"frame {{frame}} written to {{stem}}_{{frame}}.png")
"""


def block(language: str, holding: str) -> str:
    blocks: list[str] = re.findall(
        rf"^```{language}\n(.*?)^```", README.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    return next(text for text in blocks if holding in text)


@pytest.fixture
def catalog(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Catalog:
    """The package is on sys.path as pip leaves it, the program on PATH."""
    site, programs = tmp_path / "site", tmp_path / "bin"
    info = site / "toyrender_plugin-1.0.dist-info"
    for folder in (info, programs):
        folder.mkdir(parents=True)
    (site / "toyrender_plugin.py").write_text(block("python", "class ToyRenderer"), "utf-8")
    project = tomllib.loads(block("toml", "render_manager.renderers"))["project"]
    name, version = project["name"], project["version"]
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    ((group, offered),) = project["entry-points"].items()
    lines = [f"[{group}]", *(f"{key} = {value}" for key, value in offered.items())]
    (info / "entry_points.txt").write_text("\n".join(lines))
    program = programs / "toyrender"
    program.write_text(PROGRAM.format(python=sys.executable))
    program.chmod(0o755)
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.delitem(sys.modules, "toyrender_plugin", raising=False)
    return Catalog(settings)


@pytest.mark.skipif(sys.platform == "win32", reason="the program is a script with #!")
def test_the_readmes_renderer_renders_frames(catalog: Catalog, tmp_path: Path) -> None:
    scene = tmp_path / "it's 一个.toy"
    scene.write_text("frames 1-9\n")
    renderer = catalog.for_scene(scene)
    assert catalog.problems == ()
    assert isinstance(renderer, Renderer)
    job = RenderJob(str(scene), "toy", "shot 1", str(tmp_path), scene=renderer.inspect(scene))
    pieces = catalog.split(job, (1, 2, 3, 7))
    assert pieces == [(1, 2, 3), (7,)]
    for frames in pieces:
        command = renderer.command(job, frames, catalog.installation_for(renderer))
        done = subprocess.run(command.argv, capture_output=True, timeout=60, check=True)
        lines = done.stdout.decode("utf-8").splitlines()
        events = [event for _n, event in read_log(renderer.listen(job, frames), lines)]
        files = [str(command.outputs[frame][0]) for frame in frames]
        assert [event.path for event in events if isinstance(event, FrameSaved)] == files
        assert [event.frame for event in events if isinstance(event, FrameFinished)] == [*frames]
        for frame, file in zip(frames, files, strict=True):
            with Image.open(file) as picture:
                assert picture.getpixel((0, 0)) == (frame, 20, 30)


def test_the_readmes_renderer_refuses_what_is_no_scene_of_its_own(
    catalog: Catalog, tmp_path: Path
) -> None:
    scene = tmp_path / "a.toy"
    scene.write_bytes(b"\xff\x00")
    with pytest.raises(UserError, match="is no toy scene"):
        catalog.for_scene(scene).inspect(scene)


def test_the_readmes_renderer_splits_nothing_into_nothing(catalog: Catalog) -> None:
    job = RenderJob("/s/a.toy", "toy", "a", "/out")
    assert catalog.get("toy").split(job, ()) == []
