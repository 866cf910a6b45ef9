"""Dapr's control plane and daprized pods as objects with a status: no kubelet runs them, but every reader believes them."""

from collections.abc import Mapping

from tests.rig.cluster import Object
from tests.rig.dapr import NAMESPACE, TRUST_DOMAIN

_STARTED_AT = "2026-01-01T00:00:00Z"
_METRICS_PORT = 9090

# Workload, kind and image of each component, in the order in which the chart lists them.
_COMPONENTS = (
    ("dapr-operator", "Deployment", "operator"),
    ("dapr-placement-server", "StatefulSet", "placement"),
    ("dapr-scheduler-server", "StatefulSet", "scheduler"),
    ("dapr-sentry", "Deployment", "sentry"),
    ("dapr-sidecar-injector", "Deployment", "injector"),
)


def daprized_pod(
    name: str,
    *,
    namespace: str,
    app_id: str,
    trust_anchors: str | None,
    version: str = "1.18.3",
    native: bool = False,
    ready: bool = True,
    crashing: bool = False,
    owner: Object | None = None,
) -> Object:
    """A pod with an app and the sidecar that the injector of that version adds; it runs.

    ``trust_anchors`` is the text of DAPR_TRUST_ANCHORS; None leaves daprd out: annotated, but never injected.
    ``crashing``: its daprd ends again and again, and waits for its next start.
    ``owner`` is a stored object (a ReplicaSet, say) that the pod claims as its controller.
    """
    # Nothing listens behind these pods.
    annotations = {"dapr.io/enabled": "true", "dapr.io/app-id": app_id, "dapr.io/enable-metrics": "false"}
    labels = {"app": app_id}
    containers, init_containers = [{"name": "app", "image": f"example.org/{app_id}:1"}], []
    if trust_anchors is not None:
        labels |= {"dapr.io/sidecar-injected": "true", "dapr.io/app-id": app_id, "dapr.io/metrics-enabled": "true"}
        sidecar = _daprd(app_id, namespace, trust_anchors, version)
        if native:
            init_containers.append({**sidecar, "restartPolicy": "Always"})
        else:
            containers.append(sidecar)
    metadata: Object = {"name": name, "namespace": namespace, "labels": labels, "annotations": annotations}
    if owner is not None:
        metadata["ownerReferences"] = [_owner_reference(owner)]
    spec: Object = {"nodeName": "node-1", "containers": containers, "initContainers": init_containers}
    status = _running(spec, ready=ready and not crashing)
    if crashing:
        daprd = [one for one in status["containerStatuses"] if one["name"] == "daprd"]
        status["containerStatuses"] = [one for one in status["containerStatuses"] if one not in daprd] + [_crashing(one) for one in daprd]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec, "status": status}


def control_plane(
    version: str, *, namespace: str = NAMESPACE, ready: bool = True, sentry_metrics_port: int = _METRICS_PORT
) -> tuple[Object, ...]:
    """The five workloads and one pod of each, all on 127.0.0.1, so that a real sentry's metrics can stand behind its pod."""
    objects: list[Object] = []
    for workload, kind, component in _COMPONENTS:
        # Sentry's page stands behind the injector's pod, too: it has none of the injector's counters, as one that never failed.
        port = sentry_metrics_port if component in ("sentry", "injector") else _METRICS_PORT
        template = _control_plane_template(workload, component, version, port)
        suffix = "0" if kind == "StatefulSet" else "5d4f7c9b8-x2x4k"
        pod = {"name": f"{workload}-{suffix}", "namespace": namespace, **template["metadata"]}
        spec = {**template["spec"], "nodeName": "node-1"}
        objects.append(_workload(kind, workload, namespace, template, ready=ready))
        objects.append({"apiVersion": "v1", "kind": "Pod", "metadata": pod, "spec": spec, "status": _running(spec, ready=ready)})
    return tuple(objects)


def _daprd(app_id: str, namespace: str, trust_anchors: str, version: str) -> Object:
    environment = {
        "NAMESPACE": namespace,
        "DAPR_TRUST_ANCHORS": trust_anchors,
        "DAPR_CONTROLPLANE_NAMESPACE": NAMESPACE,
        "DAPR_CONTROLPLANE_TRUST_DOMAIN": TRUST_DOMAIN,
    }
    return {
        "name": "daprd",
        "image": f"ghcr.io/dapr/daprd:{version}",
        "args": ["/daprd", "--app-id", app_id, "--mode", "kubernetes", "--enable-mtls"],
        "env": [{"name": name, "value": value} for name, value in environment.items()],
        "ports": [{"name": "dapr-metrics", "containerPort": _METRICS_PORT}],
    }


def _control_plane_template(workload: str, component: str, version: str, port: int) -> Object:
    container = {
        "name": workload,
        "image": f"ghcr.io/dapr/{component}:{version}",
        "ports": [{"name": "metrics", "containerPort": port}],
    }
    labels = {
        "app": workload,
        "app.kubernetes.io/name": "dapr",
        "app.kubernetes.io/part-of": "dapr",
        "app.kubernetes.io/version": version,
        "app.kubernetes.io/component": component,
        "app.kubernetes.io/managed-by": "Helm",
    }
    annotations = {
        "dapr.io/control-plane": component,
        "prometheus.io/scrape": "true",
        "prometheus.io/port": str(port),
        "prometheus.io/path": "/",
    }
    return {"metadata": {"labels": labels, "annotations": annotations}, "spec": {"containers": [container]}}


def _workload(kind: str, name: str, namespace: str, template: Object, *, ready: bool) -> Object:
    spec = {"replicas": 1, "selector": {"matchLabels": {"app": name}}, "template": template}
    if kind == "StatefulSet":
        spec["serviceName"] = name
    metadata = {"name": name, "namespace": namespace, "labels": template["metadata"]["labels"]}
    status = {"replicas": 1, "updatedReplicas": 1, "readyReplicas": int(ready), "availableReplicas": int(ready)}
    status["observedGeneration"] = 1
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": metadata, "spec": spec, "status": status}


def _running(spec: Mapping[str, list[Object]], *, ready: bool) -> Object:
    return {
        "phase": "Running",
        "podIP": "127.0.0.1",
        "hostIP": "127.0.0.1",
        "startTime": _STARTED_AT,
        "conditions": [{"type": "Ready", "status": "True" if ready else "False"}],
        "containerStatuses": [_container_status(one, ready=ready) for one in spec["containers"]],
        "initContainerStatuses": [_container_status(one, ready=ready) for one in spec.get("initContainers", [])],
    }


def _container_status(container: Object, *, ready: bool) -> Object:
    state = {"running": {"startedAt": _STARTED_AT}}
    facts = {"name": container["name"], "image": container["image"], "imageID": ""}
    return {**facts, "ready": ready, "started": True, "restartCount": 0, "state": state}


def _crashing(status: Object) -> Object:
    waiting = {"reason": "CrashLoopBackOff", "message": "back-off 5m0s restarting failed container=daprd"}
    ended = {"exitCode": 1, "reason": "Error", "startedAt": _STARTED_AT, "finishedAt": _STARTED_AT}
    again = {"restartCount": 9, "state": {"waiting": waiting}, "lastState": {"terminated": ended}}
    return {**status, "ready": False, "started": False, **again}


def _owner_reference(owner: Object) -> Object:
    metadata = owner["metadata"]
    kind = {"apiVersion": owner["apiVersion"], "kind": owner["kind"]}
    return {**kind, "name": metadata["name"], "uid": metadata["uid"], "controller": True}
