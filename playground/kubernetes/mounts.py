"""What a kubelet brings into a pod's volumes: a change of what an object holds, not of what is written on it."""

from playground.kubernetes.dapr import BUNDLE
from playground.kubernetes.store import Change


def is_changed(change: Change, kind: str, namespace: str) -> bool:
    """Whether this is news for those that mount the trust bundle's Secret or ConfigMap."""
    obj = change.stored.object
    if (change.kind.name, obj["metadata"]["name"], obj["metadata"].get("namespace")) != (kind, BUNDLE, namespace):
        return False
    return change.before is None or change.type == "DELETED" or change.before.object.get("data") != obj.get("data")
