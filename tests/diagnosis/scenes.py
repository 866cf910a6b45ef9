"""Scenes for tests: a healthy app in a healthy cluster by default, only the deviation is written.

a_scene(a_snapshot(ca=a_ca(expires_in=days(-3))), lines=[a_line("…", "dapr-sentry")])
a_scene(states=[a_state(a_container(waiting="ImagePullBackOff"))])
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bot.checks import judge
from bot.model import pem
from bot.model.chains import CHAINS_NOT_READ, Endpoint, LiveChain, LiveChains
from bot.model.counters import Counter
from bot.model.logs import LogLine
from bot.model.observed import Observed, Unobserved
from bot.model.policy import Policy
from bot.model.scene import ContainerState, KubeEvent, Level, PodName, PodState, Scene, Target
from bot.model.snapshot import Snapshot
from tests.builders import a_snapshot
from tests.certificates import NOW, Made

POD = PodName("shop", "orders-7f9c-0")
ORDERS = Target(level=Level.APP, name="orders", namespace="shop", pods=(POD,))
SENTRY = Target(level=Level.COMPONENT, name="sentry", namespace="dapr-system", pods=(PodName("dapr-system", "dapr-sentry-0"),))
MINUTE = timedelta(minutes=1)
SINCE = NOW - timedelta(hours=1)


def a_container(name: str = "orders", *, ready: bool | None = None, **deviations: Any) -> ContainerState:
    """Running and ready unless it waits or has ended."""
    is_up = not deviations.get("waiting") and deviations.get("exit_code") is None
    fields: dict[str, Any] = {"image": f"registry.example/{name}:1", "running": is_up} | deviations
    return ContainerState(name=name, ready=is_up if ready is None else ready, **fields)


def a_crash(name: str = "orders", *, code: int = 1, ended: str = "Error", **deviations: Any) -> ContainerState:
    """In CrashLoopBackOff after its last end."""
    return a_container(name, waiting="CrashLoopBackOff", exit_code=code, ended=ended, ended_at=NOW - MINUTE, restarts=7, **deviations)


def a_state(*containers: ContainerState, pod: PodName = POD, **deviations: Any) -> PodState:
    """A pod with its app and its sidecar, both well (the control plane's: with its one); ``containers`` take the place of namesakes."""
    names = ("orders", "daprd") if pod.namespace == "shop" else (pod.name.rpartition("-")[0],)
    usual = {one.name: one for one in (*map(a_container, names), *containers)}
    fields: dict[str, Any] = {"phase": "Running", "created_at": SINCE} | deviations
    return PodState(pod=pod, containers=tuple(usual.values()), **fields)


def an_event(reason: str, message: str, *, kind: str = "Pod", name: str = POD.name, namespace: str = "shop", count: int = 1) -> KubeEvent:
    return KubeEvent(namespace=namespace, kind=kind, name=name, reason=reason, message=message, count=count, last_at=NOW - MINUTE)


def a_line(text: str, container: str = "daprd", *, pod: str = "", namespace: str = "", at_minute: int = -5) -> LogLine:
    """From the target's sidecar, or from a container of the control plane."""
    is_dapr = container.startswith("dapr-")
    at = NOW + at_minute * MINUTE
    return LogLine(
        at_ns=int(at.timestamp()) * 1_000_000_000,
        text=text,
        namespace=namespace or ("dapr-system" if is_dapr else "shop"),
        pod=pod or (f"{container}-0" if is_dapr else POD.name),
        container=container,
    )


def a_counter(name: str, value: int = 3, *, reason: str = "", pod: PodName = POD) -> Counter:
    return Counter(namespace=pod.namespace, pod=pod.name, name=name, value=value, reason=reason)


def a_shown(*chain: Made, pod: PodName = POD, component: str = "daprd") -> LiveChain:
    """What a server shows: its own certificate first."""
    endpoint = Endpoint(component=component, namespace=pod.namespace, pod=pod.name, ip="10.1.2.3", port=50002)
    return LiveChain(endpoint=endpoint, chain=pem.read(b"".join(one.pem for one in chain)))


def a_scene(
    snapshot: Snapshot | None = None,
    *,
    target: Target = ORDERS,
    states: Sequence[PodState] | Unobserved | None = None,
    events: Sequence[KubeEvent] | Unobserved = (),
    lines: Sequence[LogLine] | Unobserved = (),
    source: str = "Loki",
    counted: Sequence[Counter] | Unobserved = (),
    chains: LiveChains | Unobserved | None = None,
) -> Scene:
    """``states``: well by default, one for each pod of the target. ``report``: the real checks about the snapshot.

    ``chains``: what its sidecars show; None: they were not asked.
    """
    seen = snapshot or a_snapshot()
    well = [a_state(pod=pod) for pod in target.pods]
    return Scene(
        target=target,
        snapshot=seen,
        report=judge(seen, Policy()),
        states=_part(well if states is None else states),
        events=_part(events),
        lines=_part(lines),
        source=source,
        since_at=SINCE,
        counters=_part(counted),
        chains=CHAINS_NOT_READ if chains is None else chains if isinstance(chains, Unobserved) else Observed(chains),
    )


def _part(value: Any) -> Any:  # Part[tuple[T, ...]] of three kinds of T
    return value if isinstance(value, Unobserved) else Observed(tuple(value))
