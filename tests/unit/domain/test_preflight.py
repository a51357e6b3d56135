"""What is known to be wrong before anything is rendered."""

from __future__ import annotations

import pytest

from render_manager.domain.job import RenderJob, RenderOptions, SceneCamera, SceneInfo, SceneLayer
from render_manager.domain.preflight import Level, ScriptPolicy, blocking, look_through

SCENE = SceneInfo(
    "maya",
    cameras=(SceneCamera("persp", renderable=False), SceneCamera("shotCam", renderable=True)),
    layers=(SceneLayer("beauty", renderable=True),),
)


def codes(
    scene: SceneInfo, policy: ScriptPolicy = ScriptPolicy.WARN, **options: object
) -> dict[str, Level]:
    job = RenderJob("/s/a.ma", "maya", "a", "/out", RenderOptions(**options), scene)  # type: ignore[arg-type]
    return {finding.code: finding.level for finding in look_through(job, policy)}


def test_a_good_scene_has_no_findings() -> None:
    assert codes(SCENE) == {}
    assert codes(SCENE, camera="persp", layers=("beauty",)) == {}
    assert codes(SceneInfo("maya"), camera="anything", layers=("any",)) == {}


def test_a_camera_or_layer_that_is_not_there_is_an_error() -> None:
    assert codes(SCENE, camera="gone", layers=("fx",)) == {
        "no_camera": Level.ERROR,
        "unknown_layer": Level.ERROR,
    }


def test_a_scene_whose_cameras_are_all_switched_off_needs_one_chosen() -> None:
    off = SceneInfo("maya", cameras=(SceneCamera("persp", renderable=False),))
    assert codes(off) == {"no_camera": Level.ERROR}
    assert codes(off, camera="persp") == {}
    assert codes(SceneInfo("blender", cameras=(SceneCamera("Camera"),))) == {}


@pytest.mark.parametrize(
    ("policy", "found"),
    [
        (ScriptPolicy.ALLOW, {}),
        (ScriptPolicy.WARN, {"scripts": Level.WARNING}),
        (ScriptPolicy.REFUSE, {"scripts": Level.ERROR}),
    ],
)
def test_scripts_are_for_the_user_to_judge(policy: ScriptPolicy, found: dict[str, Level]) -> None:
    scene = SceneInfo("maya", scripts=("preRenderMel: system(…)",))
    assert codes(scene, policy) == found


def test_only_what_blocks_blocks() -> None:
    job = RenderJob("/s/a.ma", "maya", "a", "/out", scene=SceneInfo("maya", scripts=("x",)))
    assert blocking(tuple(look_through(job, ScriptPolicy.WARN))) is None
    assert blocking(tuple(look_through(job, ScriptPolicy.REFUSE))) is not None
