"""Slack's rate limits: a tier per method, and one message a second into each channel."""

import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from playground.slack.clock import Clock

PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}
POSTING = ("chat.postMessage", "response_url")


@dataclass
class Limits:
    """Counts calls in a sliding minute (tiers) and a sliding second (posts into one channel)."""

    clock: Clock
    enabled: bool = False
    posts_per_second: int = 1
    _seen: dict[tuple[str, str], list[datetime]] = field(default_factory=dict)

    def retry_after(self, method: str, tier: int, channel: str) -> int | None:
        """Whole seconds to wait before this call is welcome, or None when it is welcome now (and counted)."""
        if not self.enabled:
            return None
        if method in POSTING:
            return self._admit((method, channel), self.posts_per_second, timedelta(seconds=1))
        return self._admit((method, ""), PER_MINUTE[tier], timedelta(minutes=1)) if tier else None

    def _admit(self, key: tuple[str, str], capacity: int, window: timedelta) -> int | None:
        now = self.clock.now()
        recent = [at for at in self._seen.get(key, []) if at > now - window]
        self._seen[key] = recent
        if len(recent) < capacity:
            recent.append(now)
            return None
        return max(1, math.ceil((recent[0] + window - now).total_seconds()))
