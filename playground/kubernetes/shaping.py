"""What the API server makes of what is sent to it: defaults, text encoded, empty maps dropped, and when a generation counts."""

import base64
from typing import Any, Final

from playground.kubernetes import leases
from playground.kubernetes.kinds import Kind

Object = dict[str, Any]

STAMP: Final = "%Y-%m-%dT%H:%M:%SZ"
_DROPPED: Final = ("data", "binaryData", "stringData")
_IN_METADATA: Final = ("labels", "annotations", "finalizers", "ownerReferences")


def whole(kind: Kind, obj: Object) -> Object:
    """The object with its kind, which come first."""
    return {"apiVersion": kind.api_version, "kind": kind.name, **obj}


def shaped(kind: Kind, obj: Object) -> Object:
    """As it would be stored: ``stringData`` becomes ``data``, what is empty is left out."""
    obj = leases.shaped(_plain(obj)) if kind.name == leases.LEASE else _plain(obj)
    metadata = {key: value for key, value in obj["metadata"].items() if value or key not in _IN_METADATA}
    shape = {key: value for key, value in obj.items() if value or key not in _DROPPED}
    shape["metadata"] = metadata
    if isinstance(data := shape.get("data"), dict) and None in data.values():
        shape["data"] = {key: "" if value is None else value for key, value in data.items()}
    if kind.name == "Secret":
        shape.setdefault("type", "Opaque")
    if kind.name == "Namespace":
        metadata["labels"] = {"kubernetes.io/metadata.name": metadata.get("name", ""), **metadata.get("labels", {})}
    return shape


def born(kind: Kind, obj: Object) -> Object:
    """As :func:`shaped`, with what an object gets at its creation only."""
    shape = shaped(kind, obj)
    if kind.name == "Pod" and not shape.get("status"):
        shape["status"] = {"phase": "Pending"}
    if kind.group == "apps":
        shape.setdefault("status", {})
    return shape


def counts(kind: Kind, old: Object, new: Object) -> bool:
    """Whether this change is a new generation: anything but metadata and status; for workloads the annotations, too."""
    if _wanted(old) != _wanted(new):
        return True
    return kind.group == "apps" and old["metadata"].get("annotations") != new["metadata"].get("annotations")


def _wanted(obj: Object) -> Object:
    return {key: value for key, value in obj.items() if key not in ("metadata", "status")}


def _plain(obj: Object) -> Object:
    if "stringData" not in obj:
        return obj
    encoded = {key: base64.b64encode(text.encode()).decode() for key, text in (obj["stringData"] or {}).items()}
    return {**{key: value for key, value in obj.items() if key != "stringData"}, "data": {**(obj.get("data") or {}), **encoded}}
