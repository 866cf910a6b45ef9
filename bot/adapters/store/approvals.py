"""Implements :class:`bot.ports.Approvals`: a request, its sealed key and the record change together or not at all.

What a click decided is decided elsewhere (:mod:`bot.model.approval`); here it is only made sure that nobody was faster.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import Row, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.adapters.store import record, sealed_keys
from bot.adapters.store.tables import REQUESTS, SEALED_KEYS
from bot.adapters.store.transaction import transaction
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
            await record.enter(connection, deed)
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
                await sealed_keys.destroy(connection, before.id)
            for deed in deeds:
                await record.enter(connection, deed)
        if is_over:
            await sealed_keys.forget_earlier_pages(self._engine)
        return True

    async def place_request(self, id_: str, channel: str, ts: str) -> None:
        """See :class:`bot.ports.Approvals`."""
        async with transaction(self._engine) as connection:
            await connection.execute(REQUESTS.update().where(REQUESTS.c.id == id_).values(channel=channel, ts=ts))

    async def enter(self, deed: Deed) -> Entry:
        """See :class:`bot.ports.Approvals`."""
        async with transaction(self._engine) as connection:
            return await record.enter(connection, deed)

    async def record(self, *, after: int = 0, most: int = 1000) -> tuple[Entry, ...]:
        """See :class:`bot.ports.Approvals`."""
        async with transaction(self._engine) as connection:
            rows = await connection.execute(record.entries(after, most))
            return tuple(record.entry(row) for row in rows)


async def prune(connection: AsyncConnection, before: datetime) -> None:
    """Forget requests made before then that have ended, but never a cluster's newest. The record is for ever."""
    newest = select(func.max(REQUESTS.c.seq)).group_by(REQUESTS.c.cluster)
    ended = REQUESTS.c.state.not_in([state.value for state in ALIVE])
    await connection.execute(REQUESTS.delete().where(ended, REQUESTS.c.made_at < before, REQUESTS.c.seq.not_in(newest)))


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
