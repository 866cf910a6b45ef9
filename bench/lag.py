"""How late an event loop is: a ticker that asks to be woken every 5 ms and notes by how much it was too late."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

TICK_SECONDS: Final = 0.005


@asynccontextmanager
async def ticking() -> AsyncGenerator[list[float]]:
    """Yields the list into which the lags go, in seconds, for as long as the block lasts."""
    lags: list[float] = []

    async def tick() -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(TICK_SECONDS)
            lags.append(max(0.0, time.perf_counter() - began - TICK_SECONDS))

    ticker = asyncio.ensure_future(tick())
    try:
        yield lags
    finally:
        ticker.cancel()
