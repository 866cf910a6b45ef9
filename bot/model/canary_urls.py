"""Canary URLs: addresses of applications that are called all through a rotation, to show that nobody loses anybody. Nouns; pure.

Not to be taken for the canary, the Deployment whose pod is recreated first.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace

from bot.model import phrases


class UrlTally(msgspec.Struct, frozen=True, kw_only=True):
    """How the calls of one address went since a run began. ``reason``: of the first failure, outside text; ``fails``: the last call did."""

    url: str
    tries: int = 0
    failures: int = 0
    first_failed_at: datetime | None = None
    reason: str = ""
    last_failed_at: datetime | None = None
    fails: bool = False

    @property
    def place(self) -> str:
        """The address as it is told: without its scheme, which only makes a link of it."""
        return self.url.partition("://")[2]

    def called(self, at: datetime, reason: str) -> "UrlTally":
        """After another call. ``reason``: why it failed, "" when it did not."""
        if not reason:
            return replace(self, tries=self.tries + 1, fails=False)
        return replace(
            self,
            tries=self.tries + 1,
            failures=self.failures + 1,
            first_failed_at=self.first_failed_at or at,
            reason=self.reason if self.failures else reason,
            last_failed_at=at,
            fails=True,
        )


def sentence(tallies: Sequence[UrlTally]) -> str:
    """As in "0 of 4,812 calls of 2 canary URLs failed"; with the first that did; "" where none is called."""
    if not tallies:
        return ""
    tries, failures = sum(one.tries for one in tallies), sum(one.failures for one in tallies)
    told = f"{failures:,} of {tries:,} calls of {phrases.count(len(tallies), 'canary URL')} failed"
    first = min((one for one in tallies if one.first_failed_at), key=lambda one: str(one.first_failed_at), default=None)
    return f"{told}, {first_failure(first)}" if first is not None else told


def first_failure(tally: UrlTally) -> str:
    """As in "the first at 2026-11-23 09:00:00 UTC (shop.example/health: HTTP 503)"; "" where none failed."""
    at = tally.first_failed_at
    return f"the first at {phrases.instant(at)} ({tally.place}: {tally.reason})" if at is not None else ""
