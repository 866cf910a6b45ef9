"""How far two clocks surely differ, told from one answer that carries a Date."""

from datetime import datetime, timedelta
from typing import Final

A_SECOND: Final = timedelta(seconds=1)
"""A Date tells whole seconds only."""


def ahead(date: datetime, before: datetime, after: datetime) -> timedelta:
    """By how much whoever wrote ``date`` is ahead of us (negative: behind), beyond what the answer's way can explain; zero: not surely.

    ``before``, ``after``: our clock when it was asked, and when it had answered.
    """
    return date - after if date > after else min(timedelta(), date + A_SECOND - before)
