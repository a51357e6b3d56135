"""What import-linter cannot say: which rooms may use which parts of Qt."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import render_manager

HOUSE = Path(render_manager.__file__).parent
MODULES = sorted(HOUSE.rglob("*.py"))
BLENDER_RUNS = (
    HOUSE / "renderers" / "blender" / "driver.py",
    HOUSE / "submitters" / "blender" / "__init__.py",
)


def imports(module: Path) -> set[str]:
    """The names of all modules that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_widgets_are_only_in_the_window(module: Path) -> None:
    if module.relative_to(HOUSE).parts[0] != "gui":
        assert not imports(module) & {"PySide6.QtWidgets", "PySide6.QtGui"}


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_bpy_is_only_where_blender_runs_it(module: Path) -> None:
    if module not in BLENDER_RUNS:
        assert "bpy" not in imports(module)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_what_other_programs_run_is_imported_by_nobody_here(module: Path) -> None:
    theirs = ("blender", "maya", "unreal")
    assert not imports(module) & {f"render_manager.submitters.{name}" for name in theirs}


def test_every_module_says_what_it_is_for() -> None:
    silent = [path for path in MODULES if not ast.get_docstring(ast.parse(path.read_text("utf-8")))]
    assert [path for path in silent if path.stat().st_size > 0] == []
