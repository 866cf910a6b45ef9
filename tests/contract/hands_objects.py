"""What ``ports.Hands`` writes to, as Kubernetes objects: with everything in them that belongs to somebody else."""

import base64
from typing import Any, Final

from bot.model.surroundings import WorkloadName
from tests.certificates import Files

Object = dict[str, Any]

NAMESPACE: Final = "dapr-system"
BUNDLE: Final = "dapr-trust-bundle"
BACKUP, STAGING, LEASE = "dapr-warden-backup", "dapr-warden-staging", "dapr-warden-rotation"
OURS: Final = frozenset(("ca.crt", "issuer.crt", "issuer.key", "sealed"))
MARK: Final = "dapr-warden.io/pair"
JWT_KEY: Final = b"-----BEGIN RSA PRIVATE KEY-----\nnot ours, never touched\n-----END RSA PRIVATE KEY-----\n"
PATHS: Final = {"Secret": "/api/v1", "ConfigMap": "/api/v1", "Lease": "/apis/coordination.k8s.io/v1"}


def bundle_secret(files: Files) -> Object:
    """A value of ``files`` that is empty is not there."""
    values = {name: value for name, value in (("ca.crt", files.ca), ("issuer.crt", files.issuer), ("issuer.key", files.key)) if value}
    others = {"jwt.key": JWT_KEY, "jwks.json": b'{"keys": []}', "odd": bytes(range(256)), "empty": b""}
    return {
        **_object("Secret", BUNDLE),
        "type": "Opaque",
        "immutable": False,
        "data": {name: base64.b64encode(value).decode() for name, value in (others | values).items()},
    }


def bundle_configmap(ca: bytes) -> Object:
    """Likewise."""
    data = {"jwks.json": '{"keys": []}\n', "note": "ä \U0001f511  \t\n"} | ({"ca.crt": ca.decode()} if ca else {})
    binary = {"truststore.jks": base64.b64encode(bytes(range(255, -1, -1))).decode()}
    return {**_object("ConfigMap", BUNDLE), "immutable": False, "data": data, "binaryData": binary}


def own_objects() -> tuple[Object, ...]:
    """As they are shipped: empty."""
    lease = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": LEASE, "namespace": NAMESPACE}}
    empty = ({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": NAMESPACE}} for name in (BACKUP, STAGING))
    return (*empty, lease)


def workload(name: WorkloadName) -> Object:
    """One pod without anything."""
    app = {"app": name.name}
    spec: Object = {
        "selector": {"matchLabels": app},
        "template": {"metadata": {"labels": app, "annotations": {"a": "b"}}, "spec": {"containers": [{"name": "app", "image": "i"}]}},
    }
    if name.kind == "StatefulSet":
        spec["serviceName"] = name.name
    return {"apiVersion": "apps/v1", "kind": name.kind, "metadata": {"name": name.name, "namespace": name.namespace}, "spec": spec}


def namespace(name: str) -> Object:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def others(stored: Object) -> Object:
    """All of an object that is not ours to change, and that the API server does not change by itself."""
    metadata = {name: value for name, value in stored["metadata"].items() if name not in ("resourceVersion", "managedFields")}
    metadata["annotations"] = {name: value for name, value in metadata.get("annotations", {}).items() if name != MARK}
    return {**stored, "metadata": metadata, "data": {name: value for name, value in stored.get("data", {}).items() if name not in OURS}}


def touched(stored: Object) -> Object:
    """As somebody else leaves it."""
    metadata = stored["metadata"]
    labels = metadata.get("labels") or {}
    return {**stored, "metadata": {**metadata, "labels": {**labels, "touched": f"{int(labels.get('touched', 0)) + 1}"}}}


def _object(kind: str, name: str) -> Object:
    labels = {"app": "dapr-sentry", "app.kubernetes.io/managed-by": "Helm"}
    annotations = {"meta.helm.sh/release-name": "dapr", "dapr-warden.io/rotation": "skip", "other": "x: {y}\n"}
    metadata = {"name": name, "namespace": NAMESPACE, "labels": labels, "annotations": annotations}
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata}
