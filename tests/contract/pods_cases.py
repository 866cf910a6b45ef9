"""What every ``ports.Pods`` promises, as cases over a World: on the fake, and on the adapter over the simulated API and a real one.

Logs are cases of their own, as the real API server has no kubelet that would keep any.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from msgspec.structs import replace

from bot.model.logs import LogLine
from bot.model.scene import ContainerState, KubeEvent, PodName, PodState
from bot.ports import Pods
from tests.certificates import NOW

MINUTE: Final = timedelta(minutes=1)
POD: Final = PodName("shop", "orders-1")
IMAGE: Final = "registry.example:5000/shop/app:7"
DAPRD: Final = ContainerState(name="daprd", image=IMAGE, ready=True, running=True)
APP: Final = ContainerState(name="app", image=IMAGE, ready=True, running=True)


class World(Protocol):
    """Pods to look at, and a hand that puts them there."""

    @property
    def pods(self) -> Pods: ...

    async def has(self, state: PodState) -> None:
        """There is such a pod. ``created_at`` is not looked at."""
        ...

    async def told(self, event: KubeEvent, *, type_: str = "Warning", by_series: bool = False) -> None:
        """Somebody writes an event, ``by_series`` as newer clients do."""
        ...


class LogWorld(World, Protocol):
    """Containers print."""

    async def printed(self, pod: PodName, container: str, *lines: tuple[datetime, str], previous: bool = False) -> None: ...


Case = Callable[[World], Awaitable[None]]
LogCase = Callable[[LogWorld], Awaitable[None]]


def a_state(*containers: ContainerState, pod: PodName = POD, phase: str = "Running", **deviations: Any) -> PodState:
    return PodState(pod=pod, phase=phase, containers=containers or (APP, DAPRD), **deviations)


def an_event(reason: str, *, at: datetime = NOW, namespace: str = "shop", count: int = 1) -> KubeEvent:
    return KubeEvent(namespace=namespace, kind="Pod", name="orders-1", reason=reason, message=f"It is {reason}", count=count, last_at=at)


STATES: Final = {
    "it runs": a_state(),
    "it has an address, and its sidecar a port of its own": a_state(ip="10.1.2.3", sidecar_port=50102),
    "its sidecar crash-loops": a_state(
        APP,
        ContainerState(
            name="daprd", image=IMAGE, restarts=7, waiting="CrashLoopBackOff", message="fatal", exit_code=1, ended="Error", ended_at=NOW
        ),
    ),
    "an image is not there": a_state(
        ContainerState(name="app", image=IMAGE, waiting="ImagePullBackOff", message="Back-off pulling image"), DAPRD, phase="Pending"
    ),
    "it ran out of memory and came back": a_state(
        ContainerState(
            name="app", image=IMAGE, ready=True, running=True, restarts=1, exit_code=137, ended="OOMKilled", ended_at=NOW - MINUTE
        ),
        DAPRD,
    ),
    "an init container failed": a_state(
        ContainerState(name="migrate", image=IMAGE, is_init=True, exit_code=3, ended="Error", message="no database", ended_at=NOW),
        ContainerState(name="app", image=IMAGE, waiting="PodInitializing"),
        phase="Pending",
    ),
    "no node takes it": a_state(
        ContainerState(name="app", image=IMAGE), phase="Pending", unscheduled="0/3 nodes are available: 3 Insufficient memory."
    ),
    "it was evicted": a_state(
        ContainerState(name="app", image=IMAGE), phase="Failed", reason="Evicted", message="The node was low on resource: memory."
    ),
}


async def a_pod_is_told_as_the_kubelet_reports_it(world: World) -> None:
    for number, (what, state) in enumerate(STATES.items()):
        put = replace(state, pod=PodName("shop", f"orders-{number}"))
        await world.has(put)

        (found,) = await world.pods.states((put.pod,))

        assert (what, replace(found, created_at=None)) == (what, put)
        assert found.created_at is not None


async def of_several_pods_those_that_exist_come_in_the_order_asked(world: World) -> None:
    names = tuple(PodName("shop", f"orders-{number}") for number in range(3))
    for name in (names[0], names[2]):
        await world.has(a_state(pod=name))

    states = await world.pods.states((names[2], names[1], names[0]))

    assert [state.pod for state in states] == [names[2], names[0]]
    assert await world.pods.states(()) == ()


async def a_pod_is_looked_for_in_its_own_namespace(world: World) -> None:
    await world.has(a_state())
    await world.has(a_state(pod=PodName("other", "cart-1")))

    assert await world.pods.states((PodName("other", "orders-1"),)) == ()


async def warnings_come_newest_first_and_nothing_else_does(world: World) -> None:
    await world.told(an_event("Unhealthy", at=NOW - 2 * MINUTE))
    await world.told(an_event("BackOff", at=NOW, count=12))
    await world.told(an_event("Pulled", at=NOW + MINUTE), type_="Normal")
    await world.told(an_event("FailedMount", at=NOW - MINUTE, count=3), by_series=True)
    await world.told(an_event("FailedScheduling", namespace="other"))

    events = await world.pods.warnings("shop")

    assert events == (
        an_event("BackOff", at=NOW, count=12),
        an_event("FailedMount", at=NOW - MINUTE, count=3),
        an_event("Unhealthy", at=NOW - 2 * MINUTE),
    )


async def where_nothing_happened_there_is_no_warning(world: World) -> None:
    await world.told(an_event("BackOff"))

    assert await world.pods.warnings("elsewhere") == ()


async def the_last_lines_are_told_with_their_instants(world: LogWorld) -> None:
    await world.has(a_state())
    await world.printed(POD, "daprd", (NOW - MINUTE, "one"), (NOW, 'two "quoted"'), (NOW + timedelta(microseconds=7), ""))

    whole = await world.pods.log(POD, "daprd", previous=False, lines=200)
    last = await world.pods.log(POD, "daprd", previous=False, lines=2)

    start = int(NOW.timestamp()) * 10**9
    where = {"namespace": "shop", "pod": "orders-1", "container": "daprd"}
    assert whole == (
        LogLine(at_ns=start - 60 * 10**9, text="one", **where),
        LogLine(at_ns=start, text='two "quoted"', **where),
        LogLine(at_ns=start + 7_000, text="", **where),
    )
    assert last == whole[1:]


async def the_try_before_has_a_log_of_its_own(world: LogWorld) -> None:
    await world.has(STATES["its sidecar crash-loops"])
    await world.printed(POD, "daprd", (NOW, "present"))
    await world.printed(POD, "daprd", (NOW - MINUTE, "previous"), previous=True)

    present, previous = [await world.pods.log(POD, "daprd", previous=previous, lines=9) for previous in (False, True)]

    assert ([line.text for line in present], [line.text for line in previous]) == (["present"], ["previous"])


async def where_there_is_no_log_there_are_no_lines(world: LogWorld) -> None:
    waits = STATES["an image is not there"]
    await world.has(waits)
    unscheduled = replace(STATES["no node takes it"], pod=PodName("shop", "orders-2"))
    await world.has(unscheduled)
    asked = ((waits.pod, "app"), (waits.pod, "daprd"), (waits.pod, "other"), (unscheduled.pod, "app"), (PodName("shop", "absent"), "app"))

    for pod, container in asked:
        for previous in (False, True):
            assert (pod, container, await world.pods.log(pod, container, previous=previous, lines=9)) == (pod, container, ())


CASES: Final[tuple[Case, ...]] = (
    a_pod_is_told_as_the_kubelet_reports_it,
    of_several_pods_those_that_exist_come_in_the_order_asked,
    a_pod_is_looked_for_in_its_own_namespace,
    warnings_come_newest_first_and_nothing_else_does,
    where_nothing_happened_there_is_no_warning,
)
LOG_CASES: Final[tuple[LogCase, ...]] = (
    the_last_lines_are_told_with_their_instants,
    the_try_before_has_a_log_of_its_own,
    where_there_is_no_log_there_are_no_lines,
)
