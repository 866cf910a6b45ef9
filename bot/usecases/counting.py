"""Reads what Dapr has counted: sentry, the injector and the sidecars in question, all at once, each with its deadline."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from msgspec.structs import replace

from bot.diagnosis.signature import Component
from bot.model import control_plane
from bot.model.counters import COUNTERS_NOT_READ, Counter
from bot.model.observed import Observed, Part, Unobserved
from bot.model.scene import Level, PodName, Target
from bot.model.snapshot import Snapshot
from bot.usecases.gathering import Found, Sources, all_of, joined

NOBODY: Final = "Dapr's pods could not be seen, so none was asked:"
MOST_OF_EACH: Final = 3
_OWN: Final = {Component.SENTRY: "dapr_sentry_", Component.INJECTOR: "dapr_injector_", Component.DAPRD: "dapr_runtime_"}


async def counted(target: Target, snapshot: Snapshot, sources: Sources) -> Found[Counter]:
    """Of at most three pods each. Pods that do not run have counted nothing, and are not asked."""
    wanted = (*_of_control_plane(snapshot), *((pod, Component.DAPRD) for pod in _sidecars(target, snapshot)))
    if not wanted and isinstance(snapshot.components, Unobserved):
        return Found(part=replace(snapshot.components, detail=f"{NOBODY} {snapshot.components.detail}"))
    parts = await all_of([sources.part(f"what {pod} has counted", partial(_of, sources, pod, who)) for pod, who in wanted])
    read = [part for part in parts if not (isinstance(part, Observed) and part.value is None)]
    if parts and not read:
        return Found(part=COUNTERS_NOT_READ)
    return joined([_counters(part) for part in read], key=_by_name)


async def _of(sources: Sources, pod: PodName, who: Component) -> tuple[Counter, ...] | None:
    found = await sources.pods.counters(pod, is_sidecar=who is Component.DAPRD)
    # Whoever answers there may claim anything: of a sidecar's pod nobody believes what sentry would have counted.
    return None if found is None else tuple(one for one in found if one.name.startswith(_OWN[who]))


def _counters(part: Part[tuple[Counter, ...] | None]) -> Part[tuple[Counter, ...]]:
    return part if isinstance(part, Unobserved) else Observed(part.value or ())


def _of_control_plane(snapshot: Snapshot) -> Iterator[tuple[PodName, Component]]:
    for who in (Component.SENTRY, Component.INJECTOR):
        component = control_plane.component(snapshot, who.value)
        running = [pod for pod in component.pods if not pod.waiting] if component else []
        yield from ((PodName(snapshot.namespace, pod.name), who) for pod in running[:MOST_OF_EACH])


def _sidecars(target: Target, snapshot: Snapshot) -> list[PodName]:
    census = snapshot.census.value.pods if isinstance(snapshot.census, Observed) else ()
    running = {PodName(pod.namespace, pod.name) for pod in census if pod.daprd is not None and pod.daprd.state == "running"}
    return [pod for pod in target.pods if pod in running][:MOST_OF_EACH] if target.level is not Level.COMPONENT else []


def _by_name(one: Counter) -> float:
    return -one.value
