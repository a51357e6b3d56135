"""The Celery app that both ends share, and how its broker is reached."""

from __future__ import annotations

from typing import Any

from celery import Celery

TASK = "render_manager.render"

VISIBILITY_SECONDS = 7 * 24 * 3600
"""Longer than any run. What is delivered again after that is told to be dropped."""

TRANSPORT_OPTIONS: dict[str, Any] = {
    "visibility_timeout": VISIBILITY_SECONDS,
    "queue_order_strategy": "priority",
    "socket_timeout": 10,
    "socket_connect_timeout": 5,
    "socket_keepalive": True,
}


def transport_options(broker: str) -> dict[str, Any]:
    """What is said to the transport; RabbitMQ's knows none of it."""
    return dict(TRANSPORT_OPTIONS) if broker.startswith(("redis", "rediss")) else {}


def make_app(broker: str) -> Celery:
    """An app that speaks JSON only, and over Redis forgets no order before it is done."""
    app = Celery("render_manager", broker=broker, set_as_current=False)
    app.conf.update(
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        # RabbitMQ ends the line of who has not acknowledged for half an hour, and Celery with it. The
        # manager sends again what was taken and lost, so that early is as safe.
        task_acks_late=bool(transport_options(broker)),
        worker_prefetch_multiplier=1,
        # A worker that was cut off has its slots at once when it is back.
        worker_enable_prefetch_count_reduction=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_connection_retry=True,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_connection_timeout=5,
        broker_transport_options=transport_options(broker),
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
    )
    return app
