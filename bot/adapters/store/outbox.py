"""The outbox inside a transaction: what goes in, what comes out next, what happens to it. Statements only, no policy.

The order of ``seq`` is kept within a cause; causes do not wait for each other. A begun entry may be claimed again: there is
one deliverer, so whoever claims it is the same one after an error, or its successor after a crash.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.store.tables import OUTBOX, PLACES
from bot.model.alert import Announcement, Backlog, Effect, Outgoing, Place, Reason, effects

LONGEST_ERROR = 500


async def enqueue(connection: AsyncConnection, announcements: Sequence[Announcement]) -> None:
    """Put in, in order. Edits that wait untouched give way to anything newer about the same card: it will read the same."""
    for announcement in announcements:
        if announcement.reason is not Reason.OPENED:
            await _drop_untouched_edits(connection, announcement.card.cause)
        body = msgspec.json.encode(announcement).decode()
        for effect in effects(announcement.reason):
            await connection.execute(OUTBOX.insert().values(_row(announcement, effect, body)))


async def claim(connection: AsyncConnection, now: datetime) -> Outgoing | None:
    """The oldest entry that is the first of its cause and due; marked as begun."""
    first = select(func.min(OUTBOX.c.seq)).group_by(OUTBOX.c.cause)
    due = select(OUTBOX).where(OUTBOX.c.seq.in_(first), OUTBOX.c.not_before_at <= now).order_by(OUTBOX.c.seq).limit(1)
    row = (await connection.execute(due)).one_or_none()
    if row is None:
        return None
    begun = OUTBOX.update().where(OUTBOX.c.seq == row.seq)
    await connection.execute(begun.values(attempts=row.attempts + 1, begun_at=row.begun_at or now))
    place = None if row.effect == Effect.POST.value else await _place(connection, row.cause)
    return _outgoing(row, place)


async def settle(connection: AsyncConnection, outgoing: Outgoing, place: Place) -> None:
    """Take out, and remember where the card stands."""
    cause = outgoing.announcement.card.cause
    await connection.execute(OUTBOX.delete().where(OUTBOX.c.id == outgoing.id))
    await connection.execute(PLACES.delete().where(PLACES.c.cause == cause))
    await connection.execute(PLACES.insert().values(cause=cause, channel=place.channel, ts=place.ts))


async def postpone(connection: AsyncConnection, outgoing: Outgoing, until: datetime, error: str, *, in_doubt: bool) -> None:
    """Leave in until later. Without doubt, the mark of this attempt is taken back; an earlier doubt remains."""
    changes: dict[str, object] = {"not_before_at": until, "last_error": error[:LONGEST_ERROR]}
    if not in_doubt:
        changes["begun_at"] = outgoing.first_begun_at
    await connection.execute(OUTBOX.update().where(OUTBOX.c.id == outgoing.id).values(**changes))


async def repost(connection: AsyncConnection, outgoing: Outgoing) -> None:
    """The card's message is gone: let this entry post the card anew, under a new id; settling it replaces the place."""
    anew = {"id": _new_id(), "effect": Effect.POST.value, "attempts": 0, "begun_at": None, "is_repost": True}
    await connection.execute(OUTBOX.update().where(OUTBOX.c.id == outgoing.id).values(**anew))


async def backlog(connection: AsyncConnection, cause: str = "") -> Backlog:
    """How much waits, since when, and when the next may be tried. ``cause`` "": of all."""
    meant = (OUTBOX.c.cause == cause,) if cause else ()
    waiting = select(func.count(), func.min(OUTBOX.c.enqueued_at)).select_from(OUTBOX).where(*meant)
    count, oldest_at = (await connection.execute(waiting)).one()
    first = select(func.min(OUTBOX.c.seq)).group_by(OUTBOX.c.cause)
    due_at = await connection.scalar(select(func.min(OUTBOX.c.not_before_at)).where(OUTBOX.c.seq.in_(first), *meant))
    return Backlog(count=count, oldest_at=oldest_at, due_at=due_at)


async def _drop_untouched_edits(connection: AsyncConnection, cause: str) -> None:
    edits = (OUTBOX.c.cause == cause, OUTBOX.c.reason == Reason.EDITED.value, OUTBOX.c.effect == Effect.EDIT.value)
    await connection.execute(OUTBOX.delete().where(*edits, OUTBOX.c.attempts == 0))


async def _place(connection: AsyncConnection, cause: str) -> Place | None:
    row = (await connection.execute(select(PLACES).where(PLACES.c.cause == cause))).one_or_none()
    return None if row is None else Place(channel=row.channel, ts=row.ts)


def _row(announcement: Announcement, effect: Effect, body: str) -> dict[str, object]:
    return {
        "id": _new_id(),
        "cause": announcement.card.cause,
        "reason": announcement.reason.value,
        "effect": effect.value,
        "body": body,
        "enqueued_at": announcement.at,
        "not_before_at": announcement.at,
        "attempts": 0,
        "is_repost": False,
        "last_error": "",
    }


def _outgoing(row: Row[Any], place: Place | None) -> Outgoing:
    return Outgoing(
        id=row.id,
        announcement=msgspec.json.decode(row.body, type=Announcement),
        effect=Effect(row.effect),
        place=place,
        attempts=row.attempts,
        first_begun_at=row.begun_at,
        is_repost=row.is_repost,
    )


def _new_id() -> str:
    return uuid.uuid4().hex
