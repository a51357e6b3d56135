"""What holds for the checkout as a whole: its top level, its lock file and its README."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from itertools import chain
from pathlib import Path

import pytest

from render_manager.base.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
TOP_LEVEL = {
    "render_manager",
    "resources",
    "tests",
    "packaging",
    "pyproject.toml",
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
    "requirements.lock",
    "start.py",
}
# In two halves, so that this file does not name them itself.
REGISTRIES = [
    "py" + "pi.org",
    "files.python" + "hosted",
    "registry.np" + "mjs",
    "registry.yarn" + "pkg",
    "deb.deb" + "ian.org",
    "security.deb" + "ian.org",
    "archive.ubun" + "tu.com",
]


def tracked_files() -> list[Path]:
    """The files that git knows; without git or its folder there is nothing to judge."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout, or there is no git")
    trusting = [git, "-c", f"safe.directory={ROOT.as_posix()}"]
    listed = subprocess.run(
        [*trusting, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    )
    names = listed.stdout.decode("utf-8").split("\0")
    return [Path(name) for name in names if name and (ROOT / name).is_file()]


def test_the_top_level_holds_only_what_was_agreed() -> None:
    top = {file.parts[0] for file in tracked_files()}
    assert {name for name in top if not name.startswith(".")} <= TOP_LEVEL


def test_no_file_names_the_host_of_a_registry() -> None:
    hosts = re.compile("|".join(map(re.escape, REGISTRIES)).encode(), re.IGNORECASE)
    assert [file for file in tracked_files() if hosts.search((ROOT / file).read_bytes())] == []


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    assert {_name(requirement) for requirement in wanted} - {*_locked()} == set()


def test_every_locked_package_has_a_hash() -> None:
    locked = _locked()
    assert len(locked) > 20
    assert [name for name, lines in locked.items() if "--hash=sha256:" not in lines] == []


def test_the_readme_names_every_setting() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    keys = [name.upper() for name in Settings.model_fields]
    assert [key for key in keys if f"| `{key}` |" not in readme] == []


def test_the_readme_and_the_continuous_check_run_the_same_command() -> None:
    command = "python3 start.py test"
    assert f"`{command}`" in (ROOT / "README.md").read_text("utf-8")
    assert command in (ROOT / ".ci/run").read_text("utf-8").splitlines()


def _locked() -> dict[str, str]:
    """The lines of each package in the lock file, by its name."""
    text = (ROOT / "requirements.lock").read_text("utf-8")
    blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)
    return {_name(block): block for block in blocks if "==" in block}


def _name(requirement: str) -> str:
    """The normalised name at the beginning of a requirement (PEP 503)."""
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found is not None, requirement
    return re.sub(r"[-_.]+", "-", found[0]).lower()
