"""Archives of projects: unpacked with nothing outside, no links, and no more than there is room for."""

from __future__ import annotations

import errno
import os
import re
import stat
import struct
import zipfile
import zlib
from io import FileIO
from pathlib import Path, PurePosixPath

from render_manager.base.errors import UserError
from render_manager.base.file_names import RESERVED
from render_manager.base.i18n import _

MOST_ENTRIES = 100_000
LONGEST_LIST = 16 * 1024 * 1024
"""Bytes of the list of files at the end of an archive, which is read at once."""

LONGEST_PART, LONGEST_PATH, DEEPEST = 240, 1024, 64
"""Bytes of a name, bytes of a path, and folders in folders: what every system takes."""

METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""The others unpack to any length at once, in memory."""

DENSEST = 200
"""How many times as large as the archive its contents may be: scenes in text shrink to a tenth."""

ALWAYS_FINE = 64 * 1024 * 1024
MOST_SCENES = 200
PIECE = 1 << 20

_UNFIT = re.compile(r'[<>:"|?*\x00-\x1f]')


def is_archive(name: str) -> bool:
    return name.lower().endswith(".zip")


def unpack(archive: Path, folder: Path, room: int) -> None:
    """Everything in it, below `folder`, which is made; `room` is bytes. Raises UserError."""
    folder.mkdir()
    try:
        with _Archive(archive) as file, zipfile.ZipFile(file) as opened:
            entries = opened.infolist()
            _check_size(entries, archive.stat().st_size, room)
            targets = [(entry, folder / _inside(entry)) for entry in entries]
            for entry, target in targets:
                _extract(opened, entry, target)
    except _BROKEN as error:
        raise UserError(
            _("The archive cannot be unpacked ({why}). Pack it again as .zip.").format(why=error),
            field="file",
        ) from None
    except OSError as error:
        if error.errno in _AT_ODDS:
            raise _refused(error.strerror or str(error)) from None
        raise


_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError),
    *(NotImplementedError, RuntimeError, ValueError, LookupError),
)
_AT_ODDS = frozenset(
    {errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ}
)
"""Two of its names cannot both be, or one cannot be here."""


class _Archive(FileIO):
    """Never read so much at once that memory would run out."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:
            size = min(LONGEST_LIST, os.fstat(self.fileno()).st_size - self.tell())
        if size > LONGEST_LIST:
            raise zipfile.BadZipFile(_("it has too many files"))
        return super().read(size) or b""


def scenes_in(folder: Path, suffixes: tuple[str, ...]) -> list[str]:
    """The paths of the scenes below it."""
    found = (path for path in folder.rglob("*") if path.name.lower().endswith(suffixes))
    return sorted(str(path) for path in found if path.is_file())[:MOST_SCENES]


def _check_size(entries: list[zipfile.ZipInfo], packed: int, room: int) -> None:
    whole = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES:
        raise _refused(_("it has too many files"))
    if any(entry.compress_type not in METHODS for entry in entries):
        raise _refused(_("it is packed in a way other than usual (Deflate)"))
    if whole > max(ALWAYS_FINE, packed * DENSEST):
        raise _refused(_("it would become far larger than it is"))
    if whole > room:
        raise _refused(_("there is no room on the disk for what is in it"))


def _inside(entry: zipfile.ZipInfo) -> PurePosixPath:
    """Where in the folder an entry goes. Raises UserError for one that would leave it."""
    name = _name(entry).replace("\\", "/")
    path = PurePosixPath(name)
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _refused(_("“{name}” is a link or a device").format(name=entry.filename))
    bad = path.is_absolute() or ".." in path.parts or not path.parts
    bad = bad or len(path.parts) > DEEPEST or len(str(path).encode()) > LONGEST_PATH
    if bad or any(_is_unfit(part) for part in path.parts):
        raise _refused(_("“{name}” is no fit path").format(name=entry.filename))
    return path


def _is_unfit(part: str) -> bool:
    is_unfit = _UNFIT.search(part) or RESERVED.fullmatch(part) or part != part.rstrip(" .")
    return bool(is_unfit) or len(part.encode()) > LONGEST_PART


def _name(entry: zipfile.ZipInfo) -> str:
    """Its name; where the archive does not say that it is UTF-8, Windows wrote it in the code of
    its language, which here is taken for Chinese if it can be."""
    if entry.flag_bits & 0x800 or entry.filename.isascii():
        return entry.filename
    raw = entry.filename.encode("cp437")
    for code in ("utf-8", "gb18030"):
        try:
            return raw.decode(code)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _extract(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    if entry.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    left = entry.file_size
    with opened.open(entry) as source, target.open("xb") as file:
        while piece := source.read(PIECE):
            left -= len(piece)
            if left < 0:
                raise _refused(_("it is not what it says"))
            file.write(piece)


def _refused(why: str) -> UserError:
    sentence = _("The archive is not taken: {why}.")
    return UserError(sentence.format(why=why), field="file")
