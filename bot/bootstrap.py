"""The only constructor calls of the core: opens adapters in one exit stack, in the order in which they need each other."""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from bot.adapters import kubernetes, loki, store
from bot.adapters.clock import SystemClock
from bot.config import Settings
from bot.model.diagnosis import Diagnosis
from bot.model.snapshot import Snapshot
from bot.model.targets import Unresolved
from bot.ports import Clock, Cluster, Logs, Observe, Pods, Store
from bot.usecases.collect import Scope, collect, not_watched
from bot.usecases.gathering import Sources
from bot.usecases.inquiry import Inquiry
from bot.usecases.log_watch import LogWatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """What the bot runs on. ``name``: the cluster's, as people say it. ``observe`` takes a Snapshot, ``survey`` one to plan with.

    ``log_watch`` is None where no Loki is set.
    """

    name: str
    cluster: Cluster
    store: Store
    clock: Clock
    observe: Observe
    survey: Observe
    pods: Pods
    logs: Logs | None = None
    log_watch: LogWatch | None = None


# Somebody waits for the answer: what does not come in time is told as unseen.
DIAGNOSED_WITHIN = timedelta(seconds=6)
Matched = Callable[[Mapping[tuple[str, str], int]], None]


@asynccontextmanager
async def opened(
    settings: Settings,
    *,
    version: str,
    clock: Clock | None = None,
    matched: Matched = lambda _: None,
    noticed: Callable[[], None] = lambda: None,
) -> AsyncGenerator[Core]:
    """Cluster, memory and logs, closed in reverse. Raises SettingsError when one of them cannot be used as set.

    ``clock``: the machine's own unless given.
    ``matched``, ``noticed``: what the log watch tells, see :class:`bot.usecases.log_watch.LogWatch`.
    """
    time = clock or SystemClock()
    async with AsyncExitStack() as stack:
        memory = await stack.enter_async_context(store.opened(settings.store))
        cluster = await stack.enter_async_context(kubernetes.opened(settings, version=version))
        scope = Scope(settings=settings, name=cluster.name, version=version)
        logs, watch = None, None
        if settings.loki_url:
            logs = await stack.enter_async_context(loki.opened(settings, version=version, clock=time))
            watch = LogWatch(logs=logs, store=memory, clock=time, namespace=settings.namespace, matched=matched, opened=noticed)
            await watch.remember()

        async def look(*, surroundings: bool) -> Snapshot:
            what = replace(scope, surroundings=surroundings)
            return await collect(cluster, time, what, memory, watch.part if watch else not_watched)

        yield Core(
            name=cluster.name,
            cluster=cluster,
            store=memory,
            clock=time,
            observe=partial(look, surroundings=False),
            survey=partial(look, surroundings=True),
            pods=cluster.pods,
            logs=logs,
            log_watch=watch,
        )


async def look_once(settings: Settings, *, version: str, surroundings: bool = False) -> Snapshot:
    """One Snapshot without any memory: what the terminal needs. ``surroundings``: with what a plan must know."""
    async with kubernetes.opened(settings, version=version) as cluster:
        scope = Scope(settings=settings, name=cluster.name, version=version, surroundings=surroundings)
        return await collect(cluster, SystemClock(), scope)


async def diagnose_once(settings: Settings, words: str, *, version: str) -> Diagnosis | Unresolved:
    """Why something is broken, without any memory: what the terminal needs. Raises Unable when nothing can be seen at all."""
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        cluster = await stack.enter_async_context(kubernetes.opened(settings, version=version))
        logs = await stack.enter_async_context(loki.opened(settings, version=version, clock=clock)) if settings.loki_url else None
        scope = Scope(settings=settings, name=cluster.name, version=version, deadline=DIAGNOSED_WITHIN)

        async def look() -> Snapshot:
            return await collect(cluster, clock, scope)

        sources = Sources(pods=cluster.pods, logs=logs, clock=clock)
        return await Inquiry(last=lambda: None, look=look, policy=settings.policy, sources=sources).about(words)
