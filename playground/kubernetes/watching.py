"""A watch: the events of one collection as a stream of lines, until the client goes, the time is up, or the server is told to drop it."""

import asyncio
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from playground.kubernetes import answers, status
from playground.kubernetes.kinds import Target
from playground.kubernetes.selectors import Accepts
from playground.kubernetes.store import Change, ObjectStore

DROP: Final = object()
END: Final = object()

Inbox = asyncio.Queue[object]


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A promise that everything up to this version was told."""

    version: int


async def watch(store: ObjectStore, target: Target, accepts: Accepts, request: web.Request, inbox: Inbox) -> web.StreamResponse:
    """Serve one watch. ``inbox`` may be given a Bookmark, ``END`` (in good order) and ``DROP``; changes arrive there too."""
    response = web.StreamResponse(headers={"Content-Type": answers.JSON})
    response.enable_chunked_encoding()
    await response.prepare(request)
    store.listeners.add(inbox.put_nowait)
    try:
        await response.write(_beginning(store, target, accepts, request))
        async with asyncio.timeout(float(request.query.get("timeoutSeconds") or 1800)):
            await _follow(target, accepts, request, (response, inbox))
    except status.Refusal as error:
        await response.write(answers.failure(error))
    except TimeoutError:
        pass
    finally:
        store.listeners.discard(inbox.put_nowait)
    return response


def _beginning(store: ObjectStore, target: Target, accepts: Accepts, request: web.Request) -> bytes:
    """The present state when the client names no version, else what has happened since. Refusal 410 when that is forgotten."""
    since = int(request.query.get("resourceVersion") or 0)
    if not since:
        return b"".join(
            answers.event("ADDED", stored, request) for stored in store.list(target.kind, target.namespace) if accepts(stored.object)
        )
    if since < store.oldest:
        raise status.expired_watch(since, store.oldest)
    return b"".join(_line(target, accepts, request, change) for change in store.changes if change.version > since)


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
        elif isinstance(item, Bookmark) and request.query.get("allowWatchBookmarks") == "true":
            await response.write(answers.bookmark(target.kind, item.version))


def _line(target: Target, accepts: Accepts, request: web.Request, change: Change) -> bytes:
    here = target.namespace in ("", change.stored.object["metadata"].get("namespace", ""))
    is_ours = change.kind == target.kind and here and accepts(change.stored.object)
    return answers.event(change.type, change.stored, request) if is_ours else b""
