"""To a port of a pod through the API server (pods/portforward), as one more wire for the TLS probe.

By the client's own port-forward, in a thread, and with a client of its own: while it opens, it takes its client's place in every call
(kubernetes-client/python#928).
"""

import asyncio
import socket
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, Protocol, cast

from kubernetes.client import ApiClient
from kubernetes.client.exceptions import ApiException

from bot.adapters import background
from bot.errors import Unreachable
from bot.model.chains import Endpoint

# A connection that hangs keeps its seat until the network gives it up.
SEATS: Final = 4
_MOST_QUOTED: Final = 200

Another = Callable[[], ApiClient]


class Tunnel(Protocol):
    """What the client's port-forward is, as far as it is used."""

    def socket(self, port_number: int) -> socket.socket:
        """Our end of the pair behind which the client copies bytes."""
        ...

    def error(self, port_number: int) -> str | None:
        """What the kubelet says against it."""
        ...

    def close(self) -> None:
        """Ends it."""
        ...


class Forwarded:
    """Implements :class:`bot.adapters.tls.probe.Wire` over a tunnel."""

    def __init__(self, tunnel: Tunnel, port: int, where: str) -> None:
        self._tunnel = tunnel
        self._port = port
        self._where = where
        self._socket = tunnel.socket(port)
        self._socket.setblocking(False)

    async def send(self, data: bytes) -> None:
        """All of them."""
        try:
            await asyncio.get_running_loop().sock_sendall(self._socket, data)
        except OSError as error:
            raise self._broken() from error

    async def receive(self, most: int) -> bytes:
        """What has come; Unreachable with the kubelet's reason where it has one."""
        try:
            data = await asyncio.get_running_loop().sock_recv(self._socket, most)
        except OSError as error:
            raise self._broken() from error
        if not data and self._tunnel.error(self._port):
            raise self._broken()
        return data

    def _broken(self) -> Unreachable:
        said = _quoted(self._tunnel.error(self._port) or "the connection ended")
        return Unreachable(f"{self._where}, by port-forward: {said}.")


class PortForward:
    """Opens tunnels. ``another`` makes a client."""

    def __init__(self, another: Another) -> None:
        self._another = another
        self._seats = asyncio.Semaphore(SEATS)

    @asynccontextmanager
    async def connected(self, endpoint: Endpoint) -> AsyncGenerator[Forwarded]:
        """A wire to the endpoint, closed on leaving. Raises Unreachable."""
        opening = _Opening(self._another, endpoint)
        try:
            tunnel = await background.done(opening.run, self._seats)
            yield Forwarded(tunnel, endpoint.port, str(endpoint))
        finally:
            opening.close()


class _Opening:
    """One tunnel on its way: whoever has left before it was there, leaves nothing open."""

    def __init__(self, another: Another, endpoint: Endpoint) -> None:
        self._another = another
        self._endpoint = endpoint
        self._tunnel: Tunnel | None = None
        self._is_left = False

    def run(self) -> Tunnel:
        """Blocks."""
        # Not before it is needed: with all models of all groups it takes 27 MiB.
        from kubernetes import stream  # noqa: PLC0415
        from kubernetes.client import CoreV1Api  # noqa: PLC0415

        one = self._endpoint
        try:
            with self._another() as client:
                method = CoreV1Api(client).connect_get_namespaced_pod_portforward
                open_ = cast("Any", stream).portforward
                tunnel = cast("Tunnel", open_(method, one.pod, one.namespace, ports=str(one.port)))
        except (ApiException, OSError) as error:
            # Behind the mark stand the answer's headers.
            said = _quoted(str(getattr(error, "reason", "") or error).partition(" -+-+- ")[0])
            raise Unreachable(f"{one}, by port-forward: the API server does not open it ({said}).") from error
        self._tunnel = tunnel
        if self._is_left:
            self.close()
        return tunnel

    def close(self) -> None:
        """At once, or as soon as it is there."""
        self._is_left = True
        if self._tunnel is not None:
            with suppress(OSError):
                self._tunnel.close()


def _quoted(said: str) -> str:
    return " ".join(said.split())[:_MOST_QUOTED].rstrip(".")
