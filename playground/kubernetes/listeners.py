"""Real TLS servers for the control plane of a town: each pod at a port of its own on the loopback, which its spec names.

    async with Listeners(kube, town):
        ...   # whoever connects to podIP and containerPort is shown the pod's certificate of that moment

A pod listens while it holds a certificate, and shows each new one from the next handshake on.
"""

import asyncio
import socket
import ssl
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from playground.kubernetes.cluster import HOST, SimulatedCluster
from playground.kubernetes.leaves import Leaf
from playground.kubernetes.processes import Place
from playground.kubernetes.town import SimulatedTown

Object = dict[str, Any]

KUBELET: Final = "kubelet"


@dataclass(slots=True)
class _Listening:
    server: asyncio.Server
    context: ssl.SSLContext
    leaf: Leaf


class Listeners:
    """Use as an async context manager around a town that has started; see the module."""

    def __init__(self, kube: SimulatedCluster, town: SimulatedTown) -> None:
        self._kube = kube
        self._town = town
        self._held: dict[Place, socket.socket] = {}
        self._open: dict[Place, _Listening] = {}
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Give every pod of the control plane its port, and listen."""
        for place in self._town.servers:
            name, namespace = place[1], place[0]
            self._kube.put(self._placed(self._kube.get("Pod", name, namespace)), manager=KUBELET)
        self._town.placed = self._placed
        self._town.settled.add(self._heard)
        await self._refresh()
        self._task = asyncio.get_running_loop().create_task(self._keep(), name="listeners")
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Nobody listens any more."""
        self._town.settled.discard(self._heard)
        self._town.placed = None
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        for place in tuple(self._open):
            await self._close(place)
        for held in self._held.values():
            held.close()
        self._held.clear()

    def _placed(self, pod: Object) -> Object:
        """With a port that is its own from now on; nobody answers there before it runs."""
        metadata = pod["metadata"]
        held = _bound(0)
        self._held[(metadata["namespace"], metadata["name"])] = held
        first, *rest = pod["spec"]["containers"]
        ports = [{"containerPort": held.getsockname()[1]}]
        return {**pod, "spec": {**pod["spec"], "containers": [{**first, "ports": ports}, *rest]}}

    def _heard(self) -> None:
        """Whoever connects from now on waits until the server has its turn, and is not refused."""
        for place in self._wanted():
            if place in self._held:
                self._held[place].listen()
        self._changed.set()

    def _wanted(self) -> dict[Place, Leaf]:
        return {place: leaf for place in self._town.servers if (leaf := self._town.leaf(place[1], place[0])) is not None}

    async def _keep(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            await self._refresh()

    async def _refresh(self) -> None:
        wanted = self._wanted()
        for place in [place for place in self._held if place not in self._town.servers]:
            self._held.pop(place).close()
        # Of a StatefulSet, the next pod is called like the one before, and has a port of its own.
        for place in [place for place in self._open if place not in wanted or place in self._held]:
            await self._close(place)
        for place, leaf in wanted.items():
            listening = self._open.get(place)
            if listening is None:
                await self._listen(place, leaf)
            elif listening.leaf is not leaf:
                _load(listening.context, leaf)
                listening.leaf = leaf

    async def _listen(self, place: Place, leaf: Leaf) -> None:
        # A pod that lost its certificate and has another one now comes back to the same port.
        held = self._held.pop(place, None) or _bound(self._port(place))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        _load(context, leaf)
        server = await asyncio.start_server(_hang_up, sock=held, ssl=context)
        self._open[place] = _Listening(server, context, leaf)

    async def _close(self, place: Place) -> None:
        listening = self._open.pop(place)
        listening.server.close()
        await listening.server.wait_closed()

    def _port(self, place: Place) -> int:
        pod = self._kube.get("Pod", place[1], place[0])
        port: int = pod["spec"]["containers"][0]["ports"][0]["containerPort"]
        return port


def _bound(port: int) -> socket.socket:
    found = socket.socket()
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    found.bind((HOST, port))
    return found


def _load(context: ssl.SSLContext, leaf: Leaf) -> None:
    # OpenSSL takes chain and key from a file only.
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "served.pem"
        file.touch(mode=0o600)
        file.write_bytes(leaf.served)
        context.load_cert_chain(file)


async def _hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Whoever has seen the certificate has seen all that there is."""
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
