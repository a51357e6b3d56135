from __future__ import annotations

import logging
from pathlib import Path

import pytest

from render_manager.engine.rejects import set_aside


def test_nothing_that_was_set_aside_before_is_overwritten(tmp_path: Path) -> None:
    places = []
    for content in ("first", "second", "third"):
        file = tmp_path / "x_0001.exr"
        file.write_text(content)
        places.append(set_aside(file))
    aside = tmp_path / "_rejected"
    names = ("x_0001.exr", "x_0001_2.exr", "x_0001_3.exr")
    assert places == [aside / name for name in names]
    assert [(aside / name).read_text() for name in names] == ["first", "second", "third"]


def test_what_cannot_be_moved_stays_and_is_noted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    assert set_aside(tmp_path / "absent.exr") is None
    assert "absent.exr stays where it is" in caplog.text
