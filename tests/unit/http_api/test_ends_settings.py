"""Where others are told of ends is set up on that computer alone, and its secrets stay there."""

from __future__ import annotations

import pytest

from render_manager.base.errors import UserError
from render_manager.base.settings import Settings, entry
from render_manager.base.settings_values import ENDS
from render_manager.http_api.settings_out import CHANGEABLE, SECRETS, _check, settings_as_json

FIELDS = [name for name in Settings.model_fields if entry(name).group == ENDS]


@pytest.mark.parametrize("is_owner", [True, False])
@pytest.mark.parametrize("name", FIELDS)
def test_none_is_changed_through_the_api(name: str, is_owner: bool) -> None:
    assert name not in CHANGEABLE
    with pytest.raises(UserError, match=name.upper()):
        _check(name, is_owner=is_owner)


def test_secrets_are_not_told(settings: Settings) -> None:
    settings.adopt(
        {
            "webhook_url": "https://hooks.example/geheim",
            "webhook_secret": "geheim",
            "smtp_password": "geheim",
            "end_command": "/geheim",
        },
        {},
    )
    told = settings_as_json(settings, is_owner=True)
    assert "geheim" not in str(told)
    assert not SECRETS & told.keys()
    assert not any(told[name]["may_change"] for name in FIELDS if name in told)
