"""Requests that write: what is sent, checked against the path, into the store."""

from dataclasses import dataclass
from typing import Any, Final

import msgspec
from aiohttp import web

from playground.kubernetes import kinds, patches, status, strategic, validation
from playground.kubernetes.kinds import Kind, Target
from playground.kubernetes.store import Hand, ObjectStore, Part, Stored, Wish, other_uid

Object = dict[str, Any]

LARGEST: Final = 3 * 1024 * 1024
JSON_PATCH: Final = "application/json-patch+json"
MERGE_PATCH: Final = "application/merge-patch+json"
STRATEGIC: Final = "application/strategic-merge-patch+json"
APPLY: Final = "application/apply-patch+yaml"
_BODIES: Final = ("application/json", "application/yaml", "application/vnd.kubernetes.protobuf")
_NAMESPACES: Final = kinds.by_name("v1", "Namespace")
_PATCH_OPTIONS: Final = Kind("meta.k8s.io", "v1", "PatchOptions", "PatchOptions")


@dataclass(frozen=True, slots=True)
class Written:
    """What a request made of an object. ``conditional``: it named the version that it was meant for; any other would have been refused."""

    verb: str
    where: Target
    conditional: bool
    object: Object


async def is_conditional(request: web.Request) -> bool:
    """Whether the body of a PUT or of a merge patch names a version."""
    try:
        sent = msgspec.json.decode(await _read(request), type=dict[str, Any])
    except msgspec.MsgspecError:
        return False
    return bool((sent.get("metadata") or {}).get("resourceVersion"))


async def created(store: ObjectStore, where: Target, request: web.Request) -> Stored:
    """POST on a collection."""
    sent = _typed(where.kind, await _object(request))
    metadata: Object = {**(sent.get("metadata") or {})}
    if where.kind.namespaced:
        if metadata.setdefault("namespace", where.namespace) != where.namespace:
            raise status.bad_request("the namespace of the provided object does not match the namespace sent on the request")
        if not store.has(_NAMESPACES, "", where.namespace):
            raise status.not_found(_NAMESPACES, where.namespace)
    if "name" not in metadata:
        raise validation.nameless(where.kind)
    if metadata.get("resourceVersion"):
        raise status.Refusal(500, "", "resourceVersion should not be set on objects to be created")
    return store.create(where.kind, {**sent, "metadata": metadata}, _hand(request, where))


async def replaced(store: ObjectStore, where: Target, request: web.Request) -> Stored:
    """PUT on an object, or on its status."""
    return store.update(where.kind, _placed(_typed(where.kind, await _object(request)), where), _hand(request, where))


async def upserted(store: ObjectStore, where: Target, request: web.Request) -> Stored:
    """PUT on an object that is not there, of a kind of which it is then made; whatever version it names."""
    sent = _placed(_typed(where.kind, await _object(request)), where)
    metadata = {key: value for key, value in sent["metadata"].items() if key != "resourceVersion"}
    if uid := metadata.get("uid"):
        raise status.conflict(where.kind, where.name, other_uid(where.kind, (where.namespace, where.name), uid, ""))
    return store.create(where.kind, {**sent, "metadata": metadata}, _hand(request, where))


async def patched(store: ObjectStore, where: Target, request: web.Request) -> Stored:
    """PATCH of an object, or of its status."""
    apply = _patch_of(where.kind, request)
    body = await _read(request)
    old = store.get(where.kind, where.namespace, where.name).object
    new = apply(old, body)
    uid = new.get("metadata", {}).get("uid")
    if uid != old["metadata"]["uid"]:
        fault = status.Fault("metadata.uid", f'Invalid value: "{uid}": field is immutable')
        raise status.invalid(where.kind, where.name, [fault])
    return store.update(where.kind, _placed(new, where), _hand(request, where))


