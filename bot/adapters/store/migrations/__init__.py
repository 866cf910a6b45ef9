"""Alembic's folder: how a memory written by any earlier version becomes one of today's. Never edit a revision that was released."""
