"""Run by Alembic, on the connection that :mod:`bot.adapters.store.migration` hands over (and whose transaction it owns)."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
