"""`python -m tests.update_locale`: brings the catalogues in `resources/locale` up to date.

Takes every message out of the package, keeps the translations there are, drops what is no longer
said, and writes the .po and the .mo made from it. What is then untranslated is named at the end.
"""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from render_manager.base.i18n import DOMAIN, LANGUAGES

HEADER = "# What Render Manager says. Brought up to date by `python -m tests.update_locale`."

# A real date would change the files with every update.
DATE = datetime(2026, 1, 1, tzinfo=UTC)

ROOT = Path(__file__).parents[1]

KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}

TRANSLATED = [code for code in LANGUAGES if code != "en"]


def po_path(code: str) -> Path:
    return ROOT / "resources" / "locale" / code / "LC_MESSAGES" / f"{DOMAIN}.po"


def mo_path(code: str) -> Path:
    return po_path(code).with_suffix(".mo")


def extracted() -> Catalog:
    """Every message of the package, with the files that say it."""
    catalog = Catalog(domain=DOMAIN)
    found = extract_from_dir(ROOT / "render_manager", keywords=KEYWORDS, comment_tags=())
    for file, _line, message, _comments, context in found:
        catalog.add(message, locations=[(f"render_manager/{file}", 0)], context=context)
    return catalog


def read(code: str) -> Catalog:
    with po_path(code).open("rb") as file:
        return read_po(file, locale=code, domain=DOMAIN)


def compiled(catalog: Catalog) -> bytes:
    """The .mo file of a catalogue."""
    target = io.BytesIO()
    write_mo(target, catalog)
    return target.getvalue()


def texts(message: Message) -> tuple[str, ...]:
    """The translation, in all its plural forms."""
    said = message.string or ""
    return (said,) if isinstance(said, str) else tuple(said)


def untranslated(catalog: Catalog) -> list[str]:
    return [str(m.id) for m in catalog if m.id and (m.fuzzy or not all(texts(m)))]


def update(code: str) -> Catalog:
    """Write the catalogue of a language anew, and return it."""
    catalog = _empty(code)
    translated = read(code) if po_path(code).exists() else Catalog()
    for message in extracted():
        if message.id:
            known = translated.get(message.id)
            catalog.add(message.id, known.string if known else None, message.locations)
    po_path(code).parent.mkdir(parents=True, exist_ok=True)
    with po_path(code).open("wb") as file:
        write_po(file, catalog, width=100, include_lineno=False, sort_by_file=True)
    mo_path(code).write_bytes(compiled(read(code)))
    return catalog


def _empty(code: str) -> Catalog:
    return Catalog(
        locale=code,
        domain=DOMAIN,
        header_comment=HEADER,
        project="Render Manager",
        version="1",
        msgid_bugs_address="nobody",
        last_translator="nobody",
        language_team=code,
        creation_date=DATE,
        revision_date=DATE,
        fuzzy=False,
    )


if __name__ == "__main__":
    for language in TRANSLATED:
        missing = untranslated(update(language))
        print(f"{language}: {len(missing)} untranslated", *missing, sep="\n  ")
        sys.exit(1 if missing else 0)
