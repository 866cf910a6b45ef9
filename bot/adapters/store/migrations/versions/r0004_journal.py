"""Runs and their journal, which can only grow; where their messages are; a name for whoever uses this memory."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

# As for the record: INSERT OR REPLACE deletes without asking a trigger for deletes, so what it would replace is refused as an insert.
TRIGGERS = (
    """CREATE TRIGGER run_begins_once BEFORE INSERT ON runs
    WHEN EXISTS (SELECT 1 FROM runs WHERE id = NEW.id OR seq = NEW.seq OR (cluster = NEW.cluster AND NOT over))
    BEGIN SELECT RAISE(ABORT, 'a run begins once, and only when no other is under way'); END""",
    """CREATE TRIGGER run_only_ends BEFORE UPDATE ON runs
    WHEN OLD.over OR NOT NEW.over OR NEW.seq IS NOT OLD.seq OR NEW.id IS NOT OLD.id OR NEW.cluster IS NOT OLD.cluster
        OR NEW.begun_at IS NOT OLD.begun_at OR NEW.dossier IS NOT OLD.dossier
    BEGIN SELECT RAISE(ABORT, 'of a run nothing changes but that it ends'); END""",
    """CREATE TRIGGER run_is_not_forgotten BEFORE DELETE ON runs
    BEGIN SELECT RAISE(ABORT, 'a run is not forgotten'); END""",
    """CREATE TRIGGER journal_is_not_changed BEFORE UPDATE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal only grows: its entries are not changed'); END""",
    """CREATE TRIGGER journal_is_not_cut BEFORE DELETE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal only grows: its entries are not deleted'); END""",
    """CREATE TRIGGER journal_grows_at_its_end BEFORE INSERT ON journal
    WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM journal)
    BEGIN SELECT RAISE(ABORT, 'the journal only grows at its end'); END""",
    """CREATE TRIGGER journal_is_of_a_run_under_way BEFORE INSERT ON journal
    WHEN NOT EXISTS (SELECT 1 FROM runs WHERE id = NEW.run AND NOT over)
    BEGIN SELECT RAISE(ABORT, 'the journal is of a run that is under way'); END""",
)


def upgrade() -> None:
    """Add tables, indexes and triggers."""
    op.create_table(
        "runs",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("cluster", sa.Text, nullable=False),
        sa.Column("begun_at", sa.String(32), nullable=False),
        sa.Column("over", sa.Boolean, nullable=False),
        sa.Column("dossier", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("runs_one_under_way", "runs", ["cluster"], unique=True, sqlite_where=sa.text("NOT over"))
    op.create_table(
        "journal",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("run", sa.Text, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("fence", sa.Integer, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
    )
    op.create_index("journal_by_run", "journal", ["run", "number"])
    _about_runs()
    for trigger in TRIGGERS:
        op.execute(trigger)


def _about_runs() -> None:
    op.create_table(
        "run_places",
        sa.Column("run", sa.Text, primary_key=True),
        sa.Column("what", sa.Text, primary_key=True),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("ts", sa.Text, nullable=False),
    )
    op.create_table("identity", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.Text, nullable=False))
