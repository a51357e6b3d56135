"""Fetching the embedded Blender, with a Python and a pip that only pretend."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from render_manager.base.errors import UserError
from render_manager.renderers.blender import embedded, embedded_pip, embedded_python, fetch_lock
from render_manager.renderers.blender.embedded import (
    FetchProgress,
    embedded_blender,
    fetch_embedded_blender,
)
from render_manager.renderers.blender.embedded_python import (
    RELEASES,
    Release,
    VenvMaker,
    find_maker,
)

RELEASE = Release("4.5.15", "3.11", download=100, installed=10_000)

MAKE_VENV = """
import sys, sysconfig, venv, pathlib
folder = sys.argv[1]
venv.create(folder)
site = sysconfig.get_path("purelib", "venv", vars={"base": folder, "platbase": folder})
pip = pathlib.Path(site, "pip", "__main__.py")
pip.parent.mkdir(parents=True)
pip.write_text(PIP)
"""

PIP = """
import os, pathlib, sys, tempfile, time
asked = " ".join(sys.argv[1:])
assert asked == "install --only-binary=:all: --no-input --progress-bar=off bpy==4.5.15", asked
print("Downloading bpy-4.5.15-cp311-any.whl (0.001 MB)", flush=True)
pathlib.Path(tempfile.mkdtemp(), "bpy.whl").write_bytes(b"x" * 500)
steps = pathlib.Path({steps!r})
(steps / "downloading").touch()
while not (steps / "go").exists():
    time.sleep(0.01)
if {error!r}:
    sys.exit("ERROR: " + {error!r})
