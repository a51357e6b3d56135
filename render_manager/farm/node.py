"""The worker's end of the farm: the runs that it has in hand, and what the manager has not seen yet.

No network and no renderer: orders, events and the manager's words come in, from any thread;
messages go out in the order in which things happened.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from render_manager.domain.events import FrameProgress, PhaseChanged, RunEvent
from render_manager.farm.messages import (
    Batch,
    Beat,
    Bye,
    Check,
    Drop,
    FromWorker,
    GiveWay,
    Go,
    Hello,
    InHand,
    LogTail,
    Picture,
    Seen,
    Sees,
    Stop,
    Taken,
    TellLog,
    ToWorker,
    Welcome,
    WhoAreYou,
)

SEND_AGAIN_SECONDS, LONGEST_PATIENCE = 2.0, 60.0
"""After so long what the manager has not seen is sent again; where that does not help, less and less
often, up to the second."""

MOST_AT_ONCE = 64
"""Batches of a run that are sent again at a time."""


@dataclass(slots=True)
class Parcel:
    """What a batch holds."""

    events: tuple[RunEvent, ...]
    pictures: tuple[Picture, ...] = ()
    log: bytes | None = None

    @property
    def is_lasting(self) -> bool:
        """Whether a manager that comes anew must hear it."""
        return bool(self.events) or self.log is not None


@dataclass(slots=True, eq=False)
class Hand:
    """A run in hand: taken, and perhaps begun."""

    run: int
    take: str
    answered: threading.Event = field(default_factory=threading.Event)
    """Set when the manager said Go or Drop, or nobody waits for it any more."""
    session: str = ""
    """Whose leave it has; "" while it has none."""
    is_dropped: bool = False
    wants: list[Stop | GiveWay] = field(default_factory=list)
    """What was asked of it before it could hear."""
    ask: Callable[[Stop | GiveWay], None] | None = None
    parcels: list[Parcel] = field(default_factory=list)
    """By serial."""
    seen: int = 0
    sent_at: float = 0.0
    patience: float = SEND_AGAIN_SECONDS
    """How long it is waited before what was not seen is sent again."""
    is_over: bool = False


class Node:
    """Any thread may call. `send` is called with the lock held, so it must not wait."""

    def __init__(
        self,
        hello: Hello,
        send: Callable[[FromWorker], None],
        clock: Callable[[], float],
        check: Callable[[Check], None],
        show: Callable[[int, str], None],
    ) -> None:
        """`check` answers whether folders are there, later and by `sees`; `show` the end of a log,
        later and by `log`, of the run and take that it is given, or of the worker's own (0, "")."""
        self.hello = hello
        self.welcome: Welcome | None = None
        self.in_use = ""
        """Why the worker leaves itself to its user for now, in a sentence."""
        self._send = send
        self._clock = clock
        self._check = check
        self._show = show
        self._hands: dict[str, Hand] = {}
        """By take."""
        self._lock = threading.RLock()
        self._beats = 0

    # --- runs ---------------------------------------------------------------------------------

    def take(self, run: int) -> Hand:
        """An order has come; the manager is asked whether it is still wanted."""
        with self._lock:
            hand = Hand(run, uuid.uuid4().hex)
            self._hands[hand.take] = hand
            self.ask_leave(hand)
            return hand

    def ask_leave(self, hand: Hand) -> None:
        with self._lock:
            self._send(Taken(self.hello.name, self.hello.incarnation, hand.run, hand.take))

    def give_up(self, hand: Hand) -> bool:
        """Wait for leave no longer; False if it has come meanwhile."""
        with self._lock:
            if hand.session:
                return False
            hand.is_dropped = True
            self._hands.pop(hand.take, None)
            return True

    def begin(self, hand: Hand, ask: Callable[[Stop | GiveWay], None]) -> None:
        """The run can hear from now on."""
        with self._lock:
            hand.ask = ask
            for wish in [*hand.wants, *([Stop(hand.run)] if hand.is_dropped else [])]:
                ask(wish)

    def tell(self, hand: Hand, parcel: Parcel, *, is_last: bool = False) -> None:
        """Something happened in a run. It is kept until the manager has seen it."""
        with self._lock:
            hand.is_over |= is_last
            if hand.is_dropped:
                return
            hand.parcels.append(parcel)
            hand.sent_at = self._clock()
            self._send_parcel(hand, len(hand.parcels) - 1)

    @property
    def is_idle(self) -> bool:
        """Whether the manager has seen everything, and nothing is under way."""
        with self._lock:
            return not self._hands

    @property
    def runs(self) -> list[int]:
        """The runs that have leave and are not over."""
        with self._lock:
            return [h.run for h in self._hands.values() if h.session and not h.is_over]

    def end_all(self) -> None:
        """End every run; they report that as long as somebody listens."""
        with self._lock:
            for hand in list(self._hands.values()):
                if not hand.session:
                    self._drop(hand)
                elif not hand.is_over:
                    self._pass_on(hand, Stop(hand.run))

    def forsake_all(self) -> None:
        """The manager cannot have waited so long: end every run, and never mention it again."""
        with self._lock:
            for hand in list(self._hands.values()):
                self._drop(hand)

    # --- what the manager says ----------------------------------------------------------------

    def hear(self, message: ToWorker) -> None:
        match message:
            case Welcome():
                self.welcome = message
            case WhoAreYou():
                self.say_hello()
            case Check():
                self._check(message)
            case TellLog():
                self._find_log(message.run)
            case _:
                with self._lock:
                    self._hear_of_run(message)

    def _find_log(self, run: int) -> None:
        with self._lock:
            takes = [hand.take for hand in self._hands.values() if hand.run == run and hand.session]
        if not run:
            self._show(0, "")
        elif takes:
            self._show(run, takes[0])

    def _hear_of_run(self, message: Go | Drop | Stop | GiveWay | Seen) -> None:
        for hand in [each for each in self._hands.values() if each.run == message.run]:
            match message:
                case Go() if hand.take == message.take:
                    self._let_go(hand, message.session)
                case Drop() if hand.take == message.take:
                    self._drop(hand)
                case Stop() | GiveWay() if hand.session:
                    self._pass_on(hand, message)
                case Seen() if hand.session == message.session:
                    self._note_seen(hand, message.upto)

    def _let_go(self, hand: Hand, session: str) -> None:
        """Begin; or tell a new session everything from the start."""
        if hand.session == session:
            return
        hand.session, hand.seen, hand.patience = session, 0, SEND_AGAIN_SECONDS
        hand.parcels = [parcel for parcel in hand.parcels if parcel.is_lasting]
        hand.answered.set()
        self._send_unseen(hand)

    def _drop(self, hand: Hand) -> None:
        self._hands.pop(hand.take, None)
        hand.is_dropped = True
        hand.answered.set()
        if hand.session and not hand.is_over:
            self._pass_on(hand, Stop(hand.run))

    def _pass_on(self, hand: Hand, wish: Stop | GiveWay) -> None:
        if hand.ask is not None:
            hand.ask(wish)
        elif wish not in hand.wants:
            hand.wants.append(wish)

    def _note_seen(self, hand: Hand, upto: int) -> None:
        for parcel in hand.parcels[hand.seen : upto]:
            parcel.events = tuple(_lasting(parcel.events))
        if upto > hand.seen:
            hand.patience = SEND_AGAIN_SECONDS
        hand.seen = min(max(hand.seen, upto), len(hand.parcels))
        if hand.is_over and hand.seen == len(hand.parcels):
            self._hands.pop(hand.take, None)

    # --- signs of life ------------------------------------------------------------------------

    def say_hello(self) -> None:
        with self._lock:
            self._send(self.hello)

    def say_bye(self) -> None:
        with self._lock:
            self._send(Bye(self.hello.name, self.hello.incarnation))

    def sees(self, task: int, lacks: str | None) -> None:
        with self._lock:
            self._send(Sees(self.hello.name, self.hello.incarnation, task, lacks))

    def log(self, run: int, tail: bytes) -> None:
        with self._lock:
            self._send(LogTail(self.hello.name, self.hello.incarnation, run, tail))

    def beat(self, cpu: float = 0.0, memory: float = 0.0) -> None:
        """Say that all is well, and again what was not seen."""
        with self._lock:
            if self.welcome is None:
                self._send(self.hello)
            hands = [InHand(h.run, h.take, h.session) for h in self._hands.values()]
            name, incarnation = self.hello.name, self.hello.incarnation
            beat = Beat(name, incarnation, self._beats, tuple(hands), cpu, memory, self.in_use)
            self._send(beat)
            self._beats += 1
            for hand in self._hands.values():
                if self._clock() - hand.sent_at > hand.patience:
                    # A manager that has more to hear than it can must not be told ever more.
                    hand.patience = min(2 * hand.patience, LONGEST_PATIENCE)
                    self._send_unseen(hand)

    def _send_unseen(self, hand: Hand) -> None:
        hand.sent_at = self._clock()
        for serial in range(hand.seen, min(len(hand.parcels), hand.seen + MOST_AT_ONCE)):
            self._send_parcel(hand, serial)

    def _send_parcel(self, hand: Hand, serial: int) -> None:
        parcel = hand.parcels[serial]
        name, incarnation = self.hello.name, self.hello.incarnation
        self._send(
            Batch(
                name,
                incarnation,
                hand.run,
                hand.take,
                hand.session,
                serial,
                parcel.events,
                parcel.pictures,
                parcel.log,
            )
        )


def _lasting(events: Iterable[RunEvent]) -> Iterable[RunEvent]:
    """What is worth being told to a manager that comes anew."""
    return (event for event in events if not isinstance(event, (FrameProgress, PhaseChanged)))
