"""What the bot offers by itself: a rotation with each threshold that a CA crosses on its way to its end, a restore where it was replaced.

An offer is part of the announcement that tells the crossing, or the change, and is saved with it: told at least once, and once for each.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

import structlog
from msgspec.structs import replace

from bot.errors import BotError
from bot.model.alert import Announcement, Reason
from bot.model.prognosis import CA_CHANGED, EXPIRY
from bot.model.rotation import Kind, Offer, Plan, Unplannable, offer_of

log = structlog.get_logger(__name__)

PLANS_WITHIN: Final = 10.0
"""Seconds. The alert waits for its offer no longer."""
_CROSSED: Final = frozenset((Reason.OPENED, Reason.THRESHOLD, Reason.WORSENED, Reason.REOPENED))
# A changed CA crosses nothing more: whoever did not take the offer hears it again with the alert.
_CHANGED: Final = _CROSSED | {Reason.STILL_CRITICAL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """``planned``: from a fresh look. ``is_busy``: whether a request waits, or a rotation is under way; then nothing is offered."""

    planned: Callable[[], Awaitable[Plan | Unplannable]]
    is_busy: Callable[[], Awaitable[bool]]
    seconds: float = PLANS_WITHIN

    async def added(self, announcements: Sequence[Announcement]) -> tuple[Announcement, ...]:
        """The same, the one that it is about with an offer. Raises nothing: without an offer the alert is still one."""
        crossing = next((one for one in announcements if _is_crossing(one)), None)
        change = next((one for one in announcements if _is_change(one)), None)
        if crossing is None and change is None:
            return tuple(announcements)
        offer = await self._offer()
        # A foreign CA is answered by a restore or by people; how long it lives does not matter then.
        about = change if change is not None and offer is not None and offer.kind is Kind.RESTORE else crossing
        return tuple(announcements) if offer is None or about is None else _with(announcements, about, offer)

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


def _with(announcements: Sequence[Announcement], about: Announcement, offer: Offer) -> tuple[Announcement, ...]:
    # A new card has no reply yet that could hold it.
    is_new = about.reason is Reason.OPENED
    told = (about, replace(about, reason=Reason.OFFERED, offer=offer)) if is_new else (replace(about, offer=offer),)
    at = list(announcements).index(about)
    return (*announcements[:at], *told, *announcements[at + 1 :])


def _is_crossing(one: Announcement) -> bool:
    finding = one.card.finding
    is_ending = finding.check_id in EXPIRY.values() and finding.rung is not None
    return is_ending and finding.severity.is_trouble and one.reason in _CROSSED


def _is_change(one: Announcement) -> bool:
    finding = one.card.finding
    return finding.check_id == CA_CHANGED and finding.severity.is_trouble and one.reason in _CHANGED
