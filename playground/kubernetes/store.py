"""What the simulated API server remembers: objects, their versions, recent events. No HTTP in here.

Objects are never changed in place: a write puts a new dict, so that lists, pages and events keep what they were taken from.
"""

import base64
import itertools
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec

from playground.kubernetes import fields, status
from playground.kubernetes.kinds import Kind

Object = dict[str, Any]
Key = tuple[str, str]

SNAPSHOTS: Final = 8


@dataclass(frozen=True, slots=True)
class Stored:
    """An object as it stands, and as it goes over the wire."""

    object: Object
    encoded: bytes


@dataclass(frozen=True, slots=True)
class Change:
    """One event: ``type`` ADDED, MODIFIED or DELETED; ``version`` the store's, which the object carries too."""

    version: int
    type: str
    kind: Kind
    stored: Stored


class ObjectStore:
    """Objects by kind, with one version counter for all of them, as etcd has it."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._objects: dict[Kind, dict[Key, Stored]] = {}
        self._snapshots: dict[int, tuple[Stored, ...]] = {}
        self._tickets = itertools.count(1)
        self.version = 1000
        self.oldest = 1000
        self.changes: list[Change] = []
        self.listeners: set[Callable[[Change], None]] = set()

    def get(self, kind: Kind, namespace: str, name: str) -> Stored:
        """The object. Refusal 404 when there is none."""
        found = self._objects.get(kind, {}).get((namespace, name))
        if found is None:
            raise status.not_found(kind, name)
        return found

    def has(self, kind: Kind, namespace: str, name: str) -> bool:
        """Whether it exists."""
        return (namespace, name) in self._objects.get(kind, {})

    def list(self, kind: Kind, namespace: str = "") -> tuple[Stored, ...]:
        """All objects of a kind, in the order of their keys; of one namespace, or of all ("")."""
        objects = self._objects.get(kind, {})
        return tuple(objects[key] for key in sorted(objects) if namespace in ("", key[0]))

    def keep(self, rows: tuple[Stored, ...]) -> int:
        """Remember a list for its next pages; the ticket goes into the continue token."""
        ticket = next(self._tickets)
        self._snapshots[ticket] = rows
        while len(self._snapshots) > SNAPSHOTS:
            del self._snapshots[min(self._snapshots)]
        return ticket

    def kept(self, ticket: int) -> tuple[Stored, ...]:
        """What :meth:`keep` remembered. Refusal 410 when it is forgotten."""
        if ticket not in self._snapshots:
            raise status.expired_list()
        return self._snapshots[ticket]

    def create(self, kind: Kind, obj: Object, *, manager: str) -> Stored:
        """Refusal 409 when it exists."""
        key = _key(kind, obj)
        if key in self._objects.get(kind, {}):
            raise status.exists(kind, key[1])
        metadata = {**obj["metadata"], "uid": str(uuid.uuid4()), "creationTimestamp": self._stamp()}
        return self._put(kind, None, {**obj, "metadata": metadata}, "ADDED", manager)

    def update(self, kind: Kind, obj: Object, *, manager: str) -> Stored:
        """Replace. Refusal 404, or 409 when it carries a resourceVersion that is not the current one."""
        namespace, name = _key(kind, obj)
        old = self.get(kind, namespace, name)
        sent = obj["metadata"].get("resourceVersion")
        if sent and sent != old.object["metadata"]["resourceVersion"]:
            raise status.conflict(kind, name)
        kept = {field: old.object["metadata"][field] for field in ("uid", "creationTimestamp", "resourceVersion", "managedFields")}
        new = {**_plain(obj), "metadata": {**obj["metadata"], **kept}}
        return old if _whole(kind, new) == old.object else self._put(kind, old, new, "MODIFIED", manager)

    def delete(self, kind: Kind, namespace: str, name: str) -> Stored:
        """Refusal 404 when there is none."""
        old = self.get(kind, namespace, name)
        self.version += 1
        gone = {**old.object, "metadata": {**old.object["metadata"], "resourceVersion": str(self.version)}}
        del self._objects[kind][(namespace, name)]
        return self._tell("DELETED", kind, gone)

    def restore(self, kind: Kind, objects: Iterable[Object]) -> None:
        """Take whole objects as they are, the server's part of their metadata included, as from a backup of etcd. No watch hears of it."""
        for obj in objects:
            self.version += 1
            now = {**obj, "metadata": {**obj["metadata"], "resourceVersion": str(self.version)}}
            self._objects.setdefault(kind, {})[_key(kind, now)] = Stored(now, msgspec.json.encode(now))

    def compact(self) -> None:
        """Forget events and lists in progress, as etcd does after five minutes: old places answer 410."""
        self.changes.clear()
        self._snapshots.clear()
        self.version += 1
        self.oldest = self.version

    def _put(self, kind: Kind, old: Stored | None, new: Object, change: str, manager: str) -> Stored:
        self.version += 1
        new = _plain(new)
        managed = fields.owned(old.object if old else None, new, manager=manager, api_version=kind.api_version, at=self._stamp())
        metadata = {**new["metadata"], "resourceVersion": str(self.version), "managedFields": managed}
        whole = _whole(kind, {**new, "metadata": metadata})
        stored = self._tell(change, kind, whole)
        self._objects.setdefault(kind, {})[_key(kind, whole)] = stored
        return stored

    def _tell(self, change: str, kind: Kind, obj: Object) -> Stored:
        stored = Stored(obj, msgspec.json.encode(obj))
        event = Change(self.version, change, kind, stored)
        self.changes.append(event)
        for listener in tuple(self.listeners):
            listener(event)
        return stored

    def _stamp(self) -> str:
        return self._now().strftime("%Y-%m-%dT%H:%M:%SZ")


def merged(target: Any, patch: Any) -> Any:
    """JSON merge patch (RFC 7386)."""
    if not isinstance(patch, dict):
        return patch
    result: Object = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result


def _whole(kind: Kind, obj: Object) -> Object:
    return {"apiVersion": kind.api_version, "kind": kind.name, **obj}


def _plain(obj: Object) -> Object:
    """``stringData`` becomes ``data``, as the API server does it for Secrets."""
    if "stringData" not in obj:
        return obj
    encoded = {key: base64.b64encode(text.encode()).decode() for key, text in obj["stringData"].items()}
    return {**{key: value for key, value in obj.items() if key != "stringData"}, "data": {**obj.get("data", {}), **encoded}}


def _key(kind: Kind, obj: Object) -> Key:
    metadata = obj["metadata"]
    return (metadata.get("namespace", "") if kind.namespaced else "", metadata["name"])
