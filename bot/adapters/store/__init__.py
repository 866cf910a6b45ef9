"""The bot's memory in one SQLite file: cards and where they stand, the outbox, reports, the accepted CA, events already seen.

``opened(url)`` brings the file to today's schema and yields a :class:`SqliteStore`; ``from_outside(path_of(url))`` looks at one
that another process may be using. Nothing in the file is a secret; it is 0600 all the same, because it tells which certificates a
cluster lives on.
"""

from bot.adapters.store.condition import from_outside
from bot.adapters.store.life import opened, path_of
from bot.adapters.store.sqlite import SqliteStore

__all__ = ["SqliteStore", "from_outside", "opened", "path_of"]
