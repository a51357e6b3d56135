"""Where files of the server go: below the folder, whatever they are called."""

from __future__ import annotations

from pathlib import Path

import pytest

from render_manager.cli.remote.download import name_below


@pytest.mark.parametrize(
    ("file", "output_dir", "name"),
    [
        ("/out/shot/a.0001.exr", "/out/shot", "a.0001.exr"),
        ("/out/shot/beauty/a.exr", "/out/shot", "beauty/a.exr"),
        ("/elsewhere/a.exr", "/out/shot", "a.exr"),
        ("D:\\out\\shot\\masks\\a.exr", "D:\\out\\shot", "masks/a.exr"),
        ("\\\\nas\\out\\a.exr", "\\\\nas\\out", "a.exr"),
        ("D:\\elsewhere\\a.exr", "D:\\out", "a.exr"),
        ("/out/shot/../../../etc/passwd", "/out/shot", "etc/passwd"),
        ("/out/shot/x/../../a", "/out/shot", "x/a"),
        ("/out/shot/a\\..\\b.exr", "/out/shot", "a_.._b.exr"),
        ("/out/shot/a:b\x1b.exr", "/out/shot", "a_b_.exr"),
        ("..", "/out", "file"),
        ("", "", "file"),
        ("/out", "/out", "file"),
    ],
)
def test_names(file: str, output_dir: str, name: str) -> None:
    assert name_below(file, output_dir) == Path(name)
