from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path

import platformdirs
import pytest
from systems import posix_paths

from render_manager.base.errors import UserError
from render_manager.base.paths import data_home
from render_manager.submitters import install as installer
from render_manager.submitters.install import (
    KINDS,
    Presence,
    install,
    state,
    still_to_do,
    uninstall,
    where,
)
from render_manager.submitters.parts import is_ours, parts_of


@pytest.fixture
def person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of somebody who has none of the programs yet."""
    folder = tmp_path / "用户 one"
    for name in ("XDG_CONFIG_HOME", "MAYA_APP_DIR", "XDG_DOCUMENTS_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("APPDATA", str(folder / "AppData" / "Roaming"))
    monkeypatch.setattr(platformdirs, "user_documents_path", lambda: folder / "Documents")
    return folder


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "other program"


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


# --- where ------------------------------------------------------------------------------------


@posix_paths
def test_each_blender_that_was_started_gets_its_own(
    person: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("4.10", "4.2", "3.4", "2.79", "notes"):
        (person / ".config" / "blender" / name).mkdir(parents=True)
    blender = person / ".config" / "blender"
    assert where("blender") == (
        blender / "4.10" / "extensions" / "user_default",
        blender / "4.2" / "extensions" / "user_default",
        blender / "3.4" / "scripts" / "addons",
    )


@posix_paths
@pytest.mark.parametrize(
    ("system", "blender", "maya"),
    [
        ("linux", ".config/blender", "maya/modules"),
        ("win32", "AppData/Roaming/Blender Foundation/Blender", "Documents/maya/modules"),
        (
            "darwin",
            "Library/Application Support/Blender",
            "Library/Preferences/Autodesk/maya/modules",
        ),
    ],
)
def test_the_places_are_those_of_the_system(
    person: Path, monkeypatch: pytest.MonkeyPatch, system: str, blender: str, maya: str
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    (person / blender / "4.5").mkdir(parents=True)
    assert where("blender") == (person / blender / "4.5" / "extensions" / "user_default",)
    assert where("maya") == (person / maya,)
    assert where("unreal") == (person / "Documents" / "UnrealEngine" / "Python",)


def test_mayas_own_folder_may_be_elsewhere(person: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAYA_APP_DIR", "/srv/maya")
    assert where("maya") == (Path("/srv/maya/modules"),)


def test_a_blender_that_was_never_started_has_no_place(person: Path) -> None:
    assert state("blender") == installer.State("blender", Presence.ABSENT, ())
    with pytest.raises(UserError, match="Start it once"):
        install("blender")


def test_an_unknown_program_is_refused() -> None:
    with pytest.raises(UserError, match="blender, maya, unreal"):
        where("houdini")


# --- installing and removing ------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_installed_can_be_removed_without_a_trace(kind: str, place: Path) -> None:
    place.mkdir()
    (place / "of somebody.py").write_text("mine")
    assert state(kind, place).presence is Presence.ABSENT
    assert install(kind, place) == (place,)
    assert state(kind, place).presence is Presence.CURRENT
    for name in files(place):
        if name.endswith(".py") and name != "of somebody.py":
            cache = (place / name).parent / "__pycache__"
            cache.mkdir(exist_ok=True)
            (cache / f"{Path(name).stem}.cpython-311.pyc").touch()
    uninstall(kind, place)
    assert state(kind, place).presence is Presence.ABSENT
    assert files(place) == {"of somebody.py": b"mine"}
    uninstall(kind, place)


@pytest.mark.parametrize("kind", KINDS)
def test_an_older_one_is_replaced(kind: str, place: Path) -> None:
    install(kind, place)
    wanted = files(place)
    client = next(name for name in wanted if name.endswith("client.py"))
    (place / client).write_bytes(wanted[client] + b"# of last year\n")
    assert state(kind, place).presence is Presence.OUTDATED
    install(kind, place)
    assert files(place) == wanted


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_somebody_elses_is_neither_replaced_nor_removed(kind: str, place: Path) -> None:
    for path in set(parts_of(kind, place)) - {Path("init_unreal.py")}:
        foreign = place / path
        foreign.parent.mkdir(parents=True, exist_ok=True)
        foreign.write_text("import render_manager_unreal  # mine\n")
        before = files(place)
        with pytest.raises(UserError, match="is not Render Manager's"):
            install(kind, place)
        uninstall(kind, place)
        assert files(place) == before
        assert state(kind, place).presence is Presence.ABSENT
        foreign.unlink()


def test_a_disk_that_refuses_in_the_middle_leaves_all_as_it_was(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("maya", place)
    script = place / "RenderManager" / "scripts" / "render_manager_client.py"
    script.write_text('"""Part of Render Manager. Older."""\n')
    before = files(place)
    replace = installer._replace

    def full(path: Path, content: bytes) -> None:
        if path.name == "userSetup.py":
            raise OSError(28, "No space left on device")
        replace(path, content)

    monkeypatch.setattr(installer, "_replace", full)
    with pytest.raises(UserError, match="No space left"):
        install("maya", place)
    assert files(place) == before


def test_a_user_who_edits_around_ours_keeps_it(place: Path) -> None:
    install("blender", place)
    (place / "render_manager" / "notes.txt").write_text("mine")
    uninstall("blender", place)
    assert files(place) == {"render_manager/notes.txt": b"mine"}


def test_the_users_own_start_script_of_the_editor_stays_and_is_told(place: Path) -> None:
    place.mkdir()
    (place / "init_unreal.py").write_text("import studio  # mine\n")
    install("unreal", place)
    assert state("unreal", place).presence is Presence.CURRENT
    assert (place / "init_unreal.py").read_text() == "import studio  # mine\n"
    told = still_to_do("unreal", place)
    assert f"Add these lines to {place / 'init_unreal.py'}" in told
    lines = told[told.index("try:") : told.index("The project needs")]
    uninstall("unreal", place)
    assert list(files(place)) == ["init_unreal.py"]
    exec(lines, {})  # what the user added does no harm when ours is gone


def test_an_add_on_that_came_along_from_an_older_blender_is_taken_away(place: Path) -> None:
    old, new = place / "scripts" / "addons", place / "extensions" / "user_default"
    install("blender", old)
    (old / "of_somebody.py").write_text("mine")
    assert state("blender", new).presence is Presence.OUTDATED
    install("blender", new)
    assert state("blender", new).presence is Presence.CURRENT
    assert files(old) == {"of_somebody.py": b"mine"}
    install("blender", old)
    uninstall("blender", new)
    assert files(place) == {"scripts/addons/of_somebody.py": b"mine"}


@pytest.mark.parametrize("kind", ["blender", "maya"])
def test_what_only_an_older_version_had_is_removed_too(kind: str, place: Path) -> None:
    install(kind, place)
    folder = next((place / path).parent for path in parts_of(kind, place) if len(path.parts) > 1)
    (folder / "old_part.py").write_text('"""Part of Render Manager. Of last year."""\n')
    uninstall(kind, place)
    assert files(place) == {}


def test_a_folder_that_cannot_be_written_gets_nothing(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_more: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(UserError, match="cannot be changed"):
        install("maya", place)
    assert not place.exists()


# --- what is installed ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_every_file_says_whose_it_is_and_where_the_inbox_is(kind: str, place: Path) -> None:
    parts = parts_of(kind, place)
    assert all(is_ours(content) for content in parts.values())
    home = next(content for path, content in parts.items() if path.name.endswith("home.json"))
    assert json.loads(home)["home"] == str(data_home())
    assert still_to_do(kind)


def test_the_extension_has_the_manifest_that_blender_wants(place: Path) -> None:
    parts = parts_of("blender", place / "user_default")
    manifest = tomllib.loads(parts[Path("render_manager/blender_manifest.toml")].decode())
    assert manifest["schema_version"] == "1.0.0"
    assert (manifest["id"], manifest["type"]) == ("render_manager", "add-on")
    # Blender refuses a longer one, or one that ends with a full stop.
    for said in (manifest["tagline"], *manifest["permissions"].values()):
        assert len(said) <= 64
        assert not said.endswith(".")


def test_older_blenders_get_no_manifest(place: Path) -> None:
    assert Path("render_manager/blender_manifest.toml") not in parts_of("blender", place / "addons")
