"""Workloads as their controllers leave them: every replica there, of the newest template, and the newest spec noticed."""

from collections.abc import Mapping
from typing import Any, Final

from playground.kubernetes.cluster import SimulatedCluster
from playground.kubernetes.status import Refusal

Object = dict[str, Any]

CONTROLLER: Final = "kube-controller-manager"
OBSERVED: Final = "observedGeneration"


def workload(  # noqa: PLR0913 - the parts of an object
    kind: str,
    name: str,
    namespace: str,
    *,
    template: Object,
    replicas: int = 1,
    ready: int | None = None,
    labels: Mapping[str, str] | None = None,
) -> Object:
    """A Deployment or StatefulSet whose pods are those of the template's label ``app``."""
    app = template["metadata"]["labels"]["app"]
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": name, "namespace": namespace, "labels": dict(labels or {"app": app})},
        "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": app}}, "template": template},
        "status": {
            OBSERVED: 1,
            "replicas": replicas,
            "updatedReplicas": replicas,
            "readyReplicas": replicas if ready is None else ready,
        },
    }


def put(kube: SimulatedCluster, obj: Object, *, manager: str) -> None:
    """Put any object; of a workload its controller notices at once what is new."""
    if OBSERVED not in obj.get("status", {}):
        kube.put(obj, manager=manager)
        return
    try:
        known = kube.get(obj["kind"], obj["metadata"]["name"], obj["metadata"]["namespace"])["metadata"]["generation"]
    except Refusal:
        known = 1
    stored = kube.put(_noticed(obj, known), manager=manager)
    kube.put(_noticed(stored, stored["metadata"]["generation"]), manager=CONTROLLER)


def _noticed(obj: Object, generation: int) -> Object:
    return {**obj, "status": {**obj["status"], OBSERVED: generation}}
