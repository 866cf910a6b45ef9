"""The doctor as a whole: joins what the core and what the conversation examine, for the running bot and for the terminal."""

import asyncio
from contextlib import AsyncExitStack

from bot import bootstrap
from bot.adapters.clock import SystemClock
from bot.config import Settings
from bot.errors import BotError
from bot.model.examination import Examined
from bot.ports import Clock
from bot.usecases.doctor import Doctor
from handlers import transport
from handlers.checkup import Checkup


async def examine(doctor: Doctor, checkup: Checkup, clock: Clock, cluster: str) -> Examined:
    """Both at once. ``cluster``: its name as people say it. Raises nothing of :mod:`bot.errors`."""
    at = clock.now()
    core, slack = await asyncio.gather(doctor.examine(), checkup.examine())
    return Examined(at=at, cluster=cluster, results=(*core, *slack))


async def examine_once(settings: Settings, *, version: str) -> Examined:
    """Everything that needs no running bot: what the terminal shows."""
    async with AsyncExitStack() as stack:
        doctor = await stack.enter_async_context(bootstrap.doctored(settings, version=version))
        session = await stack.enter_async_context(transport.session())
        client: transport.WebClient | BotError
        try:
            client = transport.web_client(settings, session, retries=False)
        except BotError as error:
            client = error
        return await examine(doctor, Checkup(settings=settings, client=client), SystemClock(), settings.cluster)
