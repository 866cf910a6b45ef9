"""What the simulated API server remembers: objects, their versions, recent events. No HTTP in here.

Objects are never changed in place: a write puts a new dict, so that lists, pages and events keep what they were taken from.
"""

import itertools
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import msgspec

from playground.kubernetes import fields, shaping, status, validation
from playground.kubernetes.kinds import Kind

Object = dict[str, Any]
Key = tuple[str, str]
# What a write may touch: everything, unchecked (no request can), all but a staged status, or the status only.
Part = Literal["whole", "main", "status"]

SNAPSHOTS: Final = 8
GRACE: Final = 30
_KEPT: Final = ("uid", "creationTimestamp", "generation", "deletionTimestamp", "deletionGracePeriodSeconds")


@dataclass(frozen=True, slots=True)
class Stored:
    """An object as it stands, and as it goes over the wire."""

    object: Object
    encoded: bytes


@dataclass(frozen=True, slots=True)
class Change:
    """One event: ``type`` ADDED, MODIFIED or DELETED; ``version`` the store's, which the object carries too; ``before`` it."""

    version: int
    type: str
    kind: Kind
    stored: Stored
    before: Stored | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Who writes, and what of the object. ``dry``: tell what would be, and change nothing."""

    manager: str
    part: Part = "whole"
    dry: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How to delete: preconditions ("" is none), and seconds of grace for a pod on a node."""

    uid: str = ""
    version: str = ""
    grace: int | None = None


class ObjectStore:
    """Objects by kind, with one version counter for all of them, as etcd has it."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._objects: dict[Kind, dict[Key, Stored]] = {}
        self._order: dict[Kind, list[Key]] = {}
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
        if kind not in self._order:
            self._order[kind] = sorted(objects)
        return tuple(objects[key] for key in self._order[kind] if namespace in ("", key[0]))

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

    def create(self, kind: Kind, obj: Object, hand: Hand) -> Stored:
        """Refusal 409 when it exists, 400 or 422 when it must not be."""
        by_request = hand.part != "whole"
        new = shaping.born(kind, {key: value for key, value in obj.items() if not (by_request and kind.staged and key == "status")})
        if by_request:
            validation.check(kind, new, None)
        key = _key(kind, new)
        if key in self._objects.get(kind, {}):
            raise status.exists(kind, key[1])
        given = {"uid": str(uuid.uuid4()), "creationTimestamp": self._stamp(), **({"generation": 1} if kind.counted else {})}
        return self._put(kind, None, {**new, "metadata": {**new["metadata"], **given}}, hand)

    def update(self, kind: Kind, obj: Object, hand: Hand) -> Stored:
        """Replace. Refusal 404, 409 when it carries another version or uid than the current one, 400 or 422 when it must not be."""
        namespace, name = _key(kind, obj)
        old = self.get(kind, namespace, name)
        current, sent = old.object["metadata"], obj["metadata"]
        if sent.get("uid", current["uid"]) != current["uid"]:
            raise status.conflict(kind, name, other_uid(kind, (namespace, name), sent["uid"], current["uid"]))
        if kind.upserted and hand.part != "whole" and not sent.get("resourceVersion"):
            raise status.unconditional(kind, name)
        if sent.get("resourceVersion", "") not in ("", current["resourceVersion"]):
            raise status.conflict(kind, name)
        new = _parted(kind, old.object, shaping.shaped(kind, obj), hand.part)
        if hand.part != "whole":
            validation.check(kind, new, old.object)
        kept = {field: current[field] for field in (*_KEPT, "resourceVersion", "managedFields") if field in current}
        new = shaping.whole(kind, {**new, "metadata": {**new["metadata"], **kept}})
        if new == old.object:
            return old
        if kind.counted and shaping.counts(kind, old.object, new):
            new["metadata"]["generation"] = current.get("generation", 0) + 1
        return self._put(kind, old, new, hand)

    def delete(self, kind: Kind, namespace: str, name: str, wish: Wish | None = None) -> Stored:
        """Remove it, or mark it when somebody has to finish first. Refusal 404, or 409 when a precondition does not hold."""
        old = self.get(kind, namespace, name)
        metadata = old.object["metadata"]
        if wish is not None:
            _meets(kind, metadata, wish)
            grace = _grace(kind, old.object, wish)
            if (metadata.get("finalizers") or grace) and "deletionTimestamp" not in metadata:
                return self._mark(kind, old, grace)
            if metadata.get("finalizers"):
                return old
        return self._remove(kind, old)

    def restore(self, kind: Kind, objects: Iterable[Object]) -> None:
        """Take whole objects as they are, the server's part of their metadata included, as from a backup of etcd. No watch hears of it."""
        for obj in objects:
            self.version += 1
            now = {**obj, "metadata": {**obj["metadata"], "resourceVersion": str(self.version)}}
            self._objects.setdefault(kind, {})[_key(kind, now)] = Stored(now, msgspec.json.encode(now))
        self._order.pop(kind, None)

    def compact(self) -> None:
        """Forget events and lists in progress, as etcd does after five minutes: old places answer 410."""
        self.changes.clear()
        self._snapshots.clear()
        self.version += 1
        self.oldest = self.version

    def _put(self, kind: Kind, old: Stored | None, new: Object, hand: Hand) -> Stored:
        subresource = "status" if hand.part == "status" else ""
        managed = fields.owned(
            old.object if old else None, new, manager=hand.manager, api_version=kind.api_version, at=self._stamp(), subresource=subresource
        )
        if not hand.dry:
            self.version += 1
        metadata = {**new["metadata"], "resourceVersion": str(self.version), "managedFields": managed}
        if not managed:
            del metadata["managedFields"]
        stored = _stored(shaping.whole(kind, {**new, "metadata": metadata}))
        if hand.dry:
            return stored
        if hand.part != "whole" and _is_done_for(metadata):
            return self._remove(kind, stored)
        self._objects.setdefault(kind, {})[_key(kind, stored.object)] = stored
        if old is None:
            self._order.pop(kind, None)
        self._tell(Change(self.version, "MODIFIED" if old else "ADDED", kind, stored, old))
        return stored

    def _mark(self, kind: Kind, old: Stored, grace: int) -> Stored:
        self.version += 1
        ends_at = (self._now() + timedelta(seconds=grace)).strftime(shaping.STAMP)
        marks = {"deletionTimestamp": ends_at, "deletionGracePeriodSeconds": grace, "resourceVersion": str(self.version)}
        marked = _stored({**old.object, "metadata": {**old.object["metadata"], **marks}})
        self._objects[kind][_key(kind, marked.object)] = marked
        self._tell(Change(self.version, "MODIFIED", kind, marked, old))
        return marked

    def _remove(self, kind: Kind, old: Stored) -> Stored:
        self.version += 1
        gone = _stored({**old.object, "metadata": {**old.object["metadata"], "resourceVersion": str(self.version)}})
        del self._objects[kind][_key(kind, old.object)]
        self._order.pop(kind, None)
        self._tell(Change(self.version, "DELETED", kind, gone, old))
        return gone

    def _tell(self, change: Change) -> None:
        self.changes.append(change)
        for listener in tuple(self.listeners):
            listener(change)

    def _stamp(self) -> str:
        return self._now().strftime(shaping.STAMP)


