"""The catalog: which renderers there are, for which scenes, and where they are installed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from fake_renderer import FakeRenderer

from render_manager.base.errors import NotFoundError, UserError
from render_manager.base.settings import Settings
from render_manager.domain.job import RenderJob
from render_manager.renderers.catalog import Catalog
from render_manager.renderers.offers import ENTRY_POINTS
from render_manager.renderers.renderer import Installation

TOY = """
name = "{name}"
title = "Toy"
suffixes = ["{suffix}"]
executable = "no-such-program"
frames = "one"
command = ["{{executable}}", "{{scene}}", "{{frame}}"]
output = "{{name}}_{{frame}}.png"
"""


@pytest.fixture
def catalog(settings: Settings) -> Catalog:
    return Catalog(settings)


@pytest.fixture
def offer(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Pretends that packages are installed which offer these objects of this module."""

    def install(*names: str) -> None:
        entries = [EntryPoint(name, f"{__name__}:{name}", ENTRY_POINTS) for name in names]
        monkeypatch.setattr("importlib.metadata.entry_points", lambda group: entries)

    return install


def write_toy(settings: Settings, name: str = "toy", suffix: str = ".toy") -> Path:
    settings.custom_renderers_dir.mkdir(parents=True, exist_ok=True)
    file = settings.custom_renderers_dir / f"{name}.toml"
    file.write_text(TOY.format(name=name, suffix=suffix), encoding="utf-8")
    return file


def good(settings: Settings) -> FakeRenderer:
    return FakeRenderer()


def unreal(settings: Settings) -> FakeRenderer:
    renderer = FakeRenderer()
    renderer.name = "ue"
    return renderer


def crash(settings: Settings) -> FakeRenderer:
    raise RuntimeError("made for another version")


def leave(settings: Settings) -> FakeRenderer:
    sys.exit(3)


def nonsense(settings: Settings) -> str:
    return "not a renderer"


# --- which there are --------------------------------------------------------------------------


def test_blender_is_built_in(catalog: Catalog) -> None:
    assert catalog.get("blender").title == "Blender"
    assert catalog.for_scene(Path("/shots/SHOT.BLEND")).name == "blender"
    assert ".blend" in catalog.suffixes
    assert catalog.problems == ()


def test_nothing_is_read_before_it_is_asked_for(settings: Settings, catalog: Catalog) -> None:
    write_toy(settings)
    assert catalog.get("toy").title == "Toy"


def test_a_file_adds_a_renderer(settings: Settings, catalog: Catalog) -> None:
    write_toy(settings, suffix=".TOY")
    assert catalog.for_scene(Path("a.toy")) is catalog.get("TOY ")
    assert ".toy" in catalog.suffixes


def test_a_broken_file_is_told_and_hides_nothing(settings: Settings, catalog: Catalog) -> None:
    (write_toy(settings).parent / "broken.toml").write_text("name = 'broken'\n")
    (write_toy(settings).parent / "damaged.toml").write_bytes(b"\xff\xfe\x00")
    (write_toy(settings).parent / "folder.toml").mkdir()
    assert {renderer.name for renderer in catalog.renderers} >= {"blender", "toy"}
    assert len(catalog.problems) == 3
    assert "broken.toml” lacks the key “title”" in catalog.problems[0]
    assert "damaged.toml” cannot be read" in catalog.problems[1]
    assert "folder.toml” cannot be read" in catalog.problems[2]


def test_files_of_the_finder_are_no_renderers(settings: Settings, catalog: Catalog) -> None:
    (write_toy(settings).parent / "._toy.toml").write_bytes(b"\x00\x05\x16\x07")
    assert catalog.problems == ()


def test_a_name_that_is_taken_is_told(settings: Settings, catalog: Catalog) -> None:
    file = write_toy(settings, name="blender")
    assert catalog.get("blender").title == "Blender"
    assert catalog.problems == (
        f"“{file}” calls its renderer “blender”, which is taken. Choose another name.",
    )


def test_a_package_adds_a_renderer(catalog: Catalog, offer: Callable[..., None]) -> None:
    offer("good")
    assert isinstance(catalog.get("fake"), FakeRenderer)


