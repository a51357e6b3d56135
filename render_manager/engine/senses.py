"""What this computer knows of its user: idle time, programs, battery. Asked in a thread; nothing
here raises, and what cannot be known is None.

On X11 this was tried under Xvfb. Wayland (GNOME and KDE by D-Bus), Windows and macOS are written from
the documentation and were not tried on real ones yet.
"""

from __future__ import annotations

import contextlib
import ctypes
import ctypes.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import psutil

from render_manager.domain.courtesy import Rules, Seen, is_named

PATIENCE_MS = 1_000
MUTTER = ("org.gnome.Mutter.IdleMonitor", "/org/gnome/Mutter/IdleMonitor/Core", "GetIdletime")
SAVER = ("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver", "GetSessionIdleTime")


def look(rules: Rules) -> Seen:
    """What the rules ask for, and nothing else."""
    nothing = Rules()
    in_use = rules.when_in_use is not nothing.when_in_use
    battery = rules.when_on_battery is not nothing.when_on_battery
    return Seen(
        idle_seconds() if in_use else None,
        running_program(rules) if rules.watches_programs else None,
        on_battery() if battery else None,
    )


def on_battery() -> bool | None:
    with contextlib.suppress(Exception):
        battery = psutil.sensors_battery()
        if battery is not None and battery.power_plugged is not None:
            return not battery.power_plugged
    return None


# --- programs -------------------------------------------------------------------------------------


def running_program(rules: Rules) -> str | None:
    """One of the named programs that runs; or that is in front, where that can be known."""
    if rules.only_in_front:
        front = _front_program()
        if front is not None:
            return front if is_named(front, rules.programs) else None
    for process in _programs():
        name = process.info["name"] or ""
        if is_named(name, rules.programs):
            return name
    return None


def _programs() -> Iterator[psutil.Process]:
    with contextlib.suppress(OSError):  # Wine lists none
        yield from psutil.process_iter(["name"])


def _front_program() -> str | None:
    """The program whose window has the keyboard; empty if there is none."""
    pid: int | None = None
    with contextlib.suppress(Exception):
        pid = _front_pid_of_windows() if sys.platform == "win32" else _front_pid_of_x11()
    if pid is None:
        return None
    try:
        return psutil.Process(pid).name()
    except psutil.Error:
        return ""


def _front_pid_of_x11() -> int | None:
    """By xprop, since a window that vanishes while it is asked would end this process."""
    xprop = shutil.which("xprop")
    if xprop is None or not os.environ.get("DISPLAY"):
        return None
    window = re.search(r"0x[0-9a-f]+", _said(xprop, "-root", "_NET_ACTIVE_WINDOW"))
    if window is None or int(window[0], 16) == 0:
        return None
    pid = re.search(r"= (\d+)", _said(xprop, "-id", window[0], "_NET_WM_PID"))
    return int(pid[1]) if pid else None


def _said(*command: str) -> str:
    ended = subprocess.run(command, capture_output=True, text=True, timeout=2, check=False)
    return ended.stdout


def _front_pid_of_windows() -> int | None:
    if sys.platform == "win32":
        user32 = ctypes.WinDLL("user32")
        user32.GetForegroundWindow.restype = ctypes.c_void_p
        user32.GetWindowThreadProcessId.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
        window, pid = user32.GetForegroundWindow(), ctypes.c_uint32()
        if window and user32.GetWindowThreadProcessId(window, ctypes.byref(pid)):
            return pid.value
    return None


# --- idle time ------------------------------------------------------------------------------------


def idle_seconds() -> float | None:
    """Since somebody touched keyboard or mouse."""
    for way in _ways():
        with contextlib.suppress(Exception):
            seconds = way()
            if seconds is not None:
                return seconds
    return None


def _ways() -> tuple[Callable[[], float | None], ...]:
    if sys.platform == "win32":
        return (_idle_of_windows,)
    if sys.platform == "darwin":
        return (_idle_of_macos,)
    return (_idle_of_gnome, _idle_of_x11, _idle_of_kde)


def _idle_of_gnome() -> float | None:
    return _by_dbus(*MUTTER)


def _idle_of_kde() -> float | None:
    return _by_dbus(*SAVER)


def _by_dbus(service: str, path: str, method: str) -> float | None:
    """Milliseconds told by the desktop, as seconds."""
    from PySide6.QtDBus import QDBusConnection, QDBusMessage

    bus = QDBusConnection.sessionBus()
    if not bus.isConnected():
        return None
    question = QDBusMessage.createMethodCall(service, path, service, method)
    from PySide6.QtDBus import QDBus

    answer = bus.call(question, QDBus.CallMode.Block, PATIENCE_MS)
    if answer.type() is not QDBusMessage.MessageType.ReplyMessage or not answer.arguments():
        return None
    return float(answer.arguments()[0]) / 1000


class _ScreenSaverInfo(ctypes.Structure):
    """`XScreenSaverInfo` of X11/extensions/scrnsaver.h."""

    _fields_ = (
        ("window", ctypes.c_ulong),
        ("state", ctypes.c_int),
        ("kind", ctypes.c_int),
        ("til_or_since", ctypes.c_ulong),
        ("idle", ctypes.c_ulong),
        ("event_mask", ctypes.c_ulong),
    )


def _idle_of_x11() -> float | None:
    """The display is opened anew each time: an X server that goes away must not take us with it."""
    if not os.environ.get("DISPLAY"):
        return None
    x11, saver = _library("X11"), _library("Xss")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XOpenDisplay.argtypes = [ctypes.c_char_p]
    x11.XDefaultRootWindow.restype = ctypes.c_ulong
    x11.XDefaultRootWindow.argtypes = [ctypes.c_void_p]
    x11.XCloseDisplay.argtypes = [ctypes.c_void_p]
    query = saver.XScreenSaverQueryInfo
    query.argtypes = [ctypes.c_void_p, ctypes.c_ulong, ctypes.c_void_p]
    display = x11.XOpenDisplay(None)
    if not display:
        return None
    try:
        info = _ScreenSaverInfo()
        known = query(display, x11.XDefaultRootWindow(display), ctypes.byref(info))
        return info.idle / 1000 if known else None
    finally:
        x11.XCloseDisplay(display)


def _library(name: str) -> Any:
    found = ctypes.util.find_library(name)
    if found is None:
        raise OSError(name)
    return ctypes.CDLL(found)


class _LastInputInfo(ctypes.Structure):
    _fields_ = (("size", ctypes.c_uint32), ("time", ctypes.c_uint32))


def _idle_of_windows() -> float | None:
    if sys.platform == "win32":
        info = _LastInputInfo(ctypes.sizeof(_LastInputInfo))
        if ctypes.WinDLL("user32").GetLastInputInfo(ctypes.byref(info)):
            ticks = ctypes.WinDLL("kernel32").GetTickCount
            ticks.restype = ctypes.c_uint32
            return float((ticks() - info.time) % 2**32) / 1000  # it begins anew after 49 days
    return None


def _idle_of_macos() -> float | None:
    graphics = _library("ApplicationServices")
    ask = graphics.CGEventSourceSecondsSinceLastEventType
    ask.restype, ask.argtypes = ctypes.c_double, [ctypes.c_int32, ctypes.c_uint32]
    return float(ask(1, 0xFFFFFFFF))  # of the hardware, any event
