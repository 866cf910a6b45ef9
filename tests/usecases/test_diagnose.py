"""Gathering a Scene over fakes: what is asked of whom, what takes Loki's place, and what is said of things that cannot be seen."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from msgspec.structs import replace

from bot.diagnosis import literals
from bot.diagnosis.signature import CONTROL_PLANE, Component
from bot.errors import BotError, Forbidden, TimedOut, Unreachable
from bot.model.explore import Explore
from bot.model.logs import LogAnswer, LogLine, LogQuestion
from bot.model.observed import Observed, Unobserved, Why
from bot.model.report import Report
from bot.model.scene import MOST_STATES, ContainerState, KubeEvent, Level, PodName, PodState, Scene, Target
from bot.model.snapshot import Snapshot
from bot.usecases.diagnose import MOMENT, MOST_CRASHES, MOST_LINES, MOST_LOGS, TAIL, WINDOW, scene
from bot.usecases.gathering import LATELY_NS, Sources
from bot.usecases.handshakes import Handshakes
from tests.builders import a_component, a_control_plane, a_snapshot, unobserved
from tests.certificates import NOW, a_root
from tests.fakes.chains import FakeChains
from tests.fakes.clock import FakeClock
from tests.fakes.logs import FakeLogs
from tests.fakes.pods import FakePods

MINUTE = timedelta(minutes=1)
POD = PodName("shop", "orders-1")
SENTRY = PodName("dapr-system", "dapr-sentry-0")
ORDERS = Target(level=Level.APP, name="orders", namespace="shop", pods=(POD,))
TELLING = {
    "daprd": literals.literals((Component.DAPRD,))[0],
    "dapr-sentry": literals.literals(CONTROL_PLANE)[0],
}
REPORT = Report(taken_at=NOW, cluster="prod-eu", namespace="dapr-system", answers=())


def ns(at: datetime) -> int:
    return int(at.timestamp() * 1_000_000) * 1_000


def a_line(container: str = "daprd", text: str = "", *, at: datetime = NOW - MINUTE, pod: PodName = POD) -> LogLine:
    where = SENTRY if container == "dapr-sentry" else pod
    return LogLine(at_ns=ns(at), text=text or TELLING[container], namespace=where.namespace, pod=where.name, container=container)


def a_state(*containers: ContainerState, pod: PodName = POD) -> PodState:
    return PodState(pod=pod, phase="Running", containers=containers or (a_container("app"), a_container("daprd")))


def a_container(name: str, **deviations: Any) -> ContainerState:
    return ContainerState(name=name, image="i", **({"ready": True, "running": True} | deviations))


def a_crash(name: str, *, ended_at: datetime | None = None) -> ContainerState:
    return a_container(name, ready=False, running=False, waiting="CrashLoopBackOff", restarts=7, exit_code=1, ended_at=ended_at)


def an_event(namespace: str = "shop", *, at: datetime | None = NOW) -> KubeEvent:
    return KubeEvent(namespace=namespace, kind="Pod", name="p", reason="BackOff", message="m", last_at=at)


@dataclass
class Place:
    """What there is to look at."""

    pods: FakePods = field(default_factory=lambda: FakePods(states_=[a_state()]))
    logs: FakeLogs | None = field(default_factory=FakeLogs)
    clock: FakeClock = field(default_factory=FakeClock)
    deadline: timedelta = timedelta(seconds=20)
    explore: Explore | None = None
    chains: FakeChains | None = None

    async def seen(self, target: Target = ORDERS, snapshot: Snapshot | None = None) -> Scene:
        handshakes = Handshakes(self.chains, "direct") if self.chains is not None else None
        sources = Sources(
            pods=self.pods, logs=self.logs, clock=self.clock, deadline=self.deadline, explore=self.explore, handshakes=handshakes
        )
        return await scene(target, snapshot or a_snapshot(), REPORT, sources)

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


def texts(found: Scene) -> list[str]:
    assert isinstance(found.lines, Observed)
    return [line.text for line in found.lines.value]


def unseen(part: object) -> Unobserved:
    assert isinstance(part, Unobserved)
    return part


async def test_everything_is_seen_with_the_snapshot_that_was_judged(place: Place) -> None:
    snapshot = a_snapshot()
    place.pods.events += [an_event()]

    found = await place.seen(snapshot=snapshot)

    assert (found.target, found.snapshot, found.report, found.since_at) == (ORDERS, snapshot, REPORT, NOW - WINDOW)
    assert (found.states, found.events, found.lines) == (Observed((a_state(),)), Observed((an_event(),)), Observed(()))
    assert (found.source, found.gaps) == ("Loki", ())


async def test_the_state_of_ten_pods_at_most_is_asked_for(place: Place) -> None:
    pods = tuple(PodName("shop", f"orders-{number}") for number in range(30))
    place.pods.states_ = [a_state(pod=pod) for pod in pods]

    found = await place.seen(Target(level=Level.APP, name="orders", namespace="shop", pods=pods))

    assert isinstance(found.states, Observed)
    assert [state.pod for state in found.states.value] == list(pods[:MOST_STATES])


async def test_the_sidecars_of_the_worst_three_pods_are_asked_for_their_certificates(place: Place) -> None:
    pods = tuple(PodName("shop", f"orders-{number}") for number in range(5))
    place.pods.states_ = [replace(a_state(pod=pod), ip=f"10.0.0.{number}") for number, pod in enumerate(pods)]
    place.chains = FakeChains({"orders-0": a_root().pem})

    found = await place.seen(Target(level=Level.APP, name="orders", namespace="shop", pods=pods))

    assert [[(one.pod, one.ip, one.port) for one in asked] for asked in place.chains.asked] == [
        [("orders-0", "10.0.0.0", 50002), ("orders-1", "10.0.0.1", 50002), ("orders-2", "10.0.0.2", 50002)]
    ]
    assert isinstance(found.chains, Observed)
    assert ([one.endpoint.pod for one in found.chains.value.shown], len(found.chains.value.silent)) == (["orders-0"], 2)


async def test_where_the_pods_cannot_be_seen_their_certificates_cannot_either(place: Place) -> None:
    place.pods.unable["states"] = Forbidden("Forbidden: list pods.")
    place.chains = FakeChains()

    found = await place.seen()

    assert unseen(found.chains).why is Why.FORBIDDEN
    assert place.chains.asked == []


async def test_where_servers_are_not_asked_nothing_is_known_of_them_by_choice(place: Place) -> None:
    assert unseen((await place.seen()).chains).by_choice


async def test_events_are_those_of_the_target_and_of_the_control_plane(place: Place) -> None:
    mine, ours, old = an_event(at=NOW - MINUTE), an_event("dapr-system"), an_event(at=None)
    place.pods.events += [an_event("other"), old, mine, ours]

    found = await place.seen()

    assert found.events == Observed((ours, mine, old))


async def test_in_one_namespace_events_are_asked_for_once(place: Place) -> None:
    await place.seen(Target(level=Level.COMPONENT, name="sentry", namespace="dapr-system", pods=(SENTRY,)))

    assert place.pods.asked.count("warnings") == 1


async def test_loki_is_asked_for_telling_lines_of_the_pod_and_of_the_control_plane(place: Place) -> None:
    await place.seen()

    ours, mine = sorted(place.questions, key=lambda question: question.namespace)
    assert (ours.namespace, ours.pod, set(ours.containers)) == ("dapr-system", "", {f"dapr-{one.value}" for one in CONTROL_PLANE})
    assert (mine.namespace, mine.pod, mine.containers) == ("shop", "orders-1", ("daprd",))
    assert (ours.literals, mine.literals) == (literals.literals(CONTROL_PLANE), literals.literals((Component.DAPRD,)))
    assert {(one.since_ns, one.until_ns, one.limit) for one in (ours, mine)} == {(ns(NOW - WINDOW), ns(NOW), MOST_LINES)}


async def test_of_a_component_there_are_no_sidecars_to_ask_for(place: Place) -> None:
    await place.seen(Target(level=Level.COMPONENT, name="sentry", namespace="dapr-system", pods=(SENTRY,)))

    (question,) = place.questions
    assert question.namespace == "dapr-system"


async def test_lines_come_oldest_first_and_none_of_other_applications(place: Place) -> None:
    assert place.logs is not None
    twin, other = PodName("shop", "orders-2"), PodName("shop", "cart-1")
    mine, later = a_line(at=NOW - 3 * MINUTE), a_line(at=NOW - MINUTE, pod=twin)
    ours, nobodys = a_line("dapr-sentry", at=NOW - 2 * MINUTE), a_line(at=NOW - 4 * MINUTE, pod=PodName("shop", ""))
    place.logs.held += [later, a_line(pod=other), ours, mine, nobodys]

    found = await place.seen(Target(level=Level.APP, name="orders", namespace="shop", pods=(POD, twin)))

    assert found.lines == Observed((nobodys, mine, ours, later))


async def test_of_too_many_lines_the_last_minutes_are_read_as_well(place: Place) -> None:
    assert place.logs is not None
    old = [a_line("dapr-sentry", at=NOW - 30 * MINUTE + timedelta(milliseconds=number)) for number in range(MOST_LINES + 5)]
    last = a_line("dapr-sentry", at=NOW - MINUTE)
    place.logs.held += [*old, last]

    found = await place.seen()

    assert isinstance(found.lines, Observed)
    assert (found.lines.value[0], found.lines.value[-1], len(found.lines.value)) == (old[0], last, MOST_LINES + 1)
    assert max(question.since_ns for question in place.questions) == ns(NOW) - LATELY_NS


async def test_what_a_container_said_before_it_crashed_is_read_whatever_it_was(place: Place) -> None:
    assert place.logs is not None
    ended_at = NOW - 10 * MINUTE
    place.pods.states_ = [a_state(a_crash("app", ended_at=ended_at), a_container("daprd"))]
    words = a_line("app", "no such table", at=ended_at - MOMENT / 2)
    place.logs.held += [words, a_line("app", "good morning", at=ended_at - 2 * MOMENT), a_line("app", "again", at=NOW)]

    found = await place.seen()

    assert (found.lines, found.source, found.gaps) == (Observed((words,)), "Loki", ())


@dataclass
class TerseLogs(FakeLogs):
    """A Loki that refuses whoever wants everything."""

    async def lines(self, question: LogQuestion) -> LogAnswer:
        if not question.literals:
            raise TimedOut("too much")
        return await super().lines(question)


@pytest.mark.parametrize("held", [[], [a_line()]])
async def test_last_words_that_cannot_be_read_do_not_hide_that_the_rest_was(held: list[LogLine]) -> None:
    place = Place(logs=TerseLogs(held=held))
    place.pods.states_ = [a_state(a_crash("app", ended_at=NOW))]

    found = await place.seen()

    assert (found.lines, found.source, [gap.detail for gap in found.gaps]) == (Observed(tuple(held)), "Loki", ["too much"])


@pytest.mark.parametrize("ended_at", [None, NOW - WINDOW])
async def test_of_a_crash_long_ago_nobody_looks_for_the_last_words(place: Place, ended_at: datetime | None) -> None:
    place.pods.states_ = [a_state(a_crash("app", ended_at=ended_at), a_container("daprd"))]

    await place.seen()

    assert [question.containers for question in place.questions if "app" in question.containers] == []


async def test_the_last_words_of_a_few_crashes_are_enough(place: Place) -> None:
    place.pods.states_ = [a_state(*(a_crash(f"c{number}", ended_at=NOW) for number in range(9)))]

    await place.seen()

    assert len([question for question in place.questions if not question.literals]) == MOST_CRASHES


@pytest.mark.parametrize("error", [Unreachable("Loki is down", hint="See after Loki."), TimedOut("Loki is slow")])
async def test_kubernetes_tells_what_loki_cannot_and_why_it_had_to_is_said(place: Place, error: BotError) -> None:
    assert place.logs is not None
    place.logs.unable["lines"] = error
    place.pods.logs[POD, "daprd", False] = (a_line(text="from the pod"),)

    found = await place.seen()

    assert (texts(found), found.source) == (["from the pod"], "Kubernetes")
    assert [(gap.detail, gap.hint) for gap in found.gaps] == [(str(error), error.hint)]


async def test_without_a_loki_nothing_is_missing(without_loki: Place) -> None:
    without_loki.pods.logs[POD, "daprd", False] = (a_line(text="from the pod"),)

    found = await without_loki.seen()

    assert (texts(found), found.source, found.gaps) == (["from the pod"], "Kubernetes", ())


async def test_the_logs_of_a_crash_are_those_of_both_tries(without_loki: Place) -> None:
    without_loki.pods.states_ = [a_state(a_container("app"), a_crash("daprd"))]
    present, previous = a_line(text="present"), a_line(text="previous", at=NOW - 3 * MINUTE)
    without_loki.pods.logs |= {(POD, "daprd", False): (present,), (POD, "daprd", True): (previous, present)}

    found = await without_loki.seen()

    assert texts(found) == ["previous", "present"]
    assert without_loki.pods.asked_logs == [(SENTRY, "dapr-sentry", False), (POD, "daprd", False), (POD, "daprd", True)]


async def test_a_container_of_the_application_is_read_only_when_it_crashes(without_loki: Place) -> None:
    failed = a_container("migrate", is_init=True, ready=False, running=False, exit_code=3)
    done = a_container("prepare", is_init=True, ready=False, running=False, exit_code=0)
    without_loki.pods.states_ = [a_state(failed, done, a_crash("app"), a_container("proxy"))]

    await without_loki.seen()

    assert [(container, previous) for pod, container, previous in without_loki.pods.asked_logs if pod == POD] == [
        ("migrate", False), ("app", False), ("app", True),
    ]  # fmt: skip


async def test_sentry_is_asked_what_it_said_before_it_restarted(without_loki: Place) -> None:
    sentry = a_component("sentry", ready=0, restarts=2, waiting="CrashLoopBackOff")

    await without_loki.seen(snapshot=a_snapshot(components=a_control_plane({"sentry": sentry})))

    assert without_loki.pods.asked_logs[:2] == [(SENTRY, "dapr-sentry", False), (SENTRY, "dapr-sentry", True)]


async def test_the_same_log_is_not_read_twice(without_loki: Place) -> None:
    without_loki.pods.states_ = [a_state(a_container("dapr-sentry"), pod=SENTRY)]

    await without_loki.seen(Target(level=Level.COMPONENT, name="sentry", namespace="dapr-system", pods=(SENTRY,)))

    assert without_loki.pods.asked_logs == [(SENTRY, "dapr-sentry", False)]


async def test_of_many_pods_the_logs_of_three_are_read_and_never_too_many(without_loki: Place) -> None:
    pods = tuple(PodName("shop", f"orders-{number}") for number in range(9))
    without_loki.pods.states_ = [a_state(*(a_crash(f"c{number}") for number in range(9)), pod=pod) for pod in pods]

    await without_loki.seen(Target(level=Level.APP, name="orders", namespace="shop", pods=pods))

    assert {pod for pod, *_ in without_loki.pods.asked_logs} <= {SENTRY, *pods[:3]}
    assert len(without_loki.pods.asked_logs) == MOST_LOGS


async def test_of_each_log_the_last_lines_of_the_last_hour_are_told(without_loki: Place) -> None:
    many = [a_line(text=f"{number}", at=NOW - MINUTE + timedelta(milliseconds=number)) for number in range(TAIL + 9)]
    without_loki.pods.logs[POD, "daprd", False] = tuple(many)
    without_loki.pods.logs[SENTRY, "dapr-sentry", False] = (a_line("dapr-sentry", at=NOW - WINDOW - MINUTE),)

    found = await without_loki.seen()

    assert texts(found) == [line.text for line in many[9:]]


@pytest.mark.parametrize(
    ("target", "container"),
    [(ORDERS, "daprd"), (Target(level=Level.COMPONENT, name="operator", namespace="shop", pods=(POD,)), "dapr-operator")],
)
async def test_of_a_pod_that_cannot_be_seen_the_usual_container_is_asked_for(without_loki: Place, target: Target, container: str) -> None:
    without_loki.pods.unable["states"] = Forbidden("Forbidden: list pods", hint="Grant it.")

    found = await without_loki.seen(target)

    assert (unseen(found.states).why, unseen(found.states).hint) == (Why.FORBIDDEN, "Grant it.")
    assert without_loki.pods.asked_logs[1:] == [(POD, container, False), (POD, container, True)]


async def test_a_pod_that_is_gone_has_no_log_to_ask_for(without_loki: Place) -> None:
    without_loki.pods.states_ = []

    await without_loki.seen()

    assert without_loki.pods.asked_logs == [(SENTRY, "dapr-sentry", False)]


async def test_without_pods_and_control_plane_there_is_nothing_to_read(without_loki: Place) -> None:
    target = Target(level=Level.COMPONENT, name="sentry", namespace="dapr-system")

    found = await without_loki.seen(target, a_snapshot(components=unobserved()))

    assert (found.states, found.lines, without_loki.pods.asked_logs) == (Observed(()), Observed(()), [])


@pytest.mark.parametrize(("method", "part"), [("states", "states"), ("warnings", "events"), ("log", "lines")])
async def test_one_part_that_cannot_be_seen_leaves_the_others_alone(without_loki: Place, method: str, part: str) -> None:
    without_loki.pods.unable[method] = Forbidden(f"Forbidden: {method}.", hint="Grant it.")

    found = await without_loki.seen()

    hidden = [name for name in ("states", "events", "lines") if isinstance(getattr(found, name), Unobserved)]
    assert hidden == [part]
    assert getattr(found, part) == Unobserved(Why.FORBIDDEN, f"Forbidden: {method}.", "Grant it.")
    assert found.gaps == ()


@pytest.mark.parametrize(("method", "part"), [("states", "states"), ("warnings", "events"), ("log", "lines")])
async def test_what_does_not_answer_is_given_up_in_time(without_loki: Place, method: str, part: str) -> None:
    without_loki.pods.hanging.add(method)
    without_loki.deadline = timedelta(milliseconds=20)

    found = await without_loki.seen()

    told = unseen(getattr(found, part))
    assert told.why is Why.TIMED_OUT
    assert "took longer than 0.02 s and was given up" in told.detail


async def test_when_neither_loki_nor_kubernetes_tells_both_reasons_are_given(place: Place) -> None:
    assert place.logs is not None
    place.logs.unable["lines"] = TimedOut("Loki is slow")
    place.pods.unable["log"] = Forbidden("Forbidden: get pods/log")

    found = await place.seen()

    assert (unseen(found.lines).detail, [gap.detail for gap in found.gaps]) == ("Forbidden: get pods/log", ["Loki is slow"])


@dataclass
class FarLogs(FakeLogs):
    """A Loki that never answers."""

    async def lines(self, question: LogQuestion) -> LogAnswer:
        await asyncio.Event().wait()
        return await super().lines(question)


async def test_a_loki_that_does_not_answer_is_given_up_for_kubernetes() -> None:
    place = Place(logs=FarLogs(), deadline=timedelta(milliseconds=50))
    place.pods.logs[POD, "daprd", False] = (a_line(text="from the pod"),)

    found = await place.seen()

    assert (texts(found), [gap.why for gap in found.gaps]) == (["from the pod"], [Why.TIMED_OUT])


@dataclass
class NarrowPods(FakePods):
    """Rights in the control plane's namespace only."""

    async def warnings(self, namespace: str) -> tuple[KubeEvent, ...]:
        _within(namespace)
        return await super().warnings(namespace)

    async def log(self, pod: PodName, container: str, *, previous: bool, lines: int) -> tuple[LogLine, ...]:
        _within(pod.namespace)
        return await super().log(pod, container, previous=previous, lines=lines)


