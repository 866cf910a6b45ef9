"""What holds for every test: generated ones have no stopwatch, since these machines are noisy; bench/ measures. And what tests log."""

import io
import logging
from collections.abc import Iterator
from contextlib import redirect_stderr

import pytest
import structlog
from hypothesis import HealthCheck, settings

from bot.adapters import logging as own_logging

settings.register_profile("noisy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("noisy")


def _log_plainly() -> None:
    """structlog's defaults, but for tracebacks: rich would draw them for seconds, while an ack waits."""
    structlog.reset_defaults()
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], plain])


_log_plainly()


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged while a test runs, at level debug."""
    heard_here = io.StringIO()
    handlers, level = logging.getLogger().handlers[:], logging.getLogger().level
    with redirect_stderr(heard_here):
        own_logging.configure("debug", "json")
        yield heard_here
    logging.getLogger().handlers[:] = handlers
    logging.getLogger().setLevel(level)
    _log_plainly()
