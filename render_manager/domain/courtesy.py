"""Giving way to whoever works at the computer: what is seen of that, and what follows. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from render_manager.base.i18n import N_, _
from render_manager.base.settings import Settings


class Courtesy(StrEnum):
    """What renderers do for others; more and more."""

    NOTHING = "nothing"
    LOWER = "lower"
    """They have the lowest priority of all processes."""
    PAUSE = "pause"
    """They finish their frame, at the lowest priority, and no other starts."""


CHOICES = {
    Courtesy.NOTHING: N_("Go on"),
    Courtesy.LOWER: N_("Lower their priority"),
    Courtesy.PAUSE: N_("Pause after the frame"),
}

_WEIGHT = list(Courtesy)


@dataclass(frozen=True, slots=True)
class Rules:
    """What is to be done when; see the settings of these names."""

    when_in_use: Courtesy = Courtesy.NOTHING
    rest_minutes: float = 10
    when_programs_run: Courtesy = Courtesy.NOTHING
    programs: tuple[str, ...] = ()
    only_in_front: bool = False
    when_on_battery: Courtesy = Courtesy.NOTHING

    @classmethod
    def of(cls, settings: Settings) -> Rules:
        return cls(
            Courtesy(settings.when_in_use),
            settings.rest_minutes,
            Courtesy(settings.when_programs_run),
            named_programs(settings.programs_to_heed),
            settings.programs_only_in_front,
            Courtesy(settings.when_on_battery),
        )

    @property
    def watches_programs(self) -> bool:
        return self.when_programs_run is not Courtesy.NOTHING and bool(self.programs)

    @property
    def is_any(self) -> bool:
        others = (self.when_in_use, self.when_on_battery)
        return self.watches_programs or any(each is not Courtesy.NOTHING for each in others)


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known; None is not."""

    idle_seconds: float | None = None
    """Since somebody touched keyboard or mouse."""
    program: str | None = None
    """One of the named programs that runs."""
    is_on_battery: bool | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """What is due, and why, in a sentence."""

    courtesy: Courtesy = Courtesy.NOTHING
    reason: str = ""


def due(rules: Rules, seen: Seen) -> Due:
    """The weightiest of what the rules say."""
    found = [Due()]
    if seen.idle_seconds is not None and seen.idle_seconds < 60 * rules.rest_minutes:
        found.append(Due(rules.when_in_use, _in_use(rules.rest_minutes)))
    if seen.program is not None and rules.watches_programs:
        found.append(Due(rules.when_programs_run, _program(seen.program)))
    if seen.is_on_battery:
        found.append(Due(rules.when_on_battery, _battery()))
    return max(found, key=lambda each: _WEIGHT.index(each.courtesy))


def named_programs(text: str) -> tuple[str, ...]:
    """“maya.exe, Adobe Premiere Pro.exe” as names."""
    return tuple(filter(None, (name.strip() for name in text.replace("，", ",").split(","))))


def is_named(program: str, names: tuple[str, ...]) -> bool:
    """Whether a process is called so; “maya” means maya.exe too."""
    plain = program.casefold()
    return any(plain in (name.casefold(), f"{name.casefold()}.exe") for name in names)


def _in_use(minutes: float) -> str:
    return _(
        "Somebody is at work at this computer. Rendering goes on after {minutes:g} minutes without "
        "keyboard and mouse."
    ).format(minutes=minutes)


def _program(name: str) -> str:
    return _("“{program}” is running. Rendering goes on when it is not.").format(program=name)


def _battery() -> str:
    return _("The computer runs on its battery. Rendering goes on when it is plugged in.")
