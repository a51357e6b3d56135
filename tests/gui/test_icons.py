from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from render_manager.gui import icons


@pytest.mark.parametrize(
    ("renderer", "name"),
    [
        ("blender", "renderer-blender"),
        ("maya", "renderer-maya"),
        ("ue", "renderer-ue"),
        ("povray", "renderer-custom"),
        ("../state-failed", "renderer-custom"),
        ("", "renderer-custom"),
    ],
)
def test_each_renderer_has_an_icon(qtbot: QtBot, renderer: str, name: str) -> None:
    assert icons.renderer_icon_name(renderer) == name
    drawn = icons.pixmap(name, "#ff0000", 16, 2.0).toImage()
    colors = {drawn.pixelColor(x, y).name() for x in range(32) for y in range(32)}
    assert "#ff0000" in colors, "it is drawn in the colour that was asked for"
