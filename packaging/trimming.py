"""What is left out of the packaged program: the parts of Qt and of Python that nothing uses."""

from __future__ import annotations

import re
from pathlib import PurePath

UNUSED_MODULES = [
    "IPython",
    "PyQt5",
    "PyQt6",
    "_cffi_backend",
    "_pytest",
    "cffi",
    "hypothesis",
    "matplotlib",
    "mypy",
    "numpy.f2py",
    "numpy.testing",
    "psycopg2",
    "pydoc",
    "pytest",
    "ruff",
    "setuptools",
    "tkinter",
    "zstandard._cffi",
    "zstandard.backend_cffi",
]

UNUSED_QT = (
    "3D",
    "Charts",
    "DataVisualization",
    "Designer",
    "Graphs",
    "Help",
    "Multimedia",
    "OpenGLWidgets",
    "Pdf",
    "Positioning",
    "Qml",
    "Quick",
    "RemoteObjects",
    "Scxml",
    "Sensors",
    "SerialPort",
    "ShaderTools",
    "SpatialAudio",
    "Sql",
    "StateMachine",
    "Test",
    "TextToSpeech",
    "VirtualKeyboard",
    "WebChannel",
    "WebEngine",
)

UNUSED_PLUG_INS = (
    "assetimporters",
    "designer",
    "geometryloaders",
    "multimedia",
    "networkinformation",
    "position",
    "qmllint",
    "qmltooling",
    "renderers",
    "sceneparsers",
    "sqldrivers",
    "virtualkeyboard",
)

UNUSED_FILES = re.compile(
    r"opengl32sw\.dll|qdirect2d\.dll|libqeglfs.*|libqlinuxfb.*|libqvnc.*|libqvkkhrdisplay.*"
    r"|libqminimalegl.*|qpdf\.dll|libqpdf\.(so|dylib)|libqtvirtualkeyboard.*"
    r"|libqgtk3\.so|libgtk-3\.so.*|libgdk-3\.so.*",
    re.IGNORECASE,
)

_QT_LIBRARY = re.compile(r"(?:lib)?Qt6?(?P<name>[A-Z0-9]\w*?)(?:\.abi3)?\.(?:dll|pyd|so|dylib)")

LANGUAGES = ("zh_CN",)
"""The languages of Qt's own words that the program speaks besides English."""


def is_wanted(destination: str) -> bool:
    """Whether a file belongs in the program; it is named by where it would lie."""
    path = PurePath(destination.replace("\\", "/"))
    if UNUSED_FILES.fullmatch(path.name):
        return False
    if "translations" in path.parts and path.suffix == ".qm":
        return any(path.stem.endswith(language) for language in LANGUAGES)
    if "qml" in path.parts or any(part in UNUSED_PLUG_INS for part in path.parts):
        return False
    library = _QT_LIBRARY.match(path.name)
    return not (library and library["name"].startswith(UNUSED_QT))
