"""Named limits, and how much is needed of them, as users write them.

Limits are names with amounts, over all machines or on each: `maya_licence=3, gpu_gb=24/machine`.
Needs are names with amounts, one where none is said: `gpu_gb=8, maya_licence`. What the runs of
renderers need is written `maya=maya_licence:1 gpu_gb:8, blender=gpu_gb:4`. Amounts are whole numbers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from render_manager.base.i18n import _

MOST = 1_000_000
"""Of anything."""

NAME = r"[A-Za-z][A-Za-z0-9_-]{0,59}"

_SPLIT = re.compile(r"[\s,;，；]+")
_AROUND_SIGNS = re.compile(r"\s*([=:/：])\s*")
_LIMIT = re.compile(rf"(?P<name>{NAME})=(?P<amount>\d{{1,7}})(?P<each>/machine)?")
_NEED = re.compile(rf"(?P<name>{NAME})(?:[=:](?P<amount>\d{{1,7}}))?")
_RENDERER = re.compile(rf"(?P<renderer>{NAME})=(?P<need>{NAME}(?::\d{{1,7}})?)")


@dataclass(frozen=True, slots=True)
class NamedLimit:
    """How much of something there is, over all machines or on each."""

    amount: int
    per_machine: bool = False

    def __str__(self) -> str:
        return f"{self.amount}/machine" if self.per_machine else str(self.amount)


def parse_limits(text: str) -> dict[str, NamedLimit]:
    """Limits by name. Raises ValueError with a sentence."""
    limits: dict[str, NamedLimit] = {}
    for part in _parts(text):
        match = _LIMIT.fullmatch(part)
        if match is None or not 1 <= int(match["amount"]) <= MOST:
            raise ValueError(
                _(
                    "write “{part}” like maya_licence=3, or gpu_gb=24/machine for what each machine "
                    "has: a name and a whole number from 1 to {most:,}"
                ).format(part=part[:80], most=MOST)
            )
        if match["name"] in limits:
            raise ValueError(_("{name} is there twice").format(name=match["name"]))
        limits[match["name"]] = NamedLimit(int(match["amount"]), bool(match["each"]))
    return limits


def limits_text(limits: Mapping[str, NamedLimit]) -> str:
    """What `parse_limits` reads."""
    return ", ".join(f"{name}={limit}" for name, limit in limits.items())


def parse_needs(text: str) -> dict[str, int]:
    """Amounts by name. Raises ValueError with a sentence."""
    needs: dict[str, int] = {}
    for part in _parts(text):
        name, amount = _need(part)
        if name in needs:
            raise ValueError(_("{name} is there twice").format(name=name))
        needs[name] = amount
    return needs


def needs_text(needs: Mapping[str, int]) -> str:
    """What `parse_needs` reads."""
    return ", ".join(f"{name}={amount}" for name, amount in needs.items())


def parse_renderer_needs(text: str) -> dict[str, dict[str, int]]:
    """Amounts by name, by renderer. Raises ValueError with a sentence."""
    found: dict[str, dict[str, int]] = {}
    needs: dict[str, int] | None = None
    for part in _parts(text):
        match = _RENDERER.fullmatch(part)
        if match is not None:
            needs, part = found.setdefault(match["renderer"], {}), match["need"]
        if needs is None or "=" in part:
            raise ValueError(
                _(
                    "write “{part}” like maya=maya_licence:1, or maya=maya_licence:1 gpu_gb:8"
                ).format(part=part[:80])
            )
        name, amount = _need(part)
        if name in needs:
            raise ValueError(_("{name} is there twice").format(name=name))
        needs[name] = amount
    return found


def renderer_needs_text(needs: Mapping[str, Mapping[str, int]]) -> str:
    """What `parse_renderer_needs` reads."""
    return ", ".join(
        f"{renderer}=" + " ".join(f"{name}:{amount}" for name, amount in each.items())
        for renderer, each in needs.items()
    )


def _parts(text: str) -> list[str]:
    """What stands between spaces and commas, with none around the signs inside."""
    tight = _AROUND_SIGNS.sub(lambda match: match[1].replace("：", ":"), text)
    return list(filter(None, _SPLIT.split(tight)))


def _need(part: str) -> tuple[str, int]:
    match = _NEED.fullmatch(part)
    amount = int(match["amount"] or 1) if match else 0
    if match is None or amount > MOST:
        raise ValueError(
            _("write “{part}” like gpu_gb=8: a name and a whole number up to {most:,}").format(
                part=part[:80], most=MOST
            )
        )
    return match["name"], amount
