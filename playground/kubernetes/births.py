"""Pods as controllers make them from a template, before any kubelet has started them."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from playground.kubernetes.rolling import STATEFUL_SET

Object = dict[str, Any]

# k8s.io/apimachinery/pkg/util/rand: no vowels, so that no words come about.
_ALPHABET: Final = "bcdfghjklmnpqrstvwxz2456789"
_HASH: Final = 9
_SUFFIX: Final = 5
_DEPLOYMENT: Final = "Deployment"
_LABELS: Final[Mapping[str, str]] = {_DEPLOYMENT: "pod-template-hash"}
_REVISION: Final = "controller-revision-hash"


def revision(workload: Object) -> str:
    """A short name of its template: the same for the same one, and for no other."""
    return _letters(msgspec.json.encode(workload["spec"]["template"], order="deterministic"), _HASH)


def name(workload: Object, revision: str, number: int) -> str:
    """Of its pod with that number: the ordinal of a StatefulSet, for others any number that it has not had before."""
    own = workload["metadata"]["name"]
    if workload["kind"] == STATEFUL_SET:
        return f"{own}-{number}"
    suffix = _letters(f"{workload['metadata']['uid']} {number}".encode(), _SUFFIX)
    return f"{own}-{revision}-{suffix}" if workload["kind"] == _DEPLOYMENT else f"{own}-{suffix}"


def pod(workload: Object, revision: str, name: str) -> Object:
    """Nothing of it runs yet. The lists of its containers are its own."""
    template = workload["spec"]["template"]
    metadata, spec = template.get("metadata") or {}, template["spec"]
    labels = {**(metadata.get("labels") or {}), _LABELS.get(workload["kind"], _REVISION): revision}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": workload["metadata"]["namespace"],
            "labels": labels,
            "annotations": dict(metadata.get("annotations") or {}),
            "ownerReferences": [_owner(workload, revision)],
        },
        "spec": {**spec, "containers": list(spec["containers"])},
        "status": {"phase": "Pending", "conditions": [{"type": "Ready", "status": "False"}]},
    }


def waiting(body: Object) -> Object:
    """The same with a status that says of each container that it is being created."""
    statuses = [_creating(one) for one in body["spec"]["containers"]]
    return {**body, "status": {**body["status"], "containerStatuses": statuses}}


def _creating(container: Object) -> Object:
    image = container.get("image", "")
    state = {"waiting": {"reason": "ContainerCreating"}}
    return {"name": container["name"], "ready": False, "restartCount": 0, "state": state, "image": image, "imageID": ""}


def _owner(workload: Object, revision: str) -> Object:
    metadata = workload["metadata"]
    if workload["kind"] == _DEPLOYMENT:
        own = f"{metadata['name']}-{revision}"
        return {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": own, "uid": f"uid-of-{own}", "controller": True}
    return {"apiVersion": "apps/v1", "kind": workload["kind"], "name": metadata["name"], "uid": metadata["uid"], "controller": True}


def _letters(text: bytes, count: int) -> str:
    digest = hashlib.sha256(text).digest()
    return "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in digest[:count])
