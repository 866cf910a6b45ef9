"""Where logs are collected, through Loki's HTTP API, read-only: ``opened`` gives a ``ports.Logs``."""

from bot.adapters.loki.loki import Loki, opened

__all__ = ["Loki", "opened"]
