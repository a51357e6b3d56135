"""What the computer may do when everything is rendered."""

from __future__ import annotations

from enum import StrEnum

from render_manager.base.i18n import N_


class Deed(StrEnum):
    NOTHING = "nothing"
    SLEEP = "sleep"
    HIBERNATE = "hibernate"
    SHUT_DOWN = "shut_down"


CHOICES = {
    Deed.NOTHING: N_("Nothing"),
    Deed.SLEEP: N_("Sleep"),
    Deed.HIBERNATE: N_("Hibernate"),
    Deed.SHUT_DOWN: N_("Shut down"),
}
