"""Where metrics are collected, through Prometheus' HTTP API, read-only: ``opened`` gives a ``ports.Metrics``."""

from bot.adapters.prometheus.prometheus import Prometheus, opened

__all__ = ["Prometheus", "opened"]
