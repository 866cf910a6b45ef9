"""What a ready bot costs that has nothing to do: default settings, a small cluster, a silent Slack."""

import asyncio
import time
from typing import Final

from bench import children
from bench.measure import Measure, Workshop
from bench.serving import Served, serving, touch
from bench.table import Measured, Promise, Table
from bot.config import from_env
from playground.slack import SlackEmulator

SWEEP_SECONDS: Final = 30.0
PROBE_SECONDS: Final = 0.02


async def run(shop: Workshop) -> Measured:
    """Watch it for a while, then let it sweep once, to know what that adds at the usual rhythm."""
    scale, kubeconfig = shop.scale, shop.folder / "idle.json"
    options = {"pods": scale.idle_pods, "anchors": 1, "days_left": 200, "kubeconfig": str(kubeconfig)}
    async with (
        shop.world(options, shop.bytecode) as world,
        SlackEmulator() as slack,
        serving(slack, kubeconfig, shop.folder / "idle.sqlite3", shop.bytecode) as bot,
    ):
        await bot.ready()
        before, cpu, began = await bot.sweeps(), bot.cpu_seconds, time.perf_counter()
        await asyncio.sleep(scale.idle_seconds)
        percent = 100 * (bot.cpu_seconds - cpu) / (time.perf_counter() - began)
        resident, sweeps = bot.resident_mib, await bot.sweeps() - before
        rhythm = from_env({}).sweep_seconds
        sweep_cpu = await _sweep_cpu(bot, world["url"])
        added = 100 * sweep_cpu / rhythm
    table = Table(
        title=f"Doing nothing, {scale.idle_pods} pods, default settings",
        columns=("seconds watched", "CPU %", "RSS MiB", "CPU s of one sweep", "sweeps add CPU %"),
        rows=[(scale.idle_seconds, percent, resident, sweep_cpu, added)],
        notes=(
            f"Of one core. Watches, polls, Slack's pings, and {sweeps} sweeps while it was watched (the first poll asks for one).",
            f"The last column is the sweep of the column before, once in {rhythm} s.",
        ),
    )
    return Measured(tables=(table,), promises=(Promise(what="CPU when idle", limit=1, unit="%", value=percent + added),))


async def _sweep_cpu(bot: Served, world: str) -> float:
    """CPU seconds of the sweep that a change asks for."""
    before, cpu = await bot.sweeps(), bot.cpu_seconds
    await touch(bot.session, world, 1)
    try:
        async with asyncio.timeout(SWEEP_SECONDS):
            while await bot.sweeps() == before:  # noqa: ASYNC110 - another process is asked
                await asyncio.sleep(PROBE_SECONDS)
    except TimeoutError:
        raise children.BenchError(f"no sweep within {SWEEP_SECONDS:.0f} s after a change") from None
    return bot.cpu_seconds - cpu


MEASURE = Measure(name="idle", run=run)
