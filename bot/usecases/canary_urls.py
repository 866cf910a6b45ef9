"""Calls the canary URLs while a rotation is under way, each at least once a second, and counts. The rotation never waits for it.

What fails is told in the thread and stops nothing: people decide what it means.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

import structlog

from bot.errors import BotError
from bot.model.canary_urls import UrlTally
from bot.usecases.bell import Bell
from bot.usecases.logbook import Logbook

log = structlog.get_logger(__name__)

BEAT_SECONDS: Final = 0.8
"""Between two calls of one address; whether the one before has been answered does not matter."""
SAVED_EVERY: Final = 3
"""Beats after which the counts are kept."""
BROKE: Final = "the call itself broke"


@dataclass(slots=True, kw_only=True)
class CanaryUrls:
    """``call``: why an address could not be called, "" when it answered; raises nothing. ``logbook``: of the runs."""

    urls: tuple[str, ...]
    call: Callable[[str], Awaitable[str]]
    logbook: Logbook
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    due: Bell = field(default_factory=Bell)
    _run: str = ""
    _tallies: dict[str, UrlTally] = field(default_factory=dict[str, UrlTally])

    async def call_while_running(self) -> None:
        """From the start of a run to its end, and again with the next. Never ends by itself."""
        self.logbook.heard.add(self.due.ring)
        self.due.ring()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._follow())
                group.create_task(self._beat(group))
        finally:
            self.logbook.heard.discard(self.due.ring)

    async def look(self) -> None:
        """Is a run under way? Of one that another process has followed the counts go on."""
        try:
            newest = await self.logbook.journal.latest_run(self.logbook.cluster)
        except BotError as error:
            log.warning("whether canary URLs are to be called is not known", error=str(error), hint=error.hint)
            return
        except Exception:
            # The border: a bug in here must not take the bot and the rotation with it.
            log.exception("looking whether canary URLs are to be called broke")
            return
        run = "" if newest is None or newest.run.is_over else newest.id
        if run == self._run:
            return
        await self._save(self._run, self._tallies)
        known = {one.url: one for one in newest.urls} if newest is not None and run else {}
        self._run, self._tallies = run, {url: known.get(url) or UrlTally(url=url) for url in self.urls}

    async def once(self, url: str) -> None:
        """Call it and count. The first failure is kept and told at once; one that comes after the end of its run is kept with it."""
        run, tallies = self._run, self._tallies
        try:
            reason = await self.call(url)
        except Exception:
            # The border: a bug in here must not take the bot and the rotation with it.
            log.exception("calling a canary URL broke")
            reason = BROKE
        if not run:
            return
        before = tallies[url]
        tallies[url] = before.called(self.logbook.clock.now(), reason)
        is_first, is_late = bool(reason) and not before.failures, run != self._run
        if is_first:
            log.warning("a canary URL fails", url=url, reason=reason, tries=before.tries + 1)
        if is_first or is_late:
            await self._save(run, tallies)
        if is_first and not is_late:
            self.logbook.tell()

    async def _follow(self) -> None:
        while True:
            await self.due.heard()
            await self.look()

    async def _beat(self, group: asyncio.TaskGroup) -> None:
        beats = 0
        while True:
            if self._run:
                beats += 1
                for url in self.urls:
                    group.create_task(self.once(url))
                if beats % SAVED_EVERY == 0:
                    group.create_task(self._save(self._run, self._tallies))
            await self.pause(BEAT_SECONDS)

    async def _save(self, run: str, tallies: dict[str, UrlTally]) -> None:
        if not run:
            return
        try:
            await self.logbook.journal.tally(run, tuple(tallies.values()))
        except BotError as error:
            log.warning("counts of canary URLs are not kept", error=str(error), hint=error.hint)
        except Exception:
            # The border, as above.
            log.exception("keeping the counts of canary URLs broke")