def test_a_broken_package_hides_nothing(
    catalog: Catalog, offer: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    offer("crash", "leave", "nonsense", "is_not_there", "good")
    assert {renderer.name for renderer in catalog.renderers} >= {"blender", "fake"}
    assert "made for another version" in caplog.text
    caplog.clear()
    assert len(catalog.problems) == 4
    assert f"{__name__}:crash” cannot be loaded (made for another version)" in catalog.problems[0]


def test_unreal_is_called_by_both_its_names(catalog: Catalog, offer: Callable[..., None]) -> None:
    offer("unreal")
    assert catalog.get("Unreal") is catalog.get("ue")


def test_a_name_that_no_renderer_has(catalog: Catalog) -> None:
    with pytest.raises(NotFoundError, match=r"no renderer “nope”\. There are: blender") as caught:
        catalog.get("nope")
    assert caught.value.field == "render_engine"


# --- for which scenes -------------------------------------------------------------------------


def test_the_longest_ending_decides(settings: Settings, catalog: Catalog) -> None:
    write_toy(settings, "a", ".gz")
    write_toy(settings, "b", ".toy.gz")
    assert catalog.for_scene(Path("x.Toy.GZ")).name == "b"
    assert catalog.for_scene(Path("x.gz")).name == "a"


@pytest.mark.parametrize("name", ["notes.txt", "blend", "shot.blend.bak", "shot"])
def test_what_cannot_be_rendered_is_refused_with_what_can(catalog: Catalog, name: str) -> None:
    with pytest.raises(UserError, match=r"What can: .*Blender \(\.blend\)") as caught:
        catalog.for_scene(Path(name))
    assert f"“{name}”" in str(caught.value)


# --- for the dispatcher -----------------------------------------------------------------------


def job_of(renderer: str) -> RenderJob:
    return RenderJob("/s/shot.x", renderer, "shot", "/out")


def test_frames_are_split_by_their_renderer(settings: Settings, catalog: Catalog) -> None:
    write_toy(settings)
    assert catalog.split(job_of("toy"), (1, 2)) == [(1,), (2,)]
    assert catalog.split(job_of("blender"), (1, 3)) == [(1, 3)]
    assert catalog.split(job_of("taken_away"), (1, 3)) == [(1, 3)]


def test_who_gives_way(settings: Settings, catalog: Catalog, offer: Callable[..., None]) -> None:
    write_toy(settings)
    offer("good")
    assert "fake" in catalog.giving_way
    assert "toy" not in catalog.giving_way


# --- where they are installed -----------------------------------------------------------------


class Searched(FakeRenderer):
    """Counts how often it was looked for."""

    def __init__(self) -> None:
        super().__init__()
        self.searches = 0
        self.found = [
            Installation("fake", Path(f"/{place}"), None, "test") for place in ("best", "other")
        ]

    def installations(self) -> list[Installation]:
        self.searches += 1
        return self.found


def test_the_best_installation_is_remembered(catalog: Catalog) -> None:
    renderer = Searched()
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _n: catalog.installation_for(renderer), range(32)))
    assert {place.executable for place in found} == {Path("/best")}
    assert renderer.searches == 1
    catalog.refresh()
    catalog.installation_for(renderer)
    assert renderer.searches == 2


def test_what_is_not_installed_is_looked_for_again(catalog: Catalog) -> None:
    renderer = Searched()
    found, renderer.found = renderer.found, []
    with pytest.raises(UserError, match=r"Fake was not found on this machine\. It comes with"):
        catalog.installation_for(renderer)
    renderer.found = found
    assert catalog.installation_for(renderer) == found[0]


def test_a_custom_renderer_says_where_to_name_its_program(
    settings: Settings, catalog: Catalog
) -> None:
    file = write_toy(settings)
    with pytest.raises(UserError, match="Toy was not found on this machine") as caught:
        catalog.installation_for(catalog.get("toy"))
    assert str(file) in str(caught.value)


def test_refresh_reads_the_files_again(settings: Settings, catalog: Catalog) -> None:
    assert "toy" not in {renderer.name for renderer in catalog.renderers}
    write_toy(settings)
    catalog.refresh()
    assert catalog.get("toy").title == "Toy"
