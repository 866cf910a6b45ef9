"""How Kubernetes replaces the pods of a workload, one step at a time: pure arithmetic over what is there, no object is touched here.

As in pkg/controller/deployment/rolling.go and recreate.go, statefulset/stateful_set_control.go and daemon/update.go. Not
simulated: minReadySeconds, terminating pods, parallel StatefulSets, surging DaemonSets.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Object = Mapping[str, Any]

DEPLOYMENT: Final = "Deployment"
STATEFUL_SET: Final = "StatefulSet"
DAEMON_SET: Final = "DaemonSet"
_HUNDRED: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Replica:
    """One pod. ``current``: of the newest template; ``ordinal``: its number in a StatefulSet, else 0; oldest ones come first."""

    name: str
    current: bool
    ready: bool
    ordinal: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is done next: pods that go, and how many come; ``ordinals`` names those of a StatefulSet. Both empty: nothing for now."""

    remove: tuple[str, ...] = ()
    create: int = 0
    ordinals: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is done."""
        return bool(self.remove or self.create or self.ordinals)


NOTHING: Final = Step()


def step(workload: Object, desired: int, replicas: Sequence[Replica]) -> Step:
    """The next step of the controller of this workload, which wants so many pods."""
    match workload["kind"]:
        case "StatefulSet":
            return _stateful(workload["spec"], desired, replicas)
        case "DaemonSet":
            return _daemon(workload["spec"], desired, replicas)
        case _:
            return _deployment(workload["spec"], desired, replicas)


def _deployment(spec: Object, desired: int, replicas: Sequence[Replica]) -> Step:
    strategy = spec.get("strategy") or {}
    old, new = _divided(replicas)
    if spec.get("paused"):
        # Of whatever template: it goes on counting.
        return Step(create=max(desired - len(replicas), 0)) if len(replicas) <= desired else _fewer(replicas, desired)
    if strategy.get("type") == "Recreate":
        return Step(remove=tuple(one.name for one in old)) if old else _counted(new, desired)
    surge, missing = _margins(strategy.get("rollingUpdate") or {}, desired)
    coming = min(desired + surge - len(replicas), desired - len(new)) if old else desired - len(new)
    if coming > 0:
        return Step(create=coming)
    if not old:
        return _counted(new, desired)
    return Step(remove=tuple(_leaving(old, new, desired - missing)))


def _leaving(old: Sequence[Replica], new: Sequence[Replica], least: int) -> Iterator[str]:
    """Old ones that may go now: first those that serve nobody anyway, then as many as are ready beyond ``least``."""
    total, waiting = len(old) + len(new), sum(not one.ready for one in new)
    allowed = total - least - waiting
    broken = [one.name for one in old if not one.ready][: max(allowed, 0)]
    yield from broken
    spare = sum(one.ready for one in (*old, *new)) - least
    yield from [one.name for one in old if one.ready][: max(min(spare, allowed - len(broken)), 0)]


def _counted(replicas: Sequence[Replica], desired: int) -> Step:
    return Step(create=desired - len(replicas)) if len(replicas) < desired else _fewer(replicas, desired)


def _fewer(replicas: Sequence[Replica], desired: int) -> Step:
    """Those that are not ready go first, then the youngest."""
    order = sorted(enumerate(replicas), key=lambda one: (one[1].ready, -one[0]))
    return Step(remove=tuple(one.name for _, one in order[: len(replicas) - desired]))


def _stateful(spec: Object, desired: int, replicas: Sequence[Replica]) -> Step:
    strategy = spec.get("updateStrategy") or {}
    held = {one.ordinal: one for one in replicas}
    if max(held, default=-1) >= desired:
        return Step(remove=(held[max(held)].name,))
    missing = [ordinal for ordinal in range(desired) if ordinal not in held]
    if missing:
        # In order: whoever comes next waits for those before.
        return Step(ordinals=(missing[0],)) if all(held[ordinal].ready for ordinal in range(missing[0])) else NOTHING
    if strategy.get("type") == "OnDelete":
        return NOTHING
    return _from_the_last(held, (strategy.get("rollingUpdate") or {}).get("partition") or 0)


def _from_the_last(held: Mapping[int, Replica], partition: int) -> Step:
    """The next old one goes when all behind it are new and ready."""
    for ordinal in sorted(held, reverse=True):
        if ordinal < partition:
            break
        if not held[ordinal].current:
            return Step(remove=(held[ordinal].name,))
        if not held[ordinal].ready:
            break
    return NOTHING


def _daemon(spec: Object, desired: int, replicas: Sequence[Replica]) -> Step:
    strategy = spec.get("updateStrategy") or {}
    if len(replicas) < desired:
        return Step(create=desired - len(replicas))
    if strategy.get("type") == "OnDelete":
        return NOTHING
    _, missing = _margins({"maxSurge": 0, "maxUnavailable": 1, **(strategy.get("rollingUpdate") or {})}, desired, up=True)
    old, new = _divided(replicas)
    broken = [one.name for one in old if not one.ready]
    free = max(missing - len(broken) - sum(not one.ready for one in new), 0)
    return Step(remove=(*broken, *[one.name for one in old if one.ready][:free]))


def _divided(replicas: Sequence[Replica]) -> tuple[list[Replica], list[Replica]]:
    return [one for one in replicas if not one.current], [one for one in replicas if one.current]


def _margins(rolling: Object, desired: int, *, up: bool = False) -> tuple[int, int]:
    """maxSurge, which is rounded up, and maxUnavailable, which is rounded down (``up``: it is not); both 0 would never end."""
    surge = _pods(rolling.get("maxSurge"), desired, up=True)
    missing = _pods(rolling.get("maxUnavailable"), desired, up=up)
    return surge, missing if surge or missing else 1


def _pods(value: object, desired: int, *, up: bool) -> int:
    if isinstance(value, int):
        return value
    share = int(str(value or "25%").removesuffix("%")) * desired / _HUNDRED
    return math.ceil(share) if up else math.floor(share)
