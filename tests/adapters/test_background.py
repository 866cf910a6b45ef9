"""Blocking work never holds up the end of the process."""

import asyncio
import threading

import pytest

from bot.adapters import background


async def test_what_the_work_returns_or_raises_comes_back() -> None:
    seats = asyncio.Semaphore(1)

    assert await background.done(lambda: 7, seats) == 7
    with pytest.raises(ZeroDivisionError):
        await background.done(lambda: 1 // 0, seats)
    assert not seats.locked()


async def test_the_thread_is_one_that_a_process_does_not_wait_for() -> None:
    assert await background.done(lambda: threading.current_thread().daemon, asyncio.Semaphore())


async def test_work_that_nobody_waits_for_any_more_keeps_its_seat_until_it_ends() -> None:
    seats, released = asyncio.Semaphore(1), threading.Event()

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await background.done(lambda: released.wait(10), seats)
    taken = seats.locked()
    released.set()
    async with asyncio.timeout(10):
        await seats.acquire()

    assert taken
