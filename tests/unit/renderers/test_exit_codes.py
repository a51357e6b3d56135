"""What exit codes mean."""

from __future__ import annotations

import tomllib

import pytest

from render_manager.base.paths import resource
from render_manager.renderers.exit_codes import ExitMeaning, exit_meaning


@pytest.mark.parametrize(
    ("code", "renderer", "said"),
    [
        (0xC0000005, None, "access violation"),
        (-1073741819, "maya", "access violation"),
        (3221225477, "blender", "access violation"),
        (0xC0000409, None, "damaged"),
        (139, "blender", "segmentation"),
        (-11, "blender", "segmentation"),
        (137, None, "memory"),
        (-9, None, "memory"),
        (134, None, "internal"),
        (143, None, "asked"),
        (127, None, "not found"),
        (206, "maya", "command line"),
        (210, "maya", "script"),
        (211, "maya", "loaded"),
        (1, "cinema4d", "memory"),
        (233, "cinema4d", "load"),
    ],
)
def test_a_code_is_put_in_words(code: int, renderer: str | None, said: str) -> None:
    meaning = exit_meaning(code, renderer)
    assert meaning is not None
    assert said in meaning.text.en


@pytest.mark.parametrize(("code", "renderer"), [(1, "blender"), (210, None), (0, None)])
def test_what_nobody_knows_is_not_guessed(code: int, renderer: str | None) -> None:
    assert exit_meaning(code, renderer) is None


def test_a_crash_is_a_sentence() -> None:
    meaning = exit_meaning(-1073741819)
    assert meaning is not None
    assert meaning.sentence("Blender", -1073741819).startswith(
        "Blender crashed (access violation); exit code -1073741819, 0xC0000005. It is tried"
    )


def test_every_meaning_has_both_languages_and_a_source() -> None:
    data = tomllib.loads(resource("problems", "exit_codes.toml").read_text("utf-8"))
    for meaning in map(ExitMeaning.model_validate, data["exit"]):
        texts = (meaning.text, meaning.advice)
        assert all(words.en and words.zh_CN for words in texts), meaning.codes
        assert meaning.source, meaning.codes