def _stored(obj: Object) -> Stored:
    return Stored(obj, msgspec.json.encode(obj))


def _parted(kind: Kind, old: Object, new: Object, part: Part) -> Object:
    if part == "whole" or not kind.staged:
        return new
    if part == "status":
        return {**old, "status": new.get("status", {})}
    kept = {"status": old["status"]} if "status" in old else {}
    return {**{key: value for key, value in new.items() if key != "status"}, **kept}


def _meets(kind: Kind, metadata: Object, wish: Wish) -> None:
    for what, wanted, found, hint in (
        ("UID", wish.uid, metadata["uid"], "deleted and then recreated"),
        ("ResourceVersion", wish.version, metadata["resourceVersion"], "modified"),
    ):
        if wanted and wanted != found:
            words = f"the {what} in the precondition ({wanted}) does not match the {what} in record ({found})."
            raise status.conflict(kind, metadata["name"], f"{words} The object might have been {hint}", says=kind.name)


def _is_done_for(metadata: Object) -> bool:
    """Marked for deletion, and nobody is waited for any more."""
    waits = metadata.get("finalizers") or metadata.get("deletionGracePeriodSeconds")
    return "deletionTimestamp" in metadata and not waits


def _grace(kind: Kind, obj: Object, wish: Wish) -> int:
    """Seconds that a kubelet has to end the pod; 0 for whatever no kubelet has."""
    if kind.name != "Pod" or not obj.get("spec", {}).get("nodeName"):
        return 0
    return GRACE if wish.grace is None else wish.grace


def other_uid(kind: Kind, key: Key, wanted: str, found: str) -> str:
    """Why an object of another identity is not replaced; ``found`` "" when there is none at all."""
    place = f"/registry/{kind.resource}/{'/'.join(word for word in key if word)}"
    precondition = f"Precondition failed: UID in precondition: {wanted}, UID in object meta: {found}"
    return f"StorageError: invalid object, Code: 4, Key: {place}, ResourceVersion: 0, AdditionalErrorMsg: {precondition}"


def _key(kind: Kind, obj: Object) -> Key:
    metadata = obj["metadata"]
    return (metadata.get("namespace", "") if kind.namespaced else "", metadata["name"])
