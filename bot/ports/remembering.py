"""What the core asks of its own memory, and of what seals a key that lies in it. See :mod:`bot.ports`."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.model.alert import Announcement, Backlog, Card, Delivered, Outgoing
from bot.model.approval import Request
from bot.model.audit import Deed, Entry
from bot.model.binding import Asked, Dossier
from bot.model.canary_urls import UrlTally
from bot.model.logs import LogMemory
from bot.model.report import Report
from bot.model.run import Event, File
from bot.model.snapshot import (
    AcceptedCa,
)
from bot.model.vitals import StoreCondition


class Store(Protocol):
    """The bot's own memory. Each method is one transaction; a write that returned survives ``kill -9``."""

    async def cards(self) -> tuple[Card, ...]:
        """All cards that are open or resolved recently enough to be reopened."""
        ...

    async def commit_sweep(self, report: Report, cards: Sequence[Card], announcements: Sequence[Announcement]) -> None:
        """Save report, cards and what must be said about them in one transaction (the outbox)."""
        ...

    async def announce(self, announcements: Sequence[Announcement]) -> None:
        """Put what must be said into the outbox, in this order and all at once; no card is kept."""
        ...

    async def last_report(self) -> Report | None:
        """The newest report, however old."""
        ...

    async def last_useful_sweep_at(self) -> datetime | None:
        """When a sweep last saw something (:func:`bot.model.blindness.is_useful`); None when none ever did."""
        ...

    async def accepted_ca(self) -> AcceptedCa | None:
        """The last accepted CA."""
        ...

    async def accept_ca(self, ca: AcceptedCa, *, expected: AcceptedCa | None) -> bool:
        """Compare-and-set: replace ``expected`` by ``ca``; False when somebody was faster."""
        ...

    async def claim_next(self, now: datetime) -> Outgoing | None:
        """The oldest call that may be made now, marked as begun (so that a crash after it can be told).

        Order is kept within a card, cards do not wait for each other. For one deliverer at a time: what was begun and
        neither settled nor postponed is handed out again.
        """
        ...

    async def settle(self, outgoing: Outgoing, delivered: Delivered) -> None:
        """It was said: remember where, forget the call."""
        ...

    async def postpone(self, outgoing: Outgoing, until: datetime, error: str, *, in_doubt: bool) -> None:
        """It was not said, or nobody knows (``in_doubt``); nothing is lost, order within a card is kept."""
        ...

    async def repost(self, outgoing: Outgoing) -> None:
        """The card's message is gone: this call becomes a fresh posting of the card, due at once; what follows waits for it."""
        ...

    async def backlog(self, cause: str = "") -> Backlog:
        """What still waits to be said, of one cause or of all."""
        ...

    async def condition(self) -> StoreCondition:
        """Where it is, how large, whether it takes a write: one is made and taken back."""
        ...

    async def first_sight(self, event_id: str, now: datetime) -> bool:
        """True exactly once per event id within an hour (redeliveries)."""
        ...

    async def log_memory(self) -> LogMemory | None:
        """What the log watch kept; None before its first look ever."""
        ...

    async def keep_log_memory(self, memory: LogMemory) -> None:
        """Replace what the log watch kept."""
        ...

    async def prune(self, now: datetime, keep: timedelta) -> None:
        """Forget cards that were resolved, and reports that were taken, longer than ``keep`` ago; never the newest."""
        ...


class Approvals(Protocol):
    """Requests for approval, and the record of what was asked and decided. Each method is one transaction, as in ``Store``."""

    async def open_request(self, request: Request, dossier: Dossier, deed: Deed) -> bool:
        """Save a new one and enter the deed; False, and nothing saved, while another of its cluster is pending."""
        ...

    async def request(self, id_: str) -> Asked | None:
        """By its id; None when there is none, which is all that a forged id gets."""
        ...

    async def latest_request(self, cluster: str) -> Asked | None:
        """The newest of a cluster, however it ended."""
        ...

    async def save_request(self, before: Request, after: Request, deeds: Sequence[Deed]) -> bool:
        """Compare-and-set: ``before`` becomes ``after`` and the deeds are entered; False, and nothing saved, when somebody was faster.

        A request that ends other than approved takes its sealed key with it: overwritten here, in the same transaction.
        """
        ...

    async def place_request(self, id_: str, channel: str, ts: str) -> None:
        """Remember where its card is."""
        ...

    async def enter(self, deed: Deed) -> Entry:
        """Append to the record."""
        ...

    async def record(self, *, after: int = 0, most: int = 1000) -> tuple[Entry, ...]:
        """The record from behind entry ``after`` on, oldest first."""
        ...


class Journal(Protocol):
    """Runs of approved rotations, append-only. Each method is one transaction, as in ``Store``.

    ``fence``: of the Lease; a write under an older one than was ever written raises Conflicting and changes nothing. 0: a person's.
    """

    async def open_run(self, id_: str, dossier: Dossier, started: Event, at: datetime, *, fence: int, deed: Deed) -> bool:
        """Begin the journal of a run; False, and nothing saved, when this id was ever begun, or the cluster has a run that is not over."""
        ...

    async def latest_run(self, cluster: str) -> File | None:
        """The newest of a cluster, over or not."""
        ...

    async def run(self, id_: str) -> File | None:
        """By its id."""
        ...

    async def run_before(self, id_: str) -> File | None:
        """The one of the same cluster that was begun before it."""
        ...

    async def write(
        self, id_: str, events: Sequence[Event], at: datetime, *, fence: int, deeds: Sequence[Deed] = (), after: int | None = None
    ) -> None:
        """Append, all or nothing. Raises Missing for a run that is not known, Conflicting for one that is over or an older fence.

        ``after``: the entry that was seen last; Outrun, and nothing written, when there is a later one. No events at all ask just that,
        and whether anything can be written: a write is tried and taken back.
        """
        ...

    async def spend_key(self, id_: str) -> None:
        """Overwrite the request's sealed key: it is in the cluster now, or not needed any more."""
        ...

    async def places(self, id_: str) -> dict[str, tuple[str, str]]:
        """Where messages about a run are: channel and ts, by what they are."""
        ...

    async def place(self, id_: str, what: str, channel: str, ts: str) -> None:
        """Remember where a message is."""
        ...

    async def tally(self, id_: str, tallies: Sequence[UrlTally]) -> None:
        """Remember what calls of canary URLs have come to; a file holds the newest. No entry of the journal, and of no Lease."""
        ...

    async def identity(self) -> str:
        """A name for whoever uses this memory, made at its first use and kept: what holds the Lease."""
        ...


class Seal(Protocol):
    """Closes a key so that it can lie in the database; what opens it lies elsewhere."""

    def seal(self, secret: bytes, about: str) -> bytes:
        """Authenticated encryption. ``about``: what it belongs to; it opens for nothing else."""
        ...

    def open(self, sealed: bytes, about: str) -> bytes:
        """Raises Permanent when it was changed, belongs to something else, or was sealed with another key.

        Unreachable: nobody can tell now, as a key management service does not answer.
        """
        ...
