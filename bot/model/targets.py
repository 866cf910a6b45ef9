"""What a person means by "orders", "shop/orders", a pod's name or "sentry": found in a Snapshot, or what there is instead."""

import difflib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from bot.model.observed import Observed, Unobserved
from bot.model.scene import Level, PodName, Target
from bot.model.snapshot import Component, ComponentPod, DaprPod, Snapshot
from bot.model.workloads import CRASHING

NEAREST: Final = 3
MOST_KNOWN: Final = 20
# Comparing a word with every pod of a large cluster would take a second.
_MOST_COMPARED: Final = 2_000
_ALIASES: Final = {
    "sentry": (),
    "operator": (),
    "sidecar-injector": ("injector",),
    "placement-server": ("placement",),
    "scheduler-server": ("scheduler",),
}
# What may stand before a name; it says nothing that the name does not, unless a namespace is called so.
_KINDS: Final = frozenset((
    "app", "application", "component", "pod", "pods", "po", "deployment", "deployments", "deploy", "statefulset", "statefulsets", "sts",
    "daemonset", "daemonsets", "ds", "replicaset", "rs", "rollout", "job",
))  # fmt: skip
_WITH_NAMESPACE: Final = 2


class Unresolved(msgspec.Struct, frozen=True, kw_only=True):
    """Words that name nothing that is known, or more than one thing. All names but ``asked`` would be understood if asked for.

    ``matches``  the several things that it may be; () when it is none
    ``nearest``  names that look like it, the likest first
    ``known``    what there is: control plane and applications, at most 20; ``more``: how many besides
    ``unseen``   why applications and pods could not be looked through; None when they could
    """

    asked: str
    matches: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    more: int = 0
    unseen: Unobserved | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """A target with the names it goes by. ``label``: the words that name it and nothing else."""

    target: Target
    names: tuple[str, ...]
    label: str

    def is_called(self, namespace: str, name: str) -> bool:
        """Whether it is meant; ``namespace`` "" is any."""
        return name in self.names and namespace in ("", self.target.namespace)


def resolve(words: str, snapshot: Snapshot) -> Target | Unresolved:
    """The one thing that is called so: component or application, else workload, else pod; case does not matter."""
    pods = snapshot.census.value.pods if isinstance(snapshot.census, Observed) else ()
    namespace, name = _split(words, {pod.namespace for pod in pods} | {snapshot.namespace})
    asked = " ".join(words.split())
    tiers: list[tuple[_Candidate, ...]] = []
    for candidates in _tiers(snapshot, pods):
        tiers.append(candidates)
        found = [one for one in candidates if one.is_called(namespace, name)]
        if len(found) == 1:
            return found[0].target
        if found:
            return _unresolved(snapshot, asked, tiers[0], matches=tuple(one.label for one in found))
    return _unresolved(snapshot, asked, tiers[0], nearest=_nearest(name, [one for tier in tiers for one in tier]))


def worst_first(pods: Sequence[DaprPod]) -> tuple[PodName, ...]:
    """Crash-looping, not ready, ready, finished; of each first those that were restarted most."""
    return tuple(PodName(pod.namespace, pod.name) for pod in sorted(pods, key=_badness))


def _tiers(snapshot: Snapshot, pods: Sequence[DaprPod]) -> Iterator[tuple[_Candidate, ...]]:
    """What a name may mean, from what people mean most; each is made only when it is wanted."""
    yield (*_components(snapshot), *_applications(pods))
    yield tuple(_workloads(pods))
    yield tuple(_single_pods(snapshot, pods))


def _split(words: str, namespaces: set[str]) -> tuple[str, str]:
    pieces = words.replace("/", " ").split()
    if len(pieces) > 1 and pieces[-2].casefold() in _KINDS and pieces[-2] not in namespaces:
        del pieces[-2]
    if len(pieces) == _WITH_NAMESPACE:
        return pieces[0], pieces[1].casefold()
    return "", " ".join(pieces).casefold()


