"""The only constructor calls of the core: opens adapters in one exit stack, in the order in which they need each other."""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from bot.adapters import kubernetes, loki, store
from bot.adapters.clock import SystemClock
from bot.adapters.sealing import AesGcmSeal
from bot.config import Settings
from bot.model.diagnosis import Diagnosis
from bot.model.rotation import Kind
from bot.model.snapshot import Snapshot
from bot.model.targets import Unresolved
from bot.ports import Approvals, Clock, Cluster, Logs, Observe, Pods, Store
from bot.usecases.collect import Scope, collect, not_watched
from bot.usecases.gathering import Sources
from bot.usecases.inquiry import Inquiry
from bot.usecases.log_watch import LogWatch
from bot.usecases.renew import Renewals, Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """What the bot runs on. ``name``: the cluster's, as people say it. ``observe`` takes a Snapshot of everything.

    ``log_watch`` is None where no Loki is set, ``renewals`` where nobody may ask for a rotation.
    """

    name: str
    cluster: Cluster
    store: Store
    clock: Clock
    observe: Observe
    pods: Pods
    logs: Logs | None = None
    log_watch: LogWatch | None = None
    renewals: Renewals | None = None


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

        async def observe() -> Snapshot:
            return await collect(cluster, time, scope, memory, watch.part if watch else not_watched)

        yield Core(
            name=cluster.name,
            cluster=cluster,
            store=memory,
            clock=time,
            observe=observe,
            pods=cluster.pods,
            logs=logs,
            log_watch=watch,
            renewals=_renewals(settings, cluster.name, observe, memory.approvals, time),
        )


def _renewals(settings: Settings, name: str, observe: Observe, approvals: Approvals, clock: Clock) -> Renewals | None:
    """None where nobody may ask. Raises SettingsError where the sealing key cannot be used: without it no new key could be kept."""
    if settings.rotation == "off":
        return None
    terms = Terms(
        people=settings.people,
        person=settings.person,
        quorum={Kind.CROSS_SIGNED: settings.quorum, Kind.RECOVERY: settings.quorum_recovery},
        lifetime=timedelta(days=settings.ca_days),
    )
    seal = AesGcmSeal.from_file(settings.sealing_key_file)
    return Renewals(cluster=name, look=observe, memory=approvals, seal=seal, clock=clock, terms=terms)


async def look_once(settings: Settings, *, version: str) -> Snapshot:
    """One Snapshot without any memory: what the terminal needs."""
    async with kubernetes.opened(settings, version=version) as cluster:
        return await collect(cluster, SystemClock(), Scope(settings=settings, name=cluster.name, version=version))


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
