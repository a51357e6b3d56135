"""Workers of a farm by the dozen in one process: `python farm_process.py BROKER FIRST COUNT`.

Each speaks the protocol with the product's own worker's end (`Node`), has one slot, and its renderer
takes 50 ms for a frame. What they share is the process and its connection.
"""

from __future__ import annotations

import json
import sys
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from kombu import Connection, Consumer, Producer, Queue

from render_manager import __version__
from render_manager.domain.events import FrameBegan, FrameCompleted, Outcome, RunEnded
from render_manager.farm.app import transport_options
from render_manager.farm.messages import (
    MANAGER_QUEUE,
    PROTOCOL,
    GiveWay,
    Hello,
    Stop,
    control_queue,
    order_queues,
    read_order,
    read_to_worker,
    text_of,
)
from render_manager.farm.node import Hand, Node, Parcel

FRAME_SECONDS = 0.05
BEAT_SECONDS = 3.0


@dataclass(eq=False)
class Rendering:
    """A run under way; `due` is when its next frame is done."""

    hand: Hand
    left: list[int]
    due: float = 0.0
    is_stopped: bool = False

    def ask(self, _wish: Stop | GiveWay) -> None:
        self.is_stopped = True


@dataclass(eq=False)
class Worker:
    """A machine of one slot."""

    name: str
    producer: Producer
    work: list[Rendering] = field(default_factory=list)

    def __post_init__(self) -> None:
        incarnation = uuid.uuid4().hex
        hello = Hello(self.name, incarnation, PROTOCOL, __version__, 1, {"fake": ("1.0",)})
        self.node = Node(
            hello,
            lambda message: self.producer.publish(
                text_of(message),
                routing_key=MANAGER_QUEUE,
                content_type="application/json",
                content_encoding="utf-8",
                delivery_mode="transient",
            ),
            time.monotonic,
            lambda check: self.node.sees(check.task, None),
            lambda run, take: None,
        )

    def hear(self, message: Any) -> None:
        message.ack()
        self.node.hear(read_to_worker(_text(message)))

    def take(self, message: Any) -> None:
        message.ack()
        order = read_order(json.loads(_text(message))[0][0])
        self.work.append(Rendering(self.node.take(order.run), list(order.frames)))

    def step(self, now: float) -> None:
        for each in list(self.work):
            if each.hand.is_dropped:
                self.work.remove(each)
            elif each.hand.answered.is_set():
                self._render(each, now)

    def _render(self, each: Rendering, now: float) -> None:
        if each.hand.ask is None:
            self.node.begin(each.hand, each.ask)
            each.due = now + FRAME_SECONDS
        while each.left and not each.is_stopped and each.due <= now:
            frame = each.left.pop(0)
            each.due += FRAME_SECONDS
            self.node.tell(each.hand, Parcel((FrameBegan(frame), FrameCompleted(frame, ()))))
        if not each.left or each.is_stopped:
            outcome = Outcome.CANCELLED if each.left else Outcome.FINISHED
            end = RunEnded(outcome, missing=tuple(each.left))
            self.node.tell(each.hand, Parcel((end,), log=b"the end\n"), is_last=True)
            self.work.remove(each)


def _text(message: Any) -> str:
    body = message.body
    return body if isinstance(body, str) else bytes(body).decode()


def main() -> None:
    broker, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    # Queues of many workers share the line: none may starve behind the others.
    options = transport_options(broker) | {"queue_order_strategy": "round_robin"}
    with Connection(broker, transport_options=options) as connection:
        channel = connection.channel()
        producer = Producer(channel)
        workers = [Worker(f"w{number:04d}", producer) for number in range(first, first + count)]
        consumers = []
        for worker in workers:
            heard = [Queue(control_queue(worker.name), durable=True)]
            orders = [Queue(name, durable=True) for name in order_queues(worker.name)]
            consumers.append(Consumer(channel, heard, on_message=worker.hear))
            consumers.append(Consumer(channel, orders, on_message=worker.take))
        for consumer in consumers:
            consumer.consume()
        beat = 0.0
        while True:
            with suppress(TimeoutError):
                connection.drain_events(timeout=0.01)
            now = time.monotonic()
            for worker in workers:
                worker.step(now)
            if now > beat:
                beat = now + BEAT_SECONDS
                for worker in workers:
                    worker.node.beat()


if __name__ == "__main__":
    main()
