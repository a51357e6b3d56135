"""What tasks need of the named limits, checked against the settings."""

from __future__ import annotations

from collections.abc import Mapping

from render_manager.base.amounts import parse_needs
from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.base.settings import Settings
from render_manager.domain.needs import Supply
from render_manager.domain.preflight import listed


def supply_of(settings: Settings) -> Supply:
    """The named limits as they are set."""
    return Supply.read(settings.limits, settings.renderer_needs)


def needed(
    before: Mapping[str, int], asked: Mapping[str, int] | str | None, supply: Supply
) -> dict[str, int]:
    """The needs; None leaves what was before. Raises UserError for what cannot be read, and for what
    could never be had: a task with a misspelt name would else wait all night."""
    if asked is None:
        return dict(before)
    wanted = read_needs(asked)
    if wanted == before:
        return wanted
    for name, amount in wanted.items():
        limit = supply.limits.get(name)
        if limit is None:
            raise UserError(_unknown(name, supply), field="needs")
        if amount > limit.amount:
            raise UserError(
                _(
                    "{amount:,} {name} can never be had: the limit is {limit:,}. Need less, or raise "
                    "it (LIMITS in the settings)."
                ).format(amount=amount, name=name, limit=limit.amount),
                field="needs",
            )
    return wanted


def read_needs(asked: Mapping[str, int] | str) -> dict[str, int]:
    """Amounts by name. Raises UserError."""
    if not isinstance(asked, str):
        return dict(asked)
    try:
        return parse_needs(asked)
    except ValueError as error:
        raise UserError(
            _("“{text}” cannot be used: {why}.").format(text=asked[:80], why=error), field="needs"
        ) from None


def _unknown(name: str, supply: Supply) -> str:
    if not supply.limits:
        return _(
            "There is no limit called {name}. Add it to the named limits (LIMITS) in the settings "
            "first, such as {name}=3."
        ).format(name=name[:80])
    return _(
        "There is no limit called {name}. There are: {known}. Use one of these, or add it to the named "
        "limits (LIMITS) in the settings first."
    ).format(name=name[:80], known=listed(list(supply.limits)))
