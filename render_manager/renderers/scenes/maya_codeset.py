"""The encoding of the texts in a .ma, by the name in its `//Codeset:` line."""

from __future__ import annotations

import codecs

_ASCII = bytes(range(32, 127))
_NUMBERED = {"54936": "gb18030", "51936": "gb2312", "20932": "euc-jp", "51932": "euc-jp"}
"""Code pages that Python has under another name."""


def codec_of(name: str) -> str | None:
    """Python's name of the codec; None if it is not known. Maya writes the number of a Windows
    code page ("936"), on other systems a name ("UTF-8")."""
    for codec in (_NUMBERED.get(name, f"cp{name}") if name.isdigit() else name, name):
        try:
            # MEL itself is ASCII, so what changes that (UTF-16, idna) is no codeset of a scene.
            if _ASCII.decode(codec, "replace") == _ASCII.decode("ascii"):
                return codecs.lookup(codec).name
        except (LookupError, ValueError, TypeError):
            continue
    return None
