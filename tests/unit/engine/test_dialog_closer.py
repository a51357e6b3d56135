"""What becomes of boxes; finding them on a real Windows is not tried here."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path

import pytest

from render_manager.domain.dialog import Dialog
from render_manager.engine import dialog_windows
from render_manager.engine.dialog_closer import DialogCloser
from render_manager.engine.dialog_windows import OpenDialog


class Desktop:
    """Two boxes of process 7, one of which does not go away."""

    def __init__(self) -> None:
        licence = Dialog("Maya", ("License was not obtained",))
        self.boxes = [OpenDialog(1, licence), OpenDialog(2, Dialog("Tip of the day"))]
        self.closed: list[int] = []

    def open_dialogs(self, pids: Container[int]) -> list[OpenDialog]:
        return [box for box in self.boxes if 7 in pids]

    def close(self, handle: int) -> None:
        self.closed.append(handle)
        self.boxes = [box for box in self.boxes if box.handle != handle or handle == 2]

    def photograph(self, handle: int, target: Path) -> bool:
        target.write_bytes(b"picture")
        return handle == 1


@pytest.fixture
def desktop(monkeypatch: pytest.MonkeyPatch) -> Desktop:
    desktop = Desktop()
    for name in ("open_dialogs", "close", "photograph"):
        monkeypatch.setattr(dialog_windows, name, getattr(desktop, name))
    return desktop


def test_boxes_are_closed_and_written_into_the_log_once(desktop: Desktop, tmp_path: Path) -> None:
    log = tmp_path / "1.log"
    log.write_text("maya -r file\n")
    closer = DialogCloser(log)
    assert closer.close_all({8}) == []
    assert [problem.code for problem in closer.close_all({7})] == ["no_license"]
    assert closer.close_all({7}) == []
    assert desktop.closed == [1, 2, 2]
    assert [line for line in log.read_text().splitlines() if line.startswith("#")] == [
        "# A dialog was closed: Maya | License was not obtained (1.dialog-1.png)",
        "# A dialog was closed: Tip of the day (no picture)",
    ]


def test_elsewhere_than_on_windows_there_are_no_boxes(tmp_path: Path) -> None:
    if not hasattr(dialog_windows, "DIALOG_CLASS"):
        assert DialogCloser(tmp_path / "1.log").close_all({7}) == []
