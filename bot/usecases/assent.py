"""Approvers and clocks, asked once more where they matter: before the first write, when a wait ends, before the old root goes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.model import approval, clock_skew
from bot.model.vitals import MOST_SKEW, ApiServer
from bot.ports import Clock
from bot.rotation import consent
from bot.rotation.going import Next
from bot.rotation.sight import Sight
from bot.usecases.renew import Renewals


@dataclass(frozen=True, slots=True, kw_only=True)
class Assent:
    """``server``: asks the API server, for its clock."""

    renewals: Renewals
    server: Callable[[], Awaitable[ApiServer]]
    clock: Clock

    async def asked(self, found: Next, sight: Sight) -> Next:
        """What becomes of what would be done. Raises :mod:`bot.errors` when one of them cannot be asked: then nothing is done."""
        if not consent.asks(found, sight):
            return found
        return consent.judged(found, sight, lapsed=await self._lapsed(sight), skewed=await self._skewed())

    async def _lapsed(self, sight: Sight) -> str:
        """Why the approval does not hold any more; a run that was found in the cluster was let go on by an approver instead."""
        asked = None if sight.run.adopted else await self.renewals.request(sight.run.id)
        return approval.lapsed(asked.request, sight.run.vouched, self.renewals.terms.people) if asked is not None else ""

    async def _skewed(self) -> str:
        """Why no clock is to be relied on, "" when ours agrees with the API server's."""
        before = self.clock.now()
        date = (await self.server()).date
        if date is None:
            return "The API server does not tell its time."
        ahead = clock_skew.ahead(date, before, self.clock.now())
        seconds, where = abs(ahead) // timedelta(seconds=1), "ahead of" if ahead > timedelta() else "behind"
        return f"The API server's clock is {seconds} s {where} the bot's." if abs(ahead) > MOST_SKEW else ""
