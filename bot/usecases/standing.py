"""How the bot stands that would carry a plan out: asks about its rights, its clock and its memory, all at once."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from bot.model import clock_skew
from bot.model.observed import Observed, Part, Unobserved, Why
from bot.model.standing import Standing
from bot.model.surroundings import WorkloadName
from bot.model.vitals import ApiServer, Skew, StoreCondition
from bot.ports import Access, Clock
from bot.usecases.parts import SLOW, part


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """The bot that would carry a plan out. ``memory`` tells how its memory is; ``canary``: recreated first."""

    access: Access
    clock: Clock
    memory: Callable[[], Awaitable[StoreCondition]]
    canary: WorkloadName

    async def standing(self, seconds: float) -> Standing:
        """Each part within so many seconds, or why not. Raises nothing of :mod:`bot.errors`."""
        async with asyncio.TaskGroup() as group:
            rights = group.create_task(part("the rights that a rotation needs", self.access.rotating, seconds))
            server = group.create_task(server_and_skew(self.access, self.clock, seconds))
            memory = group.create_task(part("the memory", self.memory, seconds))
        return Standing(
            rights=rights.result(),
            server=server.result()[0],
            skew=server.result()[1],
            memory=memory.result(),
            canary=self.canary,
        )


async def server_and_skew(access: Access, clock: Clock, seconds: float, *, hint: str = SLOW) -> tuple[Part[ApiServer], Part[Skew]]:
    """What the API server says of itself, and by how much its clock differs from ``clock``."""
    before = clock.now()
    server = await part("the API server", access.server, seconds, hint=hint)
    return server, _skew(server, before, clock.now())


def _skew(server: Part[ApiServer], before: datetime, after: datetime) -> Part[Skew]:
    """What cannot be explained by the answer's way, nor by its clock telling whole seconds only."""
    if isinstance(server, Unobserved):
        return server
    date = server.value.date
    if date is None:
        return Unobserved(Why.UNSUPPORTED, "The API server's answer has no Date, so its clock is not known.")
    return Observed(Skew(clock_skew.ahead(date, before, after)))
