"""What Dapr's chart and an app's owner apply to a cluster with controllers: workloads whose pods somebody else makes and runs."""

from collections.abc import Iterator

from tests.rig.cluster import Cluster, Object
from tests.rig.controllers import ON_QUIET
from tests.rig.dapr import CHART_MANAGER, NAMESPACE, TRUST_DOMAIN
from tests.rig.pod_programs import (
    BUNDLE,
    CREDENTIALS,
    INJECTOR_PORT,
    METRICS_PORT,
    OPERATOR_PORT,
    PLACEMENT_PORT,
    SCHEDULER_PORT,
    SENTRY_PORT,
    TOKEN,
)

WEBHOOK = SERVICE = "dapr-sidecar-injector"
_AUDIENCE = f"spiffe://{TRUST_DOMAIN}/ns/{NAMESPACE}/dapr-sentry"
_TOKEN_SOURCE = {"serviceAccountToken": {"path": "token", "expirationSeconds": 600, "audience": _AUDIENCE}}
IDENTITY_TOKEN: Object = {"name": TOKEN, "projected": {"sources": [_TOKEN_SOURCE]}}
"""The volume by which a pod proves to sentry who it is. The injector adds it only where it has a token at the same path itself."""


def install_control_plane(cluster: Cluster, version: str, *, sentries: int, injector_port: int) -> None:
    """All five servers, and the webhook, which the API server reaches on 127.0.0.1 at that port. The namespace must exist.

    The injector itself writes the webhook's caBundle once it is up.
    """
    for thing in _control_plane(version, sentries, injector_port):
        cluster.apply(thing, manager=CHART_MANAGER)


def app_deployment(name: str, namespace: str, *, replicas: int, quiet: bool) -> Object:
    """A Deployment whose pods want a sidecar. ``quiet``: they are to be objects only."""
    annotations = {"dapr.io/enabled": "true", "dapr.io/app-id": name}
    spec: Object = {**(ON_QUIET if quiet else {}), "serviceAccountName": "default", "terminationGracePeriodSeconds": 5}
    spec["containers"] = [{"name": "app", "image": f"example.org/{name}:1"}]
    labels = {"app": name}
    return _workload("Deployment", name, namespace, replicas, {"metadata": {"labels": labels, "annotations": annotations}, "spec": spec})


def _control_plane(version: str, sentries: int, injector_port: int) -> Iterator[Object]:
    for account in ("sentry", "injector", "operator", "placement", "scheduler"):
        yield {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": f"dapr-{account}", "namespace": NAMESPACE}}
    yield _server("Deployment", "dapr-sentry", "sentry", version, (SENTRY_PORT,), replicas=sentries)
    yield _server("Deployment", "dapr-sidecar-injector", "injector", version, (INJECTOR_PORT,))
    yield _server("Deployment", "dapr-operator", "operator", version, (OPERATOR_PORT,))
    yield _server("StatefulSet", "dapr-placement-server", "placement", version, (PLACEMENT_PORT,))
    yield _server("StatefulSet", "dapr-scheduler-server", "scheduler", version, (SCHEDULER_PORT,))
    service = {"type": "ExternalName", "externalName": "localhost"}
    yield {"apiVersion": "v1", "kind": "Service", "metadata": {"name": SERVICE, "namespace": NAMESPACE}, "spec": service}
    yield _webhook(injector_port)


def _server(kind: str, name: str, component: str, version: str, ports: tuple[int, ...], *, replicas: int = 1) -> Object:
    labels = {
        "app": name,
        "app.kubernetes.io/name": "dapr",
        "app.kubernetes.io/part-of": "dapr",
        "app.kubernetes.io/version": version,
        "app.kubernetes.io/component": component,
        "app.kubernetes.io/managed-by": "Helm",
    }
    scraped = {"prometheus.io/scrape": "true", "prometheus.io/port": str(METRICS_PORT), "prometheus.io/path": "/"}
    container: Object = {"name": name, "image": f"ghcr.io/dapr/{component}:{version}"}
    metrics = {"name": "metrics", "containerPort": METRICS_PORT}
    container["ports"] = [*({"containerPort": port} for port in ports), metrics]
    spec = {"serviceAccountName": f"dapr-{component}", "terminationGracePeriodSeconds": 10, "containers": [container]}
    template = {
        "metadata": {"labels": labels, "annotations": {"dapr.io/control-plane": component, **scraped}},
        "spec": {**spec, "volumes": _volumes(component)},
    }
    return _workload(kind, name, NAMESPACE, replicas, template)


def _volumes(component: str) -> list[Object]:
    if component == "sentry":
        return [{"name": CREDENTIALS, "secret": {"secretName": BUNDLE}}]
    return [{"name": BUNDLE, "configMap": {"name": BUNDLE}}, IDENTITY_TOKEN]


def _workload(kind: str, name: str, namespace: str, replicas: int, template: Object) -> Object:
    spec: Object = {"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": template}
    if kind == "StatefulSet":
        spec |= {"serviceName": name, "podManagementPolicy": "Parallel"}
    metadata = {"name": name, "namespace": namespace, "labels": template["metadata"]["labels"]}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": metadata, "spec": spec}


def _webhook(port: int) -> Object:
    service = {"namespace": NAMESPACE, "name": SERVICE, "path": "/mutate", "port": port}
    hook: Object = {"name": "sidecar-injector.dapr.io", "reinvocationPolicy": "IfNeeded", "sideEffects": "None", "failurePolicy": "Ignore"}
    hook |= {"admissionReviewVersions": ["v1", "v1beta1"], "clientConfig": {"service": service, "caBundle": ""}}
    hook["rules"] = [{"apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"], "operations": ["CREATE"]}]
    metadata = {"name": WEBHOOK, "labels": {"app": WEBHOOK}}
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "MutatingWebhookConfiguration",
        "metadata": metadata,
        "webhooks": [hook],
    }
