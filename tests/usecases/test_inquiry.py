import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.errors import TimedOut, Unreachable
from bot.model.diagnosis import Diagnosis
from bot.model.inventory import State
from bot.model.policy import Policy
from bot.model.snapshot import Snapshot
from bot.model.targets import Unresolved
from bot.usecases.gathering import Sources
from bot.usecases.inquiry import FRESH, Inquiry
from tests.builders import a_ca, a_pod, a_sighting, a_snapshot, days
from tests.builders import a_log_view as seen_in_logs
from tests.certificates import NOW
from tests.fakes.clock import FakeClock
from tests.fakes.logs import FakeLogs
from tests.fakes.pods import FakePods

EXPIRED = a_ca(expires_in=days(-3))


@dataclass
class Desk:
    last: Snapshot | None = None
    now: Snapshot = field(default_factory=a_snapshot)
    trouble: Exception | None = None
    looks: int = 0

    async def look(self) -> Snapshot:
        self.looks += 1
        if self.trouble is not None:
            raise self.trouble
        return self.now

    @property
    def inquiry(self) -> Inquiry:
        sources = Sources(pods=FakePods(), logs=FakeLogs(), clock=FakeClock())
        return Inquiry(last=lambda: self.last, look=self.look, policy=Policy(), sources=sources)

    async def about(self, words: str) -> Diagnosis | Unresolved:
        return await self.inquiry.about(words)


async def told(desk: Desk, words: str = "orders") -> Diagnosis:
    found = await desk.about(words)
    assert isinstance(found, Diagnosis)
    return found


async def test_it_looks_and_says_why() -> None:
    desk = Desk(now=a_snapshot(ca=EXPIRED))

    found = await told(desk)

    assert found.verdict is not None
    assert (found.verdict.id, desk.looks) == ("root-expired", 1)


async def test_a_look_of_just_now_is_good_enough() -> None:
    desk = Desk(last=a_snapshot(ca=EXPIRED, taken_at=NOW - FRESH + timedelta(seconds=1)))

    found = await told(desk)

    assert found.verdict is not None
    assert desk.looks == 0


@pytest.mark.parametrize("trouble", [Unreachable("The API server: no connection."), TimeoutError()])
async def test_where_a_new_look_fails_the_last_one_is_gone_by(trouble: Exception) -> None:
    last = a_snapshot(ca=EXPIRED, taken_at=NOW - timedelta(minutes=4))

    found = await told(Desk(last=last, trouble=trouble))

    assert found.taken_at == last.taken_at


async def test_certificates_are_those_of_a_look_that_is_fresh() -> None:
    desk = Desk(last=a_snapshot(taken_at=NOW - FRESH), now=a_snapshot(ca=EXPIRED))

    found = await desk.inquiry.certificates()

    assert (found.entries[0].state, desk.looks) == (State.EXPIRED, 1)


async def test_certificates_of_the_last_look_are_better_than_none() -> None:
    last = a_snapshot(ca=EXPIRED, taken_at=NOW - timedelta(minutes=4))

    found = await Desk(last=last, trouble=Unreachable("No connection.")).inquiry.certificates()

    assert found.taken_at == last.taken_at


@pytest.mark.parametrize(("trouble", "kind"), [(Unreachable("No connection."), Unreachable), (TimeoutError(), TimedOut)])
async def test_of_a_cluster_that_was_never_seen_nothing_is_said(trouble: Exception, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        await Desk(trouble=trouble).about("orders")


async def test_a_name_that_nothing_has_is_no_diagnosis() -> None:
    found = await Desk(now=a_snapshot(pods=[a_pod("orders")])).about("ordes")

    assert isinstance(found, Unresolved)
    assert found.nearest == ("shop/orders",)


async def test_what_the_log_watch_saw_is_not_told_twice() -> None:
    logs = seen_in_logs(a_sighting("root-expired", excerpt="Dapr root certificate expiration warning: certificate has expired."))

    found = await told(Desk(now=a_snapshot(ca=EXPIRED, logs=logs)))

    assert found.verdict is not None
    assert not [sentence for sentence in found.verdict.evidence if sentence.startswith("In the log of")]


async def test_everybody_who_asks_at_once_gets_an_answer() -> None:
    desk = Desk(now=a_snapshot(ca=EXPIRED))

    answers = await asyncio.gather(*(told(desk) for _ in range(5)))

    assert len({answer.verdict.id for answer in answers if answer.verdict}) == 1
