"""Somebody asks why something is broken, what it printed, which certificates there are: look, unless the last look is fresh, and judge."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.checks import judge
from bot.diagnosis.diagnosing import diagnose
from bot.diagnosis.digesting import Digest
from bot.errors import BotError, TimedOut
from bot.model.diagnosis import Diagnosis
from bot.model.inventory import Inventory, inventory
from bot.model.policy import Policy
from bot.model.snapshot import Snapshot
from bot.model.targets import Unresolved, resolve
from bot.usecases.diagnose import scene
from bot.usecases.digest import digest
from bot.usecases.gathering import Sources

FRESH: Final = timedelta(seconds=30)
LOOK_SECONDS: Final = 2.5
"""How long a new look may take while there is an older one to go by."""
PATIENCE_SECONDS: Final = 30.0
"""The same, while there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """``last``: the newest look, None before the first; ``look``: a new one, raises :mod:`bot.errors`."""

    last: Callable[[], Snapshot | None]
    look: Callable[[], Awaitable[Snapshot]]
    policy: Policy
    sources: Sources

    async def about(self, words: str) -> Diagnosis | Unresolved:
        """``words``: an app id, a pod, a component, as a person typed it. Raises Unable when nothing was ever seen of the cluster."""
        snapshot = await self._seen()
        target = resolve(words, snapshot)
        if isinstance(target, Unresolved):
            return target
        # The last report would do, but for what the log watch has written into it: the lines themselves are read here.
        report = await asyncio.to_thread(judge, snapshot, self.policy)
        gathered = await scene(target, snapshot, report, self.sources)
        # In a thread: a thousand lines take long enough to be late for Slack.
        return await asyncio.to_thread(diagnose, gathered)

    async def printed(self, words: str, span: timedelta) -> Digest | Unresolved:
        """What Dapr's containers of that printed within ``span`` before now, as far as it matters. Raises Unable as :meth:`about`."""
        snapshot = await self._seen()
        target = resolve(words, snapshot)
        return target if isinstance(target, Unresolved) else await digest(target, snapshot, span, self.sources)

    async def certificates(self) -> Inventory:
        """Every certificate of the cluster. Raises Unable as :meth:`about`."""
        snapshot = await self._seen()
        # In a thread: thousands of pods, or hundreds of certificates, take long enough to be late for Slack.
        return await asyncio.to_thread(inventory, snapshot, self.policy)

    async def _seen(self) -> Snapshot:
        last = self.last()
        if last is not None and self.sources.clock.now() - last.taken_at < FRESH:
            return last
        try:
            async with asyncio.timeout(PATIENCE_SECONDS if last is None else LOOK_SECONDS):
                return await self.look()
        except (BotError, TimeoutError) as error:
            if last is not None:
                return last
            if isinstance(error, BotError):
                raise
            raise TimedOut(
                f"Looking at the cluster took longer than {PATIENCE_SECONDS:.0f} s and was given up.", hint="Please try again."
            ) from error