print("Installing collected packages: bpy", flush=True)
site = pathlib.Path(__file__).parents[1]
(site / "bpy.py").write_text({bpy!r})
"""

BPY = "class app: version_string = '4.5.15'"


class Pretence:
    """What pip will do; `go` lets it end."""

    def __init__(self, steps: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.steps = steps
        self._monkeypatch = monkeypatch
        self.makers = 0
        steps.mkdir()
        self.will()
        self.go()

    def will(self, error: str = "", bpy: str = BPY) -> None:
        pip = PIP.format(steps=str(self.steps), error=error, bpy=bpy)
        script = f"PIP = {pip!r}\n{MAKE_VENV}"
        self._monkeypatch.setattr(embedded, "find_maker", lambda: self._maker(script))

    def _maker(self, script: str) -> VenvMaker:
        self.makers += 1
        return VenvMaker(RELEASE, (sys.executable, "-c", script))

    def go(self, go: bool = True) -> None:
        (self.steps / "go").touch() if go else (self.steps / "go").unlink()


@pytest.fixture
def pretence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pretence:
    monkeypatch.setattr(embedded, "LIBRARIES", ())
    monkeypatch.setattr(embedded_pip, "POLL_SECONDS", 0.02)
    monkeypatch.setattr(fetch_lock, "POLL_SECONDS", 0.02)
    return Pretence(tmp_path / "steps", monkeypatch)


def ignore(_progress: FetchProgress) -> None:
    pass


def test_nothing_is_there_at_first(tmp_path: Path) -> None:
    assert embedded_blender(tmp_path / "blender") is None


def test_fetched_once_and_found_then(tmp_path: Path, pretence: Pretence) -> None:
    folder = tmp_path / "数据 blender"
    news: list[FetchProgress] = []
    made = fetch_embedded_blender(folder, news.append)
    assert (made.version, made.source) == ("4.5.15", "embedded")
    assert made == embedded_blender(folder) == fetch_embedded_blender(folder, ignore)
    assert pretence.makers == 1
    assert [item.fraction for item in news] == sorted(item.fraction for item in news)
    assert (news[0], news[-1]) == (
        FetchProgress("downloading", 0.0),
        FetchProgress("installing", 1.0),
    )
    start = [str(made.executable), "-I", "-c", "import bpy; print(bpy.app.version_string)"]
    assert subprocess.run(start, capture_output=True, check=True).stdout.strip() == b"4.5.15"
    assert {path.name for path in folder.iterdir()} == {".lock", "blender-4.5.15", "fetch.log"}


def test_the_download_is_measured(tmp_path: Path, pretence: Pretence) -> None:
    """Half of the 0.001 MB lie in the temporary folder while pip is at it."""
    pretence.go(False)
    seen: set[float] = set()

    def watch(progress: FetchProgress) -> None:
        seen.add(round(progress.fraction, 3))
        if 0.4 in seen:
            pretence.go()

    fetch_embedded_blender(tmp_path / "blender", watch)
    assert 0.4 in seen


def test_interrupted_it_leaves_nothing_and_can_be_tried_again(
    tmp_path: Path, pretence: Pretence
) -> None:
    folder = tmp_path / "blender"
    pretence.go(False)

    def interrupt(_progress: FetchProgress) -> None:
        if (pretence.steps / "downloading").exists():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch_embedded_blender(folder, interrupt)
    assert embedded_blender(folder) is None
    assert not list(folder.glob("*blender*")) + list(folder.glob("making*"))
    pretence.go()
    assert fetch_embedded_blender(folder, ignore)


def test_what_a_killed_process_left_is_not_taken_for_whole(
    tmp_path: Path, pretence: Pretence
) -> None:
    folder = tmp_path / "blender"
    half = folder / "making-1" / "bin" / "python"
    half.parent.mkdir(parents=True)
    half.touch()
    (folder / "blender-4.5.15").mkdir()
    assert embedded_blender(folder) is None
    assert fetch_embedded_blender(folder, ignore)
    assert pretence.makers == 1
    assert not half.exists()


def test_two_at_once_fetch_once(tmp_path: Path, pretence: Pretence) -> None:
    pretence.go(False)
    folder = tmp_path / "blender"

    def let_go_when_the_other_waits(progress: FetchProgress) -> None:
        if progress.phase == "waiting":
            pretence.go()

    fetchers = [
        threading.Thread(target=fetch_embedded_blender, args=(folder, let_go_when_the_other_waits))
        for _ in range(2)
    ]
    for fetcher in fetchers:
        fetcher.start()
    for fetcher in fetchers:
        fetcher.join()
    assert pretence.makers == 1
    assert embedded_blender(folder)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("No matching distribution found for bpy==4.5.15", "for this system"),
        ("Could not install packages: connection broken", "Check the network"),
    ],
)
def test_when_pip_fails_the_reason_is_said(
    tmp_path: Path, pretence: Pretence, error: str, said: str
) -> None:
    pretence.will(error=error)
    with pytest.raises(UserError, match=said) as caught:
        fetch_embedded_blender(tmp_path / "blender", ignore)
    assert error in str(caught.value)
    assert embedded_blender(tmp_path / "blender") is None


@pytest.mark.parametrize(
    ("bpy", "said"),
    [
        (
            "raise ImportError('libSM.so.6: cannot open shared object file: No such file')",
            "system library libSM.so.6.*apt install .*libsm6",
        ),
        ("raise SystemError('wrong cpu')", "wrong cpu"),
    ],
)
def test_one_that_does_not_start_is_not_kept(
    tmp_path: Path, pretence: Pretence, bpy: str, said: str
) -> None:
    pretence.will(bpy=bpy)
    with pytest.raises(UserError, match=said):
        fetch_embedded_blender(tmp_path / "blender", ignore)
    assert embedded_blender(tmp_path / "blender") is None


@pytest.mark.skipif(sys.platform != "linux", reason="these libraries are Linux's")
def test_a_missing_library_is_noticed_before_the_download(
    tmp_path: Path, pretence: Pretence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "LIBRARIES", ("libNotHere.so.6",))
    with pytest.raises(UserError, match=r"libNotHere\.so\.6.*sudo apt install"):
        fetch_embedded_blender(tmp_path / "blender", ignore)
    assert pretence.makers == 0


def test_a_full_disk_is_noticed_before_the_download(
    tmp_path: Path, pretence: Pretence, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=10_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    with pytest.raises(UserError, match="EMBEDDED_BLENDER_DIR"):
        fetch_embedded_blender(tmp_path / "blender", ignore)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="cannot be put into"):
        fetch_embedded_blender(tmp_path / "file" / "blender", ignore)


# --- the Python that fits ---------------------------------------------------------------------


def only(monkeypatch: pytest.MonkeyPatch, *fitting: tuple[str, str], uv: bool = False) -> None:
    """A machine on which just these commands start these versions of Python."""
    monkeypatch.setattr(
        embedded_python, "_fits", lambda command, version: (command[-1], version) in fitting
    )
    there = {"python3.11", "python3.13", "py"} | ({"uv"} if uv else set())
    which = {name: name for name in there}.get
    monkeypatch.setattr(shutil, "which", which)


def test_our_own_python_if_it_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, (sys.executable, "3.11"), ("python3.11", "3.11"))
    assert find_maker() == VenvMaker(RELEASES[0], (sys.executable, "-m", "venv"))


@pytest.mark.parametrize(
    ("fitting", "version", "argv"),
    [
        (
            [("python3.11", "3.11"), (sys.executable, "3.13")],
            "4.5.15",
            ("python3.11", "-m", "venv"),
        ),
        ([("-3.11", "3.11")], "4.5.15", ("py", "-3.11", "-m", "venv")),
        ([(sys.executable, "3.13")], "5.2.3", (sys.executable, "-m", "venv")),
    ],
)
def test_the_long_lived_release_first_then_the_other(
    monkeypatch: pytest.MonkeyPatch,
    fitting: list[tuple[str, str]],
    version: str,
    argv: tuple[str, ...],
) -> None:
    only(monkeypatch, *fitting, uv=True)
    maker = find_maker()
    assert (maker.release.version, maker.argv) == (version, argv)


def test_uv_fetches_a_python(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, uv=True)
    command = find_maker().command(Path("venv"))
    assert command == ("uv", "venv", "--seed", "--python", "3.11", "venv")


def test_without_any_the_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch)
    with pytest.raises(UserError, match=r"3\.11 or 3\.13.*blender\.org"):
        find_maker()


def test_a_packaged_program_is_no_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    only(monkeypatch, (sys.executable, "3.11"), ("python3.13", "3.13"))
    assert find_maker().release.version == "5.2.3"


def test_the_probe_asks_the_python_itself() -> None:
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert embedded_python._fits((sys.executable,), here)
    assert not embedded_python._fits((sys.executable,), "3.1")
    assert not embedded_python._fits(("no such program",), here)
