"""The bot's memory in one SQLite file: cards and where they stand, the outbox, reports, the accepted CA, events already seen.

``opened(url)`` brings the file to today's schema and yields a :class:`SqliteStore`. Nothing in the file is a secret; it is
0600 all the same, because it tells which certificates a cluster lives on.
"""

from bot.adapters.store.life import opened
from bot.adapters.store.sqlite import SqliteStore

__all__ = ["SqliteStore", "opened"]
