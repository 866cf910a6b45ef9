"""/page/events: tells every open page that something changed, so that it looks again (server-sent events)."""

import contextlib
import json

from aiohttp import hdrs, web

from playground.slack.journal import Changes

# Shorter than the patience of whatever sits between; also how a page notices that its server is gone.
BREATH_SECONDS = 15.0
RETRY_MILLISECONDS = 700


class Stream:
    """Serves one `change` after every change, never one per change: a slow page misses nothing but the steps between.

    `instance` differs after a restart, by which a page that reconnects knows that its versions count anew.
    """

    def __init__(self, changes: Changes, *, instance: str, breath_seconds: float = BREATH_SECONDS) -> None:
        self._changes, self._instance, self._breath_seconds = changes, instance, breath_seconds
        self._is_over = False

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """GET /page/events."""
        response = web.StreamResponse(headers={hdrs.CONTENT_TYPE: "text/event-stream"})
        await response.prepare(request)
        await response.write(f"retry: {RETRY_MILLISECONDS}\n\n".encode())
        told = -1
        # A page that was closed is noticed when it is told something.
        with contextlib.suppress(ConnectionError):
            while not self._is_over:
                told = await self._tell(response, told)
        return response

    async def end(self, _: web.Application) -> None:
        """Let every page go; it reconnects to whoever listens next."""
        self._is_over = True
        self._changes.announce()

    async def _tell(self, response: web.StreamResponse, told: int) -> int:
        changes = self._changes
        if changes.version != told:
            told = changes.version
            event = json.dumps({"instance": self._instance, "version": told})
            await response.write(f"event: change\ndata: {event}\n\n".encode())
        try:
            await changes.wait_for(lambda: changes.version != told, self._breath_seconds)
        except TimeoutError:
            await response.write(b": still here\n\n")
        return told
