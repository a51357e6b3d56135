from __future__ import annotations

import pytest

from render_manager.base.i18n import _, use_language


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh_CN"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_TW"}, "zh_CN"),
    ],
)
def test_the_systems_language_is_followed(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], language: str
) -> None:
    for key in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(key, raising=False)
    for key, value in variables.items():
        monkeypatch.setenv(key, value)
    assert use_language(None) == language


def test_a_language_can_be_chosen_and_left() -> None:
    use_language("zh_CN")
    assert _("Folders") == "文件夹"
    use_language("en")
    assert _("Folders") == "Folders"
