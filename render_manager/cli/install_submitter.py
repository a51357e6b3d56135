"""`render-manager install-submitter`: the same as “Inside other programs” of the settings dialog."""

from __future__ import annotations

from render_manager.base.i18n import _
from render_manager.submitters import install as installer
from render_manager.submitters.install import KINDS


def change_submitter(kind: str, *, remove: bool) -> None:
    """Install or remove it, and say where, and what is left to do. Raises UserError."""
    if remove:
        installer.uninstall(kind)
        print(_("Render Manager is no longer in {program}.").format(program=KINDS[kind]))
        return
    for place in installer.install(kind):
        print(_("Installed in {folder}").format(folder=place))
    print(installer.still_to_do(kind))
