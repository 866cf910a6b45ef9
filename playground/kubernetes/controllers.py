"""The controllers of Deployments, StatefulSets and DaemonSets: their pods become what their templates say, and they say how far that is.

Pods are chosen by the workload's selector. Those that were there before are of the template of that time. Deployments have no
ReplicaSet objects here, and no Progressing condition.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

from playground.kubernetes import births, kubelet, rolling
from playground.kubernetes.cluster import SimulatedCluster
from playground.kubernetes.rolling import DAEMON_SET, DEPLOYMENT, STATEFUL_SET, Replica
from playground.kubernetes.store import Change

Object = dict[str, Any]
Key = tuple[str, str, str]

KINDS: Final = (DEPLOYMENT, STATEFUL_SET, DAEMON_SET)
CONTROLLER: Final = "kube-controller-manager"


class Controllers:
    """``admit`` is what the API server and its webhooks make of a new pod before it is stored."""

    def __init__(self, kube: SimulatedCluster, admit: Callable[[Object], Object]) -> None:
        self._kube = kube
        self._admit = admit
        self._dirty: set[Key] = set()
        self._revisions: dict[str, str] = {}
        self._numbers: dict[str, int] = {}
        self._wanted: dict[str, int] = {}
        self._labelled: dict[tuple[str, str, str], set[str]] = {}

    def start(self) -> None:
        """Take what is there for finished, and listen to what changes from now on."""
        for pod in self._kube.all("Pod"):
            self._remember(pod, gone=False)
        for kind in KINDS:
            for workload in self._kube.all(kind):
                pods = tuple(self._pods(workload))
                self._wanted[workload["metadata"]["uid"]] = len(pods)
                for pod in pods:
                    self._revisions[pod["metadata"]["uid"]] = births.revision(workload)
                self._tell(workload)
        self._kube.store.listeners.add(self._heard)

    def stop(self) -> None:
        """No controller works any more."""
        self._kube.store.listeners.discard(self._heard)

    @property
    def busy(self) -> bool:
        """Whether something has changed since they looked."""
        return bool(self._dirty)

    def settle(self) -> bool:
        """Do what can be done now; whether there was anything."""
        did = False
        while self._dirty:
            kind, namespace, name = self._dirty.pop()
            found = [one for one in self._kube.all(kind, namespace) if one["metadata"]["name"] == name]
            for workload in found:
                did = self._reconcile(workload) or did
        return did

    def _reconcile(self, workload: Object) -> bool:
        revision = births.revision(workload)
        pods = tuple(self._pods(workload))
        for pod in pods:
            # Somebody else has made it: by what the template says now.
            self._revisions.setdefault(pod["metadata"]["uid"], revision)
        replicas = [self._replica(workload, pod, revision) for pod in pods]
        found = rolling.step(workload, self._desired(workload), replicas)
        for name in found.remove:
            self._kube.delete("Pod", name, workload["metadata"]["namespace"])
        numbers = found.ordinals or tuple(self._next(workload) for _ in range(found.create))
        for number in numbers:
            body = births.pod(workload, revision, births.name(workload, revision, number))
            made = self._kube.put(births.waiting(self._admit(body)), manager=CONTROLLER)
            self._revisions[made["metadata"]["uid"]] = revision
        self._tell(workload)
        return bool(found)

    def _replica(self, workload: Object, pod: Object, revision: str) -> Replica:
        metadata = pod["metadata"]
        last = metadata["name"].rsplit("-", 1)[-1]
        return Replica(
            name=metadata["name"],
            current=self._revisions[metadata["uid"]] == revision,
            ready=kubelet.is_ready(pod),
            ordinal=int(last) if workload["kind"] == STATEFUL_SET and last.isdecimal() else 0,
        )

    def _pods(self, workload: Object) -> Iterator[Object]:
        """The oldest first."""
        namespace = workload["metadata"]["namespace"]
        wanted = _selector(workload)
        found = [self._labelled.get((namespace, *one), set[str]()) for one in wanted.items()]
        pods = [self._kube.get("Pod", name, namespace) for name in (set[str].intersection(*found) if found else ())]
        alive = (pod for pod in pods if "deletionTimestamp" not in pod["metadata"])
        return iter(sorted(alive, key=lambda pod: (pod["metadata"]["creationTimestamp"], pod["metadata"]["name"])))

    def _remember(self, pod: Object, *, gone: bool) -> None:
        """By label: a workload must find its few pods among thousands."""
        namespace, name = pod["metadata"]["namespace"], pod["metadata"]["name"]
        for label in (pod["metadata"].get("labels") or {}).items():
            known = self._labelled.setdefault((namespace, *label), set())
            (known.discard if gone else known.add)(name)

    def _desired(self, workload: Object) -> int:
        if workload["kind"] == DAEMON_SET:
            # One on each node; nodes come and go in no story yet.
            return self._wanted.setdefault(workload["metadata"]["uid"], 1)
        replicas: int | None = workload["spec"].get("replicas")
        return 1 if replicas is None else replicas

    def _next(self, workload: Object) -> int:
        uid = workload["metadata"]["uid"]
        self._numbers[uid] = self._numbers.get(uid, -1) + 1
        return self._numbers[uid]

    def _tell(self, workload: Object) -> None:
        """Its status, written where it differs."""
        metadata = workload["metadata"]
        revision = births.revision(workload)
        pods = tuple(self._pods(workload))
        current = sum(self._revisions.get(pod["metadata"]["uid"], revision) == revision for pod in pods)
        counts = (len(pods), current, sum(map(kubelet.is_ready, pods)))
        now = self._kube.get(workload["kind"], metadata["name"], metadata["namespace"])
        status = _status(workload["kind"], self._desired(workload), counts)
        status["observedGeneration"] = metadata["generation"]
        if workload["kind"] == STATEFUL_SET:
            status["updateRevision"] = f"{metadata['name']}-{revision}"
        self._kube.put({**now, "status": {**(now.get("status") or {}), **status}}, manager=CONTROLLER)

    def _heard(self, change: Change) -> None:
        obj = change.stored.object
        if change.kind.name in KINDS:
            # What is written into a status calls nobody: it is theirs.
            if change.type != "MODIFIED" or change.before is None or _generation(change.before.object) != _generation(obj):
                self._dirty.add(_key(obj))
        elif change.kind.name == "Pod":
            if change.before is not None:
                self._remember(change.before.object, gone=True)
            self._remember(obj, gone=change.type == "DELETED")
            self._dirty.update(_key(workload) for workload in self._owners(obj))

    def _owners(self, pod: Object) -> Iterator[Object]:
        labels = (pod["metadata"].get("labels") or {}).items()
        for kind in KINDS:
            for workload in self._kube.all(kind, pod["metadata"]["namespace"]):
                wanted = _selector(workload)
                if wanted and wanted.items() <= labels:
                    yield workload


def _status(kind: str, desired: int, counts: tuple[int, int, int]) -> Object:
    existing, updated, ready = counts
    if kind == DAEMON_SET:
        return {
            "desiredNumberScheduled": desired,
            "currentNumberScheduled": existing,
            "updatedNumberScheduled": updated,
            "numberReady": ready,
            "numberAvailable": ready,
        }
    told = {"replicas": existing, "updatedReplicas": updated, "readyReplicas": ready, "availableReplicas": ready}
    return {**told, "unavailableReplicas": max(desired - ready, 0)} if kind == DEPLOYMENT else told


def _selector(workload: Object) -> dict[str, str]:
    return (workload["spec"].get("selector") or {}).get("matchLabels") or {}


def _generation(obj: Object) -> object:
    return obj["metadata"].get("generation")


def _key(obj: Object) -> Key:
    return obj["kind"], obj["metadata"]["namespace"], obj["metadata"]["name"]
