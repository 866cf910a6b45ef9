"""What Dapr has counted, gathered over fakes: who is asked, and what is said when somebody does not answer."""

import asyncio
from datetime import timedelta

import pytest

from bot.errors import TimedOut, Unreachable
from bot.model.counters import COUNTERS_NOT_READ, RENEWAL_FAILED, REQUESTS_REFUSED, Counter
from bot.model.observed import Observed, Unobserved, Why
from bot.model.scene import Level, PodName, Target
from bot.usecases.counting import counted
from bot.usecases.gathering import Sources
from tests.builders import a_pod, a_snapshot, unobserved
from tests.fakes.clock import FakeClock
from tests.fakes.pods import FakePods

ORDERS = [a_pod("orders", number=number) for number in range(5)]
NAMES = tuple(PodName(one.pod.namespace, one.pod.name) for one in ORDERS)
TARGET = Target(level=Level.APP, name="orders", namespace="shop", pods=NAMES)
SENTRY = PodName("dapr-system", "dapr-sentry-0")
INJECTOR = PodName("dapr-system", "dapr-sidecar-injector-0")
COUNTER = Counter(namespace="shop", pod=NAMES[0].name, name=RENEWAL_FAILED, value=4, reason="sign")


@pytest.fixture
def pods() -> FakePods:
    return FakePods()


def sources(pods: FakePods, deadline: timedelta = timedelta(seconds=20)) -> Sources:
    return Sources(pods=pods, logs=None, clock=FakeClock(), deadline=deadline)


async def test_sentry_the_injector_and_three_sidecars_are_asked(pods: FakePods) -> None:
    pods.counted[NAMES[0]] = (COUNTER,)
    found = await counted(TARGET, a_snapshot(pods=ORDERS), sources(pods))

    assert (found.part, found.gaps) == (Observed((COUNTER,)), ())
    assert sorted(pods.asked_counters) == sorted([(SENTRY, False), (INJECTOR, False), *((pod, True) for pod in NAMES[:3])])


async def test_a_sidecar_that_does_not_run_is_not_asked(pods: FakePods) -> None:
    ends = [a_pod("orders", state="CrashLoopBackOff"), a_pod("orders", number=1)]

    await counted(TARGET, a_snapshot(pods=ends), sources(pods))
    assert [pod for pod, is_sidecar in pods.asked_counters if is_sidecar] == [NAMES[1]]


async def test_of_a_part_of_the_control_plane_no_sidecar_is_asked(pods: FakePods) -> None:
    target = Target(level=Level.COMPONENT, name="sentry", namespace="dapr-system", pods=(SENTRY,))

    await counted(target, a_snapshot(pods=ORDERS), sources(pods))
    assert [pod for pod, is_sidecar in pods.asked_counters if is_sidecar] == []


async def test_where_metrics_are_not_read_nothing_is_missing(pods: FakePods) -> None:
    pods.counted = dict.fromkeys((SENTRY, INJECTOR, *NAMES))
    found = await counted(TARGET, a_snapshot(pods=ORDERS), sources(pods))

    assert (found.part, found.gaps) == (COUNTERS_NOT_READ, ())


async def test_who_does_not_answer_costs_only_its_own_counters(pods: FakePods) -> None:
    pods.counted[NAMES[0]] = (COUNTER,)
    pods.unable_counters[SENTRY] = Unreachable("refused")
    found = await counted(TARGET, a_snapshot(pods=ORDERS), sources(pods))

    assert found.part == Observed((COUNTER,))
    assert [gap.why for gap in found.gaps] == [Why.UNREACHABLE]


async def test_when_nobody_answers_the_counters_are_unobserved(pods: FakePods) -> None:
    pods.unable["counters"] = TimedOut("slow")
    found = await counted(TARGET, a_snapshot(pods=ORDERS), sources(pods))

    assert isinstance(found.part, Unobserved)
    assert found.part.why is Why.TIMED_OUT


async def test_who_hangs_is_given_up_at_the_deadline(pods: FakePods) -> None:
    pods.hanging.add("counters")
    async with asyncio.timeout(5):
        found = await counted(TARGET, a_snapshot(pods=ORDERS), sources(pods, timedelta(milliseconds=50)))

    assert isinstance(found.part, Unobserved)


async def test_where_nobody_is_seen_nobody_is_asked(pods: FakePods) -> None:
    blind = a_snapshot(components=unobserved(Why.FORBIDDEN), census=unobserved(Why.FORBIDDEN))

    found = await counted(TARGET, blind, sources(pods))
    assert isinstance(found.part, Unobserved)
    assert (found.part.why, pods.asked_counters) == (Why.FORBIDDEN, [])
    assert found.part.detail.startswith("Dapr's pods could not be seen, so none was asked: ")


async def test_nobody_is_believed_what_others_would_have_counted(pods: FakePods) -> None:
    pods.counted[NAMES[0]] = (Counter(namespace="shop", pod=NAMES[0].name, name=REQUESTS_REFUSED, value=99), COUNTER)
    found = await counted(TARGET, a_snapshot(pods=ORDERS), sources(pods))

    assert found.part == Observed((COUNTER,))
