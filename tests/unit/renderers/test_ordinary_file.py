"""A pipe in the place of a scene: to read it would wait for ever."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from render_manager.base.errors import UserError
from render_manager.base.paths import resource
from render_manager.renderers.custom import CustomRenderer
from render_manager.renderers.scenes.blend import read_blend
from render_manager.renderers.scenes.maya import read_maya
from render_manager.renderers.scenes.unreal import read_uproject

READERS = {
    "a.ma": read_maya,
    "a.mb": read_maya,
    "a.blend": read_blend,
    "a.uproject": read_uproject,
    "a.nk": CustomRenderer(resource("renderers", "nuke.toml")).inspect,
    "a.usda": CustomRenderer(resource("renderers", "husk.toml")).inspect,
}


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such files")
@pytest.mark.parametrize("name", READERS)
def test_a_pipe_is_no_scene(name: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / name)
    with pytest.raises(UserError):
        READERS[name](tmp_path / name)
