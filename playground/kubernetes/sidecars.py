"""daprd as the injector puts it into a pod."""

import functools
from typing import Any, Final

Object = dict[str, Any]

REGISTRY: Final = "ghcr.io/dapr"


@functools.lru_cache(maxsize=4096)
def container(namespace: str, anchors: bytes | None, version: str, *, native: bool) -> Object:
    """The sidecar as the injector makes it. Shared by all pods that have the same: never to be changed."""
    env: list[Object] = [
        {"name": "NAMESPACE", "value": namespace},
        {"name": "POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
    ]
    if anchors is not None:
        env.append({"name": "DAPR_TRUST_ANCHORS", "value": _text(anchors)})
    daprd = {"name": "daprd", "image": f"{REGISTRY}/daprd:{version}", "env": env}
    return {**daprd, "restartPolicy": "Always"} if native else daprd


@functools.lru_cache(maxsize=64)
def _text(anchors: bytes) -> str:
    return anchors.decode()
