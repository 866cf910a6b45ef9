"""Implements :class:`bot.ports.Journal`: what a run did, append-only, entered together with the record or not at all."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec.structs import replace
from sqlalchemy import ColumnElement, Row, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.adapters.store import record, sealed_keys
from bot.adapters.store.tables import CANARY_URLS, IDENTITY, JOURNAL, RUN_PLACES, RUNS, SEALED_KEYS
from bot.adapters.store.transaction import transaction
from bot.errors import Conflicting, Malformed, Missing, Outrun
from bot.model.audit import Deed
from bot.model.binding import Dossier
from bot.model.canary_urls import UrlTally
from bot.model.run import Entry, Event, File, Finished, Started, Unread

THE_ONE: Final = 1
BY_A_PERSON: Final = 0
"""The fence of what a person decides: nobody's Lease."""
TRIAL: Final = "trial"
"""Of no message: a write that is made in order to see whether one can be."""
_TRIAL_BYTES: Final = 32 * 1024
_NAME_BYTES: Final = 8
_LONGEST_UNREAD: Final = 200
_EVENT: Final = msgspec.json.Decoder(Event)


class SqliteJournal:
    """The runs behind an open engine."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def open_run(self, id_: str, dossier: Dossier, started: Event, at: datetime, *, fence: int, deed: Deed) -> bool:
        """See :class:`bot.ports.Journal`."""
        cluster = dossier.plan.cluster
        async with transaction(self._engine) as connection:
            in_the_way = or_(RUNS.c.id == id_, (RUNS.c.cluster == cluster) & ~RUNS.c.over)
            if await connection.scalar(select(func.count()).select_from(RUNS).where(in_the_way)):
                return False
            await _refuse_older(connection, id_, cluster, fence)
            body = msgspec.json.encode(replace(dossier, sealed_key=b"")).decode()
            await connection.execute(RUNS.insert().values(id=id_, cluster=cluster, begun_at=at, over=False, dossier=body))
            await _append(connection, id_, [started], at, fence)
            await record.enter(connection, deed)
            return True

    async def latest_run(self, cluster: str) -> File | None:
        """See :class:`bot.ports.Journal`."""
        async with transaction(self._engine) as connection:
            newest = select(func.max(RUNS.c.seq)).where(RUNS.c.cluster == cluster).scalar_subquery()
            return await _file(connection, RUNS.c.seq == newest)

    async def run(self, id_: str) -> File | None:
        """See :class:`bot.ports.Journal`."""
        async with transaction(self._engine) as connection:
            return await _file(connection, RUNS.c.id == id_)

    async def run_before(self, id_: str) -> File | None:
        """See :class:`bot.ports.Journal`."""
        async with transaction(self._engine) as connection:
            this = (await connection.execute(select(RUNS.c.seq, RUNS.c.cluster).where(RUNS.c.id == id_))).one_or_none()
            if this is None:
                return None
            earlier = (RUNS.c.cluster == this.cluster, RUNS.c.seq < this.seq)
            return await _file(connection, RUNS.c.seq == select(func.max(RUNS.c.seq)).where(*earlier).scalar_subquery())

    async def write(
        self, id_: str, events: Sequence[Event], at: datetime, *, fence: int, deeds: Sequence[Deed] = (), after: int | None = None
    ) -> None:
        """See :class:`bot.ports.Journal`."""
        async with transaction(self._engine) as connection:
            run = (await connection.execute(select(RUNS.c.cluster, RUNS.c.over).where(RUNS.c.id == id_))).one_or_none()
            if run is None:
                raise Missing(f"The journal of run {id_} was not continued: it was never begun.")
            if run.over:
                raise Conflicting(f"The journal of run {id_} was not continued: the run is over.", hint="Look at it again: it has ended.")
            await _refuse_older(connection, id_, run.cluster, fence)
            if after is not None:
                await _refuse_grown(connection, id_, after)
            await (_append(connection, id_, events, at, fence) if events else _tried(connection, id_))
            if any(isinstance(event, Finished) for event in events):
                await connection.execute(RUNS.update().where(RUNS.c.id == id_).values(over=True))
            for deed in deeds:
                await record.enter(connection, deed)

    async def spend_key(self, id_: str) -> None:
        """See :class:`bot.ports.Journal`."""
        async with transaction(self._engine) as connection:
            await sealed_keys.destroy(connection, id_)
        await sealed_keys.forget_earlier_pages(self._engine)

    async def places(self, id_: str) -> dict[str, tuple[str, str]]:
        """See :class:`bot.ports.Journal`."""
        async with transaction(self._engine) as connection:
            rows = await connection.execute(select(RUN_PLACES).where(RUN_PLACES.c.run == id_).order_by(RUN_PLACES.c.what))
            return {row.what: (row.channel, row.ts) for row in rows}

    async def place(self, id_: str, what: str, channel: str, ts: str) -> None:
        """See :class:`bot.ports.Journal`."""
        async with transaction(self._engine) as connection:
            await connection.execute(RUN_PLACES.delete().where(RUN_PLACES.c.run == id_, RUN_PLACES.c.what == what))
            await connection.execute(RUN_PLACES.insert().values(run=id_, what=what, channel=channel, ts=ts))

    async def tally(self, id_: str, tallies: Sequence[UrlTally]) -> None:
        """See :class:`bot.ports.Journal`."""
        async with transaction(self._engine) as connection:
            await connection.execute(CANARY_URLS.delete().where(CANARY_URLS.c.run == id_))
            for number, one in enumerate(tallies):
                body = msgspec.json.encode(one).decode()
                await connection.execute(CANARY_URLS.insert().values(run=id_, number=number, tally=body))

    async def identity(self) -> str:
        """See :class:`bot.ports.Journal`."""
        async with transaction(self._engine) as connection:
            name: str | None = await connection.scalar(select(IDENTITY.c.name).where(IDENTITY.c.id == THE_ONE))
            if name is None:
                name = f"dapr-warden-{secrets.token_hex(_NAME_BYTES)}"
                await connection.execute(IDENTITY.insert().values(id=THE_ONE, name=name))
            return name


async def _refuse_older(connection: AsyncConnection, id_: str, cluster: str, fence: int) -> None:
    if fence == BY_A_PERSON:
        return
    runs = select(RUNS.c.id).where(RUNS.c.cluster == cluster)
    newest = await connection.scalar(select(func.max(JOURNAL.c.fence)).where(JOURNAL.c.run.in_(runs))) or 0
    if fence < newest:
        raise Conflicting(
            f"The journal of run {id_} was not continued: the Lease with fence {fence} has passed to a holder with fence {newest}.",
            hint="Somebody else carries the run on; take the Lease again before going on.",
        )


async def _refuse_grown(connection: AsyncConnection, id_: str, after: int) -> None:
    last = await connection.scalar(select(func.max(JOURNAL.c.number)).where(JOURNAL.c.run == id_)) or 0
    if last > after:
        raise Outrun(f"The journal of run {id_} was not continued: it has grown since it was looked at.", hint="Look at it again.")


async def _append(connection: AsyncConnection, id_: str, events: Iterable[Event], at: datetime, fence: int) -> None:
    last = await connection.scalar(select(func.max(JOURNAL.c.number))) or 0
    for number, event in enumerate(events, last + 1):
        body = msgspec.json.encode(event).decode()
        await connection.execute(JOURNAL.insert().values(number=number, run=id_, at=at, fence=fence, event=body))


async def _tried(connection: AsyncConnection, id_: str) -> None:
    """A transaction without a write succeeds on a full disk. So one is made, large as an entry, and taken back unseen."""
    await connection.execute(RUN_PLACES.insert().values(run=id_, what=TRIAL, channel="", ts="0" * _TRIAL_BYTES))
    await connection.execute(RUN_PLACES.delete().where(RUN_PLACES.c.run == id_, RUN_PLACES.c.what == TRIAL))


async def _file(connection: AsyncConnection, which: ColumnElement[bool]) -> File | None:
    asked = select(RUNS.c.id, RUNS.c.cluster, RUNS.c.dossier, SEALED_KEYS.c.sealed)
    joined = asked.join_from(RUNS, SEALED_KEYS, SEALED_KEYS.c.request == RUNS.c.id, isouter=True)
    found = (await connection.execute(joined.where(which))).one_or_none()
    if found is None:
        return None
    rows = await connection.execute(select(JOURNAL).where(JOURNAL.c.run == found.id).order_by(JOURNAL.c.number))
    dossier = replace(msgspec.json.decode(found.dossier, type=Dossier), sealed_key=found.sealed or b"")
    entries = tuple(map(_entry, rows))
    if not entries or not isinstance(entries[0].event, Started):
        raise Malformed(
            f"The journal of run {found.id} does not begin with a start that this version of the bot knows.",
            hint="Run the version that wrote it.",
        )
    tallies = await connection.scalars(select(CANARY_URLS.c.tally).where(CANARY_URLS.c.run == found.id).order_by(CANARY_URLS.c.number))
    urls = tuple(msgspec.json.decode(one, type=UrlTally) for one in tallies)
    return File(id=found.id, cluster=found.cluster, dossier=dossier, entries=entries, urls=urls)


def _entry(row: Row[Any]) -> Entry:
    return Entry(seq=row.number, at=row.at, fence=row.fence, event=_event(row.event))


def _event(text: str) -> Event:
    """What a newer version wrote is told as that: a run with it is held, and never guessed at. Broken JSON is broken."""
    try:
        known: Event = _EVENT.decode(text)
    except msgspec.ValidationError:
        return Unread(text=text[:_LONGEST_UNREAD])
    return known
