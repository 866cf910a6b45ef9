"""Implements :class:`bot.ports.Store`: one method, one transaction, begun IMMEDIATE so that no update is ever lost."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import msgspec
from sqlalchemy import String, column, func, select, table
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.adapters.store import approvals, history, outbox, sealed_keys
from bot.adapters.store.approvals import SqliteApprovals
from bot.adapters.store.condition import condition
from bot.adapters.store.journal import SqliteJournal
from bot.adapters.store.tables import ACCEPTED_CA, CARDS, LOG_MEMORY, SEEN_EVENTS
from bot.adapters.store.transaction import transaction
from bot.model.alert import Announcement, Backlog, Card, Delivered, Outgoing
from bot.model.logs import LogMemory
from bot.model.report import Report
from bot.model.snapshot import AcceptedCa
from bot.model.vitals import StoreCondition

REDELIVERED_WITHIN = timedelta(hours=1)
THE_ONE = 1
# No digest looks so.
PROBE = "probe"
REVISION = table("alembic_version", column("version_num", String))


class SqliteStore:
    """The memory behind an open engine; :func:`bot.adapters.store.opened` makes it. ``approvals``, ``journal``: its other ports."""

    def __init__(self, engine: AsyncEngine, path: Path) -> None:
        self._engine = engine
        self.approvals = SqliteApprovals(engine)
        self.journal = SqliteJournal(engine)
        self._path = path

    async def cards(self) -> tuple[Card, ...]:
        """See :class:`bot.ports.Store`."""
        async with transaction(self._engine) as connection:
            bodies = await connection.scalars(select(CARDS.c.body).order_by(CARDS.c.cause))
            return tuple(msgspec.json.decode(body, type=Card) for body in bodies)

    async def commit_sweep(self, report: Report, cards: Sequence[Card], announcements: Sequence[Announcement]) -> None:
        """See :class:`bot.ports.Store`."""
        async with transaction(self._engine) as connection:
            await history.record(connection, report)
            await _save(connection, cards)
            await outbox.enqueue(connection, announcements)

    async def announce(self, announcements: Sequence[Announcement]) -> None:
        """See :class:`bot.ports.Store`."""
        async with transaction(self._engine) as connection:
            await outbox.enqueue(connection, announcements)

    async def last_report(self) -> Report | None:
        """See :class:`bot.ports.Store`."""
        async with transaction(self._engine) as connection:
            return await history.last(connection)

    async def last_useful_sweep_at(self) -> datetime | None:
        """See :class:`bot.ports.Store`."""
        async with transaction(self._engine) as connection:
            return await history.last_useful_at(connection)

    async def accepted_ca(self) -> AcceptedCa | None:
        """See :class:`bot.ports.Store`."""
        async with transaction(self._engine) as connection:
            return await _accepted(connection)

    async def accept_ca(self, ca: AcceptedCa, *, expected: AcceptedCa | None) -> bool:
        """See :class:`bot.ports.Store`."""
        async with transaction(self._engine) as connection:
            if await _accepted(connection) != expected:
                return False
            await connection.execute(ACCEPTED_CA.delete())
            await connection.execute(ACCEPTED_CA.insert().values(id=THE_ONE, body=msgspec.json.encode(ca).decode()))
            return True

    async def claim_next(self, now: datetime) -> Outgoing | None:
        """See :class:`bot.ports.Store`."""
        async with transaction(self._engine) as connection:
            return await outbox.claim(connection, now)

    async def settle(self, outgoing: Outgoing, delivered: Delivered) -> None:
        """See :class:`bot.ports.Store`."""
        async with transaction(self._engine) as connection:
            await outbox.settle(connection, outgoing, delivered.place)

    async def postpone(self, outgoing: Outgoing, until: datetime, error: str, *, in_doubt: bool) -> None:
        """See :class:`bot.ports.Store`."""
        async with transaction(self._engine) as connection:
            await outbox.postpone(connection, outgoing, until, error, in_doubt=in_doubt)

    async def repost(self, outgoing: Outgoing) -> None:
        """See :class:`bot.ports.Store`."""
        async with transaction(self._engine) as connection:
            await outbox.repost(connection, outgoing)

    async def backlog(self, cause: str = "") -> Backlog:
        """See :class:`bot.ports.Store`."""
        async with transaction(self._engine) as connection:
            return await outbox.backlog(connection, cause)

    async def condition(self) -> StoreCondition:
        """See :class:`bot.ports.Store`."""
        async with transaction(self._engine) as connection:
            revision = await connection.scalar(select(REVISION.c.version_num))
            probing = await connection.begin_nested()
            await connection.execute(SEEN_EVENTS.insert().values(digest=PROBE, seen_at=datetime.fromtimestamp(0, UTC)))
            await probing.rollback()
        return await asyncio.to_thread(condition, self._path, revision=revision or "", writable=True)

    async def first_sight(self, event_id: str, now: datetime) -> bool:
        """See :class:`bot.ports.Store`. Only a digest of the id is kept: what Slack sends may be worth something."""
        digest = sha256(event_id.encode()).hexdigest()
        async with transaction(self._engine) as connection:
            await connection.execute(SEEN_EVENTS.delete().where(SEEN_EVENTS.c.seen_at < now - REDELIVERED_WITHIN))
            if await connection.scalar(select(func.count()).where(SEEN_EVENTS.c.digest == digest)):
                return False
            await connection.execute(SEEN_EVENTS.insert().values(digest=digest, seen_at=now))
            return True

    async def log_memory(self) -> LogMemory | None:
        """See :class:`bot.ports.Store`."""
        async with transaction(self._engine) as connection:
            body = await connection.scalar(select(LOG_MEMORY.c.body).where(LOG_MEMORY.c.id == THE_ONE))
            return None if body is None else msgspec.json.decode(body, type=LogMemory)

    async def keep_log_memory(self, memory: LogMemory) -> None:
        """See :class:`bot.ports.Store`."""
        async with transaction(self._engine) as connection:
            await connection.execute(LOG_MEMORY.delete())
            await connection.execute(LOG_MEMORY.insert().values(id=THE_ONE, body=msgspec.json.encode(memory).decode()))

    async def prune(self, now: datetime, keep: timedelta) -> None:
        """See :class:`bot.ports.Store`."""
        async with transaction(self._engine) as connection:
            await history.prune(connection, now - keep)
            await approvals.prune(connection, now - keep)
        await sealed_keys.forget_earlier_pages(self._engine)


async def _save(connection: AsyncConnection, cards: Sequence[Card]) -> None:
    if cards:
        await connection.execute(CARDS.delete().where(CARDS.c.cause.in_([card.cause for card in cards])))
        rows = [{"cause": card.cause, "resolved_at": card.resolved_at, "body": msgspec.json.encode(card).decode()} for card in cards]
        await connection.execute(CARDS.insert(), rows)


async def _accepted(connection: AsyncConnection) -> AcceptedCa | None:
    body = await connection.scalar(select(ACCEPTED_CA.c.body).where(ACCEPTED_CA.c.id == THE_ONE))
    return None if body is None else msgspec.json.decode(body, type=AcceptedCa)
