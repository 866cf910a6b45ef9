"""Tables as the newest migration leaves them. Nouns are kept as JSON beside the few columns that are asked for."""

from datetime import UTC, datetime

from sqlalchemy import Boolean, Column, Dialect, Index, Integer, LargeBinary, MetaData, String, Table, Text, TypeDecorator, text

METADATA = MetaData()


class Instant(TypeDecorator[datetime]):
    """An aware instant as fixed-width ISO text in UTC, so that comparing texts compares instants."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Refuse naive datetimes: they are a bug of the caller."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("naive datetime")
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Back to an aware datetime."""
        del dialect
        return None if value is None else datetime.fromisoformat(value)


CARDS = Table(
    "cards",
    METADATA,
    Column("cause", Text, primary_key=True),
    Column("resolved_at", Instant),
    Column("body", Text, nullable=False),
)

PLACES = Table(
    "places",
    METADATA,
    Column("cause", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("ts", Text, nullable=False),
)

# The order of seq is the order of saying. `begun_at`: since when the call may have had its effect without our knowing.
OUTBOX = Table(
    "outbox",
    METADATA,
    Column("seq", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("cause", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("effect", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("enqueued_at", Instant, nullable=False),
    Column("not_before_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("begun_at", Instant),
    Column("is_repost", Boolean, nullable=False),
    Column("last_error", Text, nullable=False),
    Index("outbox_by_cause", "cause", "seq"),
    sqlite_autoincrement=True,
)

# One row per run of sweeps that say the same; `body` is the newest report of the run.
REPORTS = Table(
    "reports",
    METADATA,
    Column("seq", Integer, primary_key=True),
    Column("first_at", Instant, nullable=False),
    Column("taken_at", Instant, nullable=False),
    Column("sweeps", Integer, nullable=False),
    Column("is_useful", Boolean, nullable=False),
    Column("digest", Text, nullable=False),
    Column("body", Text, nullable=False),
    sqlite_autoincrement=True,
)

ACCEPTED_CA = Table(
    "accepted_ca",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("body", Text, nullable=False),
)

LOG_MEMORY = Table(
    "log_memory",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("body", Text, nullable=False),
)

SEEN_EVENTS = Table(
    "seen_events",
    METADATA,
    Column("digest", Text, primary_key=True),
    Column("seen_at", Instant, nullable=False),
)

# `dossier` never holds the sealed key: that is a row of SEALED_KEYS for as long as the request may still be carried out.
REQUESTS = Table(
    "requests",
    METADATA,
    Column("seq", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("cluster", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("body", Text, nullable=False),
    Column("dossier", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("ts", Text, nullable=False),
    Index("requests_one_pending", "cluster", unique=True, sqlite_where=text("state = 'pending'")),
    sqlite_autoincrement=True,
)

SEALED_KEYS = Table(
    "sealed_keys",
    METADATA,
    Column("request", Text, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)

# Triggers of migration 0003 refuse to change or delete a row, and to insert any but the next.
RECORD = Table(
    "record",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("verb", Text, nullable=False),
    Column("cluster", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("digest", Text, nullable=False),
)

# `dossier` without the sealed key, as in REQUESTS. Nothing of a run is ever pruned; triggers of migration 0004 refuse it.
RUNS = Table(
    "runs",
    METADATA,
    Column("seq", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("cluster", Text, nullable=False),
    Column("begun_at", Instant, nullable=False),
    Column("over", Boolean, nullable=False),
    Column("dossier", Text, nullable=False),
    Index("runs_one_under_way", "cluster", unique=True, sqlite_where=text("NOT over")),
    sqlite_autoincrement=True,
)

# The journals of all runs; triggers of migration 0004 let it grow at its end, for a run that is not over, and nothing else.
JOURNAL = Table(
    "journal",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("run", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("event", Text, nullable=False),
    Index("journal_by_run", "run", "number"),
)

RUN_PLACES = Table(
    "run_places",
    METADATA,
    Column("run", Text, primary_key=True),
    Column("what", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("ts", Text, nullable=False),
)

# In the order of the setting; `tally` is a UrlTally.
CANARY_URLS = Table(
    "canary_urls",
    METADATA,
    Column("run", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("tally", Text, nullable=False),
)

IDENTITY = Table(
    "identity",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
)
