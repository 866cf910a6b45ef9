"""A way to the API server on which no watch works, as behind some proxies: everything else passes."""

import asyncio
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

import aiohttp
from aiohttp import web

# ``refused``: the watch gets an error. ``silent``: it opens and never says a word, which nobody can tell from a quiet cluster.
Cut = Literal["refused", "silent"]

_OF_THE_HOP = frozenset(("connection", "content-encoding", "content-length", "host", "keep-alive", "transfer-encoding"))


@dataclass
class WatchCutter:
    """A proxy on loopback in front of ``target``. ``watches``: how many it has cut; ``paths``: what it was asked for."""

    target: str
    cut: Cut
    url: str = ""
    watches: int = 0
    paths: set[str] = field(default_factory=set)
    _client: aiohttp.ClientSession | None = None
    _closing: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One request."""
        self.paths.add(request.path)
        if request.query.get("watch") in {"true", "1"}:
            self.watches += 1
            return await self._without_a_word(request) if self.cut == "silent" else web.Response(status=502, text="no watch here")
        assert self._client is not None
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _OF_THE_HOP}
        url, body = f"{self.target}{request.rel_url}", await request.read()
        async with self._client.request(request.method, url, headers=headers, data=body) as answer:
            kept = {name: value for name, value in answer.headers.items() if name.lower() not in _OF_THE_HOP}
            return web.Response(status=answer.status, headers=kept, body=await answer.read())

    async def _without_a_word(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        await self._closing.wait()
        return response

    @asynccontextmanager
    async def running(self, trust: ssl.SSLContext) -> AsyncGenerator["WatchCutter"]:
        """Listens while inside. ``trust`` verifies the API server."""
        app = web.Application(client_max_size=16 * 1024**2)
        app.router.add_route("*", "/{path:.*}", self.handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trust), auto_decompress=True) as self._client:
            await runner.setup()
            try:
                await web.TCPSite(runner, "127.0.0.1", 0).start()
                self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
                yield self
            finally:
                self._closing.set()
                await runner.cleanup()
