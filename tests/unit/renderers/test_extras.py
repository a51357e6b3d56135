"""An option that a renderer does not know is refused: misspelt, it would silently count for nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from render_manager.base.errors import UserError
from render_manager.base.settings import load_settings
from render_manager.domain.job import RenderJob, RenderOptions
from render_manager.renderers.blender.renderer import BlenderRenderer
from render_manager.renderers.maya.renderer import MayaRenderer
from render_manager.renderers.renderer import Installation, Renderer
from render_manager.renderers.unreal.renderer import UnrealRenderer


@pytest.mark.parametrize(
    ("kind", "extra", "told"),
    [
        (MayaRenderer, {"treads": "8"}, "Maya has no option “treads”. It has: threads."),
        (MayaRenderer, {"threads": "all"}, "The number of threads is “all”"),
        (MayaRenderer, {"threads": "-preRender x"}, "The number of threads is"),
        (BlenderRenderer, {"threads": "8"}, "Blender has no option “threads”. It has: –."),
        (
            UnrealRenderer,
            {"level": "/Game/M.M"},
            "Unreal Engine has no option “level”. It has: map",
        ),
    ],
)
def test_an_unknown_option_is_refused(
    kind: type[Renderer], extra: dict[str, str], told: str
) -> None:
    job = RenderJob("/s/a.x", "r", "a", "/out", RenderOptions(extra=extra))
    here = Installation("r", Path("/opt/r"), "1.0", "test")
    with pytest.raises(UserError, match=told.replace(".", r"\.")) as refused:
        kind(load_settings()).command(job, (1,), here)  # type: ignore[call-arg]
    assert refused.value.field in extra
