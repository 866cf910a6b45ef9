"""What the bot offers by itself: with each threshold that a CA crosses on its way to its end, a rotation, or why none is possible.

An offer is part of the announcement that tells the crossing, and is saved with it: told at least once, and once for each crossing.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

import structlog
from msgspec.structs import replace

from bot.errors import BotError
from bot.model.alert import Announcement, Reason
from bot.model.prognosis import EXPIRY
from bot.model.rotation import Offer, Plan, Unplannable, offer_of

log = structlog.get_logger(__name__)

PLANS_WITHIN: Final = 10.0
"""Seconds. The alert waits for its offer no longer."""
_CROSSED: Final = frozenset((Reason.OPENED, Reason.THRESHOLD, Reason.WORSENED, Reason.REOPENED))


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """``planned``: from a fresh look. ``is_busy``: whether a request waits, or a rotation is under way; then nothing is offered."""

    planned: Callable[[], Awaitable[Plan | Unplannable]]
    is_busy: Callable[[], Awaitable[bool]]
    seconds: float = PLANS_WITHIN

    async def added(self, announcements: Sequence[Announcement]) -> tuple[Announcement, ...]:
        """The same, the worst crossing with an offer. Raises nothing: without an offer the alert is still one."""
        crossing = next((one for one in announcements if _is_crossing(one)), None)
        offer = await self._offer() if crossing is not None else None
        if crossing is None or offer is None:
            return tuple(announcements)
        # A new card has no reply yet that could hold it.
        is_new = crossing.reason is Reason.OPENED
        told = (crossing, replace(crossing, reason=Reason.OFFERED, offer=offer)) if is_new else (replace(crossing, offer=offer),)
        at = list(announcements).index(crossing)
        return (*announcements[:at], *told, *announcements[at + 1 :])

    async def _offer(self) -> Offer | None:
        try:
            async with asyncio.timeout(self.seconds):
                return None if await self.is_busy() else offer_of(await self.planned())
        except (BotError, TimeoutError) as error:
            log.warning("no rotation is offered: it could not be planned", error=str(error))
        except Exception:
            # The border: a bug in planning must not silence an alert.
            log.exception("offering a rotation broke")
        return None


def _is_crossing(one: Announcement) -> bool:
    finding = one.card.finding
    is_ending = finding.check_id in EXPIRY.values() and finding.rung is not None
    return is_ending and finding.severity.is_trouble and one.reason in _CROSSED
