from __future__ import annotations

import os
from pathlib import Path

from render_manager.engine.folder_look import signature


def test_a_folder_in_which_nothing_happens_looks_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"1")
    assert signature(tmp_path) == signature(tmp_path)
    assert signature(tmp_path / "none") == signature(tmp_path / "none")


def test_a_file_that_comes_grows_or_is_written_anew_is_seen(tmp_path: Path) -> None:
    seen = [signature(tmp_path)]
    file = tmp_path / "layer" / "a.png"
    file.parent.mkdir()
    file.write_bytes(b"1")
    seen.append(signature(tmp_path))
    file.write_bytes(b"12")
    seen.append(signature(tmp_path))
    os.utime(file, (1, 1))
    seen.append(signature(tmp_path))
    assert len(set(seen)) == 4
