"""Reading what was printed over fakes: who is asked for what, what takes Loki's place, and what is said of things that were not read."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import unquote

import pytest

from bot.diagnosis.digesting import LOUD_LITERALS, Digest, Loudness
from bot.diagnosis.literals import literals
from bot.diagnosis.signature import Component
from bot.errors import Forbidden, TimedOut, Unreachable
from bot.model.explore import Explore
from bot.model.logs import LogLine, LogQuestion
from bot.model.nanoseconds import since_1970
from bot.model.policy import Policy
from bot.model.scene import Level, PodName, Target
from bot.model.snapshot import Snapshot
from bot.model.targets import Unresolved
from bot.usecases.digest import MOST_LINES, MOST_PODS, TAIL, digest
from bot.usecases.gathering import LATELY_NS, Sources
from bot.usecases.inquiry import Inquiry
from tests.builders import a_pod, a_snapshot
from tests.certificates import NOW
from tests.fakes.clock import FakeClock
from tests.fakes.logs import FakeLogs
from tests.fakes.pods import FakePods

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
POD = PodName("shop", "orders-1")
TWIN = PodName("shop", "orders-2")
SENTRY = PodName("dapr-system", "dapr-sentry-0")
ORDERS = Target(level=Level.APP, name="orders", namespace="shop", pods=(POD,))
TWINS = Target(level=Level.APP, name="orders", namespace="shop", pods=(POD, TWIN))
COMPONENT = Target(level=Level.COMPONENT, name="sentry", namespace="dapr-system", pods=(SENTRY,))


def a_line(message: str = "broken pipe", *, at: datetime = NOW - MINUTE, pod: PodName = POD, container: str = "daprd") -> LogLine:
    text = f'time="2026-06-19T13:19:51Z" level=error msg="{message}" scope=dapr.runtime.security type=log ver=1.18.3'
    return LogLine(at_ns=since_1970(at), text=text, namespace=pod.namespace, pod=pod.name, container=container)


@dataclass
class Place:
    """What there is to read."""

    pods: FakePods = field(default_factory=FakePods)
    logs: FakeLogs | None = field(default_factory=FakeLogs)
    deadline: timedelta = timedelta(seconds=20)
    explore: Explore | None = None

    @property
    def sources(self) -> Sources:
        return Sources(pods=self.pods, logs=self.logs, clock=FakeClock(), deadline=self.deadline, explore=self.explore)

    async def read(self, target: Target = ORDERS, span: timedelta = HOUR) -> Digest:
        return await digest(target, a_snapshot(), span, self.sources)

    @property
    def questions(self) -> list[LogQuestion]:
        assert self.logs is not None
        return [question for _, question in self.logs.asked]


@pytest.fixture
def place() -> Place:
    return Place()


@pytest.fixture
def without_loki() -> Place:
    return Place(logs=None)


def excerpts(found: Digest) -> list[str]:
    return [one.excerpt for one in found.kinds]


async def test_loki_is_asked_for_known_and_loud_lines_of_the_pods_sidecar_since_then(place: Place) -> None:
    found = await place.read(span=2 * HOUR)

    (question,) = place.questions
    assert (question.since_ns, question.until_ns, question.limit) == (since_1970(NOW - 2 * HOUR), since_1970(NOW), MOST_LINES)
    assert (question.namespace, question.pod, question.containers) == ("shop", "orders-1", ("daprd",))
    assert set(question.literals) == {*literals((Component.DAPRD,)), *LOUD_LITERALS}
    assert (found.source, found.kinds, found.read, found.unread) == ("Loki", (), 0, ())
    assert (found.since_at, found.until_at, found.target, found.cluster) == (NOW - 2 * HOUR, NOW, ORDERS, a_snapshot().cluster)


@pytest.mark.parametrize(
    ("target", "pod"),
    [(COMPONENT, ""), (Target(level=Level.POD, name=SENTRY.name, namespace="dapr-system", pods=(SENTRY,)), SENTRY.name)],
)
async def test_of_the_control_plane_it_is_the_components_own_container(place: Place, target: Target, pod: str) -> None:
    await place.read(target)

    (question,) = place.questions
    assert (question.namespace, question.pod, question.containers) == ("dapr-system", pod, ("dapr-sentry",))


async def test_lines_are_told_by_kind_without_those_of_other_applications(place: Place) -> None:
    assert place.logs is not None
    strangers = [a_line("a stranger", pod=PodName("shop", "cart-1"))]
    place.logs.held += [
        a_line("later", pod=TWIN),
        a_line("earlier", at=NOW - 9 * MINUTE),
        a_line("earlier", at=NOW - 8 * MINUTE),
        *strangers,
    ]

    found = await place.read(TWINS)

    assert [(one.excerpt, one.count, one.loudness) for one in found.kinds] == [
        ("earlier", 2, Loudness.ERROR), ("later", 1, Loudness.ERROR),
    ]  # fmt: skip
    assert found.read == 3


async def test_of_a_component_lines_of_pods_that_are_gone_count_as_well(place: Place) -> None:
    assert place.logs is not None
    place.logs.held += [a_line("the last words", pod=PodName("dapr-system", "dapr-sentry-gone"), container="dapr-sentry")]

    assert excerpts(await place.read(COMPONENT)) == ["the last words"]


async def test_what_was_passed_over_of_too_many_lines_is_told(place: Place) -> None:
    assert place.logs is not None
    place.logs.held += [a_line(at=NOW - 30 * MINUTE + timedelta(milliseconds=number)) for number in range(MOST_LINES + 5)]

    found = await place.read()

    assert max(question.since_ns for question in place.questions) == since_1970(NOW) - LATELY_NS
    (sentence,) = found.unread
    assert sentence.startswith("There are more lines than can be read at once: some from ")


@pytest.mark.parametrize("error", [Unreachable("Loki is down.", hint="See after Loki."), TimedOut("Loki is slow", hint="Wait.")])
async def test_kubernetes_tells_what_loki_cannot_and_why_it_had_to_is_said(place: Place, error: Unreachable | TimedOut) -> None:
    assert place.logs is not None
    place.logs.unable["lines"] = error
    place.pods.logs[POD, "daprd", False] = (a_line("from the pod"),)

    found = await place.read()

    assert (excerpts(found), found.source) == (["from the pod"], "Kubernetes")
    assert found.unread == (f"Not everything was read: {str(error).rstrip('.')}. {error.hint}",)


async def test_kubernetes_is_asked_for_both_tries_and_what_is_older_is_not_told(without_loki: Place) -> None:
    old = a_line("long ago", at=NOW - 2 * HOUR)
    without_loki.pods.logs |= {
        (POD, "daprd", False): (a_line("present"),),
        (POD, "daprd", True): (old, a_line("previous", at=NOW - HOUR / 2)),
    }

    found = await without_loki.read()

    assert (excerpts(found), found.read, found.unread) == (["previous", "present"], 2, ())
    assert without_loki.pods.asked_logs == [(POD, "daprd", False), (POD, "daprd", True)]


async def test_a_tail_that_does_not_reach_back_is_told(without_loki: Place) -> None:
    tail = tuple(a_line(at=NOW - MINUTE + timedelta(milliseconds=number)) for number in range(TAIL))
    without_loki.pods.logs[POD, "daprd", False] = tail

    found = await without_loki.read()

    assert found.unread == (f"Kubernetes was asked for the last {TAIL} lines of each log, too few in shop/orders-1.",)


async def test_of_many_pods_the_worst_are_read_and_the_others_named_as_unread(without_loki: Place) -> None:
    pods = tuple(PodName("shop", f"orders-{number}") for number in range(MOST_PODS + 4))

    found = await without_loki.read(Target(level=Level.APP, name="orders", namespace="shop", pods=pods))

    assert {pod for pod, *_ in without_loki.pods.asked_logs} == set(pods[:MOST_PODS])
    assert found.unread == (f"Kubernetes was asked for the logs of the worst {MOST_PODS} pods only; there are {len(pods)}.",)


async def test_without_a_pod_there_is_no_log_and_that_is_said(without_loki: Place) -> None:
    found = await without_loki.read(Target(level=Level.COMPONENT, name="sentry", namespace="dapr-system"))

    assert found.unread == ("No pod of sentry was found, so Kubernetes has no log of it.",)


async def test_when_nobody_tells_nothing_was_read_and_both_reasons_are_given(place: Place) -> None:
    assert place.logs is not None
    place.logs.unable["lines"] = TimedOut("Loki is slow.")
    place.pods.unable["log"] = Forbidden("Forbidden: get pods/log.", hint="Grant it.")

    found = await place.read()

    assert (found.source, found.kinds) == ("", ())
    assert found.unread == (
        "The logs could not be read: Forbidden: get pods/log. Grant it.",
        "Not everything was read: Loki is slow.",
    )


async def test_what_does_not_answer_is_given_up_in_time(without_loki: Place) -> None:
    without_loki.pods.hanging.add("log")
    without_loki.deadline = timedelta(milliseconds=20)

    found = await without_loki.read()

    (sentence,) = found.unread
    assert "took longer than 0.02 s and was given up" in sentence


def an_inquiry(place: Place) -> Inquiry:
    async def look() -> Snapshot:
        await asyncio.sleep(0)
        return a_snapshot(pods=[a_pod("orders")])

    return Inquiry(last=lambda: None, look=look, policy=Policy(), sources=place.sources)


async def test_who_asks_by_name_gets_the_digest_of_what_has_that_name(place: Place) -> None:
    found = await an_inquiry(place).printed("orders", HOUR)

    assert isinstance(found, Digest)
    assert (found.target.name, found.target.level) == ("orders", Level.APP)


async def test_a_name_that_nothing_has_asks_nobody(place: Place) -> None:
    found = await an_inquiry(place).printed("nothing-like-it", HOUR)

    assert isinstance(found, Unresolved)
    assert place.questions == []


async def test_all_lines_of_the_pods_can_be_opened_in_grafana(place: Place) -> None:
    place.explore = Explore(base="https://grafana.example", uid="loki")

    found = await place.read(TWINS)
    assert found.logs is not None
    assert 'container=\\"daprd\\",pod=~\\"orders-1|orders-2\\"}' in unquote(found.logs.url)

    assert place.logs is not None
    place.logs.unable["lines"] = TimedOut("slow")
    assert (await place.read(TWINS)).logs is None
