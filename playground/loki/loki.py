"""A Loki that is not one: same paths, same answers, same refusals, on loopback, in this process.

``async with SimulatedLoki() as loki:`` gives ``loki.url``; nothing in it understands more LogQL than the bot's client writes.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, Self

from aiohttp import web

from bot.adapters.clock import SystemClock
from bot.model import nanoseconds
from playground.loki import pushing
from playground.loki.faults import Effect, Fault
from playground.loki.limits import Limits
from playground.loki.pushing import Receiver
from playground.loki.server import NOBODY, Asked, Server
from playground.loki.store import LineStore

HOST: Final = "127.0.0.1"
LARGEST_PUSH: Final = 64 * 1024 * 1024


class SimulatedLoki:
    """Use as an async context manager. ``now`` says what is too old, too new and an hour ago; ``tenants``: each request must name one."""

    def __init__(self, now: Callable[[], datetime] | None = None, *, limits: Limits | None = None, tenants: bool = False) -> None:
        self.now = now or SystemClock().now
        self.limits = limits or Limits()
        self.store = LineStore()
        self._server = Server(store=self.store, limits=self.limits, now=self.now, tenants=tenants)
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def __aenter__(self) -> Self:
        """Listen on a free port of the loopback."""
        app = web.Application(client_max_size=LARGEST_PUSH)
        app.router.add_route("*", "/{path:.*}", self._server.handle)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.05)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, 0).start()
        self.url = f"http://{HOST}:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def requests(self) -> tuple[Asked, ...]:
        """Everything asked so far."""
        return tuple(self._server.requests)

    def write(
        self,
        labels: Mapping[str, str],
        *lines: str,
        at: datetime | None = None,
        metadata: Mapping[str, str] | None = None,
        tenant: str = NOBODY,
    ) -> None:
        """Lines of one stream as a collector sends them, all of one instant (now). Refusal when Loki would refuse them."""
        at_ns = nanoseconds.since_1970(at or self.now())
        receiver = Receiver(store=self.store, limits=self.limits, tenant=tenant, now=self.now())
        receiver.take([pushing.sent(labels, [(str(at_ns), line, dict(metadata or {})) for line in lines])])

    def fault(self, effect: Effect, *, endpoint: str = "*", **how: Any) -> Fault:
        """From now on, requests to this endpoint go wrong. ``how``: skip, times, body of a Fault. The oldest strikes first."""
        fault = Fault(effect=effect, endpoint=endpoint, **how)
        self._server.faults.append(fault)
        return fault

    def heal(self, *faults: Fault) -> None:
        """End these faults, or all. What hangs already goes on hanging."""
        self._server.faults = [fault for fault in self._server.faults if faults and fault not in faults]
