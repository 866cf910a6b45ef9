"""A Dapr installation as objects, declared in a few words: what the Helm chart, the injector and the operator would have left behind."""

import base64
import copy
import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from playground.kubernetes import sidecars, workloads
from playground.kubernetes.cluster import SimulatedCluster

Object = dict[str, Any]

NAMESPACE: Final = "dapr-system"
BUNDLE: Final = "dapr-trust-bundle"
GOROUTINES: Final = "go_goroutines 42\n"
"""What every program written in Go serves on its metrics port, whatever else it counts."""
REGISTRY: Final = sidecars.REGISTRY
HELM: Final = "helm"
SENTRY: Final = "sentry"
DEPLOYMENTS: Final = ("dapr-sentry", "dapr-operator", "dapr-sidecar-injector")
STATEFULSETS: Final = ("dapr-placement-server", "dapr-scheduler-server")
LONG_AGO: Final = datetime(2026, 1, 1, tzinfo=UTC)
APP: Final[Object] = {"name": "app", "image": "registry.example:5000/shop/app:7"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AppPod:
    """A pod of an application. ``anchors`` None: no DAPR_TRUST_ANCHORS; ``injected`` False: annotated but without daprd."""

    name: str
    app_id: str = ""
    namespace: str = "shop"
    anchors: bytes | None = None
    injected: bool = True
    native: bool = False
    daprd_version: str = ""
    state: str = "running"
    phase: str = "Running"
    annotations: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dapr:
    """An installation. ``ca``, ``issuer``, ``key`` are PEM; ``configmap_ca`` None is the same bytes as ``ca``, b"" no ConfigMap at all.

    ``ca_bundle`` None: what webhook and CRD carry is ``ca`` too. ``replicas`` counts each workload's.
    """

    ca: bytes
    issuer: bytes
    key: bytes
    version: str = "1.18.3"
    namespace: str = NAMESPACE
    configmap_ca: bytes | None = None
    ca_bundle: bytes | None = None
    mtls_enabled: bool = True
    replicas: int = 1
    pods: Sequence[AppPod] = ()
    issuer_not_after: float = 0.0


def install_dapr(kube: SimulatedCluster, dapr: Dapr) -> None:
    """Put everything into the cluster; again with other values is an upgrade, which leaves alone what did not change."""
    for obj in trust_objects(dapr):
        if BUNDLE not in {one["metadata"]["name"] for one in kube.all(obj["kind"], dapr.namespace)}:
            # The chart makes them empty; sentry fills them.
            kube.put({key: value for key, value in obj.items() if key != "data"}, manager=HELM)
    for manager, obj in objects(dapr):
        workloads.put(kube, obj, manager=manager)
    # An injector that runs and has failed at nothing yet: such counters begin with their first failure.
    kube.serve(_pod_name("dapr-sidecar-injector", 0), 9090, lambda: GOROUTINES, namespace=dapr.namespace)
    if dapr.issuer_not_after:
        for replica in range(dapr.replicas):
            kube.serve(_pod_name("dapr-sentry", replica), 9090, lambda: metrics_page(dapr.issuer_not_after), namespace=dapr.namespace)


def objects(dapr: Dapr) -> Iterator[tuple[str, Object]]:
    """Everything, each with the name under which it is written, in an order that a real API server accepts too."""
    for name in dict.fromkeys((dapr.namespace, *(pod.namespace for pod in dapr.pods))):
        yield HELM, namespace(name)
    yield from ((SENTRY, obj) for obj in trust_objects(dapr))
    yield from ((HELM, obj) for obj in (*control_plane(dapr), *cluster_objects(dapr), *_app_workloads(dapr.pods)))
    yield from (("kube-controller-manager", _thrifty_pod(pod, dapr.version)) for pod in dapr.pods)


def namespace(name: str) -> Object:
    """A Namespace."""
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def trust_objects(dapr: Dapr) -> tuple[Object, ...]:
    """Secret and ConfigMap."""
    metadata = {"name": BUNDLE, "namespace": dapr.namespace, "labels": {"app": "dapr-sentry", "app.kubernetes.io/managed-by": "Helm"}}
    metadata["annotations"] = {"meta.helm.sh/release-name": "dapr", "meta.helm.sh/release-namespace": dapr.namespace}
    values = {"ca.crt": dapr.ca, "issuer.crt": dapr.issuer, "issuer.key": dapr.key}
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "Opaque",
        "metadata": metadata,
        "data": {name: base64.b64encode(value).decode() for name, value in values.items()},
    }
    ca = dapr.ca if dapr.configmap_ca is None else dapr.configmap_ca
    configmap = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"ca.crt": ca.decode()}}
    return (secret, configmap) if ca else (secret,)


