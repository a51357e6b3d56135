"""Every window, in both languages, at 100 and 200 %: nothing cut off, nothing untranslated."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import legible
import pytest
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

NAMES = re.compile(
    r"\b(Unreal Engine|Unreal|Cinema|Houdini|husk|Nuke|After Effects|Arnold kick|Fake|"
    r"Render Manager|Blender|Maya|POV-Ray|fake|blend|fps|Cam2?|Rgb|HD|UHD|"
    r"Full HD|English|SQLite|sqlite|db|sqlite3|GB|MB|s|RGB|EXR|RAM|CPU|Ctrl|Alt|Shift|Esc|"
    r"Discord|Slack|Webhook|ProRes|HQ|STARTTLS|TLS|VP|HEVC|JSON|ffmpeg|"
    r"Enter|Home|End|Tab|F\d+|[A-Z]|[A-Z]+(_[A-Z0-9]+)+|x|maya|Render|mayabatch|UnrealEditor|Cmd)\b"
)
"""What is the same in every language: names, keys, units."""


@pytest.fixture(scope="module", params=["1", "2"], ids=["100 %", "200 %"])
def found(request: pytest.FixtureRequest) -> dict[str, Any]:
    script = Path(legible.__file__)
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=script.parents[2],
        env=os.environ
        | {
            "QT_SCALE_FACTOR": request.param,
            "PYTHONPATH": str(script.parents[2]),
            "LC_ALL": "C.UTF-8",
        },
        capture_output=True,
        text=True,
        check=True,
        timeout=240,
    )
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_nothing_is_cut_off(found: dict[str, Any], language: str) -> None:
    assert found[language]["cut off"] == []


def test_everything_is_translated(found: dict[str, Any]) -> None:
    english = [
        text
        for text in found["zh_CN"]["written"]
        if not re.search(r"[\u4e00-\u9fff]", text)
        and re.search("[A-Za-z]", NAMES.sub("", _said(text)))
    ]
    assert english == []
    assert len(found["zh_CN"]["written"]) > 150


def _said(text: str) -> str:
    """Without paths, markup, figures and what stands for a file."""
    text = re.sub(r"<[^>]*>", "", text)
    return re.sub(r"\S*[/\\.:]\S*|[\d&]", "", text)


def test_what_is_cut_off_is_found(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    row = QHBoxLayout(window)
    for widget in (QLabel("Some words that need room"), QPushButton("Some words that need room")):
        widget.setFixedWidth(40)
        row.addWidget(widget)
    row.addWidget(QLabel("fits"))
    window.show()
    assert [fault.partition(":")[0] for fault in legible.cut_off(window)] == [
        "QLabel",
        "QPushButton",
    ]
    assert legible.written(window) == {"Some words that need room", "fits"}