def _within(namespace: str) -> None:
    if namespace != "dapr-system":
        raise Forbidden(f"Forbidden: {namespace}")


async def test_what_was_seen_of_the_control_plane_does_not_hide_that_the_rest_was_not() -> None:
    pods = NarrowPods(states_=[a_state()], events=[an_event("dapr-system")])
    pods.logs[SENTRY, "dapr-sentry", False] = (a_line("dapr-sentry", "sentry's"),)

    found = await Place(pods=pods, logs=None).seen()

    assert (found.events, texts(found)) == (Observed((an_event("dapr-system"),)), ["sentry's"])
    assert [gap.detail for gap in found.gaps] == ["Forbidden: shop", "Forbidden: shop"]


@dataclass
class BrokenPods(FakePods):
    async def states(self, pods: Sequence[PodName]) -> tuple[PodState, ...]:
        raise ZeroDivisionError


async def test_a_bug_is_let_through() -> None:
    with pytest.raises(ExceptionGroup) as caught:
        await Place(pods=BrokenPods()).seen()

    assert caught.group_contains(ZeroDivisionError)


GRAFANA = Explore(base="https://grafana.example", uid="loki")


async def test_where_a_grafana_is_set_the_logs_of_target_and_control_plane_can_be_opened(place: Place) -> None:
    place.explore = GRAFANA
    seen = await place.seen()

    assert seen.own_logs is not None
    assert seen.control_plane_logs is not None
    assert unquote(seen.own_logs.url).count('{namespace=\\"shop\\",container=\\"daprd\\",pod=\\"orders-1\\"}') == 1
    assert 'namespace=\\"dapr-system\\"' in unquote(seen.control_plane_logs.url)
    assert f'"to":"{int(NOW.timestamp() * 1_000)}"' in unquote(seen.own_logs.url)


async def test_of_a_part_of_the_control_plane_there_are_no_others(place: Place) -> None:
    place.explore = GRAFANA
    seen = await place.seen(Target(level=Level.COMPONENT, name="sentry", namespace="dapr-system", pods=(SENTRY,)))

    assert seen.own_logs is None
    assert seen.control_plane_logs is not None


@pytest.mark.parametrize("what", ["lines", "labels"])
async def test_where_loki_does_not_answer_nobody_is_sent_there(place: Place, what: str) -> None:
    place.explore = GRAFANA
    assert place.logs is not None
    place.logs.unable[what] = TimedOut("slow")
    seen = await place.seen()

    assert (seen.own_logs, seen.control_plane_logs) == (None, None)


async def test_without_a_grafana_there_is_nothing_to_open(place: Place) -> None:
    seen = await place.seen()

    assert (seen.own_logs, seen.control_plane_logs) == (None, None)
