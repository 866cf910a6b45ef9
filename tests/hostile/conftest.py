"""What the suites of secrets share: everything that is logged while they run."""

import io
import logging
from collections.abc import Iterator
from contextlib import redirect_stderr

import pytest
import structlog

from bot.adapters import logging as own_logging


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged, at level debug."""
    heard_here = io.StringIO()
    handlers, level = logging.getLogger().handlers[:], logging.getLogger().level
    with redirect_stderr(heard_here):
        own_logging.configure("debug", "json")
        yield heard_here
    logging.getLogger().handlers[:] = handlers
    logging.getLogger().setLevel(level)
    structlog.reset_defaults()
