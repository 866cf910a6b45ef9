"""Waiting for what another task does, without a guess how long it takes."""

import asyncio
from collections.abc import Callable


async def until(happened: Callable[[], bool], *, seconds: float = 10.0) -> None:
    """Give way to the loop until it has happened. TimeoutError after that many seconds."""
    async with asyncio.timeout(seconds):
        while not happened():  # noqa: ASYNC110 - what is waited for knows nothing of events
            await asyncio.sleep(0.005)
