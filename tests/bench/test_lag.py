import asyncio
import time

from bench.lag import TICK_SECONDS, ticking

HELD_UP_SECONDS = 10 * TICK_SECONDS


async def test_a_loop_that_is_held_up_is_late_by_about_that_much() -> None:
    async with ticking() as lags:
        while not lags:  # noqa: ASYNC110 - until it ticks
            await asyncio.sleep(0)
        until = time.perf_counter() + HELD_UP_SECONDS
        while time.perf_counter() < until:
            pass
        seen = len(lags)
        while len(lags) == seen:  # noqa: ASYNC110 - until it ticks again
            await asyncio.sleep(0)

    assert max(lags) >= HELD_UP_SECONDS - TICK_SECONDS
