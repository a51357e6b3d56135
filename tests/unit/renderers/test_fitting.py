from __future__ import annotations

from pathlib import Path

import pytest

from render_manager.renderers.renderer import Installation, fitting


def found(*versions: str | None, source: str = "PATH") -> list[Installation]:
    return [Installation("blender", Path(f"/b/{v}"), v, source) for v in versions]


@pytest.mark.parametrize(
    ("installed", "scene", "chosen"),
    [
        (["3.4.1", "4.5.15"], "4.5", "4.5.15"),
        (["3.4.1", "4.5.15"], "3.0", "3.4.1"),
        (["4.5.15", "3.4.1"], "3.0", "3.4.1"),
        (["2025", "2024", "2022"], "2023", "2024"),
        (["2025", "2024", "2022"], "2024", "2024"),
        (["3.4.1", "4.5.15"], "5.0", "4.5.15"),
        (["3.4.1", "4.5.15"], None, "3.4.1"),
        ([None, "10.1"], "9.2", "10.1"),
        ([None], "9.2", None),
    ],
)
def test_the_first_that_can_read_the_scene(
    installed: list[str | None], scene: str | None, chosen: str | None
) -> None:
    assert fitting(found(*installed), scene).version == chosen


def test_what_the_user_named_is_taken() -> None:
    named = found("3.4.1", source="setting")
    assert fitting([*named, *found("4.5.15")], "4.5") is named[0]
