"""The bot's memory in one SQLite file.

Cards and where they stand, the outbox, reports, the accepted CA, events already seen, requests for approval, the record.

``opened(url)`` brings the file to today's schema and yields a :class:`SqliteStore`, whose ``approvals`` is a :class:`SqliteApprovals`;
``recorded(url)`` only reads the record. The file is 0600: it tells which certificates a cluster lives on, and holds new keys, sealed, until
they are used or destroyed.
"""

from bot.adapters.store.approvals import SqliteApprovals
from bot.adapters.store.life import opened
from bot.adapters.store.reading import recorded
from bot.adapters.store.sqlite import SqliteStore

__all__ = ["SqliteApprovals", "SqliteStore", "opened", "recorded"]
