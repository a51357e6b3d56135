"""Settings of another machine, taken on and sent back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from systems import posix_paths

from render_manager.base.errors import UserError
from render_manager.base.settings import Origin, Settings, default
from render_manager.http_api.settings_out import settings_as_json
from render_manager.remote.settings import adopt_told, to_send


def told(settings: Settings, **more: Any) -> dict[str, Any]:
    return settings_as_json(settings, is_owner=False) | {
        name: {"value": value, "origin": "file", "may_change": True} for name, value in more.items()
    }


def test_what_is_told_is_taken_on_and_what_is_new_is_said(settings: Settings) -> None:
    adopt_told(settings, told(settings))
    news = adopt_told(
        settings, told(settings, max_retries=9, renderer_limits={"maya": 2}, upload_dir="D:\\up")
    )
    assert news == {"max_retries", "renderer_limits", "upload_dir"}
    assert (settings.max_retries, settings.renderer_limits) == (9, {"maya": 2})
    assert str(settings.upload_dir) == "D:\\up"
    assert settings.origin("max_retries") is Origin.FILE
    assert (
        adopt_told(
            settings,
            told(settings, max_retries=9, renderer_limits={"maya": 2}, upload_dir="D:\\up"),
        )
        == set()
    )


@pytest.mark.parametrize(
    "said",
    [
        None,
        {},
        "x",
        {"value": -1, "origin": "file", "may_change": True},
        {"value": 4, "origin": "moon", "may_change": True},
    ],
)
def test_what_cannot_be_understood_is_as_usual_and_fixed(settings: Settings, said: Any) -> None:
    adopt_told(settings, {"max_retries": said})
    assert settings.max_retries == default("max_retries")
    assert settings.origin("max_retries") is Origin.ELSEWHERE
    assert settings.api_token is None


def test_the_looks_stay_ours(settings: Settings) -> None:
    before = settings.ui_theme
    adopt_told(settings, told(settings, ui_theme="dark", ui_language="zh_CN"))
    assert (settings.ui_theme, settings.ui_language) == (before, None)


@posix_paths
def test_what_is_sent_is_json_and_paths_as_they_are_typed() -> None:
    sent = to_send({"max_retries": "4", "upload_dir": "D:\\up", "blender_executable": Path("/b")})
    assert sent == {"max_retries": 4, "upload_dir": "D:\\up", "blender_executable": "/b"}
    with pytest.raises(UserError):
        to_send({"max_retries": "many"})
