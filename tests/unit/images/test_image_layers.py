"""Which layers there are, and which is the picture."""

from __future__ import annotations

import pytest

from render_manager.images.layers import beauty, layer_names, layers_of

Parts = list[tuple[str, list[str]]]

PLAIN: Parts = [("", ["R", "G", "B", "A"])]
BLENDER: Parts = [
    (
        "",
        [f"ViewLayer.{name}" for name in ("Albedo.R", "Albedo.G", "Albedo.B", "Combined.R")]
        + [f"ViewLayer.{name}" for name in ("Combined.G", "Combined.B", "Combined.A", "Depth.Z")],
    )
]
ARNOLD: Parts = [("", ["R", "G", "B", "A", "Z", "N.X", "N.Y", "N.Z"])]
PARTS: Parts = [
    ("diffuse", ["diffuse.R", "diffuse.G", "diffuse.B"]),
    ("depth", ["Z"]),
    ("rgba", ["R", "G", "B", "A"]),
]
VIEW_LAYER_PARTS: Parts = [
    ("ViewLayer.Depth", ["ViewLayer.Depth.Z"]),
    ("ViewLayer.Combined", [f"ViewLayer.Combined.{channel}" for channel in "RGBA"]),
]


@pytest.mark.parametrize(
    ("parts", "names"),
    [
        (PLAIN, ()),
        (BLENDER, ("ViewLayer.Albedo", "ViewLayer.Combined", "ViewLayer.Depth")),
        (ARNOLD, ("Z", "N")),
        (PARTS, ("diffuse", "depth", "rgba")),
        (VIEW_LAYER_PARTS, ("ViewLayer.Depth", "ViewLayer.Combined")),
        ([("left", ["beauty.R"])], ("left.beauty",)),
        ([("", ["M\udce9lange.R", "M\udce9lange.G"])], ("M\ufffdlange",)),
    ],
)
def test_names(parts: Parts, names: tuple[str, ...]) -> None:
    assert layer_names(layers_of(parts)) == names


@pytest.mark.parametrize(
    ("parts", "part", "colours", "alpha"),
    [
        (PLAIN, 0, (0, 1, 2), 3),
        (BLENDER, 0, (3, 4, 5), 6),
        (ARNOLD, 0, (0, 1, 2), 3),
        (PARTS, 2, (0, 1, 2), 3),
        (VIEW_LAYER_PARTS, 1, (0, 1, 2), 3),
        ([("", ["Y"])], 0, (0,), None),
        ([("", ["Y", "A"])], 0, (0,), 1),
        ([("", ["A"])], 0, (0,), None),
        ([("", ["Z"])], 0, (0,), None),
        ([("", ["motion.X", "motion.Y"])], 0, (0,), None),
        ([("", ["N.X", "N.Y", "N.Z"])], 0, (0, 1, 2), None),
        ([("", ["I", "R", "G"])], 0, (0, 1, 2), None),  # how Blender labels Cineon
        ([("", ["Z", "red", "green", "blue", "alpha"])], 0, (1, 2, 3), 4),
        ([("depth", ["Z"]), ("specular", ["R", "G", "B"])], 1, (0, 1, 2), None),
    ],
)
def test_the_beauty(parts: Parts, part: int, colours: tuple[int, ...], alpha: int | None) -> None:
    layer = beauty(layers_of(parts))
    assert (layer.part, layer.colours, layer.alpha) == (part, colours, alpha)
