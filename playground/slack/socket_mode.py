"""Socket Mode: single-use URLs, several sockets, each envelope to exactly one of them, acks against a deadline."""

import asyncio
import contextlib
import itertools
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from aiohttp import WSMsgType, web

from playground.slack.clock import Clock
from playground.slack.envelope import Envelope
from playground.slack.errors import Payload
from playground.slack.journal import Journal, Violation
from playground.slack.people import APP

MOST_SOCKETS = 10
APPROXIMATE_CONNECTION_SECONDS = 18060
WARNED_AHEAD = timedelta(seconds=10)


@dataclass(eq=False)
class Socket:
    """One open WebSocket of the app."""

    number: int
    stream: web.WebSocketResponse
    request: web.Request


@dataclass
class SocketMode:
    """All sockets of the one app. `known` finds an envelope that was sent, by any way, by its id.

    `lifetime`, on `clock`: how long a socket that opens from now on is kept, its end announced ten seconds ahead; None: for ever.
    """

    clock: Clock
    journal: Journal
    known: Callable[[str], Envelope | None]
    ack_timeout: timedelta = timedelta(seconds=3)
    ping_seconds: float = 30
    lifetime: timedelta | None = None
    sockets: list[Socket] = field(default_factory=list)
    refused: int = 0
    _tickets: set[str] = field(default_factory=set)
    _acks: dict[str, "asyncio.Future[Payload | None]"] = field(default_factory=dict)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    _turn: int = 0

    def ticket(self) -> str:
        """A new ticket that opens one socket once."""
        ticket = uuid.uuid4().hex
        self._tickets.add(ticket)
        return ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Speak with one client until either side closes; 404 for a ticket that is unknown or used."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=404, text="this Socket Mode URL is unknown or was used before")
        self._tickets.remove(ticket)
        stream = web.WebSocketResponse(heartbeat=self.ping_seconds, timeout=1)
        await stream.prepare(request)
        if len(self.sockets) >= MOST_SOCKETS:
            self.refused += 1
            await self._say_goodbye(stream, "too_many_websockets")
            return stream
        socket = Socket(next(self._numbers), stream, request)
        self.sockets.append(socket)
        try:
            await stream.send_json(self._hello())
            self.journal.changes.announce()
            await self._live(socket)
        finally:
            self._forget(socket)
        return stream

    async def _live(self, socket: Socket) -> None:
        async with asyncio.TaskGroup() as tasks:
            aging = tasks.create_task(self._age(socket, self.lifetime), name=f"age of socket {socket.number}")
            await self._listen(socket)
            if socket in self.sockets:
                aging.cancel()

    async def _age(self, socket: Socket, lifetime: timedelta | None) -> None:
        if lifetime is None:
            return
        ends_at = self.clock.now() + lifetime
        with contextlib.suppress(ConnectionError):
            await self.clock.sleep(lifetime - WARNED_AHEAD)
            await socket.stream.send_json(self._goodbye("warning"))
            await self.clock.sleep(ends_at - self.clock.now())
            self._forget(socket)
            await self._say_goodbye(socket.stream, "refresh_requested")

    async def _listen(self, socket: Socket) -> None:
        async for frame in socket.stream:
            if frame.type is WSMsgType.TEXT:
                self._take_ack(str(frame.data))

    def _take_ack(self, text: str) -> None:
        try:
            ack = json.loads(text)
            envelope_id, payload = ack["envelope_id"], ack.get("payload") or {}
        except (ValueError, KeyError, TypeError, AttributeError):
            envelope_id, payload = None, None
        if not isinstance(envelope_id, str) or not isinstance(payload, dict):
            self.journal.violated(Violation(method="ack", code="malformed_ack", message=text[:200]))
            return
        waiting = self._acks.pop(envelope_id, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(payload or None)
            return
        known = self.known(envelope_id)
        code = "unknown_envelope" if known is None else ("late_ack" if known.outcome != "acked" else "duplicate_ack")
        self.journal.violated(Violation(method="ack", code=code, message=f"envelope {envelope_id}", refused=False))

    def _forget(self, socket: Socket) -> None:
        if socket in self.sockets:
            self.sockets.remove(socket)
        self.journal.changes.announce()

    def _hello(self) -> Payload:
        return {
            "type": "hello",
            "num_connections": len(self.sockets),
            "connection_info": {"app_id": APP},
            "debug_info": self._debug_info(),
        }

    def _debug_info(self) -> Payload:
        return {
            "host": "applink-playground",
            "started": "",
            "build_number": 1,
            "approximate_connection_time": int(self.lifetime.total_seconds()) if self.lifetime else APPROXIMATE_CONNECTION_SECONDS,
        }

    async def send(self, envelope: Envelope) -> None:
        """Send to exactly one socket and wait for its ack or the deadline."""
        envelope.way = "socket"
        loop = asyncio.get_running_loop()
        socket = self._next_socket()
        if socket is None:
            envelope.outcome = "no_socket"
            return
        envelope.socket = socket.number
        acked: asyncio.Future[Payload | None] = loop.create_future()
        self._acks[envelope.id] = acked
        began = loop.time()
        try:
            await socket.stream.send_json(envelope.frame())
            async with asyncio.timeout(self.ack_timeout.total_seconds()):
                envelope.ack_payload = await acked
            envelope.outcome = "acked"
            envelope.latency = timedelta(seconds=loop.time() - began)
        except TimeoutError:
            envelope.outcome = "timeout"
        except ConnectionError:
            envelope.outcome = "connection_failed"
        finally:
            self._acks.pop(envelope.id, None)

    def _next_socket(self) -> Socket | None:
        usable = [socket for socket in self.sockets if not socket.stream.closed]
        if not usable:
            return None
        self._turn += 1
        return usable[self._turn % len(usable)]

    async def disconnect(self, reason: str) -> None:
        """Say `disconnect`: `warning` leaves the sockets open, `refresh_requested` and `link_disabled` close them."""
        for socket in tuple(self.sockets):
            if reason == "warning":
                await socket.stream.send_json(self._goodbye(reason))
            else:
                self._forget(socket)
                await self._say_goodbye(socket.stream, reason)

    def _goodbye(self, reason: str) -> Payload:
        return {"type": "disconnect", "reason": reason, "debug_info": self._debug_info()}

    async def _say_goodbye(self, stream: web.WebSocketResponse, reason: str) -> None:
        await stream.send_json(self._goodbye(reason))
        # The other side answers the close frame only after it has read the goodbye.
        await stream.close()

    async def close(self) -> None:
        """End every socket politely (the emulator stops)."""
        for socket in tuple(self.sockets):
            await socket.stream.close()

    def drop_next(self) -> None:
        """Cut the socket whose turn it is, without a close frame."""
        socket = self._next_socket()
        if socket is not None:
            self._cut(socket)

    def drop(self) -> int:
        """Cut every socket without a close frame; returns how many there were."""
        sockets = tuple(self.sockets)
        for socket in sockets:
            self._cut(socket)
        return len(sockets)

    def _cut(self, socket: Socket) -> None:
        self._forget(socket)
        if socket.request.transport is not None:
            socket.request.transport.abort()
