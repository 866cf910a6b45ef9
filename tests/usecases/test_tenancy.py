"""Who may change the cluster: one bot at a time, the next one soon, and never one whose Lease another took over."""

from datetime import timedelta

import pytest

from bot.errors import Forbidden, TimedOut
from bot.usecases.tenancy import SECONDS, Tenancy
from tests.fakes.clock import FakeClock
from tests.fakes.hands import LEASE, FakeHands, Fate

SECOND = timedelta(seconds=1)


class World:
    def __init__(self) -> None:
        self.clock, self.hands = FakeClock(), FakeHands.holding(b"ca", b"issuer", b"key")

    def bot(self, name: str = "first", known: int = 0) -> Tenancy:
        async def least() -> int:
            return known

        return Tenancy(hands=self.hands, clock=self.clock, holder=name, least=least)


async def test_a_lease_of_nobodys_is_taken_and_its_fence_begins() -> None:
    bot = World().bot()

    assert await bot.is_ours()
    assert bot.fence == 1


async def test_another_bot_waits_until_it_was_not_renewed_for_its_length_while_it_looked() -> None:
    world = World()
    first, second = world.bot(), world.bot("second")
    assert await first.is_ours()

    for _ in range(SECONDS):
        assert not await second.is_ours()
        world.clock.advance(SECOND)
    world.clock.advance(SECOND)
    assert await second.is_ours()
    assert second.fence == 2
    world.clock.advance(6 * SECOND)
    assert not await first.is_ours()


async def test_a_bot_that_renews_keeps_it_for_ever_under_one_fence() -> None:
    world = World()
    first, second = world.bot(), world.bot("second")
    for _ in range(60):
        assert await first.is_ours()
        assert not await second.is_ours()
        world.clock.advance(2 * SECOND)

    assert first.fence == 1


async def test_a_bot_that_was_restarted_takes_its_own_lease_at_once_under_a_new_fence() -> None:
    world = World()
    assert await world.bot().is_ours()

    again = world.bot()
    assert await again.is_ours()
    assert again.fence == 2


async def test_whoever_was_faster_has_it() -> None:
    world = World()
    bot = world.bot()
    world.hands.next_write = Fate.CONFLICT

    assert not await bot.is_ours()


async def test_what_cannot_be_renewed_is_believed_for_two_thirds_of_its_length() -> None:
    world = World()
    bot = world.bot()
    assert await bot.is_ours()
    world.hands.unable["tenure"] = TimedOut("no answer")

    world.clock.advance(9 * SECOND)
    assert await bot.is_ours()
    world.clock.advance(SECOND)
    assert not await bot.is_ours()


async def test_a_right_that_is_missing_is_raised() -> None:
    world = World()
    world.hands.unable["tenure"] = Forbidden("get leases")

    with pytest.raises(Forbidden):
        await world.bot().is_ours()


async def test_a_lease_that_was_made_anew_does_not_begin_below_what_the_journal_knows() -> None:
    world = World()
    bot = world.bot(known=7)
    del world.hands.objects[LEASE]
    world.hands.put(LEASE, {})

    assert await bot.is_ours()
    assert bot.fence == 8
