"""The catalogues say everything, say the same, and are what the program reads."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.mofile import read_mo

import render_manager
from render_manager.base.i18n import DOMAIN, LANGUAGES
from tests.update_locale import TRANSLATED, extracted, mo_path, po_path, read, texts, untranslated

pytestmark = pytest.mark.parametrize("code", TRANSLATED)

MEND = "Run python -m tests.update_locale and translate what it names."


def ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def placeholders(text: str) -> list[tuple[str, str]]:
    """What `str.format` fills in, with its format."""
    parts = string.Formatter().parse(text)
    return sorted((name, spec or "") for _before, name, spec, _conversion in parts if name)


def test_every_message_is_in_the_catalogue(code: str) -> None:
    said = {ids(message) for message in extracted() if message.id}
    assert {ids(message) for message in read(code) if message.id} == said, MEND


def test_messages_within_f_strings_are_known_too(code: str) -> None:
    """What collects the messages does not look into f-strings on every Python."""
    known = {part for message in read(code) for part in ids(message)}
    house = Path(render_manager.__file__).parent
    within = {text for path in house.rglob("*.py") for text in _within_f_strings(path)}
    assert within - known == set(), "Give it a name of its own before the f-string."


def _within_f_strings(path: Path) -> Iterator[str]:
    for outer in ast.walk(ast.parse(path.read_text("utf-8"))):
        for call in ast.walk(outer) if isinstance(outer, ast.JoinedStr) else ():
            if (
                isinstance(call, ast.Call)
                and isinstance(call.func, ast.Name)
                and call.func.id == "_"
            ):
                yield from (str(a.value) for a in call.args if isinstance(a, ast.Constant))


def test_every_message_is_translated(code: str) -> None:
    assert untranslated(read(code)) == [], MEND


def test_placeholders_are_the_same(code: str) -> None:
    different = [
        message.id
        for message in read(code)
        if message.id
        for text in texts(message)
        if placeholders(text) != placeholders(ids(message)[-1])
    ]
    assert different == []


def test_the_compiled_catalogue_is_made_from_the_readable_one(code: str) -> None:
    with mo_path(code).open("rb") as file:
        compiled = read_mo(file)
    assert {ids(m): texts(m) for m in compiled if m.id} == {
        ids(m): texts(m) for m in read(code) if m.id
    }, MEND


def test_each_language_has_a_catalogue(code: str) -> None:
    assert code in LANGUAGES
    assert po_path(code).name == f"{DOMAIN}.po"