def control_plane(dapr: Dapr) -> tuple[Object, ...]:
    """Workloads and their pods, all ready."""
    workloads = [_workload(dapr, "Deployment", app) for app in DEPLOYMENTS] + [_workload(dapr, "StatefulSet", app) for app in STATEFULSETS]
    pods = [control_pod(dapr, app, replica) for app in (*DEPLOYMENTS, *STATEFULSETS) for replica in range(dapr.replicas)]
    return (*workloads, *pods)


def cluster_objects(dapr: Dapr) -> tuple[Object, ...]:
    """Configuration, webhook and CRD."""
    bundle = base64.b64encode(dapr.ca if dapr.ca_bundle is None else dapr.ca_bundle).decode()
    mtls = {
        "enabled": dapr.mtls_enabled,
        "workloadCertTTL": "24h",
        "allowedClockSkew": "15m",
        "controlPlaneTrustDomain": "cluster.local",
        "sentryAddress": f"dapr-sentry.{dapr.namespace}.svc.cluster.local:443",
    }
    return (
        {
            "apiVersion": "dapr.io/v1alpha1",
            "kind": "Configuration",
            "metadata": {"name": "daprsystem", "namespace": dapr.namespace},
            "spec": {"mtls": mtls},
        },
        {
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "MutatingWebhookConfiguration",
            "metadata": {"name": "dapr-sidecar-injector"},
            "webhooks": [
                {
                    "name": "sidecar-injector.dapr.io",
                    "clientConfig": _client(dapr, "dapr-sidecar-injector", bundle),
                    "sideEffects": "None",
                    "admissionReviewVersions": ["v1"],
                    "failurePolicy": "Ignore",
                }
            ],
        },
        {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {"name": "subscriptions.dapr.io"},
            "spec": {
                "group": "dapr.io",
                "conversion": {"strategy": "Webhook", "webhook": {"clientConfig": _client(dapr, "dapr-webhook", bundle)}},
            },
        },
    )


def control_pod(dapr: Dapr, app: str, replica: int, *, ready: bool = True, waiting: str = "") -> Object:
    """One pod of the control plane. ``waiting``: CrashLoopBackOff and the like."""
    state = {"waiting": {"reason": waiting}} if waiting else {"running": {"startedAt": _stamp(LONG_AGO)}}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": _pod_name(app, replica),
            "namespace": dapr.namespace,
            "labels": {"app": app, "app.kubernetes.io/version": dapr.version},
            "annotations": _annotations(app),
        },
        "spec": {"containers": [{"name": app, "image": _image(app, dapr.version)}]},
        "status": {
            "phase": "Running",
            "podIP": "127.0.0.1",
            "conditions": [{"type": "Ready", "status": str(ready)}],
            "containerStatuses": [{"name": app, "ready": ready, "restartCount": 0, "state": state, **_pulled(_image(app, dapr.version))}],
        },
    }


def app_pod(pod: AppPod, *, default_version: str = "1.18.3") -> Object:
    """A pod of an application with the sidecar as the injector leaves it, owned by a ReplicaSet of Deployment APP. The caller's own."""
    return copy.deepcopy(_thrifty_pod(pod, default_version))


