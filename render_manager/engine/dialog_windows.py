"""Boxes that programs show on Windows: found, read, photographed and closed. None elsewhere.

Written from the documentation of the system's functions; it was not tried on a real Windows yet.
Nothing here waits for a program that hangs, and what fails is left as it is.
"""

from __future__ import annotations

import ctypes
import logging
import sys
from collections.abc import Container
from ctypes import wintypes
from dataclasses import dataclass
from pathlib import Path

from render_manager.domain.dialog import Dialog


@dataclass(frozen=True, slots=True)
class OpenDialog:
    """A box on the screen, by its window handle."""

    handle: int
    dialog: Dialog


if sys.platform == "win32":
    DIALOG_CLASS, TEXT_CLASSES = "#32770", ("Static", "Edit", "RichEdit20W", "SysLink")
    WM_CLOSE, WM_GETTEXT = 0x0010, 0x000D
    SMTO_ABORTIFHUNG = 0x0002
    READ_MS = 200
    LONGEST_TEXT = 4096

    _user = ctypes.WinDLL("user32", use_last_error=True)
    _Visit = ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.HWND, wintypes.LPARAM)
    _user.EnumWindows.argtypes = [_Visit, wintypes.LPARAM]
    _user.EnumChildWindows.argtypes = [wintypes.HWND, _Visit, wintypes.LPARAM]
    _user.IsWindowVisible.argtypes = [wintypes.HWND]
    _user.GetClassNameW.argtypes = [wintypes.HWND, wintypes.LPWSTR, ctypes.c_int]
    _user.GetWindowThreadProcessId.argtypes = [wintypes.HWND, ctypes.POINTER(wintypes.DWORD)]
    _user.PostMessageW.argtypes = [
        wintypes.HWND,
        wintypes.UINT,
        wintypes.WPARAM,
        wintypes.LPARAM,
    ]
    _user.SendMessageTimeoutW.argtypes = [
        wintypes.HWND,
        wintypes.UINT,
        wintypes.WPARAM,
        ctypes.c_void_p,
        wintypes.UINT,
        wintypes.UINT,
        ctypes.c_void_p,
    ]
    _user.SendMessageTimeoutW.restype = ctypes.c_void_p

    def open_dialogs(pids: Container[int]) -> list[OpenDialog]:
        """The visible boxes of these processes."""
        handles = [
            handle
            for handle in _windows(None)
            if _user.IsWindowVisible(handle)
            and _class_of(handle) == DIALOG_CLASS
            and _pid_of(handle) in pids
        ]
        return [OpenDialog(handle, _read(handle)) for handle in handles]

    def close(handle: int) -> None:
        """Ask the box to close, as its cross would."""
        _user.PostMessageW(handle, WM_CLOSE, 0, 0)

    def photograph(handle: int, target: Path) -> bool:
        """Put a picture of the box into a PNG file; say whether there is one."""
        from PIL import ImageGrab

        try:
            ImageGrab.grab(window=handle).save(target)
        except Exception:
            logging.getLogger(__name__).info("No picture of a dialog", exc_info=True)
            return False
        return True

    def _windows(parent: int | None) -> list[int]:
        found: list[int] = []

        def take(handle: int, _value: int) -> bool:
            found.append(handle)
            return True

        visit = _Visit(take)
        if parent is None:
            _user.EnumWindows(visit, 0)
        else:
            _user.EnumChildWindows(parent, visit, 0)
        return found

    def _read(handle: int) -> Dialog:
        children = [each for each in _windows(handle) if _class_of(each) in TEXT_CLASSES]
        return Dialog(_text_of(handle), tuple(text for text in map(_text_of, children) if text))

    def _text_of(handle: int) -> str:
        buffer = ctypes.create_unicode_buffer(LONGEST_TEXT)
        result = ctypes.c_size_t()
        _user.SendMessageTimeoutW(
            handle,
            WM_GETTEXT,
            LONGEST_TEXT,
            ctypes.addressof(buffer),
            SMTO_ABORTIFHUNG,
            READ_MS,
            ctypes.addressof(result),
        )
        return buffer.value.strip()

    def _class_of(handle: int) -> str:
        buffer = ctypes.create_unicode_buffer(256)
        _user.GetClassNameW(handle, buffer, len(buffer))
        return buffer.value

    def _pid_of(handle: int) -> int:
        pid = wintypes.DWORD()
        _user.GetWindowThreadProcessId(handle, ctypes.byref(pid))
        return pid.value

else:

    def open_dialogs(pids: Container[int]) -> list[OpenDialog]:  # noqa: ARG001
        """The visible boxes of these processes: none, but on Windows."""
        return []

    def close(handle: int) -> None:
        """Ask the box to close, as its cross would."""

    def photograph(handle: int, target: Path) -> bool:  # noqa: ARG001
        """Put a picture of the box into a PNG file; say whether there is one."""
        return False
