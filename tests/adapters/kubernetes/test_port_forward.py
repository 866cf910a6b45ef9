"""Through an API server to a port of a pod: the client's own port-forward, against a server that forwards as a kubelet does."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import WSMsgType, web
from kubernetes.client import ApiClient, Configuration

from bot.adapters.kubernetes.port_forward import SEATS, PortForward
from bot.adapters.tls.probing import asked
from bot.model.certificate import certificates
from bot.model.chains import Endpoint, LiveChains
from bot.model.observed import Why
from tests.certificates import a_leaf, a_root
from tests.serving import Handler, served

PORT = 50001


def endpoint(pod: str = "dapr-sentry-0") -> Endpoint:
    return Endpoint(component="sentry", namespace="dapr-system", pod=pod, ip="10.255.255.1", port=PORT)


@pytest.fixture
async def running() -> AsyncGenerator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture
async def tls_port(running: AsyncExitStack, tmp_path: Path) -> int:
    """Where something with TLS listens; it shows the certificates in shown.pem."""
    root = a_root()
    leaf = a_leaf(root)
    (tmp_path / "shown.pem").write_bytes(leaf.pem + root.pem)
    (tmp_path / "key.pem").write_bytes(leaf.key_pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "shown.pem", tmp_path / "key.pem")

    async def listens(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(OSError):
                await reader.read()
        finally:
            await _cut(writer)
            gone.set()

    gone = asyncio.Event()
    running.push_async_callback(gone.wait)
    server = await asyncio.start_server(listens, "127.0.0.1", 0, ssl=context)
    running.callback(server.close)
    return int(server.sockets[0].getsockname()[1])


async def _cut(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()
    with suppress(OSError):
        await writer.wait_closed()


async def opened(request: web.Request) -> web.WebSocketResponse:
    """What a kubelet says first on the data and on the error channel: whose they are."""
    socket = web.WebSocketResponse(protocols=("v5.channel.k8s.io", "v4.channel.k8s.io"))
    await socket.prepare(request)
    for channel in (0, 1):
        await socket.send_bytes(bytes((channel,)) + PORT.to_bytes(2, "little"))
    return socket


def forwarding(to: int) -> Handler:
    async def forward(request: web.Request) -> web.WebSocketResponse:
        assert (request.path, request.query["ports"]) == ("/api/v1/namespaces/dapr-system/pods/dapr-sentry-0/portforward", str(PORT))
        socket = await opened(request)
        reader, writer = await asyncio.open_connection("127.0.0.1", to)

        async def back() -> None:
            while data := await reader.read(4096):
                await socket.send_bytes(b"\0" + data)

        try:
            async with asyncio.TaskGroup() as group:
                returning = group.create_task(back())
                async for message in socket:
                    if message.type is WSMsgType.BINARY:
                        writer.write(message.data[1:])
                returning.cancel()
        finally:
            await _cut(writer)
        return socket

    return forward


async def refusing(request: web.Request) -> web.WebSocketResponse:
    socket = await opened(request)
    await socket.send_bytes(b"\1" + b"error forwarding port 50001 to pod: connection refused\n")
    async for _ in socket:
        pass
    return socket


async def forbidding(request: web.Request) -> web.Response:
    return web.json_response({"kind": "Status", "message": "no"}, status=403)


@pytest.fixture
def through(running: AsyncExitStack) -> Callable[..., Awaitable[LiveChains]]:
    """What such an API server lets us see of these pods."""

    async def through_(handler: Handler, *pods: str, seconds: float = 5) -> LiveChains:
        port = await running.enter_async_context(served(handler))
        configuration = Configuration(host=f"http://127.0.0.1:{port}")
        forward = PortForward(lambda: ApiClient(configuration))
        endpoints = [endpoint(pod) for pod in pods or ("dapr-sentry-0",)]
        return await asked(endpoints, forward.connected, deadline=timedelta(seconds=seconds), at_once=SEATS)

    return through_


async def test_what_a_server_shows_is_read_through_the_api_server(
    through: Callable[..., Awaitable[LiveChains]], tls_port: int, tmp_path: Path
) -> None:
    found = await through(forwarding(tls_port))

    assert not found.silent
    assert len(certificates(found.shown[0].chain)) == 2


async def test_what_the_kubelet_says_against_it_is_told(through: Callable[..., Awaitable[LiveChains]]) -> None:
    (silence,) = (await through(refusing)).silent

    assert silence.why.why is Why.UNREACHABLE
    assert "by port-forward: error forwarding port 50001 to pod: connection refused" in silence.why.detail


async def test_what_the_api_server_does_not_open_is_told_without_its_headers(through: Callable[..., Awaitable[LiveChains]]) -> None:
    (silence,) = (await through(forbidding)).silent

    assert silence.why.detail == (
        "sentry (dapr-system/dapr-sentry-0, port 50001), by port-forward: the API server does not open it (Handshake status 403 Forbidden)."
    )


async def test_an_api_server_that_does_not_answer_is_not_waited_for(through: Callable[..., Awaitable[LiveChains]]) -> None:
    async def silent(request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    (silence,) = (await through(silent, seconds=0.2)).silent

    assert silence.why.why is Why.TIMED_OUT
