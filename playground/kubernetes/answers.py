"""Bodies of the simulated API server: objects, pages, events, Statuses, whole or as PartialObjectMetadata."""

import base64
from typing import Any, Final

import msgspec
from aiohttp import web

from playground.kubernetes.kinds import Kind
from playground.kubernetes.status import Refusal
from playground.kubernetes.store import ObjectStore, Stored

JSON: Final = "application/json"
_PARTIAL: Final = "as=PartialObjectMetadata"


def refusal(error: Refusal) -> web.Response:
    """A Status with its code."""
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after is not None else None
    return web.Response(status=error.code, body=msgspec.json.encode(error.status()), content_type=JSON, headers=headers)


def unknown_kind() -> web.Response:
    """What a kube-apiserver says about a group or a kind that it does not serve."""
    return web.Response(status=404, text="404 page not found\n")


def single(stored: Stored, request: web.Request, *, code: int = 200) -> web.Response:
    """One object, as the Accept header wants it."""
    return web.Response(status=code, body=_encoded(stored, request), content_type=JSON)


def page(store: ObjectStore, kind: Kind, rows: tuple[Stored, ...], request: web.Request) -> web.Response:
    """A page of a list. ``rows`` are used for the first page only; later ones come from what was kept then."""
    limit = int(request.query.get("limit") or 0)
    token = request.query.get("continue", "")
    version, ticket, start = _place(token) if token else (store.version, 0, 0)
    if token:
        rows = store.kept(ticket)
    chosen = rows[start : start + limit] if limit else rows[start:]
    left = len(rows) - start - len(chosen)
    metadata: dict[str, Any] = {"resourceVersion": str(version)}
    if left:
        ticket = ticket or store.keep(rows)
        metadata |= {"continue": _token(version, ticket, start + len(chosen)), "remainingItemCount": left}
    head = msgspec.json.encode({"kind": f"{kind.name}List", "apiVersion": kind.api_version, "metadata": metadata})
    items = b",".join(_encoded(stored, request) for stored in chosen)
    return web.Response(body=head[:-1] + b',"items":[' + items + b"]}", content_type=JSON)


def event(type_: str, stored: Stored, request: web.Request) -> bytes:
    """One line of a watch."""
    return b'{"type":"' + type_.encode() + b'","object":' + _encoded(stored, request) + b"}\n"


def bookmark(kind: Kind, version: int) -> bytes:
    """A line that only tells how far the watch has come."""
    metadata = {"resourceVersion": str(version), "creationTimestamp": None}
    body = {"type": "BOOKMARK", "object": {"kind": kind.name, "apiVersion": kind.api_version, "metadata": metadata}}
    return msgspec.json.encode(body) + b"\n"


def failure(error: Refusal) -> bytes:
    """A line that ends a watch with a Status."""
    return msgspec.json.encode({"type": "ERROR", "object": error.status()}) + b"\n"


def _encoded(stored: Stored, request: web.Request) -> bytes:
    if _PARTIAL not in request.headers.get("Accept", ""):
        return stored.encoded
    partial = {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": stored.object["metadata"]}
    return msgspec.json.encode(partial)


def _token(*place: int) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode()


def _place(token: str) -> tuple[int, int, int]:
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(token), type=tuple[int, int, int])
    except (ValueError, msgspec.MsgspecError):
        raise Refusal(400, "BadRequest", "continue key is not valid") from None
