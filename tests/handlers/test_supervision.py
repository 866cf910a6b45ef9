import asyncio
from datetime import timedelta

import pytest

from handlers.supervision import Admission, Supervisor
from playground.slack import ManualClock


async def nothing() -> None:
    """Work that is done at once."""


async def test_a_task_that_fails_is_logged_and_its_siblings_go_on(clock: ManualClock, capsys: pytest.CaptureFixture[str]) -> None:
    done: list[str] = []

    async def fail() -> None:
        raise ValueError("a mistake")

    async def succeed() -> None:
        done.append("yes")

    async with Supervisor(clock) as supervisor:
        supervisor.start("wrong", fail)
        supervisor.start("right", succeed)
        await supervisor.idle()

    assert done == ["yes"]
    assert "task failed" in capsys.readouterr().out


async def test_one_person_may_ask_ten_times_a_minute_and_the_next_one_still_may(clock: ManualClock) -> None:
    async with Supervisor(clock) as supervisor:
        first = [supervisor.admit("U1") for _ in range(11)]
        other = supervisor.admit("U2")
        clock.advance(timedelta(minutes=1))
        later = supervisor.admit("U1")

    assert first == [Admission.GRANTED] * 10 + [Admission.TOO_FAST]
    assert other is Admission.GRANTED
    assert later is Admission.GRANTED


async def test_there_is_room_for_so_many_tasks_and_no_more(clock: ManualClock) -> None:
    gate = asyncio.Event()

    async def wait() -> None:
        await gate.wait()

    async with Supervisor(clock, room=2) as supervisor:
        supervisor.start("one", wait)
        supervisor.start("two", wait)
        full = supervisor.admit("U1")
        gate.set()
        await supervisor.idle()
        free = supervisor.admit("U1")

    assert full is Admission.FULL
    assert free is Admission.GRANTED


async def test_a_thousand_people_are_not_remembered_for_ever(clock: ManualClock) -> None:
    async with Supervisor(clock) as supervisor:
        for number in range(1_000):
            supervisor.admit(f"U{number}")
        clock.advance(timedelta(minutes=2))
        supervisor.admit("U-new")

        assert supervisor.remembered == 1


async def test_on_stop_what_runs_may_end(clock: ManualClock) -> None:
    gate, done = asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        await gate.wait()
        done.set()

    async with Supervisor(clock) as supervisor:
        supervisor.start("slow", wait)
        asyncio.get_running_loop().call_later(0.02, gate.set)

    assert done.is_set()


async def test_on_stop_what_does_not_end_is_cancelled_after_its_time(clock: ManualClock) -> None:
    async def wait() -> None:
        await asyncio.Event().wait()

    async with asyncio.timeout(2), Supervisor(clock, drain=timedelta(milliseconds=20)) as supervisor:
        supervisor.start("endless", wait)

    assert supervisor.running == 0


async def test_after_the_stop_nothing_is_taken_and_nothing_raises(clock: ManualClock) -> None:
    async with Supervisor(clock) as supervisor:
        pass

    supervisor.start("late", nothing)

    assert supervisor.admit("U1") is Admission.STOPPING
    assert supervisor.running == 0
