"""Pods as an API server hands them out: an application with daprd beside it, about 8.8 KB of JSON each, managedFields included.

Everything that does not differ from pod to pod is shared between them, so that 20,000 of them fit into a small machine.
"""

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from typing import Any, Final

Object = dict[str, Any]

VERSION: Final = "1.18.3"
BORN: Final = "2026-09-14T08:12:31Z"
PODS_PER_APP: Final = 20
APPS_PER_NAMESPACE: Final = 25
SERVICE_ACCOUNT: Final = "/var/run/secrets/kubernetes.io/serviceaccount"
TOKEN: Final = "/var/run/secrets/dapr.io/sentrytoken"  # noqa: S105 - a path
ARGS: Final = (
    "/daprd", "--dapr-http-port", "3500", "--dapr-grpc-port", "50001", "--dapr-internal-grpc-port", "50002",
    "--dapr-listen-addresses", "[::1],127.0.0.1", "--dapr-public-port", "3501", "--app-protocol", "http", "--log-level", "info",
    "--dapr-graceful-shutdown-seconds", "-1", "--control-plane-address", "dapr-api.dapr-system.svc.cluster.local:443",
    "--sentry-address", "dapr-sentry.dapr-system.svc.cluster.local:443", "--mode", "kubernetes", "--enable-mtls",
    "--config", "appconfig", "--app-port", "8080", "--app-id",
)  # fmt: skip


def app_pods(count: int, anchors: Sequence[bytes]) -> Iterator[Object]:
    """That many pods in rising order of their keys; ``anchors`` are what their sidecars trust, in turn."""
    environments = [_environment(text) for text in anchors]
    owned: list[Object] = []
    for number in range(count):
        app = number // PODS_PER_APP
        namespace, name = f"team-{app // APPS_PER_NAMESPACE:03d}", f"app-{app:04d}"
        pod = _pod(namespace, name, number, environments[number % len(environments)])
        if not owned:
            owned = _owned(pod)
        pod["metadata"]["managedFields"] = owned
        yield pod


def _pod(namespace: str, app: str, number: int, environment: list[Object]) -> Object:
    seed = hashlib.sha256(f"{namespace}/{app}/{number}".encode()).hexdigest()
    template_hash, node = hashlib.sha256(app.encode()).hexdigest()[:10], f"node-{int(seed[:4], 16) % 60:03d}"
    return {
        "kind": "Pod",
        "apiVersion": "v1",
        "metadata": {
            "name": f"{app}-{template_hash}-{number:05d}",
            "generateName": f"{app}-{template_hash}-",
            "namespace": namespace,
            "uid": str(uuid.UUID(seed[:32])),
            "creationTimestamp": BORN,
            "labels": {
                "app": app,
                "app.kubernetes.io/name": app,
                "app.kubernetes.io/part-of": namespace,
                "dapr.io/sidecar-injected": "true",
                "pod-template-hash": template_hash,
            },
            "annotations": _annotations(app),
            "ownerReferences": [_owner(f"{app}-{template_hash}", seed)],
        },
        "spec": {
            "volumes": VOLUMES,
            "containers": [_app(app), _daprd(app, environment)],
            "restartPolicy": "Always",
            "terminationGracePeriodSeconds": 30,
            "dnsPolicy": "ClusterFirst",
            "serviceAccountName": "default",
            "serviceAccount": "default",
            "nodeName": node,
            "securityContext": {},
            "schedulerName": "default-scheduler",
            "tolerations": TOLERATIONS,
            "priority": 0,
            "enableServiceLinks": True,
            "preemptionPolicy": "PreemptLowerPriority",
        },
        "status": _status(seed),
    }


def _annotations(app: str) -> Object:
    return {
        "dapr.io/app-id": app,
        "dapr.io/app-port": "8080",
        "dapr.io/config": "appconfig",
        "dapr.io/enabled": "true",
        "kubectl.kubernetes.io/restartedAt": "2026-09-14T10:12:30+02:00",
        "prometheus.io/port": "9090",
        "prometheus.io/scrape": "true",
    }


