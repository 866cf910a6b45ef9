"""The three addresses a cluster asks: /healthz (the loop turns), /readyz (it does its job), /metrics. Nothing is changed here."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from bot.errors import SettingsError
from bot.model.gauges import Gauge

PREFIX = "dapr_warden_"


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where to ask. ``troubles``: why the bot is not ready, empty = ready. ``samples``: the gauges of the last sweep."""

    troubles: Callable[[], Awaitable[Sequence[str]]]
    samples: Callable[[], Iterable[Gauge]]
    registry: CollectorRegistry

    @asynccontextmanager
    async def served(self, host: str, port: int) -> AsyncGenerator[int]:
        """Serve while inside; yields the port that was bound. Raises SettingsError when it cannot be had."""
        app = web.Application()
        app.add_routes(
            [
                web.get("/healthz", self._healthz),
                web.get("/readyz", self._readyz),
                web.get("/metrics", self._metrics),
            ]
        )
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            await _listening(runner, host, port)
            yield int(runner.addresses[0][1])
        finally:
            await runner.cleanup()

    async def _healthz(self, _: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def _readyz(self, _: web.Request) -> web.Response:
        troubles = await self.troubles()
        return web.Response(text="\n".join(troubles or ["ok"]) + "\n", status=503 if troubles else 200)

    async def _metrics(self, _: web.Request) -> web.Response:
        own = CollectorRegistry()
        own.register(_Samples(self.samples))
        body = generate_latest(self.registry) + generate_latest(own)
        return web.Response(body=body, headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})


async def _listening(runner: web.AppRunner, host: str, port: int) -> None:
    try:
        await web.TCPSite(runner, host, port).start()
    except (OSError, ValueError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
        raise SettingsError(
            f"Cannot listen on {host}, port {port}: {why}.",
            hint="DAPR_WARDEN_HTTP_HOST is an address of this machine, DAPR_WARDEN_HTTP_PORT a free port.",
        ) from error


class _Samples(Collector):
    def __init__(self, samples: Callable[[], Iterable[Gauge]]) -> None:
        self._samples = samples

    def collect(self) -> Iterable[GaugeMetricFamily]:
        families: dict[str, GaugeMetricFamily] = {}
        for sample in self._samples():
            names = [name for name, _ in sample.labels]
            family = families.setdefault(sample.name, GaugeMetricFamily(PREFIX + sample.name, "See docs/metrics.md.", labels=names))
            family.add_metric([value for _, value in sample.labels], sample.value)
        return families.values()
