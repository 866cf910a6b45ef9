"""What a kubelet writes: a container that runs or crashes, and its logs. The numbers of ready pods follow, as a controller keeps them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from playground.kubernetes.cluster import SimulatedCluster
from playground.kubernetes.status import Refusal

Object = dict[str, Any]

KUBELET: Final = "kubelet"
DAPRD: Final = "daprd"
CONTROLLER: Final = "kube-controller-manager"
_STATUSES: Final = ("containerStatuses", "initContainerStatuses")


def runs(kube: SimulatedCluster, namespace: str, pod: str, container: str) -> None:
    """The container runs and is ready."""
    _set(kube, namespace, pod, container, {"ready": True, "state": {"running": {"startedAt": _stamp(kube.now())}}})


def starts(kube: SimulatedCluster, namespace: str, pod: str, *, ip: str) -> None:
    """A node has taken the pod: its containers are about to run, and it has an address."""
    found = _pod(kube, namespace, pod)
    if found is not None:
        kube.put({**found, "status": {**found.get("status", {}), "phase": "Running", "podIP": ip}}, manager=KUBELET)


def unready(kube: SimulatedCluster, namespace: str, pod: str, container: str) -> None:
    """The container runs, and its probe fails."""
    _set(kube, namespace, pod, container, {"ready": False, "state": {"running": {"startedAt": _stamp(kube.now())}}})


def is_ready(pod: Object) -> bool:
    """By its condition; by its containers where nobody has written one."""
    status = pod.get("status", {})
    conditions = [one["status"] for one in status.get("conditions", ()) if one["type"] == "Ready"]
    statuses = [one for field in _STATUSES for one in status.get(field, ())]
    return conditions[-1] == "True" if conditions else bool(statuses) and all(one["ready"] for one in statuses)


def stopped(kube: SimulatedCluster, namespace: str, pod: str, container: str) -> None:
    """The container ended in good order and is not started again."""
    ended = {"terminated": {"exitCode": 0, "reason": "Completed", "finishedAt": _stamp(kube.now())}}
    _set(kube, namespace, pod, container, {"ready": False, "state": ended})


def crashed(kube: SimulatedCluster, namespace: str, pod: str, container: str, *, said: Sequence[str] = (), code: int = 1) -> None:
    """The container ended with an error and waits for its next try; ``said`` becomes its previous log. One restart more each time."""
    before = _status(_pod(kube, namespace, pod) or {}, container)
    ended = {"terminated": {"exitCode": code, "reason": "Error", "finishedAt": _stamp(kube.now())}}
    message = f"back-off 5m0s restarting failed container={container} pod={pod}_{namespace}"
    waits = {"waiting": {"reason": "CrashLoopBackOff", "message": message}}
    restarts = before.get("restartCount", 0) + 1
    _set(kube, namespace, pod, container, {"ready": False, "restartCount": restarts, "state": waits, "lastState": ended})
    text = "".join(f"{line}\n" for line in said)
    kube.log(pod, text, namespace=namespace, container=container, previous=True)
    kube.log(pod, text, namespace=namespace, container=container)


def sidecar_crashes(kube: SimulatedCluster, namespace: str, pod: str, *said: str) -> None:
    """daprd of that pod has ended once more and waits; ``said`` is its log."""
    crashed(kube, namespace, pod, DAPRD, said=said)


def sidecar_runs(kube: SimulatedCluster, namespace: str, pod: str) -> None:
    """daprd of that pod runs."""
    runs(kube, namespace, pod, DAPRD)


def event(kube: SimulatedCluster, obj: Object, reason: str, message: str, *, kind: str = "Warning") -> Object:
    """What ``kubectl describe`` shows of an object: an Event about it, now."""
    metadata, now = obj["metadata"], _stamp(kube.now())
    namespace = metadata.get("namespace", "default")
    name = f"{metadata['name']}.{kube.store.version:x}"
    about = {"apiVersion": obj["apiVersion"], "kind": obj["kind"], "name": metadata["name"], "namespace": namespace, "uid": metadata["uid"]}
    told = {"reason": reason, "message": message, "type": kind, "count": 1, "firstTimestamp": now, "lastTimestamp": now}
    whole = {"apiVersion": "v1", "kind": "Event", "metadata": {"name": name, "namespace": namespace}, "involvedObject": about, **told}
    return kube.put(whole, manager=KUBELET)


def _set(kube: SimulatedCluster, namespace: str, pod: str, container: str, change: Object) -> None:
    found = _pod(kube, namespace, pod)
    if found is None:
        return
    status: Object = {**found.get("status", {})}
    for field in _STATUSES:
        if field in status:
            status[field] = [{**one, **change} if one["name"] == container else one for one in status[field]]
    ready = all(one["ready"] for field in _STATUSES for one in status.get(field, ()))
    conditions = [one for one in status.get("conditions", ()) if one["type"] != "Ready"]
    status["conditions"] = [*conditions, {"type": "Ready", "status": str(ready)}]
    kube.put({**found, "status": status}, manager=KUBELET)
    _count(kube, found)


def _pod(kube: SimulatedCluster, namespace: str, name: str) -> Object | None:
    """None: a process without a pod, after which nobody looks."""
    try:
        return kube.get("Pod", name, namespace)
    except Refusal:
        return None


def _status(pod: Object, container: str) -> Object:
    statuses: list[Object] = [one for field in _STATUSES for one in pod.get("status", {}).get(field, ())]
    return next((one for one in statuses if one["name"] == container), {})


def _count(kube: SimulatedCluster, pod: Object) -> None:
    """The workload called like the pod's label ``app`` tells how many of its pods are ready."""
    app, namespace = pod["metadata"].get("labels", {}).get("app", ""), pod["metadata"]["namespace"]
    pods = [one for one in kube.all("Pod", namespace) if one["metadata"].get("labels", {}).get("app") == app]
    ready = sum(map(is_ready, pods))
    for kind in ("Deployment", "StatefulSet"):
        for workload in kube.all(kind, namespace):
            if workload["metadata"]["name"] == app:
                kube.put({**workload, "status": {**workload.get("status", {}), "readyReplicas": ready}}, manager=CONTROLLER)


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
