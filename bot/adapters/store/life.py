"""Opening the memory: where it is, who may read it, which schema it has, how SQLite is to behave. And closing it."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Generator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.ext.asyncio import create_async_engine

from bot.adapters.store import tenancy
from bot.adapters.store.migration import migrate
from bot.adapters.store.sqlite import SqliteStore
from bot.errors import SettingsError

PREFIX = "sqlite:///"
OWNER_ONLY = 0o600
HINT = "DAPR_WARDEN_STORE must name a file in a directory that the bot may write to, e.g. sqlite:////var/lib/dapr-warden/memory.sqlite3."

# SQLAlchemy's own BEGIN is deferred and loses updates; FULL because a write that returned must survive a power cut;
# secure_delete so that a destroyed key leaves nothing behind in the file.
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "foreign_keys=ON", "secure_delete=ON")


@asynccontextmanager
async def opened(url: str) -> AsyncGenerator[SqliteStore]:
    """The memory at ``url`` (``sqlite:///PATH``), created or brought to today's schema first.

    Relative paths start where the process does.
    Raises SettingsError when the place cannot be used or is in use, is something else, or was written by a newer version.
    """
    path = path_of(url)
    with _alone(path):
        await asyncio.to_thread(_prepare, path)
        async with connected(path) as store:
            yield store


@asynccontextmanager
async def connected(path: Path) -> AsyncGenerator[SqliteStore]:
    """The memory in a file that is of today's schema, whoever else has it open."""
    # One connection: transactions queue up in this process instead of waiting for each other inside SQLite.
    place = URL.create("sqlite+aiosqlite", database=str(path))
    engine = create_async_engine(place, pool_size=1, max_overflow=0, hide_parameters=True)  # errors would quote what is kept
    _behave(engine.sync_engine)
    try:
        yield SqliteStore(engine, path)
    finally:
        await engine.dispose()


LONGEST_SCHEME = 20


def path_of(url: str) -> Path:
    """Everything behind the prefix, taken literally: a path may hold what a URL would have to escape."""
    place = url.removeprefix(PREFIX)
    if place == url or place in ("", ":memory:"):
        # Only the scheme is named: other stores' addresses hold a password.
        scheme = url.partition(":")[0][:LONGEST_SCHEME]
        raise SettingsError(f"{scheme!r}… is not a store that lasts: it must be {PREFIX}PATH.", hint=HINT)
    path = Path(place).absolute()
    if not path.name:
        raise SettingsError(f"{place} is a directory: a store must be {PREFIX}PATH of a file.", hint=HINT)
    if path.exists() and not path.is_file():
        # A pipe would be waited for until somebody writes into it.
        raise SettingsError(f"{place} is no ordinary file: a store must be {PREFIX}PATH of a file.", hint=HINT)
    return path


@contextmanager
def _alone(path: Path) -> Generator[None]:
    with ExitStack() as stack:
        try:
            stack.enter_context(tenancy.sole(path))
        except OSError as error:
            raise _unusable(path, error) from error
        yield


def _prepare(path: Path) -> None:
    try:
        path.touch(mode=OWNER_ONLY)
        with suppress(PermissionError):  # the volume belongs to somebody else: then its owner decides who reads
            path.chmod(OWNER_ONLY)
        engine = create_engine(URL.create("sqlite", database=str(path)))
        _behave(engine)
        try:
            migrate(engine, path)
        finally:
            engine.dispose()
    except (OSError, DatabaseError) as error:
        raise _unusable(path, error) from error


def _unusable(path: Path, error: Exception) -> SettingsError:
    return SettingsError(f"Cannot use {path} as the bot's memory: {_first_line(error)}", hint=HINT)


def _behave(engine: Engine) -> None:
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)


def _on_connect(connection: Any, _: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _first_line(error: Exception) -> str:
    cause = error.orig if isinstance(error, DatabaseError) and isinstance(error.orig, sqlite3.Error) else error
    return str(cause).partition("\n")[0]
