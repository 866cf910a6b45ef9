"""The sealed keys of requests: destroyed so that nothing of them is left in any file."""

import sqlite3
from contextlib import suppress
from typing import Any, cast

from sqlalchemy import func
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.adapters.store.tables import SEALED_KEYS


async def destroy(connection: AsyncConnection, id_: str) -> None:
    """Zeros over the key of a request, in its place; then the row goes. :func:`forget_earlier_pages` is to follow the transaction."""
    own = SEALED_KEYS.c.request == id_
    await connection.execute(SEALED_KEYS.update().where(own).values(sealed=func.zeroblob(func.length(SEALED_KEYS.c.sealed))))
    await connection.execute(SEALED_KEYS.delete().where(own))


async def forget_earlier_pages(engine: AsyncEngine) -> None:
    """Empty the write-ahead log, where a key that was overwritten still stands as it was.

    Somebody who reads at this moment keeps SQLite from it. Then the next destroyed key, the next pruning or the next start does it.
    """
    with suppress(SQLAlchemyError, sqlite3.Error):
        async with engine.connect() as connection:
            raw = await connection.get_raw_connection()
            # Not through SQLAlchemy, which would begin a transaction first: inside one SQLite refuses.
            async with cast("Any", raw.driver_connection).execute("PRAGMA wal_checkpoint(TRUNCATE)"):
                pass