def _thrifty_pod(pod: AppPod, default_version: str) -> Object:
    """Whatever many pods have in common is one object, for a cluster of 20,000 of them to be cheap: never to be handed out."""
    app_id = _app_id(pod)
    version = pod.daprd_version or default_version
    daprd = [sidecars.container(pod.namespace, pod.anchors, version, native=pod.native)] if pod.injected else []
    statuses = [_status("daprd", pod.state)] if daprd else []
    template_hash = "5d9c7b6f8"
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": pod.name,
            "namespace": pod.namespace,
            "labels": {"app": app_id, "pod-template-hash": template_hash},
            "annotations": {"dapr.io/enabled": "true", "dapr.io/app-id": app_id, **pod.annotations},
            "ownerReferences": _owners(f"{app_id}-{template_hash}"),
        },
        "spec": {
            "initContainers": daprd if pod.native else [],
            "containers": [APP] if pod.native else [APP, *daprd],
        },
        "status": {
            "phase": pod.phase,
            # As everybody's: whoever tries to reach a pod does not leave this machine.
            "podIP": "127.0.0.1",
            "containerStatuses": [_status("app", "running"), *([] if pod.native else statuses)],
            "initContainerStatuses": statuses if pod.native else [],
        },
    }


def _app_workloads(pods: Sequence[AppPod]) -> Iterator[Object]:
    """The Deployment of each application."""
    groups: dict[tuple[str, str], list[AppPod]] = {}
    for pod in pods:
        groups.setdefault((pod.namespace, _app_id(pod)), []).append(pod)
    for (namespace, app_id), group in groups.items():
        annotations = {"dapr.io/enabled": "true", "dapr.io/app-id": app_id, **group[0].annotations}
        template = {"metadata": {"labels": {"app": app_id}, "annotations": annotations}, "spec": {"containers": [APP]}}
        ready = sum(pod.state == "running" for pod in group)
        yield workloads.workload("Deployment", app_id, namespace, template=template, replicas=len(group), ready=ready)


def _app_id(pod: AppPod) -> str:
    return pod.app_id or pod.name.split("-", 1)[0]


def metrics_page(issuer_not_after: float) -> str:
    """A cut of what sentry serves on its metrics port."""
    return (
        "# HELP dapr_sentry_issuercert_expiry_timestamp The unix timestamp, in seconds, when issuer/root cert will expire.\n"
        "# TYPE dapr_sentry_issuercert_expiry_timestamp gauge\n"
        f"dapr_sentry_issuercert_expiry_timestamp {issuer_not_after:.9e}\n"
        f"{GOROUTINES}"
    )


@functools.lru_cache(maxsize=4096)
def _owners(name: str) -> list[Object]:
    return [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": name, "uid": f"uid-of-{name}", "controller": True}]


@functools.lru_cache(maxsize=64)
def _status(container: str, state: str) -> Object:
    running = state == "running"
    said = {"running": {"startedAt": _stamp(LONG_AGO)}} if running else {"waiting": {"reason": state}}
    pulled = _pulled(f"registry.example:5000/{container}:7")
    return {"name": container, "ready": running, "restartCount": 0 if running else 7, "state": said, **pulled}


def _pulled(image: str) -> Object:
    """What the kubelet says about the image; strict clients refuse a status without it."""
    return {"image": image, "imageID": f"{image}@sha256:{'5' * 64}"}


def _workload(dapr: Dapr, kind: str, app: str) -> Object:
    labels = {"app": app, "app.kubernetes.io/version": dapr.version}
    metadata = {"labels": labels, "annotations": _annotations(app)}
    template = {"metadata": metadata, "spec": {"containers": [{"name": app, "image": _image(app, dapr.version)}]}}
    return workloads.workload(kind, app, dapr.namespace, template=template, replicas=dapr.replicas, labels=labels)


def _annotations(app: str) -> dict[str, str]:
    return {"dapr.io/control-plane": app.removeprefix("dapr-"), "prometheus.io/port": "9090"}


def _client(dapr: Dapr, service: str, bundle: str) -> Object:
    return {"service": {"namespace": dapr.namespace, "name": service}, **({"caBundle": bundle} if bundle else {})}


def _image(app: str, version: str) -> str:
    # The chart's images are called dapr and daprd; which program runs is the command.
    return f"{REGISTRY}/{app.removeprefix('dapr-').removesuffix('-server')}:{version}"


def _pod_name(app: str, replica: int) -> str:
    return f"{app}-{replica}" if app in STATEFULSETS else f"{app}-6b7f9d-{replica}"


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
