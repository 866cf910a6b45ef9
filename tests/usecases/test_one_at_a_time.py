"""Two bots: who holds the Lease writes, and who lost it meanwhile writes nothing, whatever it was about to do."""

from datetime import timedelta

import pytest

from bot.model.trust_pair import SecretBytes, TrustPair
from bot.usecases import pair_writing
from bot.usecases.pair_writing import Passed
from bot.usecases.tenancy import SECONDS, Tenancy
from tests.fakes.clock import FakeClock
from tests.fakes.hands import FakeHands, Fate

OLD = TrustPair(ca=b"old", issuer=b"old issuer", key=SecretBytes(b"old key"))
NEW = TrustPair(ca=b"new", issuer=b"new issuer", key=SecretBytes(b"new key"))


def a_world() -> FakeHands:
    return FakeHands.holding(OLD.ca, OLD.issuer, OLD.key.revealed())


async def no_pause(_: float) -> None:
    """Time is of no matter here."""


async def write(hands: FakeHands, tenancy: Tenancy) -> None:
    await pair_writing.write(hands, NEW, "run/new", [OLD.digest("old"), NEW.digest("new")], pause=no_pause, is_ours=tenancy.is_ours)


async def test_a_bot_whose_lease_passed_on_writes_nothing_although_the_pair_is_as_it_knew_it() -> None:
    hands, clock = a_world(), FakeClock()
    asleep, awake = (Tenancy(hands=hands, clock=clock, holder=name) for name in ("asleep", "awake"))
    assert await asleep.is_ours()
    assert not await awake.is_ours()
    clock.advance(timedelta(seconds=SECONDS + 1))
    assert await awake.is_ours()
    hands.done.clear()

    with pytest.raises(Passed):
        await write(hands, asleep)

    assert hands.done == []


async def test_a_conflict_is_answered_by_a_new_look_only_while_the_lease_is_ours() -> None:
    hands, clock = a_world(), FakeClock()
    tenancy = Tenancy(hands=hands, clock=clock, holder="bot")
    assert await tenancy.is_ours()
    hands.next_write = Fate.CONFLICT

    await write(hands, tenancy)

    assert (await hands.pair()).pair == NEW


async def test_of_two_bots_with_the_same_memory_the_younger_one_goes_on() -> None:
    hands, clock = a_world(), FakeClock()
    elder, younger = (Tenancy(hands=hands, clock=clock, holder="the same") for _ in range(2))
    assert await elder.is_ours()
    assert await younger.is_ours()

    for _ in range(6):
        clock.advance(timedelta(seconds=6))
        assert await younger.is_ours()
        assert not await elder.is_ours()
