"""Putting this computer to sleep or shutting it down, by the means of each system.

The one for Linux was tried with a stand-in for logind on a real D-Bus; those for Windows and macOS are
written from the documentation and were not tried on real ones yet.
"""

from __future__ import annotations

import ctypes
import subprocess
import sys
from typing import Protocol

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.domain.deeds import Deed

LOGIND = "org.freedesktop.login1"
PATIENCE_MS = 10_000

LOGIND_VERBS = {Deed.SLEEP: "Suspend", Deed.HIBERNATE: "Hibernate", Deed.SHUT_DOWN: "PowerOff"}

WINDOWS_COMMANDS = {
    Deed.HIBERNATE: ("shutdown", "/h"),
    Deed.SHUT_DOWN: ("shutdown", "/s", "/t", "0"),
}

MACOS_COMMANDS = {
    Deed.SLEEP: ("/usr/bin/pmset", "sleepnow"),
    Deed.HIBERNATE: ("/usr/bin/pmset", "sleepnow"),  # it hibernates by itself when it should
    Deed.SHUT_DOWN: ("/usr/bin/osascript", "-e", 'tell application "System Events" to shut down'),
}


class Power(Protocol):
    def carry_out(self, deed: Deed) -> None:
        """Raises UserError if the system refuses."""
        ...


class SystemPower:
    """The one of this system."""

    def carry_out(self, deed: Deed) -> None:
        if deed is Deed.NOTHING:
            return
        if sys.platform == "win32":
            _on_windows(deed)
        elif sys.platform == "darwin":
            _run(MACOS_COMMANDS[deed])
        else:
            _ask_logind(LOGIND_VERBS[deed])


def _on_windows(deed: Deed) -> None:
    if deed is not Deed.SLEEP:
        _run(WINDOWS_COMMANDS[deed])
    elif sys.platform == "win32" and not ctypes.WinDLL("powrprof").SetSuspendState(0, 0, 0):
        raise _refused("SetSuspendState")


def _run(command: tuple[str, ...]) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=30)
    except (OSError, subprocess.SubprocessError) as error:
        raise _refused(error) from error


def _ask_logind(verb: str) -> None:
    """Without a question to the user: nobody is there to answer it."""
    from PySide6.QtDBus import QDBus, QDBusConnection, QDBusMessage

    bus = QDBusConnection.systemBus()
    if not bus.isConnected():
        raise _refused(bus.lastError().message())
    question = QDBusMessage.createMethodCall(
        LOGIND, "/org/freedesktop/login1", "org.freedesktop.login1.Manager", verb
    )
    question.setArguments([False])
    answer = bus.call(question, QDBus.CallMode.Block, PATIENCE_MS)
    if answer.type() is QDBusMessage.MessageType.ErrorMessage:
        raise _refused(answer.errorMessage())


def _refused(why: object) -> UserError:
    return UserError(
        _("The computer could not be put to sleep or shut down: {why}.").format(
            why=str(why).rstrip(".")
        )
    )
