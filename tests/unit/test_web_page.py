"""The files of the web page hold together, and fit the policy that they are served with."""

from __future__ import annotations

import re

import pytest

from render_manager.gui.theme import DARK, LIGHT, Colors
from render_manager.http_api.pages import FOLDER, KINDS

SCRIPTS = {file.name: file.read_text("utf-8") for file in sorted(FOLDER.glob("*.js"))}
PAGES = {file.name: file.read_text("utf-8") for file in sorted(FOLDER.glob("*.html"))}
TEXT = re.compile(r'"((?:[^"\\\n]|\\.)*)"')


def chinese() -> dict[str, str]:
    table = SCRIPTS["texts.js"].partition("const CHINESE = {")[2]
    pairs = re.findall(r'^  (?:"([^"]*)"|(\w+)):\s*"([^"]*)",$', table, re.M)
    return {quoted or bare: words for quoted, bare, words in pairs}


def test_every_text_is_there_in_chinese() -> None:
    known = chinese()
    asked = {
        text
        for name, script in SCRIPTS.items()
        if name != "texts.js"
        for text in re.findall(r'\bt\(\s*"([^"]*)"', script)
    }
    assert asked
    assert asked - known.keys() == set()


def test_no_chinese_is_left_over() -> None:
    used = {
        text
        for name, script in SCRIPTS.items()
        if name != "texts.js"
        for text in [*TEXT.findall(script), *re.findall(r"^  (\w+):", script, re.M)]
    }
    assert chinese().keys() - used == set()


def test_what_stands_in_braces_is_the_same_in_both_languages() -> None:
    for text, words in chinese().items():
        assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", words)), text


@pytest.mark.parametrize("name", PAGES)
def test_nothing_stands_in_the_page_itself_and_nothing_is_from_elsewhere(name: str) -> None:
    page = PAGES[name]
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page)
    assert not re.search(r"(src|href)=\"(?!/)", page)
    for path in re.findall(r"\"/web/([^\"]+)\"", page):
        assert (FOLDER / path).is_file(), path


def test_scripts_and_styles_name_no_other_machine() -> None:
    for file in FOLDER.iterdir():
        assert file.suffix in KINDS, file
        text = file.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"(https?|wss?)://[a-z]", text), file


def test_the_page_asks_for_all_its_modules_at_once() -> None:
    told = set(re.findall(r'modulepreload" href="/web/([^"]+)"', PAGES["index.html"]))
    needed: set[str] = set()
    left = ["app.js"]
    while left:
        found = set(re.findall(r'from "\./([^"]+)"', SCRIPTS[left.pop()])) - needed
        needed |= found
        left += found
    assert told == needed


@pytest.mark.parametrize(("at", "colors"), [(0, DARK), (1, LIGHT), (2, LIGHT)])
def test_its_colours_are_those_of_the_window(at: int, colors: Colors) -> None:
    style = (FOLDER / "theme.css").read_text("utf-8")
    block = re.split(r":root", style)[1:][at]
    told = dict(re.findall(r"--([\w-]+): (#\w+);", block))
    for name in Colors.__dataclass_fields__:
        assert told[name.replace("_", "-")] == getattr(colors, name)
