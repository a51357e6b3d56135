"""`start.py`: which Python it takes, what it sets up and when, and what it runs."""

from __future__ import annotations

import ast
import importlib.util
import os
import runpy
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "start.py"
POSIX = pytest.mark.skipif(os.name == "nt", reason="uses programs written in sh")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout in a folder that is hard to quote, with nothing to install and a tiny program."""
    folder = tmp_path / "a path with 夜 'space'"
    (folder / "render_manager").mkdir(parents=True)
    (folder / "requirements.lock").write_text("", "utf-8")
    (folder / "render_manager" / "__init__.py").write_text("", "utf-8")
    says = "import json, os, sys; print(json.dumps([sys.argv[1:], os.getcwd()]))"
    (folder / "render_manager" / "__main__.py").write_text(says, "utf-8")
    shutil.copy(SCRIPT, folder)
    return folder


@pytest.fixture
def start(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """`start.py` of that checkout as a module, on a machine without Debian's tools."""
    spec = importlib.util.spec_from_file_location("start_of_checkout", checkout / "start.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "missing_system_packages", lambda wanted: [])
    return module


class Work:
    """In the place of `make_environment`: counts its calls and leaves a Python behind."""

    def __init__(self, start: Any, does: Callable[[], object] = lambda: None) -> None:
        self.calls = 0
        self._start, self._does = start, does

    def __call__(self) -> bool:
        self.calls += 1
        self._start.empty_environment()
        self._does()
        Path(self._start.PYTHON).parent.mkdir()
        Path(self._start.PYTHON).touch()
        return True


def program(folder: Path, name: str, script: str) -> None:
    """A program `name` for PATH."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    (folder / name).chmod(0o755)


# --- which Python


def test_old_pythons_can_read_it() -> None:
    source = SCRIPT.read_bytes()
    assert source.isascii()  # Python 2 wants a declaration for anything else
    too_new = (
        ast.JoinedStr,
        ast.AnnAssign,
        ast.NamedExpr,
        ast.Match,
        ast.AsyncFunctionDef,
        ast.Nonlocal,
        ast.YieldFrom,
    )
    for node in ast.walk(ast.parse(source)):
        assert not isinstance(node, too_new), ast.dump(node)
        if isinstance(node, ast.arguments):
            assert not node.kwonlyargs and not node.posonlyargs
            assert not any(argument.annotation for argument in node.args)
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            assert not any(isinstance(item, ast.Starred) for item in node.elts)
        if isinstance(node, ast.FunctionDef):
            assert node.returns is None
        if isinstance(node, ast.ImportFrom):
            assert node.module != "__future__"


def test_each_python_here_that_does_not_fit_is_told_in_one_sentence(tmp_path: Path) -> None:
    shutil.copy(SCRIPT, tmp_path)
    told = [said for python in _pythons() if (said := _said_to(python, tmp_path / SCRIPT.name))]
    if not told:
        pytest.skip("every Python here fits")
    for version, *sentences in told:
        assert sentences == [
            f"Python 3.11, 3.12 or 3.13 is needed; this is {version}. "
            "Install one of them and start again with it."
        ]


def _pythons() -> set[str]:
    """The Pythons of PATH and of pyenv that do not fit by their names."""
    names = ["python2.7", "python3.6", "python3.7", "python3.8", "python3.9", "python3.10"]
    names += ["python3.14", "python3.15"]
    ours = (found for name in names if (found := shutil.which(name)))
    pyenv = Path.home().glob(".pyenv/versions/*/bin/python[23].*[0-9]")
    return {*ours, *(str(python) for python in pyenv if python.name in names)}


def _said_to(python: str, script: Path) -> list[str]:
    """The version of `python`, then what the script says to it; nothing if it does not run."""
    code = "import sys; print(sys.executable); print('.'.join(map(str, sys.version_info[:3])))"
    asked = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    if asked.returncode != 0:  # a shim of pyenv, of a version that is not switched on
        return []
    executable, version = asked.stdout.splitlines()
    ended = subprocess.run(
        [executable, str(script)],
        env={**os.environ, "PATH": str(script.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    return [version, *ended.stderr.splitlines()]


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 10, 13), (3, 14, 0)])
def test_only_three_pythons_fit(
    version: tuple[int, ...],
    checkout: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    monkeypatch.setattr(sys, "argv", ["start.py", "demo"])
    monkeypatch.setenv("PATH", str(checkout / "nothing here"))
    with pytest.raises(SystemExit, match="is needed; this is " + ".".join(map(str, version))):
        runpy.run_path(str(checkout / "start.py"), run_name="__main__")
    assert not (checkout / ".venv").exists()


@POSIX
def test_another_python_that_fits_takes_over(
    start: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = tmp_path / "programs"
    program(programs, "python3.11", "exit 127")  # like a pyenv shim that is not switched on
    program(programs, "python3.12", "exit 0")
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setattr(sys, "version_info", (3, 10, 13))
    monkeypatch.setattr(start.os, "execvp", lambda _, command: sys.exit("|".join(command)))
    with pytest.raises(SystemExit) as became:
        start.main(["render", "a shot.blend"])
    assert str(became.value) == f"python3.12|{start.__file__}|render|a shot.blend"


# --- set-up


def test_a_second_start_does_nothing(start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    work = Work(start)
    monkeypatch.setattr(start, "make_environment", work)
    start.set_up(False)
    monkeypatch.setattr(start, "only_one_set_up", lambda: pytest.fail("not needed"))
    start.set_up(False)
    assert work.calls == 1


def test_the_tests_ask_for_more_of_the_system_but_not_for_another_environment(
    start: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Work(start)
    asked: list[list[str]] = []

    def none_missing(wanted: list[str]) -> list[str]:
        asked.append(wanted)
        return []

    monkeypatch.setattr(start, "make_environment", work)
    monkeypatch.setattr(start, "missing_system_packages", none_missing)
    for testing in [False, True, False, True]:
        start.set_up(testing)
    assert work.calls == 1
    assert ["xvfb" in wanted for wanted in asked[:2]] == [False, True]
    alone = [["chromium"], ["rabbitmq-server"], ["iproute2"]]
    assert asked[2:] == alone, "not every system has each"


@pytest.mark.parametrize("change", ["lock", "python", "folder", "environment lost"])
def test_it_is_set_up_anew_for(change: str, start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    work = Work(start)
    monkeypatch.setattr(start, "make_environment", work)
    start.set_up(False)
    if change == "lock":
        Path(start.LOCK).write_text("# another\n", "utf-8")
    elif change == "python":
        monkeypatch.setattr(sys, "version_info", (3, 13 if sys.version_info[1] == 12 else 12, 0))
    elif change == "folder":
        monkeypatch.setattr(start, "ROOT", start.ROOT + " moved")
    else:
        Path(start.PYTHON).unlink()
    start.set_up(False)
    assert work.calls == 2


def test_what_was_interrupted_is_not_believed(start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    leftover = Path(start.VENV) / "lib" / "half copied"

    def is_killed() -> None:
        assert not leftover.exists()
        leftover.mkdir(parents=True)
        raise KeyboardInterrupt

    monkeypatch.setattr(start, "make_environment", Work(start))
    start.set_up(False)
    Path(start.LOCK).write_text("# another\n", "utf-8")
    monkeypatch.setattr(start, "make_environment", Work(start, is_killed))
    with pytest.raises(SystemExit, match="stopped; the next start begins it again"):
        start.main([])
    assert leftover.exists()

    Path(start.LOCK).write_text("", "utf-8")  # as it was for the set-up that had been finished
    again = Work(start)
    monkeypatch.setattr(start, "make_environment", again)
    start.set_up(False)
    assert again.calls == 1
    assert not leftover.exists()


def test_the_stamp_goes_before_what_it_vouches_for(
    start: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "make_environment", Work(start))
    start.set_up(False)

    def is_killed(folder: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(start.shutil, "rmtree", is_killed)
    with pytest.raises(KeyboardInterrupt):
        start.empty_environment()
    assert not start.is_done("python", start.python_stamp())


def test_an_environment_of_the_users_own_is_left_alone(start: Any) -> None:
    theirs = Path(start.VENV) / "theirs"
    theirs.mkdir(parents=True)
    with pytest.raises(SystemExit, match=r"not made by start\.py; move it away"):
        start.set_up(False)
    assert [*Path(start.VENV).iterdir()] == [theirs]


@pytest.mark.parametrize("broken", ["a lock that cannot be read", "a file in its place"])
def test_a_failure_of_the_disk_is_a_sentence(broken: str, start: Any) -> None:
    if broken == "a file in its place":
        Path(start.VENV).touch()
    else:
        Path(start.LOCK).unlink()
    with pytest.raises(SystemExit, match=r"The set-up in .* could not be finished: "):
        start.main(["demo"])


def test_a_failing_command_names_the_log(start: Any) -> None:
    Path(start.VENV).mkdir()
    script = "import sys; print('out: no space'); sys.exit('err: no space')"
    with pytest.raises(SystemExit) as ended:
        start.need([sys.executable, "-c", script], "Installing failed")
    assert str(ended.value) == (
        f"Installing failed; the reason is at the end of {start.LOG}. The next start tries again."
    )
    log = Path(start.LOG).read_text("utf-8")
    assert "out: no space" in log and "err: no space" in log


def test_two_set_ups_do_not_meet(start: Any, capsys: pytest.CaptureFixture[str]) -> None:
    Path(start.VENV).mkdir()
    lock = Path(start.VENV) / "setup.lock"
    with start.only_one_set_up(), lock.open("a") as another:
        assert not start.holds(another)
    assert capsys.readouterr().err == ""


@pytest.mark.skipif(importlib.util.find_spec("ensurepip") is None, reason="no ensurepip here")
def test_for_real_from_a_folder_that_shadows_modules(checkout: Path, tmp_path: Path) -> None:
    shots = tmp_path / "shots"
    shots.mkdir()
    (shots / "json.py").write_text("raise SystemExit('the wrong json')", "utf-8")
    command = [
        sys.executable,
        str(checkout / "start.py"),
        "render",
        "a shot.blend",
        "--frames",
        "1",
    ]
    environment = {**os.environ, "PATH": str(tmp_path), "PYTHONPATH": str(shots)}
    first, second = (
        subprocess.run(command, cwd=shots, env=environment, capture_output=True, check=True)
        for _ in range(2)
    )
    expected = ast.literal_eval(first.stdout.decode())
    assert expected[0] == ["render", "a shot.blend", "--frames", "1"]
    assert Path(expected[1]).samefile(shots)
    assert "requirements.lock" in first.stderr.decode("utf-8", "replace")
    assert (second.stdout, second.stderr) == (first.stdout, b"")


# --- the system's packages


@POSIX
def test_installed_packages_are_known_by_the_names_they_provide(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = tmp_path / "programs"
    program(programs, "apt-get", "exit 1")
    program(
        programs,
        "dpkg-query",
        "echo 'installed libglib2.0-0t64 libglib2.0-0 (= 2.80.0-6), libglib2.0-old'\n"
        "echo 'installed libegl1 '\n"
        "echo 'config-files libgl1 '",
    )
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    missing = runpy.run_path(str(checkout / "start.py"))["missing_system_packages"]
    assert missing(["libglib2.0-0", "libegl1", "libgl1", "xvfb"]) == ["libgl1", "xvfb"]


def test_elsewhere_than_on_debian_nothing_is_asked(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert runpy.run_path(str(checkout / "start.py"))["missing_system_packages"](["xvfb"]) == []


@POSIX
@pytest.mark.parametrize("apt_works", [True, False])
def test_root_installs_what_is_missing(
    apt_works: bool,
    start: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ran: list[list[str]] = []

    def logged(command: list[str]) -> bool:
        ran.append(command)
        return apt_works

    monkeypatch.setattr(start.os, "geteuid", lambda: 0)
    monkeypatch.setattr(start, "missing_system_packages", lambda wanted: wanted)
    monkeypatch.setattr(start, "logged", logged)
    assert start.have_system_packages(["libgl1", "xvfb"]) is apt_works
    install = ["apt-get", "install", "-y", "--no-install-recommends", "libgl1", "xvfb"]
    assert ran == [["apt-get", "update"], install]
    assert ("sudo" in capsys.readouterr().err) is not apt_works


@POSIX
def test_others_are_told_the_one_command_each_time(
    start: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(start.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(start, "missing_system_packages", lambda wanted: ["libgl1", "libegl1"])
    monkeypatch.setattr(start, "make_environment", Work(start))
    for _ in range(2):
        start.set_up(False)
    said = capsys.readouterr().err.splitlines()
    assert said == 2 * [
        "System packages are missing, this installs them: "
        "sudo apt-get install -y --no-install-recommends libgl1 libegl1"
    ]


# --- test


@pytest.fixture
def ran(start: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The checks that `start.test` ran; each ends with 0 but mypy, which says `MYPY_ENDS_WITH`."""
    names: list[str] = []

    def call(command: list[str], cwd: str) -> int:
        assert cwd == start.ROOT
        names.append(" ".join(command))
        return int(os.environ.get("MYPY_ENDS_WITH", "0")) if command[-1] == "mypy" else 0

    monkeypatch.setattr(start.subprocess, "call", call)
    monkeypatch.setenv("DISPLAY", ":7")
    return names


def test_test_runs_every_check(start: Any, ran: list[str]) -> None:
    assert start.test([]) == 0
    words = ["ruff check", "ruff format --check", "mypy", "lint_imports", "pytest"]
    assert len(ran) == len(words)
    assert all(word in command for word, command in zip(words, ran, strict=True))


def test_test_stops_at_the_first_that_fails(
    start: Any,
    ran: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("MYPY_ENDS_WITH", "2")
    assert start.test([]) == 2
    assert len(ran) == 3
    summary = capsys.readouterr().err.split("---\n")[-1].splitlines()
    assert [line.split(" (")[0] for line in summary] == [
        "ruff check: passed",
        "ruff format: passed",
        "mypy: failed with exit code 2",
    ]


def test_arguments_are_for_pytest_alone(start: Any, ran: list[str]) -> None:
    assert start.test(["tests/unit", "-k", "frames"]) == 0
    assert [command.endswith("-m pytest tests/unit -k frames") for command in ran] == [True]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="screens are virtual on Linux")
def test_pytest_gets_a_screen(start: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    monkeypatch.delenv("QT_QPA_PLATFORM")
    monkeypatch.setenv("DISPLAY", ":7")
    assert start.on_a_screen(["pytest"]) == ["pytest"]

    monkeypatch.delenv("DISPLAY")
    program(programs, "xvfb-run", "exit 0")
    assert start.on_a_screen(["pytest"])[0] == "xvfb-run"
    assert "QT_QPA_PLATFORM" not in os.environ

    (programs / "xvfb-run").unlink()
    assert start.on_a_screen(["pytest"]) == ["pytest"]
    assert os.environ["QT_QPA_PLATFORM"] == "offscreen"
