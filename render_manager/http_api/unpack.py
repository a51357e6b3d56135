"""Archives of projects: unpacked with nothing outside, no links, and no more than there is room for."""

from __future__ import annotations

import re
import stat
import zipfile
from pathlib import Path, PurePosixPath

from render_manager.base.errors import UserError
from render_manager.base.i18n import _

MOST_ENTRIES = 200_000
DENSEST = 200
"""How many times as large as the archive its contents may be: scenes in text shrink to a tenth."""

ALWAYS_FINE = 64 * 1024 * 1024
MOST_SCENES = 200
PIECE = 1 << 20

_UNFIT = re.compile(r'[<>:"|?*\x00-\x1f]')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


def is_archive(name: str) -> bool:
    return name.lower().endswith(".zip")


def unpack(archive: Path, folder: Path, room: int) -> None:
    """Everything in it, below `folder`, which is made; `room` is bytes. Raises UserError."""
    folder.mkdir()
    try:
        with zipfile.ZipFile(archive) as opened:
            entries = opened.infolist()
            _check_size(entries, archive.stat().st_size, room)
            targets = [(entry, folder / _inside(entry)) for entry in entries]
            for entry, target in targets:
                _extract(opened, entry, target)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise UserError(
            _("The archive cannot be unpacked ({why}). Pack it again as .zip.").format(why=error),
            field="file",
        ) from None
    except (ValueError, UnicodeError) as error:
        raise _refused(str(error)) from None


def scenes_in(folder: Path, suffixes: tuple[str, ...]) -> list[str]:
    """The paths of the scenes below it."""
    found = (path for path in folder.rglob("*") if path.name.lower().endswith(suffixes))
    return sorted(str(path) for path in found if path.is_file())[:MOST_SCENES]


def _check_size(entries: list[zipfile.ZipInfo], packed: int, room: int) -> None:
    whole = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES:
        raise _refused(_("it has too many files"))
    if whole > max(ALWAYS_FINE, packed * DENSEST):
        raise _refused(_("it would become far larger than it is"))
    if whole > room:
        raise _refused(_("there is no room on the disk for what is in it"))


def _inside(entry: zipfile.ZipInfo) -> PurePosixPath:
    """Where in the folder an entry goes. Raises UserError for one that would leave it."""
    name = entry.filename.replace("\\", "/")
    path = PurePosixPath(name)
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _refused(_("“{name}” is a link or a device").format(name=entry.filename))
    bad = path.is_absolute() or ".." in path.parts or not path.parts
    if bad or any(_is_unfit(part) for part in path.parts):
        raise _refused(_("“{name}” is no fit path").format(name=entry.filename))
    return path


def _is_unfit(part: str) -> bool:
    return bool(_UNFIT.search(part) or _RESERVED.fullmatch(part)) or part != part.rstrip(" .")


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
