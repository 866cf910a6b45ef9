"""Whom a rotation touches: every workload with Dapr, in waves, and those that are left to people."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from bot.model.rotation import Reach, Workload
from bot.model.snapshot import DaprPod

AT_ONCE: Final = 5
"""Workloads of one wave."""
ROLLED: Final = ("Deployment", "StatefulSet", "DaemonSet")
"""What comes back by itself, pod by pod, when its template changes."""


def reach(pods: Sequence[DaprPod]) -> Reach:
    """One workload goes first, alone: the smallest of those that other pods stand in for; then the others, the small ones first."""
    found = sorted(_workloads(pods), key=lambda one: (one.pods, one))
    rolled = [one for one in found if one.kind in ROLLED]
    canary = next((one for one in rolled if one.kind == "Deployment" and one.pods > 1), rolled[0] if rolled else None)
    rest = [one for one in rolled if one is not canary]
    waves: list[tuple[Workload, ...]] = [(canary,)] if canary else []
    waves += [tuple(rest[at : at + AT_ONCE]) for at in range(0, len(rest), AT_ONCE)]
    return Reach(
        apps=len({(pod.namespace, pod.app_id) for pod in pods}),
        pods=len(pods),
        namespaces=tuple(sorted({pod.namespace for pod in pods})),
        waves=tuple(waves),
        left=tuple(one for one in found if one.kind not in ROLLED),
    )


def _workloads(pods: Iterable[DaprPod]) -> list[Workload]:
    groups: dict[tuple[str, str, str], list[DaprPod]] = defaultdict(list)
    for pod in pods:
        kind, _, name = pod.workload.partition("/")
        groups[(pod.namespace, kind, name) if name else (pod.namespace, "Pod", pod.name)].append(pod)
    return [
        Workload(namespace=namespace, kind=kind, name=name, apps=tuple(sorted({pod.app_id for pod in group})), pods=len(group))
        for (namespace, kind, name), group in groups.items()
    ]
