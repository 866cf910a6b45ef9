"""One transaction, and what can go wrong in it as our own errors."""

import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import msgspec
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.errors import Malformed, Unreachable


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncGenerator[AsyncConnection]:
    """Begun IMMEDIATE (:mod:`bot.adapters.store.life`), so that no update is ever lost. Raises Unreachable and Malformed."""
    try:
        async with engine.begin() as connection:
            yield connection
    except (OperationalError, sqlite3.OperationalError) as error:
        raise Unreachable(f"The bot's memory does not answer: {error}", hint="Is the disk full, or the volume read-only?") from error
    except (SQLAlchemyError, sqlite3.Error, msgspec.DecodeError) as error:
        raise Malformed(f"The bot's memory holds what it should not: {error}", hint="Please report this.") from error
