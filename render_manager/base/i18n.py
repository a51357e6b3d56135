"""The user's language: gettext catalogues in `resources/locale`.

`_` translates at the moment it is called, so text asked for after `use_language` is in the new
language; module-level strings are marked with `N_` and translated where they are shown.
"""

from __future__ import annotations

import gettext
import locale
import os

from render_manager.base.paths import resource

DOMAIN = "render_manager"
LANGUAGES = {"en": "English", "zh_CN": "简体中文"}

_catalogue: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"


def use_language(code: str | None) -> str:
    """Switch to the language `code` (`en`, `zh_CN`), None is the system's; return which one."""
    global _catalogue, _language
    chosen = code if code in LANGUAGES else _system_language()
    _catalogue = gettext.translation(DOMAIN, resource("locale"), languages=[chosen], fallback=True)
    _language = chosen
    return chosen


def current_language() -> str:
    """The code of the language that `_` speaks now."""
    return _language


def _(message: str) -> str:
    """`message` in the user's language."""
    return _catalogue.gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """The form of the message that fits `count`."""
    return _catalogue.ngettext(one, many, count)


def N_(message: str) -> str:
    """Marks `message` for the catalogue and returns it untranslated."""
    return message


def _system_language() -> str:
    named = (os.environ.get(key) for key in ("LC_ALL", "LC_MESSAGES", "LANG"))
    code = (next(filter(None, named), None) or locale.getlocale()[0] or "").lower()
    return "zh_CN" if code.startswith(("zh", "chinese")) else "en"
