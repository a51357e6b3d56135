"""A line to the broker that mends itself: one thread that sends, one that listens on a queue.

What cannot be sent is dropped: who needs it says it again. Whether the broker answers is known by
an echo, a message to ourselves, as only that proves both ways.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from kombu import Connection, Consumer, Producer, Queue

from render_manager.farm.app import TASK, make_app, transport_options

ECHO_SECONDS = 2.0
"""Between two echoes."""

DEAF_SECONDS = 12.0
"""After so long without an echo the line is taken to be dead, and made anew."""

PAUSE_SECONDS = 0.5
"""Before a line is made anew."""

MOST_WAITING = 20_000
"""Messages that wait to be sent, at most."""

_CLOSE_SECONDS = 5.0
_ECHO = "echo "

_log = logging.getLogger(__name__)


class Link:
    """`take` gets the text of each message and `connected` whether the broker answers; both are
    called on threads of the link and must not wait."""

    def __init__(
        self,
        broker: str,
        name: str,
        take: Callable[[str], None],
        connected: Callable[[bool], None],
    ) -> None:
        self._broker = broker
        self._name = name
        self._take = take
        self._connected = connected
        self._app = make_app(broker)
        self._echo = _ECHO + uuid.uuid4().hex
        self._outgoing: queue.Queue[tuple[str, str, bool] | None] = queue.Queue(MOST_WAITING)
        self._is_closed = threading.Event()
        self._generation = 0
        """Another one for each line that proved dead; the listener follows."""
        self._is_fresh = True
        self.is_connected = False
        self.answered_at = time.monotonic()
        """When the broker answered last."""
        self._threads = [
            threading.Thread(target=self._keep, args=(work,), name="farm", daemon=True)
            for work in (self._listen, self._speak)
        ]

    def start(self) -> None:
        """Begin, with what waits in the queue thrown away: it was meant for who was here before."""
        for thread in self._threads:
            thread.start()

    def send(self, to: str, text: str, *, is_order: bool = False) -> None:
        """From any thread; does not wait."""
        with suppress(queue.Full):
            self._outgoing.put_nowait((to, text, is_order))

    def close(self) -> None:
        """Send what waits, if the broker answers, and end."""
        with suppress(queue.Full):
            self._outgoing.put_nowait(None)
        self._threads[1].join(_CLOSE_SECONDS)
        self._is_closed.set()
        for thread in self._threads:
            thread.join(_CLOSE_SECONDS)

    def _keep(self, work: Callable[[Connection], None]) -> None:
        """Have `work` done on a line, and on another when that breaks, until the end."""
        was_told = False
        while not self._is_closed.is_set():
            try:
                options = transport_options(self._broker)
                with Connection(
                    self._broker, transport_options=options, connect_timeout=5
                ) as connection:
                    connection.connect()
                    was_told = False
                    work(connection)
            except Exception as error:  # whatever the transport raises
                if not was_told and not self._is_closed.is_set():
                    _log.warning("The broker does not answer: %s", error)
                was_told = True
                self._note_silence()
            self._is_closed.wait(PAUSE_SECONDS)

    # --- speaking -----------------------------------------------------------------------------

    def _speak(self, connection: Connection) -> None:
        producer = Producer(connection.channel())
        self._forget_waiting()
        self._say(producer, self._name, self._echo)
        echoed_at = began = time.monotonic()
        while not self._is_closed.is_set():
            now = time.monotonic()
            if now - echoed_at > ECHO_SECONDS:
                echoed_at = now
                self._say(producer, self._name, self._echo)
                if now - max(began, self.answered_at) > DEAF_SECONDS:
                    self._generation += 1
                    raise ConnectionError("no echo")
            with suppress(queue.Empty):
                item = self._outgoing.get(timeout=ECHO_SECONDS / 2)
                if item is None:
                    self._is_closed.set()
                    return
                self._say(producer, *item)

    def _say(self, producer: Producer, to: str, text: str, is_order: bool = False) -> None:
        if is_order:
            self._app.send_task(TASK, (text,), queue=to, producer=producer, retry=False)
            return
        producer.publish(
            text,
            routing_key=to,
            content_type="application/json",
            content_encoding="utf-8",
            delivery_mode="transient",
        )

    def _forget_waiting(self) -> None:
        """What was to be said while nobody answered is old, and is said again."""
        if self._is_fresh:
            return
        with suppress(queue.Empty):
            while True:
                if self._outgoing.get_nowait() is None:
                    self._is_closed.set()

    # --- listening ----------------------------------------------------------------------------

    def _listen(self, connection: Connection) -> None:
        generation = self._generation
        channel = connection.channel()
        inbox = Queue(self._name, durable=True)(channel)
        inbox.declare()
        if self._is_fresh:
            inbox.purge()
            self._is_fresh = False
        with Consumer(channel, [inbox], on_message=self._hear, no_ack=True, auto_declare=False):
            while not self._is_closed.is_set() and generation == self._generation:
                with suppress(TimeoutError):
                    connection.drain_events(timeout=1)

    def _hear(self, message: Any) -> None:
        body = message.body
        text = body if isinstance(body, str) else bytes(body).decode("utf-8", "replace")
        if not text.startswith(_ECHO):
            try:
                self._take(text)
            except Exception:
                _log.exception("A message could not be taken")
        elif text == self._echo:
            self.answered_at = time.monotonic()
            if not self.is_connected:
                self.is_connected = True
                self._connected(True)

    def _note_silence(self) -> None:
        if self.is_connected:
            self.is_connected = False
            self._connected(False)
