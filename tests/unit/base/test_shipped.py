from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from render_manager.base.frozen import leave_others_their_libraries
from render_manager.base.shipped import licence_lines


def test_a_checkout_ships_nothing() -> None:
    assert licence_lines() == []


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('[{"name": "h11", "version": "1.0", "licence": "MIT"}]', ["h11 1.0: MIT"]),
        ('[{"name": "h11"}]', []),
        ("broken", []),
    ],
)
def test_a_packaged_program_names_what_it_ships(
    text: str, lines: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "licences").mkdir()
    (tmp_path / "licences" / "packages.json").write_text(text, "utf-8")
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert licence_lines() == lines


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such variable")
@pytest.mark.parametrize("before", [None, "/opt/maya/lib"])
def test_what_a_packaged_program_starts_has_its_own_libraries(
    before: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    # set first, so that they are put back whatever is done to them
    for name in ("LD_LIBRARY_PATH_ORIG", "PYINSTALLER_RESET_ENVIRONMENT"):
        monkeypatch.setenv(name, before or "")
    if before is None:
        monkeypatch.delenv("LD_LIBRARY_PATH_ORIG")
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/RenderManager/_internal")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    leave_others_their_libraries()
    assert os.environ.get("LD_LIBRARY_PATH") == before
    assert os.environ["PYINSTALLER_RESET_ENVIRONMENT"] == "1"
