"""Implements :class:`bot.ports.Approvals`: a request, its sealed key and the record change together or not at all.

What a click decided is decided elsewhere (:mod:`bot.model.approval`); here it is only made sure that nobody was faster.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, cast

import msgspec
from msgspec.structs import replace
from sqlalchemy import Row, Select, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.adapters.store.tables import RECORD, REQUESTS, SEALED_KEYS
from bot.adapters.store.transaction import transaction
from bot.model import audit
from bot.model.approval import Request, State
from bot.model.audit import Deed, Entry
from bot.model.binding import Asked, Dossier

ALIVE = (State.PENDING, State.APPROVED)
"""The states in which a request keeps its sealed key, and is never forgotten."""


class SqliteApprovals:
    """The requests and the record behind an open engine."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def open_request(self, request: Request, dossier: Dossier, deed: Deed) -> bool:
        """See :class:`bot.ports.Approvals`."""
        async with transaction(self._engine) as connection:
            pending = (REQUESTS.c.cluster == request.cluster, REQUESTS.c.state == State.PENDING.value)
            if await connection.scalar(select(func.count()).select_from(REQUESTS).where(*pending)):
                return False
            await connection.execute(REQUESTS.insert().values(_row(request, dossier)))
            await connection.execute(SEALED_KEYS.insert().values(request=request.id, sealed=dossier.sealed_key))
            await _enter(connection, deed)
            return True

    async def request(self, id_: str) -> Asked | None:
        """See :class:`bot.ports.Approvals`."""
        async with transaction(self._engine) as connection:
            return _asked(await _first(connection, _asking().where(REQUESTS.c.id == id_)))

    async def latest_request(self, cluster: str) -> Asked | None:
        """See :class:`bot.ports.Approvals`."""
        async with transaction(self._engine) as connection:
            newest = _asking().where(REQUESTS.c.cluster == cluster).order_by(REQUESTS.c.seq.desc()).limit(1)
            return _asked(await _first(connection, newest))

    async def save_request(self, before: Request, after: Request, deeds: Sequence[Deed]) -> bool:
        """See :class:`bot.ports.Approvals`."""
        is_over = after.state not in ALIVE
        async with transaction(self._engine) as connection:
            own = REQUESTS.c.id == before.id
            body = await connection.scalar(select(REQUESTS.c.body).where(own))
            if body is None or msgspec.json.decode(body, type=Request) != before:
                return False
            await connection.execute(REQUESTS.update().where(own).values(state=after.state.value, body=_json(after)))
            if is_over:
                await _destroy(connection, before.id)
            for deed in deeds:
                await _enter(connection, deed)
        if is_over:
            await self.forget_earlier_pages()
        return True

    async def place_request(self, id_: str, channel: str, ts: str) -> None:
        """See :class:`bot.ports.Approvals`."""
        async with transaction(self._engine) as connection:
            await connection.execute(REQUESTS.update().where(REQUESTS.c.id == id_).values(channel=channel, ts=ts))

    async def enter(self, deed: Deed) -> Entry:
        """See :class:`bot.ports.Approvals`."""
        async with transaction(self._engine) as connection:
            return await _enter(connection, deed)

    async def record(self, *, after: int = 0, most: int = 1000) -> tuple[Entry, ...]:
        """See :class:`bot.ports.Approvals`."""
        async with transaction(self._engine) as connection:
            rows = await connection.execute(entries(after, most))
            return tuple(entry(row) for row in rows)

    async def forget_earlier_pages(self) -> None:
        """Empty the write-ahead log, where a key that was overwritten still stands as it was.

        Somebody who reads at this moment keeps SQLite from it. Then the next destroyed key, the next pruning or the next start does it.
        """
        with suppress(SQLAlchemyError, sqlite3.Error):
            async with self._engine.connect() as connection:
                raw = await connection.get_raw_connection()
                # Not through SQLAlchemy, which would begin a transaction first: inside one SQLite refuses.
                async with cast("Any", raw.driver_connection).execute("PRAGMA wal_checkpoint(TRUNCATE)"):
                    pass


async def prune(connection: AsyncConnection, before: datetime) -> None:
    """Forget requests made before then that have ended, but never a cluster's newest. The record is for ever."""
    newest = select(func.max(REQUESTS.c.seq)).group_by(REQUESTS.c.cluster)
    ended = REQUESTS.c.state.not_in([state.value for state in ALIVE])
    await connection.execute(REQUESTS.delete().where(ended, REQUESTS.c.made_at < before, REQUESTS.c.seq.not_in(newest)))


def entries(after: int, most: int) -> Select[Any]:
    """The question for a piece of the record."""
    return select(RECORD).where(RECORD.c.number > after).order_by(RECORD.c.number).limit(most)


def entry(row: Row[Any]) -> Entry:
    """An entry as it was kept, whether its digest fits or not. As text, also where somebody has put something else."""
    verb, cluster, subject, actor, person, detail = map(str, (row.verb, row.cluster, row.subject, row.actor, row.person, row.detail))
    deed = Deed(at=row.at, verb=verb, cluster=cluster, subject=subject, actor=actor, person=person, detail=detail)
    return Entry(number=row.number, deed=deed, before=str(row.before), digest=str(row.digest))


async def _enter(connection: AsyncConnection, deed: Deed) -> Entry:
    last = (await connection.execute(select(RECORD.c.number, RECORD.c.digest).order_by(RECORD.c.number.desc()).limit(1))).one_or_none()
    number, before = (last.number + 1, last.digest) if last else (1, audit.GENESIS)
    entered = audit.entry(number, deed, before)
    fields = {name: getattr(deed, name) for name in deed.__struct_fields__}
    await connection.execute(RECORD.insert().values(number=number, before=before, digest=entered.digest, **fields))
    return entered


async def _destroy(connection: AsyncConnection, id_: str) -> None:
    """Zeros over the key, in its place; then the row goes."""
    own = SEALED_KEYS.c.request == id_
    await connection.execute(SEALED_KEYS.update().where(own).values(sealed=func.zeroblob(func.length(SEALED_KEYS.c.sealed))))
    await connection.execute(SEALED_KEYS.delete().where(own))


def _asking() -> Select[Any]:
    return select(REQUESTS, SEALED_KEYS.c.sealed).join_from(REQUESTS, SEALED_KEYS, SEALED_KEYS.c.request == REQUESTS.c.id, isouter=True)


async def _first(connection: AsyncConnection, question: Select[Any]) -> Row[Any] | None:
    row: Row[Any] | None = (await connection.execute(question)).one_or_none()
    return row


def _asked(row: Row[Any] | None) -> Asked | None:
    if row is None:
        return None
    return Asked(
        request=msgspec.json.decode(row.body, type=Request),
        dossier=replace(msgspec.json.decode(row.dossier, type=Dossier), sealed_key=row.sealed or b""),
        channel=row.channel,
        ts=row.ts,
    )


def _row(request: Request, dossier: Dossier) -> dict[str, object]:
    return {
        "id": request.id,
        "cluster": request.cluster,
        "state": request.state.value,
        "made_at": request.made_at,
        "body": _json(request),
        "dossier": _json(replace(dossier, sealed_key=b"")),
        "channel": "",
        "ts": "",
    }


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
