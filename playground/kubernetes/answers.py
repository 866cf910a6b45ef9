"""Bodies of the simulated API server: objects, pages, events, Statuses, whole or as PartialObjectMetadata."""

import base64
import zlib
from typing import Any, Final

import msgspec
from aiohttp import web

from playground.kubernetes.kinds import Kind
from playground.kubernetes.status import Refusal, bad_request
from playground.kubernetes.store import ObjectStore, Stored

JSON: Final = "application/json"
INITIAL_END: Final = "k8s.io/initial-events-end"
# A real one does not compress less than this.
WORTHWHILE: Final = 128 * 1024
_PARTIAL: Final = "as=PartialObjectMetadata;"
_PARTIAL_LIST: Final = "as=PartialObjectMetadataList;"
_META: Final = "meta.k8s.io/v1"


def body(request: web.Request, content: bytes, *, code: int = 200) -> web.Response:
    """JSON, compressed when the client takes it and it is worth it."""
    taken = {word.strip() for word in request.headers.get("Accept-Encoding", "").split(",")}
    if len(content) < WORTHWHILE or "gzip" not in taken:
        return web.Response(status=code, body=content, content_type=JSON)
    squeezing = zlib.compressobj(1, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    headers = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return web.Response(status=code, body=squeezing.compress(content) + squeezing.flush(), content_type=JSON, headers=headers)


def refusal(error: Refusal) -> web.Response:
    """A Status with its code."""
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after is not None else None
    return web.Response(status=error.code, body=msgspec.json.encode(error.status()), content_type=JSON, headers=headers)


def plain(value: dict[str, Any], *, code: int = 200) -> web.Response:
    """Any JSON."""
    return web.Response(status=code, body=msgspec.json.encode(value), content_type=JSON)


def no_such_page() -> web.Response:
    """What a kube-apiserver says about a group that it does not serve."""
    return web.Response(status=404, text="404 page not found\n")


def single(stored: Stored, request: web.Request, *, code: int = 200) -> web.Response:
    """One object, as the Accept header wants it."""
    return body(request, _encoded(stored, request), code=code)


def page(store: ObjectStore, kind: Kind, rows: tuple[Stored, ...], request: web.Request) -> web.Response:
    """A page of a list. ``rows`` are used for the first page only; later ones come from what was kept then."""
    limit = number(request, "limit")
    token = request.query.get("continue", "")
    if token and request.query.get("resourceVersion"):
        raise bad_request("specifying resource version is not allowed when using continue")
    accepted = request.headers.get("Accept", "")
    if _PARTIAL in accepted:
        message = f"you requested PartialObjectMetadata, but the requested object is a list (*core.{kind.name}List)"
        raise Refusal(406, "NotAcceptable", message)
    version, ticket, start = _place(token) if token else (store.version, 0, 0)
    if token:
        rows = store.kept(ticket)
    chosen = rows[start : start + limit] if limit else rows[start:]
    left = len(rows) - start - len(chosen)
    metadata: dict[str, Any] = {"resourceVersion": str(version)}
    if left:
        ticket = ticket or store.keep(rows)
        metadata["continue"] = _token(version, ticket, start + len(chosen))
        # Nobody knows how many more will match.
        if not (request.query.get("labelSelector") or request.query.get("fieldSelector")):
            metadata["remainingItemCount"] = left
    elif kind.custom:
        metadata["continue"] = ""
    is_partial = _PARTIAL_LIST in accepted
    names = ("PartialObjectMetadataList", _META) if is_partial else (f"{kind.name}List", kind.api_version)
    head = msgspec.json.encode({"kind": names[0], "apiVersion": names[1], "metadata": metadata})
    items = b",".join([_partial(stored) if is_partial else _item(kind, stored) for stored in chosen])
    return body(request, head[:-1] + b',"items":[' + items + b"]}")


def number(request: web.Request, name: str) -> int:
    """A whole number of the query, 0 when it is not given. Refusal 400."""
    text = request.query.get(name) or "0"
    if not text.removeprefix("-").isdecimal():
        raise bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax')
    return int(text)


def event(type_: str, stored: Stored, request: web.Request) -> bytes:
    """One line of a watch."""
    return b'{"type":"' + type_.encode() + b'","object":' + _encoded(stored, request) + b"}\n"


def bookmark(kind: Kind, version: int, request: web.Request, *, initial: bool = False) -> bytes:
    """A line that only tells how far the watch has come; ``initial``: that the present state is told."""
    name, api_version = ("PartialObjectMetadata", _META) if _PARTIAL in request.headers.get("Accept", "") else (kind.name, kind.api_version)
    metadata = {"resourceVersion": str(version), **({"annotations": {INITIAL_END: "true"}} if initial else {})}
    return msgspec.json.encode({"type": "BOOKMARK", "object": {"kind": name, "apiVersion": api_version, "metadata": metadata}}) + b"\n"


def failure(error: Refusal) -> bytes:
    """A line that ends a watch with a Status."""
    return msgspec.json.encode({"type": "ERROR", "object": error.status()}) + b"\n"


def _encoded(stored: Stored, request: web.Request) -> bytes:
    return _partial(stored) if _PARTIAL in request.headers.get("Accept", "") else stored.encoded


def _partial(stored: Stored) -> bytes:
    return msgspec.json.encode({"kind": "PartialObjectMetadata", "apiVersion": _META, "metadata": stored.object["metadata"]})


def _item(kind: Kind, stored: Stored) -> bytes:
    """Of a list: the built-in kinds leave out what the list has said."""
    if kind.custom:
        return stored.encoded
    return b"{" + stored.encoded[len(f'{{"apiVersion":"{kind.api_version}","kind":"{kind.name}",') :]


def _token(*place: int) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode()


def _place(token: str) -> tuple[int, int, int]:
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(token), type=tuple[int, int, int])
    except (ValueError, msgspec.MsgspecError):
        raise bad_request("invalid continue token: continue key is not valid") from None
