"""Pods as the people who own them see them: grouped by workload, worst first, with the command that recreates them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from bot.model import kubectl
from bot.model.finding import Affected
from bot.model.phrases import count
from bot.model.snapshot import DaprPod, PodCensus
from bot.model.surroundings import WorkloadName

# More than any cluster that we know has; whoever may create pods must not be able to fill the memory with names.
MOST_NAMED = 2_000
CRASHING = "CrashLoopBackOff"
MOST_RECREATED = 4
_POD = "Pod"
_ROLLED = frozenset(("Deployment", "StatefulSet", "DaemonSet"))

_Key = tuple[str, str, str]


def live(census: PodCensus) -> tuple[DaprPod, ...]:
    """Pods that run or will run, with daprd or only asking for it."""
    return tuple(pod for pod in census.pods if pod.is_live)


def owner(pod: DaprPod) -> WorkloadName:
    """The workload that brings the pod back; the pod itself where none does."""
    kind, _, name = pod.workload.partition("/")
    return WorkloadName(pod.namespace, kind, name) if name else WorkloadName(pod.namespace, "Pod", pod.name)


def affected(pods: Sequence[DaprPod], among: Iterable[DaprPod]) -> tuple[Affected, ...]:
    """One entry per workload: crash-looping first, then the most pods. ``among`` gives the "of 12" in "3 of 12 pods"."""
    groups: dict[_Key, list[DaprPod]] = defaultdict(list)
    for pod in pods:
        groups[_key(pod)].append(pod)
    totals = Counter(map(_key, among))
    entries = sorted(groups.items(), key=lambda item: (-_crashing(item[1]), -len(item[1]), item[0]))
    return tuple(_entry(key, group, totals[key]) for key, group in entries[:MOST_NAMED])


def summary(pods: Sequence[DaprPod]) -> str:
    """As in "12 pods of 3 applications"."""
    apps = {(pod.namespace, pod.app_id) for pod in pods}
    return f"{count(len(pods), 'pod')} of {count(len(apps), 'application')}"


def recreation(pods: Iterable[DaprPod]) -> str:
    """The commands that recreate these pods, one per namespace, and how much more there is; "" for none.

    As in "kubectl -n shop rollout restart deployment/orders statefulset/cart (and 3 workloads more)".
    """
    owned = dict.fromkeys((pod.namespace, *_owner(pod)) for pod in pods)
    rolled = sorted(owned, key=lambda one: one[1] == _POD)
    commands: dict[tuple[str, bool], list[tuple[str, str]]] = defaultdict(list)
    for namespace, kind, name in rolled[:MOST_RECREATED]:
        commands[namespace, kind == _POD].append((kind, name))
    told = [
        kubectl.delete_pod(namespace, *(name for _, name in named)) if is_bare else kubectl.restart_all(namespace, named)
        for (namespace, is_bare), named in commands.items()
    ]
    more = len(rolled) - MOST_RECREATED
    return "; ".join(told) + (f" (and {count(more, 'workload')} more)" if more > 0 else "")


def _owner(pod: DaprPod) -> tuple[str, str]:
    """Kind and name of what is recreated: the workload where it can be rolled out, otherwise the pod itself."""
    kind, _, name = pod.workload.partition("/")
    return (kind, name) if kind in _ROLLED else (_POD, pod.name)


def _key(pod: DaprPod) -> _Key:
    return (pod.namespace, pod.app_id, pod.workload or f"Pod/{pod.name}")


def _crashing(pods: Iterable[DaprPod]) -> int:
    return sum(pod.daprd is not None and pod.daprd.state == CRASHING for pod in pods)


def _entry(key: _Key, pods: Sequence[DaprPod], total: int) -> Affected:
    namespace, app_id, workload = key
    crashing = _crashing(pods)
    detail = f"{workload}: {len(pods)} of {count(max(total, len(pods)), 'pod')}"
    return Affected(kind="app", name=app_id, namespace=namespace, detail=f"{detail}, {crashing} crash-looping" if crashing else detail)
