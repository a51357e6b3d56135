"""A .ma as a MayaFile: what each of its statements says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO

from render_manager.renderers.scenes.maya_ascii import MayaStatements, Statement
from render_manager.renderers.scenes.maya_nodes import MayaFile, Node, Reference, Value, short_name

_SWITCHES = {"yes": 1.0, "on": 1.0, "true": 1.0, "no": 0.0, "off": 0.0, "false": 0.0}

_WITH_VALUE = {
    "createNode": {"-n", "-name", "-p", "-parent"},
    "requires": {"-nodeType", "-dataType"},
    "currentUnit": {"-l", "-linear", "-a", "-angle", "-t", "-time"},
    "file": {
        *("-ns", "-namespace", "-dr", "-deferReference", "-rfn", "-referenceNode"),
        *("-op", "-options", "-typ", "-type", "-rdi", "-referenceDepthInfo"),
        *("-shd", "-sharedNodes", "-rpr", "-renamingPrefix"),
    },
    "setAttr": {
        *("-k", "-keyable", "-l", "-lock", "-cb", "-channelBox", "-ca", "-caching"),
        *("-s", "-size", "-ch", "-capacityHint", "-typ", "-type"),
    },
    "select": set(),
}
"""The flags that a value follows, of each statement that is read."""

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)
_CHANGED = re.compile(r"default(?:RenderGlobals|Resolution)\.(\w+)$")


def read_ascii(stream: BinaryIO, version: str | None) -> MayaFile:
    """What matters in the .ma whose bytes `stream` gives from its start.

    `version` is that of its first line. Memory is bounded whatever the bytes.
    """
    reader = _Reader(MayaFile(version=version))
    statements = MayaStatements(stream)
    for statement in statements:
        reader.take(statement)
        statements.inside = reader.node is not None
        statements.full = reader.file.full
    reader.file.codeset = statements.unknown_codeset
    reader.file.complete = statements.complete
    return reader.file


class _Reader:
    def __init__(self, file: MayaFile) -> None:
        self.file = file
        self.node: Node | None = None
        """The node that attributes without a name belong to, if it matters."""
        self._verbs: dict[str, Callable[[list[str], dict[str, list[str]]], None]] = {
            "createNode": self._create,
            "select": self._select,
            "setAttr": self._set,
            "requires": self._requires,
            "currentUnit": self._unit,
            "file": self._reference,
        }

    def take(self, statement: Statement) -> None:
        if statement[0] == "connectAttr":
            self._connect(statement)
        elif verb := self._verbs.get(statement[0]):
            verb(*_sorted(statement))

    def _create(self, words: list[str], flags: dict[str, list[str]]) -> None:
        kind = words[0] if words else ""
        name = _last(flags, "-n", "-name") or kind
        self.node = self.file.create(kind, name, _last(flags, "-p", "-parent"))

    def _select(self, words: list[str], _flags: dict[str, list[str]]) -> None:
        self.node = self.file.select(words[-1]) if words else None

    def _set(self, words: list[str], _flags: dict[str, list[str]]) -> None:
        if not words:
            return
        owner, _dot, attribute = words[0].partition(".")
        node = self.file.select(owner) if owner else self.node
        if node is None or not attribute:
            return
        if node.kind == "reference":
            self._edit(words[1:])
        elif len(words) == 2:
            self.file.set(node, short_name(attribute, node.name), _value(words[1]))

    def _edit(self, words: list[str]) -> None:
        """The edits of a reference come as a flat list: 2 "path" "attribute" "value"."""
        for kind, path, attribute, value in zip(
            words, words[1:], words[2:], words[3:], strict=False
        ):
            if kind == "2" and attribute in ('"renderable', '"rnd'):
                self.file.edit(path[1:], attribute[1:], value[1:].strip())

    def _requires(self, words: list[str], _flags: dict[str, list[str]]) -> None:
        if len(words) < 2:
            return
        name, version = _plain(words[0]), _plain(words[1])
        if name == "maya":
            self.file.version = version
        else:
            self.file.require(name, version)

    def _unit(self, _words: list[str], flags: dict[str, list[str]]) -> None:
        self.file.time_unit = _last(flags, "-t", "-time") or self.file.time_unit

    def _reference(self, words: list[str], flags: dict[str, list[str]]) -> None:
        if not words or not ("-r" in flags or "-reference" in flags):
            return
        namespace = _last(flags, "-ns", "-namespace")
        deferred = _last(flags, "-dr", "-deferReference") in ("1", "on", "yes", "true")
        self.file.refer(Reference(_plain(words[-1]), namespace, deferred))

    def _connect(self, words: list[str]) -> None:
        """A legacy layer holds the settings it changes by connections to its list `adjs`."""
        changed = _CHANGED.search(words[1]) if len(words) > 2 else None
        if changed and ".adjs[" in words[2]:
            self.file.change(changed[1])


def _sorted(words: list[str]) -> tuple[list[str], dict[str, list[str]]]:
    """The words that are no flags, and the flags with their values."""
    with_value = _WITH_VALUE[words[0]]
    plain: list[str] = []
    flags: dict[str, list[str]] = {}
    rest: Iterator[str] = iter(words[1:])
    for word in rest:
        if word in with_value:
            flags.setdefault(word, []).append(_plain(next(rest, "")))
        elif word.startswith("-") and _number(word) is None:
            flags.setdefault(word, [])
        else:
            plain.append(word if words[0] == "setAttr" and plain else _plain(word))
    return plain, flags


def _last(flags: dict[str, list[str]], *names: str) -> str | None:
    found = [flags[name][-1] for name in names if flags.get(name)]
    return found[0] if found else None


def _plain(word: str) -> str:
    return word.removeprefix('"')


def _value(word: str) -> Value:
    if word.startswith('"'):
        return word[1:]
    number = _SWITCHES.get(word, _number(word))
    return word if number is None else number


def _number(word: str) -> float | None:
    return float(word) if len(word) < 100 and _NUMBER.fullmatch(word) else None
