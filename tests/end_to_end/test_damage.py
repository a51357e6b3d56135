"""A film with frames damaged in every way: each is found, and no good one is accused."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from tests.proof import damage, film


def test_every_damaged_frame_is_found_and_no_good_one_accused(qtbot: QtBot, tmp_path: Path) -> None:
    with damage.running(tmp_path) as manager:
        finding = damage.find(manager, tmp_path, frames=250, share=0.1, seed=3)
    assert set(finding.damaged.values()) == set(film.DAMAGES)
    assert (finding.missed, finding.accused) == ({}, {})
