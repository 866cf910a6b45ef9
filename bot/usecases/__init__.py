"""Verbs: what every way in (Slack, terminal, schedule) can ask for."""
