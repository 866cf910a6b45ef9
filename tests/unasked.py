"""A cluster of tests/builders.py whose servers were not asked what they show, so that only what a test writes is in a list."""

from typing import Any

from bot.model.chains import CHAINS_NOT_READ
from bot.model.snapshot import Snapshot
from tests import builders


def a_snapshot(**parts: Any) -> Snapshot:
    """As :func:`tests.builders.a_snapshot`."""
    return builders.a_snapshot(**({"chains": CHAINS_NOT_READ} | parts))
