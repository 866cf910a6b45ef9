"""The bot's memory without a disk: :class:`bot.ports.Store` in dictionaries, under the same contract suite as the real one."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.model import blindness
from bot.model.alert import Announcement, Backlog, Card, Delivered, Effect, Outgoing, Place, Reason, effects
from bot.model.logs import LogMemory
from bot.model.report import Report
from bot.model.snapshot import AcceptedCa
from bot.model.vitals import StoreCondition


@dataclass
class Entry:
    id: str
    announcement: Announcement
    effect: Effect
    not_before_at: datetime
    attempts: int = 0
    begun_at: datetime | None = None
    is_repost: bool = False
    last_error: str = ""

    @property
    def cause(self) -> str:
        return self.announcement.card.cause


@dataclass
class FakeStore:
    reports: list[Report] = field(default_factory=list)
    by_cause: dict[str, Card] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    outbox: list[Entry] = field(default_factory=list)
    accepted: AcceptedCa | None = None
    logs: LogMemory | None = None
    seen: dict[str, datetime] = field(default_factory=dict)
    ids: "itertools.count[int]" = field(default_factory=itertools.count)

    async def cards(self) -> tuple[Card, ...]:
        return tuple(self.by_cause[cause] for cause in sorted(self.by_cause))

    async def commit_sweep(self, report: Report, cards: Sequence[Card], announcements: Sequence[Announcement]) -> None:
        self.reports.append(report)
        self.by_cause |= {card.cause: card for card in cards}
        await self.announce(announcements)

    async def announce(self, announcements: Sequence[Announcement]) -> None:
        for announcement in announcements:
            if announcement.reason is not Reason.OPENED:
                self.outbox = [entry for entry in self.outbox if not _gives_way(entry, announcement)]
            for effect in effects(announcement.reason):
                self.outbox.append(Entry(self._new_id(), announcement, effect, announcement.at))

    async def last_report(self) -> Report | None:
        return self.reports[-1] if self.reports else None

    async def last_useful_sweep_at(self) -> datetime | None:
        return max((report.taken_at for report in self.reports if blindness.is_useful(report)), default=None)

    async def accepted_ca(self) -> AcceptedCa | None:
        return self.accepted

    async def accept_ca(self, ca: AcceptedCa, *, expected: AcceptedCa | None) -> bool:
        if self.accepted != expected:
            return False
        self.accepted = ca
        return True

    async def claim_next(self, now: datetime) -> Outgoing | None:
        entry = next((entry for entry in self._firsts() if entry.not_before_at <= now), None)
        if entry is None:
            return None
        outgoing = Outgoing(
            id=entry.id,
            announcement=entry.announcement,
            effect=entry.effect,
            place=None if entry.effect is Effect.POST else self.places.get(entry.cause),
            attempts=entry.attempts,
            first_begun_at=entry.begun_at,
            is_repost=entry.is_repost,
        )
        entry.attempts += 1
        entry.begun_at = entry.begun_at or now
        return outgoing

    async def settle(self, outgoing: Outgoing, delivered: Delivered) -> None:
        self.outbox = [entry for entry in self.outbox if entry.id != outgoing.id]
        self.places[outgoing.announcement.card.cause] = delivered.place

    async def postpone(self, outgoing: Outgoing, until: datetime, error: str, *, in_doubt: bool) -> None:
        entry = self._entry(outgoing)
        entry.not_before_at = until
        entry.last_error = error
        if not in_doubt:
            entry.begun_at = outgoing.first_begun_at

    async def repost(self, outgoing: Outgoing) -> None:
        entry = self._entry(outgoing)
        entry.id, entry.effect, entry.attempts, entry.begun_at, entry.is_repost = self._new_id(), Effect.POST, 0, None, True

    async def backlog(self, cause: str = "") -> Backlog:
        waiting = [entry for entry in self.outbox if cause in ("", entry.cause)]
        return Backlog(
            count=len(waiting),
            oldest_at=min((entry.announcement.at for entry in waiting), default=None),
            due_at=min((entry.not_before_at for entry in self._firsts() if entry in waiting), default=None),
        )

    async def condition(self) -> StoreCondition:
        return StoreCondition(
            path="/memory", exists=True, revision="r", newest="r", writable=True, size_bytes=1, free_bytes=2**40, filesystem="ext4"
        )

    async def first_sight(self, event_id: str, now: datetime) -> bool:
        self.seen = {known: at for known, at in self.seen.items() if now - at <= timedelta(hours=1)}
        if event_id in self.seen:
            return False
        self.seen[event_id] = now
        return True

    async def log_memory(self) -> LogMemory | None:
        return self.logs

    async def keep_log_memory(self, memory: LogMemory) -> None:
        self.logs = memory

    async def prune(self, now: datetime, keep: timedelta) -> None:
        useful_at = await self.last_useful_sweep_at()
        newest = self.reports[-1:]
        self.reports = [
            report for report in self.reports if report.taken_at >= now - keep or report in newest or report.taken_at == useful_at
        ]
        unsaid = {entry.cause for entry in self.outbox}
        for cause, card in list(self.by_cause.items()):
            if card.resolved_at is not None and card.resolved_at < now - keep and cause not in unsaid:
                del self.by_cause[cause]
                self.places.pop(cause, None)

    def _firsts(self) -> list[Entry]:
        firsts: dict[str, Entry] = {}
        for entry in self.outbox:
            firsts.setdefault(entry.cause, entry)
        return list(firsts.values())

    def _entry(self, outgoing: Outgoing) -> Entry:
        return next(entry for entry in self.outbox if entry.id == outgoing.id)

    def _new_id(self) -> str:
        return f"id-{next(self.ids)}"


def _gives_way(entry: Entry, newer: Announcement) -> bool:
    is_same_card = entry.cause == newer.card.cause
    is_edit = entry.announcement.reason is Reason.EDITED and entry.effect is Effect.EDIT
    return is_same_card and is_edit and entry.attempts == 0
