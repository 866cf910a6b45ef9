"""A watch: the events of one collection as a stream of lines, until the client goes, the time is up, or the server is told to drop it."""

import asyncio
from dataclasses import dataclass
from typing import Final

import msgspec
from aiohttp import web

from playground.kubernetes import answers, status
from playground.kubernetes.kinds import Kind, Target
from playground.kubernetes.selectors import Accepts
from playground.kubernetes.store import Change, ObjectStore, Stored

DROP: Final = object()
END: Final = object()
_OPTIONS: Final = Kind("meta.k8s.io", "v1", "ListOptions", "ListOptions")

Inbox = asyncio.Queue[object]


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A promise that everything up to this version was told."""

    version: int


async def watch(store: ObjectStore, target: Target, accepts: Accepts, request: web.Request, inbox: Inbox) -> web.StreamResponse:
    """Serve one watch. ``inbox`` may be given a Bookmark, ``END`` (in good order) and ``DROP``; changes arrive there too."""
    since, seconds = _since(request), answers.number(request, "timeoutSeconds")
    response = web.StreamResponse(headers={"Content-Type": answers.JSON})
    response.enable_chunked_encoding()
    await response.prepare(request)
    store.listeners.add(inbox.put_nowait)
    try:
        await response.write(_beginning(store, target, accepts, (request, since)))
        async with asyncio.timeout(seconds or 1800):
            await _follow(target, accepts, request, (response, inbox))
    except status.Refusal as error:
        await response.write(answers.failure(error))
    except TimeoutError:
        pass
    finally:
        store.listeners.discard(inbox.put_nowait)
    return response


def _since(request: web.Request) -> int:
    """The version to go on from, 0 for the present state. Refusal before anything is streamed."""
    if request.query.get("sendInitialEvents") == "true" and request.query.get("resourceVersionMatch") != "NotOlderThan":
        what = "Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"
        raise status.invalid(_OPTIONS, "", [status.Fault("resourceVersionMatch", what)])
    text = request.query.get("resourceVersion") or "0"
    if not text.isdecimal():
        what = f'resourceVersion: Invalid value: "{text}": strconv.ParseUint: parsing "{text}": invalid syntax'
        raise status.Refusal(500, "", what)
    return int(text)


def _beginning(store: ObjectStore, target: Target, accepts: Accepts, asked: tuple[web.Request, int]) -> bytes:
    """The present state when the client names no version, else what has happened since. Refusal 410 when that is forgotten."""
    request, since = asked
    if since:
        if since < store.oldest:
            raise status.expired_watch(since, store.oldest)
        return b"".join(_line(target, accepts, request, change) for change in store.changes if change.version > since)
    present = [answers.event("ADDED", one, request) for one in store.list(target.kind, target.namespace) if accepts(one.object)]
    # Without any version a real one says when the present state is complete.
    if _marks(request) and not request.query.get("resourceVersion"):
        present.append(answers.bookmark(target.kind, store.version, request, initial=True))
    return b"".join(present)


async def _follow(target: Target, accepts: Accepts, request: web.Request, channel: tuple[web.StreamResponse, Inbox]) -> None:
    response, inbox = channel
    while True:
        item = await inbox.get()
        if item is DROP and request.transport is not None:
            request.transport.close()
        if item is DROP or item is END:
            return
        if isinstance(item, Change):
            await response.write(_line(target, accepts, request, item))
        elif isinstance(item, Bookmark) and _marks(request):
            await response.write(answers.bookmark(target.kind, item.version, request))


def _marks(request: web.Request) -> bool:
    return request.query.get("allowWatchBookmarks") == "true"


def _line(target: Target, accepts: Accepts, request: web.Request, change: Change) -> bytes:
    """What a watch with a selector sees: an object that begins to match is added, one that ends to match is deleted as it was."""
    if change.kind != target.kind or target.namespace not in ("", change.stored.object["metadata"].get("namespace", "")):
        return b""
    before, after = change.before, change.stored
    was = before is not None and accepts(before.object)
    if change.type == "DELETED":
        return answers.event("DELETED", after, request) if was else b""
    if accepts(after.object):
        return answers.event("MODIFIED" if was else "ADDED", after, request)
    if not was or before is None:
        return b""
    return answers.event("DELETED", _as_of(before, change.version), request)


def _as_of(stored: Stored, version: int) -> Stored:
    obj = {**stored.object, "metadata": {**stored.object["metadata"], "resourceVersion": str(version)}}
    return Stored(obj, msgspec.json.encode(obj))
