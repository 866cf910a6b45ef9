"""The first memory: cards, places, outbox, reports, the accepted CA, events already seen."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table. Instants are 32 characters of ISO text."""
    op.create_table(
        "cards",
        sa.Column("cause", sa.Text, primary_key=True),
        sa.Column("resolved_at", sa.String(32)),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "places",
        sa.Column("cause", sa.Text, primary_key=True),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("ts", sa.Text, nullable=False),
    )
    _outbox()
    op.create_table(
        "reports",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("first_at", sa.String(32), nullable=False),
        sa.Column("taken_at", sa.String(32), nullable=False),
        sa.Column("sweeps", sa.Integer, nullable=False),
        sa.Column("is_useful", sa.Boolean, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "accepted_ca",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "seen_events",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("seen_at", sa.String(32), nullable=False),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("effect", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("enqueued_at", sa.String(32), nullable=False),
        sa.Column("not_before_at", sa.String(32), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("begun_at", sa.String(32)),
        sa.Column("is_repost", sa.Boolean, nullable=False),
        sa.Column("last_error", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("outbox_by_cause", "outbox", ["cause", "seq"])
