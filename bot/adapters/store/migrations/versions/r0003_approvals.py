"""Requests for approval with their sealed keys, and the record, which can only grow."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

# INSERT OR REPLACE deletes without asking a trigger for deletes; so only the next number may be inserted.
TRIGGERS = (
    """CREATE TRIGGER record_is_not_changed BEFORE UPDATE ON record
    BEGIN SELECT RAISE(ABORT, 'the record only grows: its entries are not changed'); END""",
    """CREATE TRIGGER record_is_not_cut BEFORE DELETE ON record
    BEGIN SELECT RAISE(ABORT, 'the record only grows: its entries are not deleted'); END""",
    """CREATE TRIGGER record_grows_at_its_end BEFORE INSERT ON record
    WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM record)
    BEGIN SELECT RAISE(ABORT, 'the record only grows at its end'); END""",
    """CREATE TRIGGER request_stays_ended BEFORE UPDATE OF id, cluster, state, body, dossier ON requests
    WHEN OLD.state NOT IN ('pending', 'approved') OR (OLD.state = 'approved' AND NEW.state = 'pending')
    BEGIN SELECT RAISE(ABORT, 'a request that has ended is not changed'); END""",
)


def upgrade() -> None:
    """Add tables, index and triggers."""
    op.create_table(
        "requests",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("cluster", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("dossier", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("ts", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("requests_one_pending", "requests", ["cluster"], unique=True, sqlite_where=sa.text("state = 'pending'"))
    op.create_table(
        "sealed_keys",
        sa.Column("request", sa.Text, primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    _record()
    for trigger in TRIGGERS:
        op.execute(trigger)


def _record() -> None:
    texts = [sa.Column(name, sa.Text, nullable=False) for name in ("verb", "cluster", "subject", "actor", "person", "detail")]
    op.create_table(
        "record",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("at", sa.String(32), nullable=False),
        *texts,
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
    )
