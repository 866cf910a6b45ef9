"""The bot's own work on a cluster, in a fresh process: whole sweeps, the census alone, or the mere transfer of the pods.

Options: ``kubeconfig``, ``store`` (a path), ``what`` ("sweep", "census", "transfer"), ``rounds``. The first round is not
counted: it opens connections and makes the tables. Tells ``walls`` and ``cpus`` (seconds of each round), ``lags`` (of the
event loop meanwhile, seconds), ``peak_mib`` of the process.
"""

import asyncio
import gc
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import msgspec

from bench.lag import ticking
from bench.programs import telling
from bot import bootstrap
from bot.adapters import logging
from bot.adapters.kubernetes.api import Api
from bot.adapters.kubernetes.connection import connected
from bot.adapters.kubernetes.needs import needs
from bot.adapters.kubernetes.paging import Listing, whole
from bot.adapters.kubernetes.wire import Page
from bot.config import Settings, from_env
from bot.usecases.sweep import Sweeper, Swept

Round = Callable[[], Awaitable[object]]


def main() -> None:
    """Look, and tell what it cost."""
    logging.configure("error", "json")
    telling.tell(**asyncio.run(looked(telling.options())), peak_mib=telling.peak_mib())


async def looked(options: dict[str, Any]) -> dict[str, list[float]]:
    """Walls, CPUs and lags."""
    settings = from_env({"DAPR_WARDEN_KUBECONFIG": options["kubeconfig"], "DAPR_WARDEN_STORE": f"sqlite:///{options['store']}"})
    async with KINDS[options["what"]](settings) as one_round:
        await one_round()
        # As `serve` does: what is loaded by now will not be garbage.
        gc.freeze()
        walls: list[float] = []
        cpus: list[float] = []
        async with ticking() as lags:
            for _ in range(options["rounds"]):
                wall, cpu = time.perf_counter(), time.process_time()
                await one_round()
                walls.append(time.perf_counter() - wall)
                cpus.append(time.process_time() - cpu)
    return {"walls": walls, "cpus": cpus, "lags": lags}


@asynccontextmanager
async def _sweeps(settings: Settings) -> AsyncGenerator[Round]:
    """Everything that the bot does every five minutes: gather, judge, reconcile, save."""
    async with bootstrap.opened(settings, version="bench") as core:
        settle = timedelta(seconds=settings.settle_seconds)
        yield Sweeper(core.observe, core.store, core.clock, settings.policy, settle=settle, saved=_seen).sweep


def _seen(swept: Swept) -> None:
    blind = [answer.check_id for answer in swept.report.answers if answer.severity.value == "unknown"]
    if blind:
        # A sweep that saw nothing is fast, and its figure would be a lie.
        raise RuntimeError(f"the sweep could not see everything: {blind}")


@asynccontextmanager
async def _censuses(settings: Settings) -> AsyncGenerator[Round]:
    """The listing of all pods as the bot reads them."""
    async with bootstrap.opened(settings, version="bench") as core:
        yield core.cluster.census


@asynccontextmanager
async def _transfers(settings: Settings) -> AsyncGenerator[Round]:
    """The same bytes, of which nothing is looked at but the pages' tokens: what network and server alone cost."""
    (need,) = needs(settings)["census"]
    with connected(settings, version="bench") as connection:
        api = Api(connection, timeout=timedelta(seconds=settings.request_seconds))

        async def transfer() -> None:
            await whole(api, Listing(need, "PodList", Page[msgspec.Raw]), list[msgspec.Raw], lambda *_: None)

        yield transfer


KINDS = {"sweep": _sweeps, "census": _censuses, "transfer": _transfers}

if __name__ == "__main__":
    main()
