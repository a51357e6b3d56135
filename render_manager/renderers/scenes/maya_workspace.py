"""A Maya project: the folder that `workspace.mel` lies in, and the places that file names."""

from __future__ import annotations

import re
from pathlib import Path

_FILE = "workspace.mel"
_LARGEST = 1 << 20

_RULE = re.compile(
    r'^\s*workspace\s+-(?:fr|fileRule)\s+"((?:[^"\\]|\\.)*)"\s+"((?:[^"\\]|\\.)*)"', re.MULTILINE
)


def project_of(scene: Path) -> Path | None:
    """The nearest folder above `scene` that holds a workspace.mel; None if there is none."""
    for folder in scene.absolute().parents:
        try:
            if (folder / _FILE).is_file():
                return folder
        except OSError:
            continue
    return None


def images_dir(project: Path) -> Path:
    """Where the project wants pictures: its file rule "images", else Maya's own, `images`."""
    return rule_dir(project, "images", "images")


def rule_dir(project: Path, rule: str, default: str) -> Path:
    """The folder of a file rule; relative ones are in the project. The last of a rule counts."""
    place = _rules(project).get(rule) or default
    return project / place.replace("\\", "/")


def _rules(project: Path) -> dict[str, str]:
    try:
        with (project / _FILE).open("rb") as file:
            text = file.read(_LARGEST).decode("utf-8", "replace")
    except OSError:
        return {}
    return {rule: re.sub(r"\\(.)", r"\1", place) for rule, place in _RULE.findall(text)}
