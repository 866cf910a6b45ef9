import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.clock import SystemClock
from playground.stage.clock import FollowingClock, StageClock
from tests.builders import days, hours

A_MOMENT = timedelta(seconds=5)


def test_it_runs_with_the_machine_until_it_is_moved(tmp_path: Path) -> None:
    clock = StageClock(tmp_path / "offset")

    assert abs(clock.now() - SystemClock().now()) < A_MOMENT
    clock.advance(days(7))
    clock.advance(hours(1))
    assert abs(clock.now() - SystemClock().now() - days(7) - hours(1)) < A_MOMENT
    assert clock.moved_by == days(7) + hours(1)


def test_who_follows_has_the_same_time(tmp_path: Path) -> None:
    clock = StageClock(tmp_path / "offset")
    follower = FollowingClock(tmp_path / "offset")

    assert abs(follower.now() - clock.now()) < A_MOMENT
    clock.advance(days(5))
    assert abs(follower.now() - clock.now()) < A_MOMENT
    clock.reset()
    assert abs(follower.now() - SystemClock().now()) < A_MOMENT


def test_without_its_file_nobody_guesses_the_time(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        FollowingClock(tmp_path / "offset").now()


async def test_who_sleeps_wakes_when_time_has_moved_far_enough(tmp_path: Path) -> None:
    clock = StageClock(tmp_path / "offset")
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        sleeper = tasks.create_task(clock.sleep(hours(2)))
        await asyncio.sleep(0)
        clock.advance(hours(1))
        await asyncio.sleep(0)
        assert not sleeper.done()
        clock.advance(hours(1))


async def test_a_short_sleep_ends_by_itself(tmp_path: Path) -> None:
    async with asyncio.timeout(10):
        await StageClock(tmp_path / "offset").sleep(timedelta(milliseconds=1))
