"""An object as the API server gave it, every field of it: to be sent back with a few values changed and all others as they were."""

from collections.abc import Mapping
from typing import Any

import msgspec

from bot.adapters.kubernetes.trust import Unreadable
from bot.adapters.kubernetes.wire import ObjectMetadata, PartialObject, Wire
from bot.model.trust_pair import SecretBytes, Version


class LeaseSpec(Wire):
    """spec of a Lease; all of it is absent while nobody has ever held it."""

    holder_identity: str | None = None
    lease_duration_seconds: int | None = None
    lease_transitions: int | None = None
    renew_time: str | None = None


class _Shape(Wire):
    """What we read of a Secret, a ConfigMap or a Lease, so that in the tree it is known to be of its type."""

    kind: str
    metadata: ObjectMetadata
    data: dict[str, str | None] | None = None
    spec: LeaseSpec | None = None

    def __repr__(self) -> str:
        """Never the data."""
        return f"_Shape({self.kind})"


_SHAPE = msgspec.json.Decoder(_Shape)
_TREE = msgspec.json.Decoder(dict[str, Any])
_PARTIAL = msgspec.json.Decoder(PartialObject)


class Document:
    """A Secret, a ConfigMap or a Lease. It does not print: it may hold a private key."""

    __slots__ = ("_shape", "_tree")

    def __init__(self, shape: _Shape, tree: Mapping[str, Any]) -> None:
        self._shape = shape
        self._tree = tree

    def __repr__(self) -> str:
        """Kind and name alone."""
        return f"Document({self._shape.kind} {self._shape.metadata.name})"

    @property
    def version(self) -> Version:
        """Which one it is."""
        return _version(self._shape.metadata)

    @property
    def lease(self) -> LeaseSpec:
        """Of a Lease: its spec, empty where it has none."""
        return self._shape.spec or LeaseSpec()

    def annotation(self, name: str) -> str:
        """An annotation, "" where there is none."""
        return (self._shape.metadata.annotations or {}).get(name, "")

    def text(self, key: str) -> SecretBytes:
        """A value of ``data`` as it stands there (of a Secret: base64), empty where there is none."""
        return SecretBytes(((self._shape.data or {}).get(key) or "").encode())

    def with_data(self, texts: Mapping[str, SecretBytes], annotations: Mapping[str, str]) -> SecretBytes:
        """As JSON, with these keys of ``data`` and these annotations and everything else as it was. ``texts``: as they are to stand."""
        metadata: dict[str, Any] = dict(self._tree["metadata"])
        if annotations:
            metadata["annotations"] = {**(metadata.get("annotations") or {}), **annotations}
        values = {key: text.revealed().decode() for key, text in texts.items()}
        return SecretBytes(msgspec.json.encode({**self._tree, "metadata": metadata, "data": {**(self._tree.get("data") or {}), **values}}))

    def with_spec(self, spec: Mapping[str, object]) -> SecretBytes:
        """As JSON, with these fields of ``spec`` and everything else as it was."""
        return SecretBytes(msgspec.json.encode({**self._tree, "spec": {**(self._tree.get("spec") or {}), **spec}}))


def read(body: bytes, kind: str, name: str) -> Document | Unreadable:
    """A single object, or a complaint that is free of what it holds."""
    try:
        shape = _SHAPE.decode(body)
        if (shape.kind, shape.metadata.name) != (kind, name):
            return Unreadable(f"asked for {kind} {name}, got something else")
        return Document(shape, _TREE.decode(body))
    except msgspec.MsgspecError as error:
        return Unreadable(str(error))
    except UnicodeError:
        return Unreadable("it is not UTF-8")


def acknowledged(body: bytes, kind: str, name: str) -> Version | Unreadable:
    """Of an answer to a write: which version the object is now. Nothing else of it is looked at."""
    try:
        found = _PARTIAL.decode(body)
    except msgspec.MsgspecError as error:
        return Unreadable(str(error))
    except UnicodeError:
        return Unreadable("it is not UTF-8")
    if (found.kind, found.metadata.name) != (kind, name):
        return Unreadable(f"{kind} {name} was written, and something else came back")
    return _version(found.metadata)


def _version(metadata: ObjectMetadata) -> Version:
    return Version(metadata.uid, metadata.resource_version)