async def deleted(store: ObjectStore, where: Target, request: web.Request) -> Stored:
    """DELETE of an object, with its options."""
    options = await _object(request) if request.can_read_body else {}
    conditions = options.get("preconditions") or {}
    grace = request.query.get("gracePeriodSeconds") or options.get("gracePeriodSeconds")
    wish = Wish(
        uid=conditions.get("uid", ""), version=conditions.get("resourceVersion", ""), grace=int(grace) if grace is not None else None
    )
    return store.delete(where.kind, where.namespace, where.name, wish)


def _patch_of(kind: Kind, request: web.Request) -> Any:
    match request.content_type:
        case "application/json-patch+json":
            return _json_patched
        case "application/merge-patch+json":
            return _merged
        case "application/strategic-merge-patch+json" if not kind.custom:
            return lambda old, body: strategic.merged(old, _map(body, ""))
        case "application/apply-patch+yaml":
            raise _apply(request)
        case "application/strategic-merge-patch+json":
            raise status.unsupported((JSON_PATCH, MERGE_PATCH, APPLY))
        case _:
            raise status.Refusal(415, "UnsupportedMediaType", "415: Unsupported Media Type", details={})


def _json_patched(old: Object, body: bytes) -> Object:
    try:
        operations = msgspec.json.decode(body, type=list[dict[str, Any]])
    except msgspec.MsgspecError as error:
        raise status.bad_request(f"error decoding patch: {error}") from None
    return patches.json_patched(old, operations)


def _merged(old: Object, body: bytes) -> Object:
    result: Object = patches.merged(old, _map(body, "error decoding patch: "))
    return result


def _map(body: bytes, prefix: str) -> Object:
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except msgspec.MsgspecError as error:
        raise status.bad_request(f"{prefix}{error}") from None


def _apply(request: web.Request) -> status.Refusal:
    if not request.query.get("fieldManager"):
        return status.invalid(_PATCH_OPTIONS, "", [status.Fault("fieldManager", "Required value: is required for apply patch")])
    return status.Refusal(501, "NotImplemented", "the simulation has no server-side apply; a real API server has")


def _hand(request: web.Request, where: Target) -> Hand:
    manager = request.query.get("fieldManager") or request.headers.get("User-Agent", "").split("/", 1)[0] or "unknown"
    part: Part = "status" if where.subresource == "status" else "main"
    return Hand(manager=manager, part=part, dry=request.query.get("dryRun") == "All")


async def _read(request: web.Request) -> bytes:
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise status.Refusal(413, "RequestEntityTooLarge", f"Request entity too large: limit is {LARGEST}") from None


async def _object(request: web.Request) -> Object:
    if request.content_type not in ("application/json", "application/octet-stream"):
        raise status.unsupported(_BODIES)
    body = await _read(request)
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except msgspec.MsgspecError as error:
        raise status.bad_request(f"the object provided is unrecognized: couldn't get version/kind; json parse error: {error}") from None


def _typed(kind: Kind, sent: Object) -> Object:
    """A built-in object may leave out its kind; none may have another."""
    if "kind" not in sent and kind.custom:
        raise status.bad_request(f"the object provided is unrecognized (must be of type {kind.name}): Object 'Kind' is missing")
    if sent.get("kind", kind.name) != kind.name:
        raise status.bad_request(f'{sent["kind"]} in version "{kind.version}" cannot be handled as a {kind.name}')
    return {**sent, "apiVersion": kind.api_version, "kind": kind.name}


def _placed(sent: Object, where: Target) -> Object:
    """The sent object, which must be the one of the path."""
    metadata: Object = {**(sent.get("metadata") or {})}
    name = metadata.get("name")
    if not name:
        raise status.bad_request(f"the name of the object ({where.name} based on URL) was undeterminable: name must be provided")
    if name != where.name:
        raise status.bad_request(f"the name of the object ({name}) does not match the name on the URL ({where.name})")
    if where.kind.custom and not metadata.get("resourceVersion"):
        raise status.unconditional(where.kind, name)
    if where.kind.namespaced:
        metadata["namespace"] = where.namespace
    return {**sent, "metadata": metadata}
