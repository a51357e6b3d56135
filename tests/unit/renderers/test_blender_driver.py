"""The driver as a file: it must run on any Blender's Python, and say what went wrong."""

from __future__ import annotations

import ast
import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render_manager.domain.frames import format_frames
from render_manager.renderers.blender import driver as blender_driver
from render_manager.renderers.blender.renderer import DRIVER


def test_it_parses_on_the_python_of_blender_2_83() -> None:
    ast.parse(DRIVER.read_text("utf-8"), feature_version=(3, 7))


def test_it_stands_alone() -> None:
    tree = ast.parse(DRIVER.read_text("utf-8"))
    imports = {
        name.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for name in node.names
    } | {
        str(node.module).partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
    }
    assert imports - {"bpy"} <= sys.stdlib_module_names


@given(st.sets(st.integers(-5000, 5000), min_size=1))
def test_it_reads_frames_as_they_are_written(frames: set[int]) -> None:
    assert blender_driver.parse_frames(format_frames(frames)) == sorted(frames)


def drive(*arguments: str) -> tuple[int, list[dict[str, object]]]:
    """Under our own Python, which has no Blender."""
    ran = subprocess.run(
        [sys.executable, "-I", str(DRIVER), "--", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    mark = blender_driver.MARKER
    lines = [line for line in ran.stdout.splitlines() if line.startswith(mark)]
    return ran.returncode, [json.loads(line.removeprefix(mark)) for line in lines]


@pytest.mark.parametrize(
    ("arguments", "exit_code", "code"),
    [
        (["s.blend", "--frames=1", "--output=/r/a_####"], 3, "missing_library"),
        (["s.blend", "--frames=1"], 9, "bad_arguments"),
        (["s.blend", "--frames=one", "--output=/r/a_####"], 9, "bad_arguments"),
        (["s.blend", "--frames=1", "--output=/r/a_####", "--colour=red"], 9, "bad_arguments"),
    ],
)
def test_it_says_what_went_wrong(arguments: list[str], exit_code: int, code: str) -> None:
    returned, (marker,) = drive(*arguments)
    assert (returned, marker["event"], marker["code"]) == (exit_code, "problem", code)
    assert marker["text"]


def test_a_mistake_of_its_own_is_told_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert blender_driver.run(["no double dash"]) == blender_driver.MISTAKE
    told = capsys.readouterr()
    marker = json.loads(told.out.removeprefix(blender_driver.MARKER))
    assert (marker["code"], marker["severity"]) == ("python_error", "fatal")
    assert "Traceback" in told.err
