from __future__ import annotations

import locale
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from render_manager.base.decoding import decode
from render_manager.engine.log_follower import LONGEST_LINE, LogFollower


def every_line(follower: LogFollower) -> list[str]:
    return [line for piece in follower.read_all() for line in piece]


def test_lines_end_with_any_line_end(tmp_path: Path) -> None:
    log = tmp_path / "run.log"
    log.write_bytes(b"one\ntwo\r\n10%\r20%\rlast")
    assert every_line(LogFollower(log)) == ["one", "two", "10%", "20%", "last"]


def test_a_line_is_told_once_it_is_whole(tmp_path: Path) -> None:
    log = tmp_path / "run.log"
    follower = LogFollower(log)
    assert follower.read() == []
    log.write_bytes(b"Saved: '/a")
    assert follower.read() == []
    with log.open("ab") as more:
        more.write(b".png'\r")
    assert follower.read() == []
    with log.open("ab") as more:
        more.write(b"\nnext\n")
    assert follower.read() == ["Saved: '/a.png'", "next"]


@given(
    st.lists(st.binary(max_size=12).map(lambda b: b.replace(b"\n", b"").replace(b"\r", b""))),
    st.data(),
)
@hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_same_lines_however_they_arrive(
    tmp_path: Path, lines: list[bytes], data: st.DataObject
) -> None:
    ends = [data.draw(st.sampled_from([b"\n", b"\r\n"])) for _line in lines]
    whole = b"".join(line + end for line, end in zip(lines, ends, strict=True))
    log = tmp_path / "run.log"
    log.write_bytes(b"")
    follower, heard = LogFollower(log), []
    while whole:
        cut = data.draw(st.integers(1, len(whole)))
        with log.open("ab") as more:
            more.write(whole[:cut])
        whole = whole[cut:]
        heard += follower.read()
    heard += every_line(follower)
    assert heard == [decode(line) for line in lines]


def test_a_flood_without_line_ends_is_cut(tmp_path: Path) -> None:
    log = tmp_path / "run.log"
    log.write_bytes(b"x" * (3 * LONGEST_LINE))
    assert sum(len(line) for line in every_line(LogFollower(log))) == 3 * LONGEST_LINE


def test_a_large_log_is_read_in_pieces(tmp_path: Path) -> None:
    log = tmp_path / "run.log"
    log.write_bytes(b"a line of the log\n" * 200_000)
    pieces = [len(piece) for piece in LogFollower(log).read_all()]
    assert sum(pieces) == 200_000
    assert max(pieces) < 100_000


def test_other_encodings_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locale, "getpreferredencoding", lambda _lookup: "gbk")
    assert decode("渲染".encode()) == "渲染"
    assert decode("渲染".encode("gbk")) == "渲染"
    assert decode(b"\xff\xff!") == "��!"
