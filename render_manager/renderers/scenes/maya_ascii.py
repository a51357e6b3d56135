"""Streaming reader of Maya ASCII (.ma): only the statements that matter are taken apart.

Maya begins each statement on a line of its own and goes on with it on lines that begin with two
tabs. So the next statement that matters is found by its first word after a line's end, and all
between is dropped block by block: the gigabyte of a mesh costs a search, no memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from render_manager.renderers.scenes.maya_codeset import codec_of
from render_manager.renderers.scenes.maya_nodes import KINDS, SETTINGS, SETTINGS_KINDS

_BLOCK = 1 << 20
_LONGEST = 1 << 20
"""A statement is read up to this many bytes; what is longer is no setting of a render."""

_MOST_WORDS = 100_000
_MOST_STATEMENTS = 2_000_000
_OVERLAP = 512

_WORDS = rb"createNode|select|requires|currentUnit|file|setAttr"
_OTHERS = (
    rb"rename|addAttr|connectAttr|disconnectAttr|relationship|lockNode|parent|fileInfo"
    rb"|dataStructure|applyMetadata|instanceable|scriptNode|eval|python"
)
_LAYER_CHANGE = rb'connectAttr[ \t]+"?:?default(?:RenderGlobals|Resolution)\.'
_KINDS = b"|".join(kind.encode() for kind in sorted(KINDS | SETTINGS_KINDS))

_FULL_NAME = (
    rb'setAttr[ \t]+(?:-[a-z]+[ \t]+\w+[ \t]+)*+"?:?(?:'
    + b"|".join(name.encode() for name in sorted(SETTINGS))
    + rb")\."
)

_OUTSIDE = re.compile(
    rb"\n[ \t]*+(?:createNode[ \t]++(?:-|\"?(?:"
    + _KINDS
    + rb")\b)|(?:select|requires|currentUnit|file)[ \t]|//Codeset:|"
    + _LAYER_CHANGE
    + rb"|"
    + _FULL_NAME
    + rb")"
)
"""What is looked for after a node that does not matter: not its attributes, not more such nodes."""

_SETTINGS_ONLY = re.compile(
    rb"\n[ \t]*+(?:select[ \t]|" + _LAYER_CHANGE + rb"|" + _FULL_NAME + rb")"
)

_INSIDE = re.compile(rb"\n[ \t]*+(?:(?:" + _WORDS + rb")[ \t]|//Codeset:|" + _LAYER_CHANGE + rb")")

_ANY = re.compile(rb"\n[ \t]*+(?:(?:" + _WORDS + rb"|" + _OTHERS + rb")\b|//)")
"""Where a statement ends at the latest, so that a quote that is never closed ends there too."""

_TOKEN = re.compile(
    r'"([^"\\]*+(?:\\.[^"\\]*+)*+)"|//[^\n]*|/\*.*?\*/|(;)|([^\s";()]+)|(")', re.DOTALL
)

_ESCAPES = (
    ("\\\\", "\0"),
    ("\\n", "\n"),
    ("\\t", "\t"),
    ("\\r", "\r"),
    ("\\", ""),
    ("\0", "\\"),
)
"""In this order, so that no backslash counts twice; no text of Maya's has a zero."""

Statement = list[str]
"""The words of a statement. A string keeps a quote before it, so that it is told from a flag."""


class MayaStatements:
    """The statements of one file that matter, as lists of words."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._buffer = b"\n"
        self._at = 0
        self._tail = b""
        self._ended = False
        self.inside = False
        """Whether the attributes of the last node are wanted; set it while reading."""
        self.full = False
        """Whether no more nodes are wanted, just the settings; set it while reading."""
        self.unknown_codeset: str | None = None
        self._codec = "utf-8"

    @property
    def complete(self) -> bool:
        """Whether Maya's last line was there; ask when all statements were read."""
        return b"// End of" in self._tail

    def __iter__(self) -> Iterator[Statement]:
        for _statement in range(_MOST_STATEMENTS):
            if not self._find():
                return
            text = self._take()
            if text.lstrip().startswith(b"//Codeset:"):
                self._read_codeset(text.strip().split(b"\n")[0])
            else:
                # Decoded first: the second byte of a Chinese or Japanese letter may be a backslash.
                # Unproven: that Maya does not escape such a byte.
                yield from _statements(text.decode(self._codec, "replace"))

    def _read_codeset(self, line: bytes) -> None:
        name = line.split(b":", 1)[1].decode("ascii", "replace").strip()[:40]
        codec = codec_of(name)
        self._codec = codec or "utf-8"
        self.unknown_codeset = None if codec else name

    def _find(self) -> bool:
        """Go to the next statement that matters."""
        while True:
            pattern = _INSIDE if self.inside else _SETTINGS_ONLY if self.full else _OUTSIDE
            if found := pattern.search(self._buffer, self._at):
                self._at = found.start()
                return True
            if self._ended:
                return False
            self._drop()
            self._fill()

    def _drop(self) -> None:
        """Keep the beginning of a line that may become a statement with the next block."""
        line = self._buffer.rfind(b"\n", max(self._at, len(self._buffer) - _OVERLAP))
        self._at = line if line >= 0 else len(self._buffer)

    def _fill(self) -> None:
        block = self._stream.read(_BLOCK)
        self._ended = not block
        self._tail = (self._tail + block[-_OVERLAP:])[-_OVERLAP:]
        self._buffer = self._buffer[self._at :] + block
        self._at = 0

    def _take(self) -> bytes:
        """The bytes of this statement, up to where the next one begins."""
        length = self._length()
        start, self._at = self._at, self._at + length
        return self._buffer[start : start + min(length, _LONGEST)]

    def _length(self) -> int:
        searched = 1
        while True:
            if found := _ANY.search(self._buffer, self._at + searched):
                return found.start() - self._at
            length = len(self._buffer) - self._at
            if self._ended or length > _LONGEST:
                return length
            searched = max(1, length - _OVERLAP)
            self._fill()


def _statements(text: str) -> Iterator[Statement]:
    words: Statement = []
    for word in _words(text):
        if word != ";":
            words.append(word)
            continue
        if words:
            yield words
        words = []
    if words:
        yield words


def _words(text: str) -> Iterator[str]:
    """Strings that a plus joins are one word."""
    pieces: list[str] = []
    plus = False
    for token in _tokens(text):
        string = token.startswith('"')
        if pieces and token == "+":
            plus = True
        elif pieces and plus and string:
            pieces.append(token[1:])
            plus = False
        else:
            if pieces:
                yield "".join(pieces)
            pieces, plus = ([token] if string else []), False
            if not string:
                yield token
    if pieces:
        yield "".join(pieces)


def _tokens(text: str) -> Iterator[str]:
    for count, match in enumerate(_TOKEN.finditer(text)):
        string, end, bare, broken = match.groups()
        if broken or count > _MOST_WORDS:
            return
        if string is not None:
            yield '"' + _unescaped(string)
        elif end or bare:
            yield end or bare


def _unescaped(string: str) -> str:
    if "\\" in string:
        for escaped, plain in _ESCAPES:
            string = string.replace(escaped, plain)
    return string
