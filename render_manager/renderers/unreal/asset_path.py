"""Unreal's paths of assets: `/Game/Maps/Street.Street`."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from render_manager.base.errors import UserError
from render_manager.base.i18n import _

_PLAIN = re.compile(r"/[A-Za-z0-9_][\w\-]*(?:/[\w\-]+)+(?:\.[\w\-]+)?")
_REFERENCE = re.compile(r"^[\w/.]+'\"?(?P<path>[^'\"]+)\"?'$")


def clean(text: str, field: str) -> str:
    """The path that is meant by what a person copied from Unreal, as `/Game/Folder/Name.Name`.

    `/Script/Engine.World'/Game/M.M'`, `/All/Game/…`, `/Content/` and the endings of files are
    known. Raises UserError for anything else: Unreal takes its command line apart once more, so
    spaces, quotes and leading dashes must not get into it.
    """
    path = text.strip()
    if match := _REFERENCE.match(path):
        path = match["path"]
    path = re.sub(r"^/All(?=/)", "", path.replace("\\", "/"))
    path = re.sub(r"^/Content/|^Content/|^/Game/Content/", "/Game/", path)
    path = re.sub(r"\.(?:uasset|umap)$", "", path)
    if not _PLAIN.fullmatch(path):
        sentence = _("“{path}” is no path of an asset. Write it as /Game/Folder/Name.")
        raise UserError(sentence.format(path=text), field=field)
    name = PurePosixPath(path).name
    return path if "." in name else f"{path}.{name}"
