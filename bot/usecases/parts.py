"""One question with a deadline: its answer, or why there is none."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from bot.errors import BotError
from bot.model.observed import Observed, Part, Unobserved, Why, unobserved

T = TypeVar("T")

SLOW: Final = "The API server or the network is slow; the bot tries again by itself. DAPR_WARDEN_REQUEST_SECONDS allows more time."


async def part(what: str, ask: Callable[[], Awaitable[T]], seconds: float, *, hint: str = SLOW) -> Part[T]:
    """What ``ask`` returns, or why it could not within the deadline; ``hint``: what to do then. ``what``: as a sentence calls it."""
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            return Observed(await ask())
    except BotError as error:
        return unobserved(error)
    except TimeoutError:
        if not limit.expired():
            raise
        return Unobserved(Why.TIMED_OUT, f"Reading {what} took longer than {seconds:g} s and was given up.", hint)
