"""Starting with the computer, on each system, with its commands only noted."""

from __future__ import annotations

import plistlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from render_manager.base.errors import UserError
from render_manager.service.autostart import Service, autostart, program
from render_manager.service.autostart.launchd import agent_plist
from render_manager.service.autostart.program import Done, Program, run_command, this_program
from render_manager.service.autostart.systemd import unit_text
from render_manager.service.autostart.task_scheduler import task_xml

PACKAGING = Path(__file__).parents[4] / "packaging"
ODD = Program(
    ("/opt/a b/50%/py$x", "-m", "render_manager", "serve"),
    Path("/srv/片 & co"),
    {"RENDER_MANAGER_HOME": '/data/x "y"'},
)


posix_paths = pytest.mark.skipif(sys.platform == "win32", reason="its paths are those of POSIX")


class System:
    """Notes what it is asked for; refuses what begins with `refused`."""

    def __init__(self, *refused: str, code: int = 1) -> None:
        self.asked: list[str] = []
        self._refused = refused
        self._code = code

    def run(self, words: Sequence[str]) -> Done:
        said = " ".join(words)
        self.asked.append(said)
        if said.startswith(self._refused or ("nothing",)):
            return Done(self._code, "Access is denied.\nmore")
        return Done(0, "")


@pytest.fixture(autouse=True)
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user whose folders are here."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setenv("USERDOMAIN", "STUDIO")
    monkeypatch.setenv("USERNAME", "ada")
    return tmp_path


def files(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.rglob("*") if each.is_file())


@pytest.mark.parametrize(
    ("platform", "file", "command"),
    [
        ("linux", "render-manager.service", "systemctl --user enable render-manager.service"),
        ("win32", "autostart.xml", "schtasks /Create /TN RenderManager /XML "),
        ("darwin", "render-manager.serve.plist", "launchctl enable gui/"),
    ],
)
def test_on_twice_and_off_twice(user: Path, platform: str, file: str, command: str) -> None:
    system = System()
    ours = autostart(system.run, platform)
    for _time in range(2):
        assert any("start it now" in sentence for sentence in ours.turn_on())
        assert files(user) == [file]
        assert any(asked.startswith(command) for asked in system.asked)
        assert ours.is_on()
    for _time in range(2):
        assert ours.turn_off()
        assert files(user) == []


@pytest.mark.parametrize("platform", ["linux", "win32", "darwin"])
def test_a_worker_is_started_beside_the_manager_and_by_itself(user: Path, platform: str) -> None:
    system = System()
    words = ("farm", "worker", "--broker", "redis://:secret@server:6379/0", "--pool", "gpu")
    manager = autostart(system.run, platform)
    worker = autostart(system.run, platform, Service.WORKER, words)
    manager.turn_on()
    (file,) = (each for each in user.rglob("*") if each.is_file())
    assert any(sentence.startswith("The farm worker starts") for sentence in worker.turn_on())
    (ours,) = (each for each in user.rglob("*") if each.is_file() and each != file)
    assert b"secret" in ours.read_bytes().replace(b"\0", b"")
    if sys.platform != "win32":
        assert ours.stat().st_mode & 0o077 == 0, "it has a password"
    worker.turn_off()
    assert files(user) == [file.name]


@pytest.mark.parametrize(
    ("platform", "refused"), [("linux", "systemctl --user enable"), ("win32", "schtasks /Create")]
)
def test_what_the_system_refuses_is_said(platform: str, refused: str) -> None:
    with pytest.raises(UserError, match=r"Access is denied\.$"):
        autostart(System(refused).run, platform).turn_on()


def test_a_refused_unit_is_not_left(user: Path) -> None:
    with pytest.raises(UserError):
        autostart(System("systemctl --user daemon-reload").run, "linux").turn_on()
    assert files(user) == []


def test_no_systemd_is_said_before_anything_is_written(user: Path) -> None:
    with pytest.raises(UserError, match="no systemd"):
        autostart(System("systemctl", code=127).run, "linux").turn_on()
    assert files(user) == []


def test_it_is_said_if_it_has_to_wait_for_the_login() -> None:
    told = autostart(System("loginctl").run, "linux").turn_on()
    assert any("sudo loginctl enable-linger" in sentence for sentence in told)


@posix_paths
def test_a_file_of_somebody_else_stays(user: Path) -> None:
    theirs = user / "config" / "systemd" / "user" / "render-manager.service"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("[Service]", "utf-8")
    ours = autostart(System().run, "linux")
    for change in (ours.turn_on, ours.turn_off):
        with pytest.raises(UserError, match="not written by Render Manager"):
            change()
    assert theirs.read_text("utf-8") == "[Service]"


@posix_paths
def test_a_unit_takes_every_path_as_it_is() -> None:
    lines = unit_text(ODD).splitlines()
    assert 'ExecStart="/opt/a b/50%%/py$$x" -m render_manager serve' in lines
    assert "WorkingDirectory=/srv/片 & co" in lines
    assert 'Environment="RENDER_MANAGER_HOME=/data/x \\"y\\""' in lines
    with pytest.raises(UserError):
        unit_text(Program(("/a\nExecStartPre=/b",)))


def test_a_task_of_windows_is_xml_without_a_limit() -> None:
    written = Program(("C:\\a & b\\pythonw.exe", "-m", "x y", "serve"), Path("C:\\<片>"))
    text = task_xml(written, "STUDIO\\ada").partition("?>")[2]
    task = ElementTree.fromstring(text)
    found = {each.tag.rpartition("}")[2]: each.text for each in task.iter()}
    assert found["Command"] == "C:\\a & b\\pythonw.exe"
    assert found["Arguments"] == '-m "x y" serve'
    assert found["WorkingDirectory"] == "C:\\<片>"
    assert found["UserId"] == "STUDIO\\ada"
    assert found["ExecutionTimeLimit"] == "PT0S"


@posix_paths
def test_an_agent_of_macos() -> None:
    keys = plistlib.loads(agent_plist(ODD))
    assert keys["ProgramArguments"] == list(ODD.words)
    assert keys["WorkingDirectory"] == "/srv/片 & co"
    assert keys["EnvironmentVariables"]["RENDER_MANAGER_HOME"] == '/data/x "y"'


def test_the_program_is_this_one(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    assert this_program("linux").words == (sys.executable, "-m", "render_manager", "serve")
    assert this_program().environment == {"RENDER_MANAGER_HOME": str(home)}
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert this_program().words == (sys.executable, "serve")


def test_windows_starts_without_a_black_window(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "pythonw.exe").touch()
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python.exe"))
    assert this_program("win32").words[0] == str(tmp_path / "pythonw.exe")


def test_commands_that_are_not_there_or_fail() -> None:
    assert run_command(["no-such-program"]).code == program.NOT_THERE
    said = run_command([sys.executable, "-c", "import sys; sys.exit('no')"])
    assert (said.code, said.said) == (1, "no")


def test_the_unit_that_ships_is_the_one_that_is_written() -> None:
    shipped = (PACKAGING / "linux" / "render-manager.service").read_text("utf-8")
    assert shipped == unit_text(Program(("/usr/bin/render-manager", "serve")))


def test_the_script_for_windows_is_plain() -> None:
    data: Any = (PACKAGING / "windows" / "serve.bat").read_bytes()
    assert data.isascii()
    assert data.count(b"\n") == data.count(b"\r\n") > 5
