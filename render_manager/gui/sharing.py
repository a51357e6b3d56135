"""The web page and other programs: whether they may come in, who is there, and how to let one in."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Protocol

from PySide6.QtCore import Qt, QUrl, SignalInstance
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from render_manager.base.i18n import N_, _, ngettext
from render_manager.gui import icons
from render_manager.gui import theme as look
from render_manager.gui.theme import Theme

GLYPH = 14
MOST_NAMED = 8


class RemoteAccess(Protocol):
    """What the window knows of the HTTP door."""

    changed: SignalInstance
    noticed: SignalInstance

    @property
    def is_open(self) -> bool: ...

    @property
    def is_beyond(self) -> bool: ...

    @property
    def url(self) -> str: ...

    @property
    def token(self) -> str | None: ...

    @property
    def listeners(self) -> list[str]: ...

    def pairing_link(self) -> str: ...

    def open(self) -> None: ...

    def close(self) -> None: ...


class Sharing(QToolButton):
    """A button in the status bar, there while the door is open; its menu is in the window's, too.

    `switch` sets whether the door is to be open; `tell` says what was done.
    """

    TEXTS: ClassVar = {
        "switch": N_("Web page and API"),
        "browse": N_("Open the web page"),
        "link": N_("Copy a link that lets one browser in"),
        "token": N_("Copy the token for programs"),
    }

    def __init__(
        self,
        remote: RemoteAccess,
        switch: Callable[[bool], None],
        tell: Callable[[str], None],
        theme: Theme,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._remote, self._switch, self._tell, self._theme = remote, switch, tell, theme
        self.setObjectName("sharing")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setAutoRaise(True)
        self.setFont(look.font(points=-0.5))
        self.menu_of_it = QMenu(self)
        deeds = {"browse": self._browse, "link": self._copy_link, "token": self._copy_token}
        self.actions_of_it: dict[str, QAction] = {}
        for name in self.TEXTS:
            action = self.menu_of_it.addAction("")
            self.actions_of_it[name] = action
            if name in deeds:
                action.triggered.connect(lambda _on=False, do=deeds[name]: do())
        self.actions_of_it["switch"].setCheckable(True)
        self.actions_of_it["switch"].triggered.connect(self._switch)
        self.setMenu(self.menu_of_it)
        remote.changed.connect(self.refresh)
        theme.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Everything in the language and the colours of now."""
        remote, colors = self._remote, self._theme.colors
        self.setVisible(remote.is_open)
        for name, action in self.actions_of_it.items():
            action.setText(_(self.TEXTS[name]))
            action.setEnabled(name == "switch" or remote.is_open)
        self.actions_of_it["switch"].setChecked(remote.is_open)
        self.actions_of_it["token"].setVisible(not remote.is_open or remote.token is not None)
        self.menu_of_it.setTitle(_("Web page"))
        name, color = ("warning", colors.failed) if remote.is_beyond else ("share", colors.dim)
        self.setIcon(icons.pixmap(name, color, GLYPH, self.devicePixelRatioF()))
        self.setText(self._words())
        self.setToolTip(self._about())
        self.setAccessibleName(self.text())

    def _words(self) -> str:
        remote = self._remote
        words = _("Open to the network") if remote.is_beyond else _("Web page")
        if remote.is_open and remote.token is None:
            words = _("Web page without a token")
        count = len(remote.listeners)
        if not count:
            return words
        told = ngettext("{count} connected", "{count} connected", count).format(count=count)
        return f"{words} · {told}"

    def _about(self) -> str:
        remote = self._remote
        if not remote.is_open:
            return ""
        lines = [_("Reached at {url}").format(url=remote.url)]
        if remote.is_beyond:
            lines.append(_("Other computers can reach it (API_HOST). They need the token."))
        if remote.token is None:
            lines.append(_("Every program on this computer may use it (API_AUTH)."))
        return "\n".join([*lines, *sorted(set(remote.listeners))[:MOST_NAMED]])

    def _browse(self) -> None:
        QDesktopServices.openUrl(QUrl(self._remote.pairing_link()))

    def _copy_link(self) -> None:
        QGuiApplication.clipboard().setText(self._remote.pairing_link())
        self._tell(_("The link is copied. It is good for ten minutes, and once."))

    def _copy_token(self) -> None:
        QGuiApplication.clipboard().setText(self._remote.token or "")
        self._tell(_("The token is copied. Whoever has it may do what you may."))
