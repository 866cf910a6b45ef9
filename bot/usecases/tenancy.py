"""Who may change the cluster: the Lease, taken and renewed, and its fence, which goes with every write of the journal.

A Lease alone lets two act for a moment; so what is written to the cluster carries a resourceVersion, and what is written to the journal
the fence. Another one's Lease is taken when it was not renewed for its length *while we looked*: clocks of two machines are not compared.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.errors import BotError, Conflicting, Transient
from bot.model.trust_pair import Tenure
from bot.ports import Clock, Hands

log = structlog.get_logger(__name__)

SECONDS: Final = 15
"""Short: a bot whose memory was lost waits so long before it closes a pair that another left open."""
RENEWED_AFTER: Final = timedelta(seconds=SECONDS / 3)
GIVEN_UP_AFTER: Final = timedelta(seconds=SECONDS * 2 / 3)


async def no_fence() -> int:
    """No journal knows any."""
    return 0


@dataclass(slots=True, kw_only=True)
class Tenancy:
    """``holder``: our name. ``fence``: of our Lease, 0 before we ever had it.

    ``least``: the highest fence that the journal knows; a Lease that was deleted and made anew must not begin below it.
    ``trouble``: why nobody knows whose it is, None while somebody does.
    """

    hands: Hands
    clock: Clock
    holder: str
    least: Callable[[], Awaitable[int]] = no_fence
    fence: int = 0
    trouble: Transient | None = None
    _renewed_at: datetime | None = field(default=None)
    _another: tuple[str, int, str] | None = field(default=None)
    _another_since: datetime | None = field(default=None)

    async def is_ours(self) -> bool:
        """Take or renew it. False while another has it, or nobody knows; then nothing is to be changed."""
        now = self.clock.now()
        if self._renewed_at is not None and timedelta() <= now - self._renewed_at < RENEWED_AFTER:
            return True
        self.trouble = None
        try:
            return await self._taken(await self.hands.tenure(), now)
        except Conflicting:
            self._renewed_at = None
        except Transient as error:
            log.warning("the Lease cannot be renewed", error=str(error))
            if self._renewed_at is not None and now - self._renewed_at < GIVEN_UP_AFTER:
                return True
            self.trouble = error
        except BotError:
            self._renewed_at = None
            raise
        return False

    async def _taken(self, found: Tenure, now: datetime) -> bool:
        is_kept = found.holder == self.holder and self._renewed_at is not None and found.fence == self.fence
        # Two that share a memory share its name: the fence tells them apart, and the younger one goes on.
        is_twin = found.holder == self.holder and 0 < self.fence < found.fence
        is_another = is_twin or found.holder not in ("", self.holder)
        if not is_kept and is_another and not self._is_abandoned(found, now):
            self._renewed_at = None
            return False
        fence = found.fence if is_kept else max(found.fence, await self.least()) + 1
        wanted = Tenure(holder=self.holder, fence=fence, renewed=found.renewed, seconds=SECONDS, version=found.version)
        held = await self.hands.hold(wanted, now)
        if not is_kept:
            log.info("holding the Lease", fence=held.fence)
        self.fence, self._renewed_at, self._another = held.fence, now, None
        return True

    def _is_abandoned(self, found: Tenure, now: datetime) -> bool:
        seen = (found.holder, found.fence, found.renewed)
        if seen != self._another or self._another_since is None:
            self._another, self._another_since = seen, now
            return False
        return now - self._another_since > timedelta(seconds=max(found.seconds, SECONDS))
