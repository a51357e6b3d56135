from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from render_manager.cli.main import run
from render_manager.submitters import install as installer


def nobody(*_arguments: object) -> int:
    raise AssertionError("no window was asked for")


def test_the_command_installs_and_removes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(installer.PLACES, "maya", lambda: (tmp_path / "modules",))
    assert run(["install-submitter", "maya"], nobody) == 0
    assert (tmp_path / "modules" / "RenderManager.mod").is_file()
    told = capsys.readouterr().out
    assert str(tmp_path / "modules") in told
    assert "Restart Maya" in told
    assert run(["install-submitter", "maya", "--remove"], nobody) == 0
    assert not list((tmp_path / "modules").iterdir())


@pytest.mark.parametrize(
    ("kind", "said"), [("houdini", "There is no submitter"), ("blender", "Start it once")]
)
def test_what_cannot_be_installed_is_2_and_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], kind: str, said: str
) -> None:
    monkeypatch.setitem(installer.PLACES, "blender", partial(tuple))
    assert run(["install-submitter", kind], nobody) == 2
    assert said in capsys.readouterr().err
