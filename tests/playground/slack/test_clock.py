"""A clock that runs and can be moved."""

import asyncio
from datetime import timedelta

from playground.slack import MovableClock

DAY = timedelta(days=1)


async def test_it_runs_and_jumps() -> None:
    clock = MovableClock()
    before = clock.now()

    clock.advance(DAY)

    assert DAY <= clock.now() - before < DAY + timedelta(minutes=1)


async def test_a_sleeper_wakes_when_enough_has_passed_and_not_before() -> None:
    clock, woken = MovableClock(), list[str]()

    async def sleep(name: str, span: timedelta) -> None:
        await clock.sleep(span)
        woken.append(name)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(sleep("two days", 2 * DAY))
        first = tasks.create_task(sleep("a day", DAY))
        await asyncio.sleep(0)
        clock.advance(DAY)
        await first
        assert woken == ["a day"]
        clock.advance(DAY)

    assert woken == ["a day", "two days"]


async def test_it_also_just_waits() -> None:
    clock = MovableClock()
    began = clock.now()

    await clock.sleep(timedelta(milliseconds=5))

    assert clock.now() - began >= timedelta(milliseconds=5)
