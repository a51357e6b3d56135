from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from render_manager.domain.job import RenderOptions, SceneCamera, SceneInfo, SceneLayer
from render_manager.storage.plain import (
    options_of,
    options_text,
    scene_of,
    scene_text,
    words_of,
    words_text,
)

ANY_TEXT = st.text(st.characters(), max_size=12)
"""With lone surrogates and NUL."""
RENDERABLE = st.none() | st.booleans()


@given(st.from_type(RenderOptions))
def test_options_come_back_as_they_were(options: RenderOptions) -> None:
    assert options_of(options_text(options)) == options


@given(
    st.builds(
        SceneInfo,
        renderer=ANY_TEXT,
        version=st.none() | ANY_TEXT,
        start=st.none() | st.integers(),
        fps=st.none() | st.floats(allow_nan=False),
        cameras=st.lists(st.builds(SceneCamera, ANY_TEXT, RENDERABLE)).map(tuple),
        layers=st.lists(st.builds(SceneLayer, ANY_TEXT, RENDERABLE)).map(tuple),
        warnings=st.lists(ANY_TEXT).map(tuple),
    )
)
def test_a_scene_comes_back_as_it_was(scene: SceneInfo) -> None:
    assert scene_of(scene_text(scene)) == scene


def test_zero_is_not_nothing() -> None:
    scene = SceneInfo("blender", start=0, end=0, fps=0.0)
    assert scene_of(scene_text(scene)) == scene


def test_no_scene_is_no_text() -> None:
    assert scene_text(None) is None
    assert scene_of(None) is None


def test_what_is_empty_takes_no_room() -> None:
    assert options_text(RenderOptions()) == "{}"
    assert words_text(()) is None


@given(st.lists(ANY_TEXT).map(tuple))
def test_words_come_back(words: tuple[str, ...]) -> None:
    assert words_of(words_text(words)) == words


def test_fields_of_another_version_are_passed_over() -> None:
    assert options_of(json.dumps({"camera": "main", "no_longer": 1})) == RenderOptions("main")
