"""The bot's memory in one SQLite file.

Cards and where they stand, the outbox, reports, the accepted CA, events already seen, requests for approval, the record, runs and
their journal.

``opened(url)`` brings the file to today's schema and yields a :class:`SqliteStore`, whose ``approvals`` is a :class:`SqliteApprovals`
and whose ``journal`` a :class:`SqliteJournal`;
``recorded(url)`` only reads the record; ``from_outside(path_of(url))`` looks at a file that another process may be using. The file is
0600: it tells which certificates a cluster lives on, and holds new keys, sealed, until they are used or destroyed.
"""

from bot.adapters.store.approvals import SqliteApprovals
from bot.adapters.store.condition import from_outside
from bot.adapters.store.journal import SqliteJournal
from bot.adapters.store.life import opened, path_of
from bot.adapters.store.reading import recorded
from bot.adapters.store.sqlite import SqliteStore

__all__ = ["SqliteApprovals", "SqliteJournal", "SqliteStore", "from_outside", "opened", "path_of", "recorded"]
