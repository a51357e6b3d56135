"""Part of Render Manager. Hands a scene to it, from inside another program.

Copied beside each submitter, so it needs nothing but Python 3.7. Both sides keep to one folder, the
inbox: a request is `<id>.task.json`, its answer `<id>.reply.json`, and while `running.json` is
renewed somebody is there to read it.
"""

from __future__ import annotations

import json
import os
import sys
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any, Callable, NamedTuple

VERSION = 1

STALE_SECONDS = 20.0
"""`running.json` is renewed every five seconds; older than this, its writer is gone."""

WAIT_SECONDS = 10.0
"""How long an answer is waited for; it usually takes a tenth of a second."""

LOCKED_TRIES = 5

WAITS = (
    "Render Manager is not running: the scene waits in its inbox and is queued at its next start."
)
BUSY = "Render Manager has not answered yet: the scene waits in its inbox."
QUEUED = "Sent to Render Manager as task {task}."
REFUSED = "Render Manager refused the scene."
NOT_LAID = "The scene could not be laid into {inbox}: {why}."


class Answer(NamedTuple):
    """What became of a request; `sentence` is for a person.

    `task` is None unless it was queued. `is_refused` says that nothing will come of it.
    """

    sentence: str
    task: int | None = None
    is_refused: bool = False


def submit(
    request: dict[str, Any], wait: float = WAIT_SECONDS, say: Callable[[str], str] = str
) -> Answer:
    """Hand over a request (see the fields of `service/inbox_request.py`).

    Waits up to `wait` seconds for the answer if Render Manager runs. `say` puts a sentence into the
    user's language. Never raises: what goes wrong is in the answer.
    """
    inbox = inbox_dir()
    name = str(uuid.uuid4())
    try:
        inbox.mkdir(parents=True, exist_ok=True)
        _write(inbox / (name + ".task.json"), dict(_with_full_path(request), version=VERSION))
    except (OSError, ValueError, TypeError) as error:
        return Answer(say(NOT_LAID).format(inbox=inbox, why=error), None, True)
    if not is_running():
        return Answer(say(WAITS))
    return _await_reply(inbox / (name + ".reply.json"), wait, say)


def is_running() -> bool:
    """Whether a Render Manager reads the inbox now."""
    at = _read_patiently(inbox_dir() / "running.json").get("at")
    return isinstance(at, (int, float)) and abs(time.time() - at) < STALE_SECONDS


def inbox_dir() -> Path:
    """The inbox of the Render Manager that this user runs."""
    return data_home() / "inbox"


def data_home() -> Path:
    """`RENDER_MANAGER_HOME`, else what was noted beside this file when it was installed, else the
    platform's data folder, worked out as `base/paths.py` does."""
    chosen = os.environ.get("RENDER_MANAGER_HOME")
    if chosen:
        return Path(chosen).expanduser()
    noted = _read(Path(__file__).with_name("render_manager_home.json")).get("home")
    return Path(noted) if noted and isinstance(noted, str) else platform_home()


def platform_home() -> Path:
    """The platform's own data folder for Render Manager."""
    if sys.platform == "win32":
        return _windows_folder() / "RenderManager"
    shared = Path(os.environ.get("XDG_DATA_HOME", ""))
    if shared.is_absolute():
        return shared / "RenderManager"
    if sys.platform == "darwin":
        return Path("~/Library/Application Support/RenderManager").expanduser()
    return Path("~/.local/share/RenderManager").expanduser()


def _windows_folder() -> Path:
    """%LOCALAPPDATA%, as the system has it whatever the environment says."""
    import ctypes

    buffer = ctypes.create_unicode_buffer(1024)
    # Unproven: nobody has run this on Windows yet; 28 is CSIDL_LOCAL_APPDATA.
    getattr(ctypes, "windll").shell32.SHGetFolderPathW(None, 28, None, 0, buffer)  # noqa: B009
    known = buffer.value or os.environ.get("LOCALAPPDATA", "")
    return Path(known) if known else Path("~/AppData/Local").expanduser()


def _with_full_path(request: dict[str, Any]) -> dict[str, Any]:
    """An output folder that is not named in full is one beside the scene."""
    folder = request.get("output_dir")
    if not folder or Path(folder).is_absolute():
        return request
    return dict(request, output_dir=str(Path(request["project_file"]).parent / folder))


def _await_reply(path: Path, wait: float, say: Callable[[str], str]) -> Answer:
    deadline = time.monotonic() + wait
    while time.monotonic() < deadline:
        reply = _read(path)
        if reply:
            _remove(path)
            return _answer(reply, say)
        time.sleep(0.05)
    return Answer(say(BUSY))


def _answer(reply: dict[str, Any], say: Callable[[str], str]) -> Answer:
    task = reply.get("task_id")
    if isinstance(task, int):
        return Answer(say(QUEUED).format(task=task), task)
    return Answer(str(reply.get("error") or say(REFUSED)), None, True)


def _write(path: Path, content: dict[str, Any]) -> None:
    """By atomic replace: the reader sees all of it or nothing."""
    part = path.with_suffix(".part")
    try:
        part.write_text(json.dumps(content), encoding="utf-8")
        part.replace(path)
    except OSError:
        _remove(part)
        raise


def _read_patiently(path: Path) -> dict[str, Any]:
    """On Windows a file is out of reach for the moment in which it is replaced."""
    for _try in range(LOCKED_TRIES):
        found = _read(path)
        if found or not path.exists():
            return found
        time.sleep(0.02)
    return {}


def _read(path: Path) -> dict[str, Any]:
    """What is in it; nothing if it is not there, locked or no object."""
    try:
        with path.open(encoding="utf-8") as file:
            found = json.loads(file.read(100_000))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()
