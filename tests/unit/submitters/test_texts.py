"""The Chinese that travels with the submitters says all that they say, and nothing else."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from render_manager.submitters import client, texts

FOLDER = Path(client.__file__).parent
MODULES = (
    FOLDER / "client.py",
    FOLDER / "blender" / "__init__.py",
    FOLDER / "maya" / "render_manager_maya.py",
    FOLDER / "unreal" / "render_manager_unreal.py",
)


def said_in(module: Path) -> Iterator[str]:
    """What is put through `say`, also by the name of a constant, and Blender's own labels."""
    tree = ast.parse(module.read_text("utf-8"))
    constants = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say":
            wanted = node.args[0]
            found = constants.get(wanted.id) if isinstance(wanted, ast.Name) else wanted
            yield ast.literal_eval(found)  # type: ignore[arg-type]
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "").endswith("Property"):
            shown = [one for one in node.keywords if one.arg in {"name", "description"}]
            yield from (ast.literal_eval(one.value) for one in shown)
        elif isinstance(node, ast.ClassDef) and "_OT_" in node.name:
            yield ast.get_docstring(node) or ""


def test_all_that_is_said_has_its_chinese() -> None:
    said = {text for module in MODULES for text in said_in(module)}
    assert said - set(texts.CHINESE) == set()
    assert len(said) > 30


def test_nothing_is_translated_that_nobody_says() -> None:
    sources = "".join(module.read_text("utf-8") for module in MODULES)
    one_line = "".join(part.strip().strip('"') for part in sources.splitlines())
    assert [text for text in texts.CHINESE if text not in one_line] == []


@pytest.mark.parametrize("text", texts.CHINESE)
def test_the_fields_are_the_same(text: str) -> None:
    def fields(of: str) -> set[str | None]:
        return {field for _text, field, _spec, _conversion in string.Formatter().parse(of)}

    assert fields(text) | {None} == fields(texts.CHINESE[text]) | {None}


@pytest.mark.parametrize("language", ["zh_CN", "zh_HANS", "zh-Hans", "zh_TW", "ZH"])
def test_chinese_is_known_however_it_is_called(language: str) -> None:
    assert texts.in_language("Cancel", language) == "取消"


@pytest.mark.parametrize("language", ["", "en_US", "ja_JP", "DEFAULT"])
def test_all_others_get_english(language: str) -> None:
    assert texts.in_language("Cancel", language) == "Cancel"
