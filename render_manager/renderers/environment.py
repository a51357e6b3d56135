"""The environment that renderers, and the Python that Blender is embedded in, are started with."""

from __future__ import annotations

import os

ENVIRONMENT: dict[str, str | None] = {
    # what a Python or Qt program that started us may have set for itself, not for them
    "PYTHONHOME": None,
    "PYTHONPATH": None,
    "PYTHONSTARTUP": None,
    "PYTHONEXECUTABLE": None,
    "PYTHONPLATLIBDIR": None,
    "VIRTUAL_ENV": None,
    "__PYVENV_LAUNCHER__": None,
    "QT_API": None,
    "QT_PLUGIN_PATH": None,
    "QT_QPA_PLATFORM": None,
    "QT_QPA_PLATFORM_PLUGIN_PATH": None,
    "QT_QPA_PLATFORMTHEME": None,
    "QML_IMPORT_PATH": None,
    "QML2_IMPORT_PATH": None,
    "PYSIDE_DESIGNER_PLUGINS": None,
    "PYSIDE_DISABLE_INTERNAL_QT_CONF": None,
    # so that its log is complete at any moment, and readable
    "PYTHONUNBUFFERED": "1",
    "PYTHONIOENCODING": "utf-8",
}
"""What to change in this program's environment; None takes a variable away."""


def environment() -> dict[str, str]:
    """This program's environment with those changes, for a process of our own."""
    merged: dict[str, str | None] = {**os.environ, **ENVIRONMENT}
    return {name: value for name, value in merged.items() if value is not None}
