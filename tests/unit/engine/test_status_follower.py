from __future__ import annotations

from pathlib import Path

from render_manager.engine.status_follower import LARGEST, StatusFollower


def replace(path: Path, text: str) -> None:
    """As a driver does it."""
    new = path.with_suffix(".tmp")
    new.write_text(text, "utf-8")
    new.replace(path)


def test_each_status_is_given_out_once(tmp_path: Path) -> None:
    follower = StatusFollower(tmp_path / "run.status")
    assert follower.read() is None
    replace(tmp_path / "run.status", '{"frame": 1}')
    assert follower.read() == '{"frame": 1}'
    assert follower.read() is None
    replace(tmp_path / "run.status", '{"frame": 2}')
    assert follower.read() == '{"frame": 2}'


def test_what_is_no_status_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    assert StatusFollower(tmp_path / "folder").read() is None
    with (tmp_path / "huge").open("wb") as huge:
        huge.truncate(LARGEST + 1)
    assert StatusFollower(tmp_path / "huge").read() is None
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    assert StatusFollower(tmp_path / "bytes").read() == "��"
