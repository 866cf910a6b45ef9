import asyncio

from bot.adapters.clock import SystemClock
from bot.adapters.scheduler import Scheduler
from bot.usecases.bell import Bell
from tests.builders import hours
from tests.fakes.clock import FakeClock


async def test_an_instant_in_the_past_rings_at_once() -> None:
    scheduler, bell = Scheduler(SystemClock()), Bell()
    scheduler.start()

    scheduler.at(SystemClock().now() - hours(1), "due", bell.ring)

    async with asyncio.timeout(5):
        await bell.heard()
    scheduler.stop()


async def test_a_later_instant_of_the_same_name_replaces_the_earlier_one() -> None:
    scheduler, first, second = Scheduler(SystemClock()), Bell(), Bell()
    scheduler.at(SystemClock().now() + hours(1), "due", first.ring)
    scheduler.start()

    scheduler.at(SystemClock().now(), "due", second.ring)

    async with asyncio.timeout(5):
        await second.heard()
    scheduler.stop()


async def test_an_instant_is_one_of_the_clock_that_was_handed_in() -> None:
    ahead = FakeClock(SystemClock().now() + hours(24))
    scheduler, bell = Scheduler(ahead), Bell()
    scheduler.start()

    scheduler.at(ahead.now(), "due", bell.ring)

    async with asyncio.timeout(5):
        await bell.heard()
    scheduler.stop()


async def test_an_interval_rings_again_and_again() -> None:
    scheduler, bell = Scheduler(SystemClock()), Bell()
    scheduler.every(1, "sweep", bell.ring)
    scheduler.start()

    async with asyncio.timeout(10):
        await bell.heard()
        await bell.heard()
    scheduler.stop()


async def test_a_scheduler_that_never_started_stops_quietly() -> None:
    Scheduler(SystemClock()).stop()
