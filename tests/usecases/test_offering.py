"""What the bot offers by itself, and when: once for each threshold that counts."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from bot.errors import Unreachable
from bot.model.alert import Announcement, Effect, Reason
from bot.model.policy import Policy
from bot.model.rotation import Kind, Plan, Unplannable
from bot.rotation.vault import Backup
from bot.usecases.offering import Offers
from bot.usecases.renew import offer
from bot.usecases.sweep import NoRotations, Sweeper
from tests.builders import A_CA, ANOTHER_CA, a_ca, a_configmap, a_pod, a_secret, a_snapshot, accepted, days, hours, some_facts
from tests.certificates import NOW
from tests.fakes.clock import FakeClock
from tests.fakes.store import FakeStore
from tests.kept import a_backup

SETTLE = timedelta(seconds=5)


class Offering(NoRotations):
    """Nothing goes on, and something is offered."""

    def __init__(self, offers: Offers) -> None:
        self._offers = offers

    async def offering(self, announcements: Sequence[Announcement]) -> tuple[Announcement, ...]:
        return await self._offers.added(announcements)


@dataclass
class Ladder:
    """A bot whose CA comes near its end."""

    left: timedelta = timedelta(days=100)
    busy: bool = False
    trouble: Exception | None = None
    parts: dict[str, Any] = field(default_factory=dict)
    store: FakeStore = field(default_factory=FakeStore)
    clock: FakeClock = field(default_factory=lambda: FakeClock(NOW))
    planned: int = 0

    def __post_init__(self) -> None:
        self.ca = a_ca("of the ladder", expires_in=self.left)
        offers = Offers(planned=self._plan, is_busy=self._is_busy)
        self.sweeper = Sweeper(
            self._look, self.store, self.clock, Policy(), settle=SETTLE, saved=lambda _: None, rotations=Offering(offers)
        )

    async def at(self, left: float) -> tuple[Announcement, ...]:
        """A sweep when that many days are left."""
        self.clock.advance(NOW + self.left - days(left) - self.clock.now())
        return (await self.sweeper.sweep()).announcements

    async def _look(self) -> Any:
        return a_snapshot(ca=self.ca, taken_at=self.clock.now(), **self.parts)

    async def _plan(self) -> Plan | Unplannable:
        self.planned += 1
        if self.trouble is not None:
            raise self.trouble
        return offer(await self._look(), lifetime=days(365))

    async def _is_busy(self) -> bool:
        return self.busy


def offers(announcements: tuple[Announcement, ...]) -> list[Announcement]:
    return [one for one in announcements if one.offer is not None]


async def test_at_thirty_days_and_at_each_threshold_after_it_a_rotation_is_offered_once() -> None:
    ladder = Ladder()
    offered = {}

    for left in (89, 59, 29.9, 29.5, 29, 20, 13.9, 13.5, 6.9, 2.9, 0.9):
        offered[left] = len(offers(await ladder.at(left)))

    assert [left for left, count in offered.items() if count] == [29.9, 13.9, 6.9, 2.9, 0.9]
    assert set(offered.values()) == {0, 1}
    assert ladder.planned == 5


async def test_an_offer_says_whom_it_touches_and_is_part_of_the_reply_that_tells_the_crossing() -> None:
    ladder = Ladder()
    await ladder.at(59)

    (one,) = offers(await ladder.at(29))

    assert one.reason in (Reason.WORSENED, Reason.THRESHOLD)
    assert one.offer is not None
    assert (one.offer.kind, one.offer.apps, one.offer.pods, one.offer.reason) == (Kind.CROSS_SIGNED, 2, 2, "")


async def test_beside_a_new_card_the_offer_is_a_reply_of_its_own() -> None:
    ladder = Ladder(left=days(20))

    told = await ladder.at(20)

    (one,) = offers(told)
    assert one.reason is Reason.OFFERED
    assert told[told.index(one) - 1].reason is Reason.OPENED
    assert [entry.effect for entry in ladder.store.outbox][-2:] == [Effect.EDIT, Effect.REPLY]


def a_replaced(by: str = "sentry", **parts: Any) -> Any:
    """Another CA than the accepted one, which the bot keeps."""
    facts = some_facts(by, NOW - hours(1))
    secret, configmap = a_secret(ANOTHER_CA, facts=facts), a_configmap(ANOTHER_CA.roots_pem, facts=facts)
    usual: dict[str, Any] = {"ca": ANOTHER_CA, "secret": secret, "configmap": configmap, "accepted": accepted(), "pods": [a_pod("orders")]}
    return a_snapshot(**(usual | parts))


@dataclass
class Change:
    """A bot whose CA is replaced by another one."""

    kept: Backup | None = field(default_factory=lambda: a_backup(A_CA, NOW - hours(20)))
    seen: Any = field(default_factory=a_replaced)
    store: FakeStore = field(default_factory=FakeStore)
    clock: FakeClock = field(default_factory=lambda: FakeClock(NOW))

    def __post_init__(self) -> None:
        offers = Offers(planned=self._plan, is_busy=self._is_busy)
        self.sweeper = Sweeper(
            self._look, self.store, self.clock, Policy(), settle=SETTLE, saved=lambda _: None, rotations=Offering(offers)
        )

    async def sweep(self, later: timedelta = timedelta()) -> tuple[Announcement, ...]:
        self.clock.advance(later)
        return (await self.sweeper.sweep()).announcements

    async def _look(self) -> Any:
        return replace(self.seen, taken_at=self.clock.now())

    async def _plan(self) -> Plan | Unplannable:
        return offer(await self._look(), lifetime=days(365), backup=self.kept.facts if self.kept else None)

    async def _is_busy(self) -> bool:
        return False


async def test_where_something_replaced_the_ca_the_last_good_one_is_offered_below_its_card() -> None:
    told = await Change().sweep()

    (one,) = offers(told)
    assert (one.reason, one.card.finding.check_id) == (Reason.OFFERED, "ca-changed")
    assert one.offer is not None
    assert (one.offer.kind, one.offer.pods, one.offer.blocked) == (Kind.RESTORE, 0, ())


async def test_it_is_offered_once_and_again_when_the_alert_itself_is_said_again() -> None:
    change = Change(seen=a_replaced(pods=[a_pod("orders"), a_pod("billing", anchors=ANOTHER_CA.roots_pem)]))
    await change.sweep()

    assert offers(await change.sweep(timedelta(minutes=5))) == []
    (again,) = offers(await change.sweep(Policy().repeat_critical))
    assert again.reason is Reason.STILL_CRITICAL


async def test_where_nothing_is_kept_a_changed_ca_is_left_to_people() -> None:
    assert offers(await Change(kept=None).sweep()) == []


async def test_a_foreign_ca_that_nears_its_end_gets_one_offer_and_that_is_the_restore() -> None:
    ending = a_ca("foreign", expires_in=days(9))
    facts = some_facts("helm", NOW - hours(1))
    seen = a_replaced(ca=ending, secret=a_secret(ending, facts=facts), configmap=a_configmap(ending.roots_pem, facts=facts))

    told = await Change(seen=seen).sweep()

    assert {one.card.finding.check_id for one in told} >= {"ca-changed", "root-expiry"}
    assert [(one.card.finding.check_id, one.offer and one.offer.kind) for one in offers(told)] == [("ca-changed", Kind.RESTORE)]


async def test_nothing_is_offered_while_a_request_waits_or_a_rotation_is_under_way() -> None:
    ladder = Ladder(left=days(20), busy=True)

    assert offers(await ladder.at(20)) == []
    assert ladder.planned == 0


async def test_what_blocks_a_rotation_is_said_instead() -> None:
    ladder = Ladder(left=days(0.5))

    (one,) = offers(await ladder.at(0.5))

    assert one.offer is not None
    assert "the rotation needs about" in one.offer.blocked[0]


@pytest.mark.parametrize("trouble", [Unreachable("the API server is away"), TimeoutError(), ValueError("a bug")])
async def test_an_alert_is_told_without_an_offer_where_none_can_be_made(trouble: Exception) -> None:
    ladder = Ladder(left=days(20), trouble=trouble)

    told = await ladder.at(20)

    assert [one.reason for one in told] == [Reason.OPENED]
    assert offers(told) == []


async def test_an_alert_does_not_wait_for_a_plan_for_ever() -> None:
    async def for_ever() -> Any:
        await asyncio.Event().wait()

    told = await Ladder(left=days(20), busy=True).at(20)

    assert await Offers(planned=for_ever, is_busy=for_ever, seconds=0).added(told) == told
