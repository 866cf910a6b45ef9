"""What can go wrong on purpose: a fault is an effect, and which requests it strikes."""

import enum
from dataclasses import dataclass


class Effect(enum.Enum):
    """What happens to a request."""

    HANG = "no answer at all, until healed"
    SLAM = "the connection breaks before any answer"
    DRIP = "headers at once, then one byte every 50 ms"
    CUT = "half of the answer, then the connection breaks"
    HALF = "half of the answer, well-framed: broken JSON"
    BODY = "another body instead, with status 200"
    BOMB = "a small gzip body that inflates to the size of ``body`` in MiB"
    ERROR = "500"
    FORBID = "403, whatever the rules say"
    UNAUTHORIZED = "401"
    THROTTLE = "429 with Retry-After: 7"
    GONE = "410"
    REDIRECT = "302 to somewhere else"
    HTML_404 = "404 as a web server says it"


@dataclass(slots=True, kw_only=True)
class Fault:
    """``verb``: get, list, watch ...; ``resource``: pods ...; "*" is any.

    ``skip`` lets that many requests pass first; ``times`` counts down, None is until healed.
    """

    effect: Effect
    verb: str = "*"
    resource: str = "*"
    skip: int = 0
    times: int | None = None
    body: bytes = b""

    def strikes(self, verb: str, resource: str) -> bool:
        """Whether this request is hit; uses up one of ``skip`` or ``times``."""
        if self.times == 0 or self.verb not in ("*", verb) or self.resource not in ("*", resource):
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True
