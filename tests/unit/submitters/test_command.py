from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from render_manager.cli.doors import Doors
from render_manager.cli.main import run
from render_manager.submitters import install as installer


def refuse(*_arguments: object) -> int:
    raise AssertionError("no other door was asked for")


NOBODY = Doors(refuse, refuse, refuse, refuse)


def test_the_command_installs_and_removes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(installer.PLACES, "maya", lambda: (tmp_path / "modules",))
    assert run(["install-submitter", "maya"], NOBODY) == 0
    assert (tmp_path / "modules" / "RenderManager.mod").is_file()
    told = capsys.readouterr().out
    assert str(tmp_path / "modules") in told
    assert "Restart Maya" in told
    assert run(["install-submitter", "maya", "--remove"], NOBODY) == 0
    assert not list((tmp_path / "modules").iterdir())


@pytest.mark.parametrize(
    ("kind", "said"), [("houdini", "There is no submitter"), ("blender", "Start it once")]
)
def test_what_cannot_be_installed_is_2_and_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], kind: str, said: str
) -> None:
    monkeypatch.setitem(installer.PLACES, "blender", partial(tuple))
    assert run(["install-submitter", kind], NOBODY) == 2
    assert said in capsys.readouterr().err
