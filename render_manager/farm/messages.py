"""Everything that manager and workers say to each other, as JSON.

A worker never gets a command line, and what it sends is data only. Every message may come twice,
late, in another order or not at all: who needs something asks or says it again. See `ledger` (the
manager's end) and `node` (the worker's).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from render_manager.domain.events import RunEvent
from render_manager.domain.evidence import Expectation
from render_manager.domain.job import RenderJob
from render_manager.domain.patience import RunLimits
from render_manager.farm.codec import from_text, to_text

PROTOCOL = 3
"""Changes whenever a message does: workers of another one are given nothing."""

MANAGER_QUEUE = "manager"
"""What workers send goes here. One manager has one broker (or a database of Redis) for itself."""


def control_queue(name: str) -> str:
    """Where the worker of that name listens for everything but orders."""
    return f"control.{name}"


BANDS = ("low_priority", "default", "high_priority")
"""By a task's priority band, the first part of the names of the workers' queues for orders."""


def order_queue(name: str, band: int) -> str:
    """Where orders for the worker wait. Each worker has its own: chunks are made to its measure."""
    return f"{BANDS[band]}.{name}"


def order_queues(name: str) -> list[str]:
    """All of a worker's, the most urgent first."""
    return [order_queue(name, band) for band in (2, 1, 0)]


# --- from a worker ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hello:
    """A worker is there, or says again what it is. `incarnation` is another one at each start;
    `renderers` are the versions of each that it has."""

    name: str
    incarnation: str
    protocol: int
    version: str
    slots: int
    renderers: dict[str, tuple[str, ...]]
    pools: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InHand:
    """A run that a worker was given leave for. `session` is whose leave was the last."""

    run: int
    take: str
    session: str


@dataclass(frozen=True, slots=True)
class Beat:
    """The worker is alive, with these runs in hand. `number` grows; `cpu` and `memory` are percent;
    `in_use` says why it leaves itself to its user for now, "" if it does not."""

    name: str
    incarnation: str
    number: int
    runs: tuple[InHand, ...]
    cpu: float
    memory: float
    in_use: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """An order reached the worker, which waits for Go or Drop. Each arrival has a `take` of its own,
    so that an order that came twice is rendered once."""

    name: str
    incarnation: str
    run: int
    take: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The thumbnail of a frame, as JPEG."""

    frame: int
    jpeg: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """What happened in a run, the `serial`th time (from 0) since `session` gave its leave.

    `log` is the end of the renderer's log; it comes with the last batch.
    """

    name: str
    incarnation: str
    run: int
    take: str
    session: str
    serial: int
    events: tuple[RunEvent, ...]
    pictures: tuple[Picture, ...] = ()
    log: bytes | None = None


@dataclass(frozen=True, slots=True)
class Sees:
    """Whether the worker sees a task's folders; `lacks` is the first that it does not, as it
    looked for it."""

    name: str
    incarnation: str
    task: int
    lacks: str | None


@dataclass(frozen=True, slots=True)
class LogTail:
    """The end of the log of a run in hand, or of the worker's own (`run` is 0)."""

    name: str
    incarnation: str
    run: int
    log: bytes


@dataclass(frozen=True, slots=True)
class Bye:
    """The worker ends, and has ended its runs."""

    name: str
    incarnation: str


FromWorker = Hello | Beat | Taken | Batch | Sees | LogTail | Bye

# --- to a worker ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Welcome:
    """The answer to Hello. `paths` is the table of `paths`; `refused` says why there will be no
    work, if so."""

    session: str
    lease_seconds: float
    paths: tuple[tuple[str, ...], ...]
    refused: str = ""


@dataclass(frozen=True, slots=True)
class WhoAreYou:
    """The manager does not know the worker (any more): Hello, please."""


@dataclass(frozen=True, slots=True)
class Go:
    """Render what was taken; or, if it is rendered already, tell `session` all of it from the start."""

    run: int
    take: str
    session: str


@dataclass(frozen=True, slots=True)
class Drop:
    """Nobody wants what was taken: end it if it is under way, and say nothing of it any more."""

    run: int
    take: str


@dataclass(frozen=True, slots=True)
class Stop:
    run: int


@dataclass(frozen=True, slots=True)
class GiveWay:
    run: int


@dataclass(frozen=True, slots=True)
class Seen:
    """All batches below `upto` have come."""

    run: int
    session: str
    upto: int


@dataclass(frozen=True, slots=True)
class Check:
    """See whether these are there: the scene, with so many bytes, and the folder for the frames."""

    task: int
    project_file: str
    size: int
    output_dir: str


@dataclass(frozen=True, slots=True)
class TellLog:
    """Somebody looks at the log of a run, or at the worker's own (0)."""

    run: int


ToWorker = Welcome | WhoAreYou | Go | Drop | Stop | GiveWay | Seen | Check | TellLog


@dataclass(frozen=True, slots=True)
class Order:
    """A run to be made, as the Celery task that asks for it carries it."""

    run: int
    job: RenderJob
    frames: tuple[int, ...]
    limits: RunLimits
    expected: Expectation = ()
    rejects: tuple[str, ...] = ()


Message = FromWorker | ToWorker | Order


@dataclass(slots=True)
class Post:
    """A message and the queue that it goes to."""

    queue: str
    message: Message = field(repr=True)


def read_from_worker(text: str | bytes) -> FromWorker:
    """Raises MisfitError."""
    message: FromWorker = from_text(FromWorker, text)
    return message


def read_to_worker(text: str | bytes) -> ToWorker:
    """Raises MisfitError."""
    message: ToWorker = from_text(ToWorker, text)
    return message


def read_order(text: str | bytes) -> Order:
    """Raises MisfitError."""
    order: Order = from_text(Order, text)
    return order


def text_of(message: Message) -> str:
    return to_text(message)
