"""Keeping the computer from going to sleep, by the means of each system.

Only sleep out of idleness is held off on Windows and macOS, and the screen may go dark everywhere.
Closing the lid of a laptop still puts it to sleep. Each lock ends with this process, however that
ends. The one for Linux was tried with a stand-in for logind on a real D-Bus; those for Windows and
macOS are written from the documentation and were not tried on real ones yet.
"""

from __future__ import annotations

import ctypes
import logging
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Protocol

from render_manager.base.i18n import _

if TYPE_CHECKING:
    from PySide6.QtDBus import QDBusMessage, QDBusPendingCall, QDBusPendingCallWatcher

log = logging.getLogger(__name__)

ES_CONTINUOUS, ES_SYSTEM_REQUIRED = 0x80000000, 0x00000001
CAFFEINATE = "/usr/bin/caffeinate"
LOGIND = "org.freedesktop.login1"
PATIENCE_MS = 10_000


class SleepLock(Protocol):
    """Held or not. Both calls come in turn, from the main thread; neither waits or raises."""

    def hold(self) -> None: ...

    def release(self) -> None: ...


def sleep_lock() -> SleepLock:
    """The one for this system. Where there is no means, it does nothing and logs that once."""
    if sys.platform == "win32":
        return WindowsLock()
    return CaffeinateLock() if sys.platform == "darwin" else LogindLock()


class _Quiet:
    """What goes wrong is no reason to bother anybody: it is logged, and only once."""

    _has_told = False

    def _tell(self, why: object) -> None:
        if not self._has_told:
            log.info("The computer cannot be kept awake: %s", why)
        self._has_told = True


class WindowsLock(_Quiet):
    """A state of the calling thread: the main thread, which lives as long as the program."""

    def hold(self) -> None:
        self._set(ES_CONTINUOUS | ES_SYSTEM_REQUIRED)

    def release(self) -> None:
        self._set(ES_CONTINUOUS)

    def _set(self, state: int) -> None:
        if sys.platform == "win32":
            set_state = ctypes.WinDLL("kernel32").SetThreadExecutionState
            set_state.argtypes, set_state.restype = [ctypes.c_uint32], ctypes.c_uint32
            if not set_state(state):
                self._tell("SetThreadExecutionState refuses")


class CaffeinateLock(_Quiet):
    """A child that watches this process and ends with it."""

    def __init__(self, program: str = CAFFEINATE) -> None:
        self._program = program
        self._child: subprocess.Popen[bytes] | None = None

    def hold(self) -> None:
        command = [self._program, "-i", "-w", str(os.getpid())]
        nowhere = subprocess.DEVNULL
        try:
            self._child = subprocess.Popen(command, stdin=nowhere, stdout=nowhere, stderr=nowhere)
        except OSError as error:
            self._tell(error)

    def release(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            self._child = None


class LogindLock(_Quiet):
    """logind answers with an open file, and the lock lasts until nobody has it open any more."""

    def __init__(self) -> None:
        self._answer: QDBusPendingCall | None = None
        self._watcher: QDBusPendingCallWatcher | None = None

    def hold(self) -> None:
        from PySide6.QtDBus import QDBusConnection, QDBusPendingCallWatcher

        bus = QDBusConnection.systemBus()
        if not bus.isConnected():
            self._tell(bus.lastError().message())
            return
        self._answer = bus.asyncCall(_inhibit(), PATIENCE_MS)
        self._watcher = QDBusPendingCallWatcher(self._answer)
        self._watcher.finished.connect(self._look)

    def release(self) -> None:
        """The answer holds the file, so letting go of it closes the file."""
        self._watcher = self._answer = None

    def _look(self) -> None:
        if self._answer is not None and self._answer.isError():
            self._tell(self._answer.error().message())


def _inhibit() -> QDBusMessage:
    from PySide6.QtDBus import QDBusMessage

    message = QDBusMessage.createMethodCall(
        LOGIND, "/org/freedesktop/login1", f"{LOGIND}.Manager", "Inhibit"
    )
    message.setArguments(
        ["sleep:idle", _("Render Manager"), _("Frames are being rendered"), "block"]
    )
    return message
