"""Servers on loopback: with TLS as Dapr's own have it, and with everything that TLS is not."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import pytest

from bot.model.chains import Endpoint
from tests.certificates import Made

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
ServeTls = Callable[..., Awaitable[Endpoint]]
Serve = Callable[[Answer], Awaitable[Endpoint]]


def endpoint(port: int, component: str = "operator") -> Endpoint:
    return Endpoint(component=component, namespace="dapr-system", pod=f"dapr-{component}-0", ip="127.0.0.1", port=port)


@pytest.fixture
async def running() -> AsyncGenerator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture
def serve(running: AsyncExitStack) -> Serve:
    """Serves a conversation over plain TCP; it is cut off when the test ends."""

    async def serve_(answer: Answer, context: ssl.SSLContext | None = None) -> Endpoint:
        writers: list[asyncio.StreamWriter] = []

        async def kept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writers.append(writer)
            with suppress(OSError):
                await answer(reader, writer)

        def cut() -> None:
            for writer in writers:
                writer.transport.abort()

        server = await asyncio.start_server(kept, "127.0.0.1", 0, ssl=context)
        running.callback(server.close)
        running.callback(cut)
        return endpoint(server.sockets[0].getsockname()[1])

    return serve_


@pytest.fixture
def serve_tls(serve: Callable[..., Awaitable[Endpoint]], tmp_path: Path) -> ServeTls:
    """Serves these certificates. ``newest``: the version of TLS; ``demands``: the client's certificate, by one of these."""

    async def serve_tls_(*chain: Made, newest: str = "TLSv1_3", demands: Made | None = None) -> Endpoint:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.maximum_version = ssl.TLSVersion[newest]
        context.set_alpn_protocols(["h2"])
        shown, key = tmp_path / "shown.pem", tmp_path / "key.pem"
        shown.write_bytes(b"".join(one.pem for one in chain))
        key.write_bytes(chain[0].key_pem)
        context.load_cert_chain(shown, key)
        if demands is not None:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(cadata=demands.pem.decode())

        async def listens(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()

        return await serve(listens, context)

    return serve_tls_
