"""How soon Slack hears back while sweeps run back to back: the real process, the strict emulator, a fixed rate of commands."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Final

import aiohttp

from bench import children
from bench.figures import percentile
from bench.measure import Measure, Workshop
from bench.serving import CHANNEL, PERSON, Served, serving, touch
from bench.table import Measured, Promise, Table
from playground.slack import Gesture, SlackEmulator

COMMAND: Final = "/dapr"
TEXT: Final = "status"
RESTLESS_SECONDS: Final = 0.1
QUIET_SHARE: Final = 4


async def run(shop: Workshop) -> Measured:
    """First in peace, then while somebody changes the ConfigMap ten times a second, so that one sweep follows the other."""
    pods, kubeconfig = shop.scale.main, shop.folder / "acks.json"
    options = {"pods": pods, "anchors": 1, "days_left": 200, "kubeconfig": str(kubeconfig)}
    async with (
        shop.world(options, shop.bytecode) as world,
        SlackEmulator() as slack,
        serving(slack, kubeconfig, shop.folder / "acks.sqlite3", shop.bytecode) as bot,
    ):
        await bot.ready()
        quiet = await _latencies(slack, max(2, shop.scale.commands // QUIET_SHARE), shop.scale.per_second)
        before = await bot.sweeps()
        async with _restless(world["url"]):
            busy = await _latencies(slack, shop.scale.commands, shop.scale.per_second)
        sweeps = await bot.sweeps() - before
        return _measured(pods, quiet, busy, sweeps, bot)


@asynccontextmanager
async def _restless(world: str) -> AsyncGenerator[None]:
    async def change() -> None:
        async with aiohttp.ClientSession() as session:
            number = 0
            while True:
                number += 1
                await touch(session, world, number)
                await asyncio.sleep(RESTLESS_SECONDS)

    changing = asyncio.ensure_future(change())
    try:
        yield
        if changing.done():
            changing.result()
    finally:
        changing.cancel()


async def _latencies(slack: SlackEmulator, count: int, per_second: float) -> Sequence[float]:
    """Milliseconds from envelope to ack as the emulator measures them; each command is sent when it is due, come what may."""
    async with asyncio.TaskGroup() as people:
        typed = []
        for _ in range(count):
            typed.append(people.create_task(slack.slash(PERSON, CHANNEL, COMMAND, TEXT)))
            await asyncio.sleep(1 / per_second)
    return [_milliseconds(one.result()) for one in typed]


def _milliseconds(gesture: Gesture) -> float:
    if gesture.latency is None:
        raise children.BenchError(f"a command was not acknowledged: {gesture.error}")
    return gesture.latency.total_seconds() * 1000


def _measured(pods: int, quiet: Sequence[float], busy: Sequence[float], sweeps: int, bot: Served) -> Measured:
    rows = [_row(what, latencies) for what, latencies in (("nothing", quiet), ("sweeps back to back", busy))]
    table = Table(
        title=f"Acknowledging slash commands, {pods} pods",
        columns=("meanwhile", "commands", "p50 ms", "p95 ms", "p99 ms", "max ms"),
        rows=rows,
        notes=(
            f"{sweeps} sweeps ended while the commands came; peak RSS of the whole bot after them: {bot.peak_mib:.0f} MiB.",
            "Measured in the emulator, from sending the envelope to its ack; the emulator, the API server and the bot share the cores.",
        ),
    )
    return Measured(
        tables=(table,),
        promises=(
            Promise(what=f"ack p99 during sweeps over {pods} pods", limit=100, unit="ms", value=percentile(busy, 99)),
            Promise(what=f"peak memory of the whole bot meanwhile, {pods} pods", limit=160, unit="MiB", value=bot.peak_mib),
        ),
    )


def _row(what: str, latencies: Sequence[float]) -> Sequence[str | float]:
    return (what, str(len(latencies)), *(percentile(latencies, percent) for percent in (50, 95, 99, 100)))


MEASURE = Measure(name="acks", run=run)
