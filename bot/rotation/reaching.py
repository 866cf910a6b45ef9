"""Whom a rotation touches: every workload with Dapr, in waves, and those that are left to people."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from math import ceil
from typing import Final

from bot.model.rotation import Left, Reach, Workload
from bot.model.snapshot import DaprPod
from bot.model.surroundings import Strategy, Surrounding, Surroundings, WorkloadName
from bot.model.workloads import owner

AT_ONCE: Final = 5
"""Workloads of one wave."""
ROLLED: Final = ("Deployment", "StatefulSet", "DaemonSet")
"""What comes back by itself, pod by pod, when its template changes."""
_LEFT: Final = {"Pod": Left.BARE, "Job": Left.JOB, "Rollout": Left.ROLLOUT}
_STATEFUL: Final = "StatefulSet"


def reach(pods: Sequence[DaprPod], seen: Surroundings | None) -> Reach:
    """The small orders first; of the first order one workload alone, the smallest of those that other pods stand in for; then the rest.

    ``seen`` None: the workloads themselves were not looked at; then it goes by their pods alone.
    """
    known = {one.workload: one for one in seen.workloads} if seen else {}
    found = sorted(_workloads(pods, known, looked=seen is not None), key=lambda one: (one.pods, one))
    rolled = sorted((one for one in found if one.left is None), key=lambda one: _order(one, known))
    return Reach(
        apps=len({(pod.namespace, pod.app_id) for pod in pods}),
        pods=len(pods),
        namespaces=tuple(sorted({pod.namespace for pod in pods})),
        waves=tuple(_waves(rolled, known, _covered(seen))),
        left=tuple(one for one in found if one.left is not None),
    )


def _workloads(pods: Iterable[DaprPod], known: Mapping[WorkloadName, Surrounding], *, looked: bool) -> list[Workload]:
    groups: dict[WorkloadName, list[DaprPod]] = defaultdict(list)
    for pod in pods:
        groups[owner(pod)].append(pod)
    return [_workload(name, group, known.get(name), looked=looked) for name, group in groups.items()]


def _workload(name: WorkloadName, group: Sequence[DaprPod], seen: Surrounding | None, *, looked: bool) -> Workload:
    count = max(seen.replicas.desired if seen else 0, 0) or len(group)
    return Workload(
        namespace=name.namespace,
        kind=name.kind,
        name=name.name,
        apps=tuple(sorted({pod.app_id for pod in group})),
        pods=count,
        at_once=_at_once(name.kind, count, seen),
        uid=seen.uid if seen else "",
        template=seen.template if seen else "",
        left=_why_left(name.kind, seen, looked=looked),
    )


def _why_left(kind: str, seen: Surrounding | None, *, looked: bool) -> Left | None:
    if kind not in ROLLED:
        return Left.OPTED_OUT if seen and seen.skip else _LEFT.get(kind, Left.OTHER_KIND)
    if seen is None:
        return Left.NOT_FOUND if looked else None
    if seen.skip:
        return Left.OPTED_OUT
    if seen.paused:
        return Left.PAUSED
    if seen.strategy in (Strategy.ON_DELETE, Strategy.OTHER):
        return Left.ON_DELETE if seen.strategy is Strategy.ON_DELETE else Left.OTHER_KIND
    return Left.PARTITION if seen.partition else None


def _at_once(kind: str, count: int, seen: Surrounding | None) -> int:
    """Unseen, a Deployment is taken to do as Kubernetes does by itself: a quarter may be missing, a quarter may be too many."""
    if seen is None:
        return ceil(count / 4) + count // 4 if kind == "Deployment" else 1
    return count if seen.strategy is Strategy.RECREATE else max(seen.max_unavailable + seen.max_surge, 1)


def _order(one: Workload, known: Mapping[WorkloadName, Surrounding]) -> int:
    seen = known.get(one.full_name)
    return seen.order if seen else 0


def _covered(seen: Surroundings | None) -> Mapping[WorkloadName, frozenset[str]]:
    """The budgets that count each workload's pods."""
    found: dict[WorkloadName, set[str]] = defaultdict(set)
    for budget in seen.budgets if seen else ():
        for name in budget.covers:
            found[name].add(str(budget))
    return {name: frozenset(names) for name, names in found.items()}


def _waves(
    rolled: Sequence[Workload], known: Mapping[WorkloadName, Surrounding], covered: Mapping[WorkloadName, frozenset[str]]
) -> Iterable[tuple[Workload, ...]]:
    canary = _canary(rolled, known)
    if canary:
        yield (canary,)
    rest = [one for one in rolled if one is not canary]
    for _, same in groupby(rest, key=lambda one: _order(one, known)):
        yield from _packed(tuple(same), covered)


def _canary(rolled: Sequence[Workload], known: Mapping[WorkloadName, Surrounding]) -> Workload | None:
    first = [one for one in rolled if _order(one, known) == _order(rolled[0], known)]
    return next((one for one in first if one.kind == "Deployment" and one.pods > 1), first[0] if first else None)


def _packed(same: Sequence[Workload], covered: Mapping[WorkloadName, frozenset[str]]) -> Iterable[tuple[Workload, ...]]:
    """In waves in which no two are counted by one budget, and no two are StatefulSets: each goes into the first that takes it."""
    waves: list[list[Workload]] = []
    taken: list[set[str]] = []
    for one in same:
        claims = {*covered.get(one.full_name, ()), *([_STATEFUL] if one.kind == _STATEFUL else ())}
        at = next((at for at, wave in enumerate(waves) if len(wave) < AT_ONCE and taken[at].isdisjoint(claims)), len(waves))
        if at == len(waves):
            waves.append([])
            taken.append(set())
        waves[at].append(one)
        taken[at] |= claims
    return map(tuple, waves)
