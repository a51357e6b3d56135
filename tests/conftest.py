"""What every test has: a data folder of its own, a quiet log, and Blender for those that ask."""

from __future__ import annotations

import atexit
import gc
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from render_manager.base.i18n import use_language
from render_manager.base.paths import platform_home
from render_manager.base.settings import Settings, load_settings
from render_manager.renderers.blender.embedded import fetch_embedded_blender
from render_manager.renderers.renderer import Installation

# No test is judged by how fast a busy machine is.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")


def screen_of_its_own() -> str:
    """Where tests run side by side: windows on one screen would hide each other and fight for the
    keyboard. Ends with this process."""
    reading, writing = os.pipe()
    words = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1200x24"]
    server = subprocess.Popen(words, pass_fds=(writing,), stderr=subprocess.DEVNULL)
    atexit.register(server.terminate)
    os.close(writing)
    with os.fdopen(reading) as told:
        return f":{told.readline().strip()}"


sys.path[:0] = [str(Path(__file__).parent / "fakes"), str(Path(__file__).parents[1])]

if sys.platform == "linux" and "PYTEST_XDIST_WORKER" in os.environ and shutil.which("Xvfb"):
    os.environ["DISPLAY"] = screen_of_its_own()
if sys.platform == "linux" and not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`RENDER_MANAGER_HOME` of this test, and no setting from outside it."""
    folder = tmp_path / "home"
    for key in Settings.model_fields:
        monkeypatch.delenv(key.upper(), raising=False)
        monkeypatch.delenv(key, raising=False)
    monkeypatch.setenv("RENDER_MANAGER_HOME", str(folder))
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture(autouse=True, scope="session")
def _no_garbage_from_threads() -> Iterator[None]:
    """Qt objects must not be collected on a thread that they do not live in.

    What is there before the first test stays, so it need not be looked at after each.
    """
    gc.disable()
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()
    gc.enable()


@pytest.fixture(autouse=True)
def _collect_garbage(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(gc, "enable", lambda: None)
    monkeypatch.setattr(gc, "unfreeze", lambda: None)
    yield
    gc.collect()


@pytest.fixture(autouse=True, scope="module")
def _look_no_more_at_what_stays() -> Iterator[None]:
    """What a module of tests leaves behind would be looked at after each test that follows: by the
    end of the suite that took a tenth of a second each time (measured)."""
    yield
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def english() -> None:
    use_language("en")


@pytest.fixture(autouse=True)
def quiet_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A log line of WARNING or worse that the test did not expect fails it.

    A test that expects some removes them: `caplog.clear()`.
    """
    yield
    unexpected = [
        record for record in caplog.get_records("call") if record.levelno >= logging.WARNING
    ]
    assert not unexpected, [record.getMessage() for record in unexpected]


@pytest.fixture
def settings(home: Path) -> Settings:
    """Settings that do not wait: no pause before a retry, a short grace, and no look at how much
    memory and disk this machine has."""
    return load_settings(
        render_output_dir=home / "renders",
        retry_delay_seconds=0,
        cancel_grace_seconds=0.5,
        min_free_memory_mb=0,
        min_free_disk_mb=0,
    )


@pytest.fixture(scope="session")
def blender_installation() -> Installation:
    """Real Blender: the embedded one, kept between test runs in the user's own data folder."""
    return fetch_embedded_blender(platform_home() / "blender", lambda _progress: None)


@pytest.fixture(scope="session")
def blender_python(blender_installation: Installation) -> Path:
    """A Python that can `import bpy`."""
    return blender_installation.executable
