"""The record of a memory, only read: also while a bot has it open, and without bringing it to today's schema."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote

from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import DatabaseError, SQLAlchemyError

from bot.adapters.store import record
from bot.adapters.store.life import path_of
from bot.errors import InputError, Malformed
from bot.model.audit import Entry

PAGE: Final = 5000
"""So many entries are read in one transaction: nobody who pages through an export may keep the bot from emptying its log."""
BEFORE_ALL: Final = -(2**63)
HINT: Final = "DAPR_WARDEN_STORE names the bot's memory; set it as the bot has it, and read as the bot's user."


def recorded(url: str) -> Iterator[Entry]:
    """Every entry of the memory at ``url`` (``sqlite:///PATH``), oldest first.

    Raises SettingsError for what is no such URL, InputError where there is nothing to be read, Malformed for what no bot writes.
    """
    path = path_of(url)
    if not path.exists():
        raise InputError(f"There is no {path}: the record cannot be read.", hint=HINT)
    place = f"file:{quote(str(path))}?mode=ro"
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(place, uri=True, timeout=5))
    try:
        yield from _pages(engine, path)
    finally:
        engine.dispose()


def _pages(engine: Engine, path: Path) -> Iterator[Entry]:
    last = BEFORE_ALL
    while page := _page(engine, path, last):
        yield from page
        last = page[-1].number


def _page(engine: Engine, path: Path, after: int) -> list[Entry]:
    try:
        with engine.connect() as connection:
            return [record.entry(row) for row in connection.execute(record.entries(after, PAGE))]
    except DatabaseError as error:
        raise InputError(f"The record in {path} cannot be read: {_why(error)}.", hint=HINT) from error
    except (SQLAlchemyError, ValueError, TypeError) as error:
        raise Malformed(
            f"The record in {path} holds what no bot writes behind entry {max(after, 0)}.", hint="Somebody changed the file."
        ) from error


def _why(error: DatabaseError) -> str:
    why = str(error.orig).partition("\n")[0]
    return "it has none yet, as it was last used by an earlier dapr-warden" if why == "no such table: record" else why