def _owner(name: str, seed: str) -> Object:
    uid = str(uuid.UUID(seed[32:]))
    return {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": name, "uid": uid, "controller": True, "blockOwnerDeletion": True}


def _app(app: str) -> Object:
    return {
        "name": "app",
        "image": f"registry.example:5000/shop/{app}:2026.9.14-1",
        "ports": [{"name": "http", "containerPort": 8080, "protocol": "TCP"}],
        "env": [
            {"name": "DAPR_HTTP_PORT", "value": "3500"},
            {"name": "DAPR_GRPC_PORT", "value": "50001"},
            {"name": "LOG_LEVEL", "value": "info"},
            {"name": "DATABASE", "valueFrom": {"secretKeyRef": {"name": "database", "key": "url"}}},
        ],
        "resources": {"limits": {"cpu": "1", "memory": "512Mi"}, "requests": {"cpu": "100m", "memory": "128Mi"}},
        "volumeMounts": [{"name": "kube-api-access", "readOnly": True, "mountPath": SERVICE_ACCOUNT}],
        "readinessProbe": _probe("/readyz", 8080),
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "imagePullPolicy": "IfNotPresent",
    }


def _daprd(app: str, environment: list[Object]) -> Object:
    return {
        "name": "daprd",
        "image": f"ghcr.io/dapr/daprd:{VERSION}",
        "args": [*ARGS, app],
        "ports": [{"name": name, "containerPort": port, "protocol": "TCP"} for name, port in PORTS],
        "env": environment,
        "resources": {},
        "volumeMounts": [
            {"name": "kube-api-access", "readOnly": True, "mountPath": SERVICE_ACCOUNT},
            {"name": "dapr-identity-token", "readOnly": True, "mountPath": TOKEN},
        ],
        "livenessProbe": _probe("/v1.0/healthz", 3501),
        "readinessProbe": _probe("/v1.0/healthz", 3501),
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "imagePullPolicy": "IfNotPresent",
        "securityContext": {
            "capabilities": {"drop": ["ALL"]},
            "runAsNonRoot": True,
            "readOnlyRootFilesystem": True,
            "allowPrivilegeEscalation": False,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
    }


def _environment(anchors: bytes) -> list[Object]:
    plain = {
        "NAMESPACE": "default",
        "DAPR_TRUST_ANCHORS": anchors.decode(),
        "DAPR_CONTROLPLANE_NAMESPACE": "dapr-system",
        "DAPR_CONTROLPLANE_TRUST_DOMAIN": "cluster.local",
        "SENTRY_LOCAL_IDENTITY": "default:default",
    }
    fields = {"POD_NAME": "metadata.name", "POD_IP": "status.podIP", "HOST_IP": "status.hostIP"}
    referred = [{"name": name, "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": path}}} for name, path in fields.items()]
    return [*({"name": name, "value": value} for name, value in plain.items()), *referred]


def _probe(path: str, port: int) -> Object:
    http = {"path": path, "port": port, "scheme": "HTTP"}
    return {"httpGet": http, "timeoutSeconds": 3, "periodSeconds": 6, "successThreshold": 1, "failureThreshold": 3}


def _status(seed: str) -> Object:
    conditions = ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled")
    ip = f"10.{int(seed[:2], 16)}.{int(seed[2:4], 16)}.{int(seed[4:6], 16)}"
    return {
        "phase": "Running",
        "conditions": [{"type": name, "status": "True", "lastProbeTime": None, "lastTransitionTime": BORN} for name in conditions],
        "hostIP": "192.0.2.17",
        "hostIPs": [{"ip": "192.0.2.17"}],
        "podIP": ip,
        "podIPs": [{"ip": ip}],
        "startTime": BORN,
        "containerStatuses": [_container(name, seed) for name in ("app", "daprd")],
        "qosClass": "Burstable",
    }


def _container(name: str, seed: str) -> Object:
    return {
        "name": name,
        "state": {"running": {"startedAt": BORN}},
        "lastState": {},
        "ready": True,
        "restartCount": 0,
        "image": f"registry.example:5000/{name}:{VERSION}",
        "imageID": f"registry.example:5000/{name}@sha256:{hashlib.sha256(name.encode()).hexdigest()}",
        "containerID": f"containerd://{seed}",
        "started": True,
    }


def _owned(pod: Object) -> list[Object]:
    """managedFields as the two that write pods leave them: every field that they set, as a tree."""
    created = {"metadata": {key: pod["metadata"][key] for key in ("annotations", "generateName", "labels")}, "spec": pod["spec"]}
    return [
        _entry("kube-controller-manager", _fields(created)),
        {**_entry("kubelet", _fields({"status": pod["status"]})), "subresource": "status"},
    ]


def _entry(manager: str, fields: Object) -> Object:
    whole = {"manager": manager, "operation": "Update", "apiVersion": "v1", "time": BORN}
    return {**whole, "fieldsType": "FieldsV1", "fieldsV1": fields}


def _fields(value: Any, depth: int = 4) -> Object:
    """As FieldsV1: keys of objects as f:KEY, members of lists of named things as k:{"name":"NAME"}; so many levels of it."""
    if isinstance(value, dict) and depth:
        return {f"f:{key}": _fields(inner, depth - 1) for key, inner in value.items()}
    if isinstance(value, list) and depth and all(isinstance(one, dict) and "name" in one for one in value):
        return {f'k:{{"name":"{one["name"]}"}}': {".": {}, **_fields(one, depth - 1)} for one in value}
    return {}


PORTS: Final = (("dapr-http", 3500), ("dapr-grpc", 50001), ("dapr-internal", 50002), ("dapr-metrics", 9090))
VOLUMES: Final = [
    {
        "name": "kube-api-access",
        "projected": {
            "sources": [
                {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
                {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
            ],
            "defaultMode": 420,
        },
    },
    {
        "name": "dapr-identity-token",
        "projected": {
            "sources": [{"serviceAccountToken": {"audience": "dapr.io/sentry", "expirationSeconds": 7200, "path": "token"}}],
            "defaultMode": 420,
        },
    },
]
TOLERATIONS: Final = [
    {"key": f"node.kubernetes.io/{key}", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
    for key in ("not-ready", "unreachable")
]
