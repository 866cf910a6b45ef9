"""Reports inside a transaction: a run of sweeps that say the same is one row, so that ninety days fit into little."""

from datetime import datetime
from hashlib import sha256

import msgspec
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.store.tables import CARDS, OUTBOX, PLACES, REPORTS
from bot.model import blindness
from bot.model.report import Report


async def record(connection: AsyncConnection, report: Report) -> None:
    """Prolong the newest run, or begin a new one when the report says something else."""
    digest = _digest(report)
    body = msgspec.json.encode(report).decode()
    newest = (await connection.execute(select(REPORTS).order_by(REPORTS.c.seq.desc()).limit(1))).one_or_none()
    if newest is not None and newest.digest == digest:
        prolonged = REPORTS.update().where(REPORTS.c.seq == newest.seq)
        await connection.execute(prolonged.values(taken_at=report.taken_at, sweeps=newest.sweeps + 1, body=body))
        return
    await connection.execute(
        REPORTS.insert().values(
            first_at=report.taken_at,
            taken_at=report.taken_at,
            sweeps=1,
            is_useful=blindness.is_useful(report),
            digest=digest,
            body=body,
        )
    )


async def last(connection: AsyncConnection) -> Report | None:
    """The newest report."""
    body = await connection.scalar(select(REPORTS.c.body).order_by(REPORTS.c.seq.desc()).limit(1))
    return None if body is None else msgspec.json.decode(body, type=Report)


async def last_useful_at(connection: AsyncConnection) -> datetime | None:
    """When a sweep last saw something."""
    at: datetime | None = await connection.scalar(select(func.max(REPORTS.c.taken_at)).where(REPORTS.c.is_useful))
    return at


async def prune(connection: AsyncConnection, before: datetime) -> None:
    """Forget cards resolved and runs ended before then, but never the newest run nor the newest useful one."""
    newest = select(func.max(REPORTS.c.seq)).scalar_subquery()
    newest_useful = select(func.max(REPORTS.c.seq)).where(REPORTS.c.is_useful).scalar_subquery()
    old = REPORTS.c.taken_at < before
    await connection.execute(delete(REPORTS).where(old, REPORTS.c.seq != newest, REPORTS.c.seq != func.coalesce(newest_useful, 0)))
    unsaid = select(OUTBOX.c.cause)
    await connection.execute(delete(CARDS).where(CARDS.c.resolved_at < before, CARDS.c.cause.not_in(unsaid)))
    await connection.execute(delete(PLACES).where(PLACES.c.cause.not_in(select(CARDS.c.cause)), PLACES.c.cause.not_in(unsaid)))


def _digest(report: Report) -> str:
    """What the report says, without wording: facts count down with time, and each day would begin a new run."""
    said = [
        (answer.check_id, answer.severity.value, [(one.severity.value, one.subject, one.rung) for one in answer.findings])
        for answer in report.answers
    ]
    return sha256(msgspec.json.encode((report.cluster, report.namespace, said))).hexdigest()
