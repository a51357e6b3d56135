"""What an Unreal project says without the engine."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from render_manager.base.errors import UserError
from render_manager.renderers.scenes.unreal import QUEUE, STOCK, association_of, read_uproject
from render_manager.renderers.scenes.unreal_assets import find_assets, kind_of

PLUGINS = ("MovieRenderPipeline", "PythonScriptPlugin")


def make_project(
    folder: Path, association: str = "5.6", plugins: tuple[str, ...] = PLUGINS
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "Film.uproject"
    listed = [{"Name": name, "Enabled": True} for name in plugins]
    path.write_text(json.dumps({"EngineAssociation": association, "Plugins": listed}), "utf-8")
    return path


def make_asset(path: Path, *names: str) -> None:
    """A package's head with the names of its table: a length, the text, and a zero."""
    table = b"".join(
        (len(name) + 1).to_bytes(4, "little") + name.encode() + b"\0" + bytes(4) for name in names
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\xc1\x83\x2a\x9e" + bytes(60) + table)


def test_maps_sequences_presets_and_queues_are_found(tmp_path: Path) -> None:
    content = tmp_path / "Content"
    make_asset(content / "Shots" / "LS_1.uasset", "LevelSequence", "MovieScene")
    make_asset(content / "P.uasset", "MoviePipelinePrimaryConfig")
    make_asset(content / "Graph.uasset", "MovieGraphConfig")
    make_asset(content / "Q.uasset", "LevelSequence", "MoviePipelineQueue")
    make_asset(content / "Director.uasset", "LevelSequenceDirector")
    make_asset(content / "__ExternalActors__" / "X.uasset", "LevelSequence")
    (content / "Maps").mkdir()
    (content / "Maps" / "街.umap").write_bytes(b"")
    (content / "Maps" / "Thumb.uasset").write_bytes(b"not a package LevelSequence")
    scene = read_uproject(make_project(tmp_path))
    assert scene.choices == {
        "map": ("/Game/Maps/街.街",),
        "sequence": ("/Game/Shots/LS_1.LS_1",),
        "preset": ("/Game/Graph.Graph", "/Game/P.P"),
        "queue": ("/Game/Q.Q",),
    }
    assert (scene.version, scene.start, list(scene.frames)) == ("5.6", None, [])


def test_a_blueprint_that_uses_a_sequence_is_none(tmp_path: Path) -> None:
    sequence, blueprint = tmp_path / "s.uasset", tmp_path / "b.uasset"
    director = ("LevelSequence", "Blueprint", "/Script/LevelSequence.LevelSequence")
    make_asset(sequence, *director)
    make_asset(blueprint, "LevelSequence", *["x" * 90] * 1000, "/Script/Engine.Blueprint")
    assert (kind_of(sequence), kind_of(blueprint)) == ("sequence", None)


def test_plug_ins_that_are_off_are_told(tmp_path: Path) -> None:
    path = make_project(tmp_path, plugins=("MovieRenderPipeline",))
    assert any("Python Editor Script Plugin" in said for said in read_uproject(path).warnings)
    assert read_uproject(path).engine == QUEUE, "our executor switches it on for its run"
    path.write_text('{"Plugins": [{"Name": "PythonScriptPlugin", "Enabled": false}]}')
    scene = read_uproject(path)
    assert scene.engine == STOCK
    assert any("Without Python" in said for said in scene.warnings)


def test_what_the_engine_is_asked_for(tmp_path: Path) -> None:
    guid = "{01234567-89AB-CDEF-0123-456789ABCDEF}"
    assert association_of(make_project(tmp_path, guid)) == guid
    assert read_uproject(make_project(tmp_path, guid)).version is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_encoding_that_unreal_writes(tmp_path: Path, encoding: str) -> None:
    path = make_project(tmp_path)
    path.write_text(path.read_text("utf-8"), encoding)
    assert read_uproject(path).version == "5.6"


@pytest.mark.parametrize("rubbish", [b"", b"{", b"[]", b"\xff\xfe", b"\x00" * 99, b"[" * 100_000])
def test_what_is_no_project_is_refused_in_a_sentence(tmp_path: Path, rubbish: bytes) -> None:
    path = tmp_path / "Film.uproject"
    path.write_bytes(rubbish)
    with pytest.raises(UserError, match="no Unreal project"):
        read_uproject(path)


def test_a_thousand_damaged_projects_are_read_or_refused(tmp_path: Path) -> None:
    whole = make_project(tmp_path).read_bytes()
    chance = random.Random(5)
    for _ in range(1000):
        data = bytearray(whole[: chance.randrange(len(whole) + 1)])
        for _change in range(chance.randrange(4) if data else 0):
            data[chance.randrange(len(data))] = chance.randrange(256)
        (tmp_path / "Film.uproject").write_bytes(data)
        try:
            read_uproject(tmp_path / "Film.uproject")
        except UserError as error:
            assert str(error).endswith(".")


def test_a_thousand_damaged_assets_are_known_or_not(tmp_path: Path) -> None:
    path = tmp_path / "a.uasset"
    make_asset(path, "LevelSequence")
    whole, chance = path.read_bytes(), random.Random(6)
    for _ in range(1000):
        data = bytearray(whole[: chance.randrange(len(whole) + 1)])
        if data:
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(data)
        assert kind_of(path) in (None, "sequence")


def test_a_project_without_content_has_nothing_to_choose(tmp_path: Path) -> None:
    assert find_assets(tmp_path / "Content").by_kind == {}
