"""logind as far as sleep goes: gives out locks, and prints who takes one and when it is let go."""

from __future__ import annotations

import os

from PySide6.QtCore import QCoreApplication, QSocketNotifier
from PySide6.QtDBus import (
    QDBusConnection,
    QDBusMessage,
    QDBusUnixFileDescriptor,
    QDBusVirtualObject,
)


class Logind(QDBusVirtualObject):
    def introspect(self, path: str) -> str:
        return ""

    def handleMessage(self, message: QDBusMessage, connection: QDBusConnection) -> bool:
        print(message.member(), *message.arguments(), sep="|", flush=True)
        ours, theirs = os.pipe()
        lock = QDBusUnixFileDescriptor(theirs)
        os.close(theirs)
        connection.send(message.createReply(lock))
        self._watch(ours)
        return True

    def _watch(self, ours: int) -> None:
        notifier = QSocketNotifier(ours, QSocketNotifier.Type.Read, self)

        def let_go() -> None:
            notifier.setEnabled(False)
            os.close(ours)
            print("let go", flush=True)

        notifier.activated.connect(let_go)


app = QCoreApplication([])
bus = QDBusConnection.systemBus()
logind = Logind()
bus.registerVirtualObject("/org/freedesktop/login1", logind)
bus.registerService("org.freedesktop.login1")
print("ready", flush=True)
app.exec()