def _components(snapshot: Snapshot) -> Iterator[_Candidate]:
    """All five, also those that were not seen: of something that is missing people ask as well."""
    seen: Mapping[str, Component] = {}
    if isinstance(snapshot.components, Observed):
        seen = {one.name: one for one in snapshot.components.value}
    for name in dict.fromkeys((*_ALIASES, *seen)):
        found = seen.get(name)
        pods = sorted(found.pods, key=_badness_of_component) if found else ()
        short = (name, *_ALIASES.get(name, ()))
        names = (*short, *(f"dapr-{one}" for one in short), *((found.workload,) if found else ()))
        target = Target(
            level=Level.COMPONENT,
            name=name,
            namespace=snapshot.namespace,
            pods=tuple(PodName(snapshot.namespace, pod.name) for pod in pods),
        )
        yield _Candidate(target=target, names=names, label=f"dapr-{name}")


def _applications(pods: Sequence[DaprPod]) -> Iterator[_Candidate]:
    groups: dict[tuple[str, str], list[DaprPod]] = defaultdict(list)
    for pod in pods:
        groups[pod.namespace, pod.app_id].append(pod)
    for (_, app_id), group in sorted(groups.items()):
        yield _application(group, app_id)


def _workloads(pods: Sequence[DaprPod]) -> Iterator[_Candidate]:
    groups: dict[tuple[str, str, str], list[DaprPod]] = defaultdict(list)
    for pod in pods:
        if pod.workload:
            groups[pod.namespace, pod.workload, pod.app_id].append(pod)
    for (_, workload, _), group in sorted(groups.items()):
        yield _application(group, workload.partition("/")[2])


def _application(group: Sequence[DaprPod], name: str) -> _Candidate:
    """Pods of one application, under its id or the name of a workload."""
    first = group[0]
    target = Target(level=Level.APP, name=first.app_id, namespace=first.namespace, pods=worst_first(group))
    return _Candidate(target=target, names=(name.casefold(),), label=f"{first.namespace}/{name}")


def _single_pods(snapshot: Snapshot, pods: Sequence[DaprPod]) -> Iterator[_Candidate]:
    components = snapshot.components.value if isinstance(snapshot.components, Observed) else ()
    control = (PodName(snapshot.namespace, pod.name) for one in components for pod in one.pods)
    for pod in dict.fromkeys((*(PodName(one.namespace, one.name) for one in pods), *control)):
        target = Target(level=Level.POD, name=pod.name, namespace=pod.namespace, pods=(pod,))
        yield _Candidate(target=target, names=(pod.name,), label=str(pod))


def _nearest(name: str, candidates: Sequence[_Candidate]) -> tuple[str, ...]:
    labels: dict[str, list[str]] = defaultdict(list)
    for one in candidates[:_MOST_COMPARED]:
        for alias in one.names:
            labels[alias].append(one.label)
    close = difflib.get_close_matches(name, labels, n=NEAREST)
    return tuple(dict.fromkeys(label for alias in close for label in labels[alias]))[:NEAREST]


def _unresolved(
    snapshot: Snapshot, asked: str, main: Sequence[_Candidate], *, matches: tuple[str, ...] = (), nearest: tuple[str, ...] = ()
) -> Unresolved:
    return Unresolved(
        asked=asked,
        matches=matches,
        nearest=nearest,
        known=tuple(one.label for one in main[:MOST_KNOWN]),
        more=max(0, len(main) - MOST_KNOWN),
        unseen=snapshot.census if isinstance(snapshot.census, Unobserved) else None,
    )


def _badness(pod: DaprPod) -> tuple[int, int, str]:
    daprd = pod.daprd
    if not pod.is_live:
        return 3, 0, pod.name
    if daprd is None:
        return 1, 0, pod.name
    return _rank(daprd.state, is_ready=daprd.ready), -daprd.restarts, pod.name


def _badness_of_component(pod: ComponentPod) -> tuple[int, int, str]:
    return _rank(pod.waiting, is_ready=pod.ready), -pod.restarts, pod.name


def _rank(state: str, *, is_ready: bool) -> int:
    return 0 if state == CRASHING else 2 if is_ready else 1
