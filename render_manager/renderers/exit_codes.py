"""What the number means with which a program ended: `resources/problems/exit_codes.toml`."""

from __future__ import annotations

import tomllib
from functools import lru_cache

from pydantic import BaseModel, ConfigDict

from render_manager.base.i18n import _
from render_manager.base.paths import resource
from render_manager.renderers.problem_rules import Words

_BITS_32 = 1 << 32
_CRASHES_OF_WINDOWS = 0xC0000000


class ExitMeaning(BaseModel):
    """What some exit codes mean, of one renderer or (None) of every program."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    codes: tuple[int, ...]
    renderer: str | None = None
    text: Words
    advice: Words
    source: str

    def sentence(self, title: str, code: int) -> str:
        """“Blender crashed (segmentation fault); exit code 139. Advice.”"""
        told = _("{renderer} {meaning}; exit code {code}.").format(
            renderer=title, meaning=self.text, code=written(code)
        )
        return f"{told} {self.advice}"


def exit_meaning(code: int, renderer: str | None = None) -> ExitMeaning | None:
    """What `code` means, first to that renderer; None if nobody knows."""
    known = [each for each in _meanings() if _unsigned(code) in map(_unsigned, each.codes)]
    own = (each for each in known if each.renderer == renderer)
    return next(own, None) or next((each for each in known if each.renderer is None), None)


def written(code: int) -> str:
    """The code as people look it up: those of Windows as hexadecimal too."""
    unsigned = _unsigned(code)
    return f"{code}, 0x{unsigned:08X}" if _is_of_windows(unsigned) else str(code)


def _is_of_windows(unsigned: int) -> bool:
    return _CRASHES_OF_WINDOWS <= unsigned < _CRASHES_OF_WINDOWS + (1 << 28)


def _unsigned(code: int) -> int:
    return code % _BITS_32


@lru_cache(maxsize=1)
def _meanings() -> tuple[ExitMeaning, ...]:
    data = tomllib.loads(resource("problems", "exit_codes.toml").read_text("utf-8"))
    return tuple(map(ExitMeaning.model_validate, data["exit"]))
