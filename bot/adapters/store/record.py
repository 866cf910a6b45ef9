"""The record inside a transaction: an entry behind the last one, and entries as they are read."""

from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.store.tables import RECORD
from bot.model import audit
from bot.model.audit import Deed, Entry


def entries(after: int, most: int) -> Select[Any]:
    """The question for a piece of the record."""
    return select(RECORD).where(RECORD.c.number > after).order_by(RECORD.c.number).limit(most)


def entry(row: Row[Any]) -> Entry:
    """An entry as it was kept, whether its digest fits or not. As text, also where somebody has put something else."""
    verb, cluster, subject, actor, person, detail = map(str, (row.verb, row.cluster, row.subject, row.actor, row.person, row.detail))
    deed = Deed(at=row.at, verb=verb, cluster=cluster, subject=subject, actor=actor, person=person, detail=detail)
    return Entry(number=row.number, deed=deed, before=str(row.before), digest=str(row.digest))


async def enter(connection: AsyncConnection, deed: Deed) -> Entry:
    """Append a deed, in whatever transaction it belongs to."""
    last = (await connection.execute(select(RECORD.c.number, RECORD.c.digest).order_by(RECORD.c.number.desc()).limit(1))).one_or_none()
    number, before = (last.number + 1, last.digest) if last else (1, audit.GENESIS)
    entered = audit.entry(number, deed, before)
    fields = {name: getattr(deed, name) for name in deed.__struct_fields__}
    await connection.execute(RECORD.insert().values(number=number, before=before, digest=entered.digest, **fields))
    return entered
