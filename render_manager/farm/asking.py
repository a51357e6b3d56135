"""Asks the workers at a broker how they are, whoever their manager is."""

from __future__ import annotations

from typing import Any

from celery.utils.nodenames import default_nodename
from kombu.exceptions import OperationalError

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.farm.app import make_app

ANSWER_SECONDS = 2.0
"""How long answers are waited for. Celery's threads render, so a busy worker answers as well."""

STATE_COMMAND = "render_manager_state"


def ask_workers(broker: str, name: str | None = None) -> list[dict[str, Any]]:
    """What each worker, or the one of that name, says of itself, by name. Raises UserError if the
    broker does not answer."""
    app = make_app(broker)
    try:
        with app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, interval_start=0.2, timeout=5)
            inspect = app.control.inspect(
                destination=None if name is None else [default_nodename(name)],
                timeout=ANSWER_SECONDS,
                connection=connection,
                limit=None if name is None else 1,
            )
            answers = inspect._request(STATE_COMMAND) or {}
    except (OperationalError, OSError) as error:
        raise UserError(
            _("The broker does not answer: {why}. Is it running, and is BROKER_URL right?").format(
                why=str(error).rstrip(".")
            )
        ) from None
    told = [each for each in answers.values() if isinstance(each, dict) and "slots" in each]
    return sorted(told, key=lambda each: str(each["name"]))
