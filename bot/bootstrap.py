"""The only constructor calls of the core: opens adapters in one exit stack, in the order in which they need each other."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from bot.adapters import kubernetes, store
from bot.adapters.clock import SystemClock
from bot.config import Settings
from bot.model.snapshot import Snapshot
from bot.ports import Clock, Cluster, Observe, Store
from bot.usecases.collect import Scope, collect


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """What the bot runs on. ``name``: the cluster's, as people say it. ``observe`` takes a Snapshot of everything."""

    name: str
    cluster: Cluster
    store: Store
    clock: Clock
    observe: Observe


@asynccontextmanager
async def opened(settings: Settings, *, version: str, clock: Clock | None = None) -> AsyncGenerator[Core]:
    """Cluster and memory, closed in reverse. Raises SettingsError when one of them cannot be used as set.

    ``clock``: the machine's own unless given.
    """
    time = clock or SystemClock()
    async with AsyncExitStack() as stack:
        memory = await stack.enter_async_context(store.opened(settings.store))
        cluster = await stack.enter_async_context(kubernetes.opened(settings, version=version))
        scope = Scope(settings=settings, name=cluster.name, version=version)

        async def observe() -> Snapshot:
            return await collect(cluster, time, scope, memory)

        yield Core(name=cluster.name, cluster=cluster, store=memory, clock=time, observe=observe)


async def look_once(settings: Settings, *, version: str) -> Snapshot:
    """One Snapshot without any memory: what the terminal needs."""
    async with kubernetes.opened(settings, version=version) as cluster:
        return await collect(cluster, SystemClock(), Scope(settings=settings, name=cluster.name, version=version))
