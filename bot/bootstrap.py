"""The only constructor calls of the core: opens adapters in one exit stack, in the order in which they need each other."""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from bot.adapters import kubernetes, loki, prometheus, store
from bot.adapters.clock import SystemClock
from bot.adapters.sealing import AesGcmSeal
from bot.adapters.sealing_command import CommandSeal
from bot.config import Settings
from bot.errors import SettingsError
from bot.model.alert import Backlog
from bot.model.diagnosis import Diagnosis
from bot.model.observed import Unobserved, unobserved
from bot.model.rotation import Kind
from bot.model.snapshot import Snapshot
from bot.model.targets import Unresolved
from bot.model.vitals import StoreCondition
from bot.ports import Access, Approvals, Clock, Cluster, Logs, Metrics, Observe, Pods, Store, Tokens
from bot.usecases.collect import Scope, collect, not_watched
from bot.usecases.doctor import NO_LOKI, NO_PROMETHEUS, Doctor, not_watching
from bot.usecases.gathering import Sources
from bot.usecases.handshakes import Handshakes
from bot.usecases.inquiry import Inquiry
from bot.usecases.log_watch import LogWatch
from bot.usecases.renew import Renewals, Terms
from bot.usecases.steering import Steering


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """What the bot runs on. ``name``: the cluster's, as people say it. ``observe`` takes a Snapshot, ``survey`` one to plan with.

    ``log_watch`` is None where no Loki is set, ``renewals`` where nobody may ask for a rotation.
    """

    name: str
    cluster: Cluster
    store: Store
    clock: Clock
    observe: Observe
    survey: Observe
    pods: Pods
    handshakes: Handshakes
    doctor: Doctor
    tokens: Tokens
    logs: Logs | None = None
    log_watch: LogWatch | None = None
    renewals: Renewals | None = None
    steering: Steering | None = None


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

    ``clock``: the machine's own unless given. ``matched``, ``noticed``: see :class:`bot.usecases.log_watch.LogWatch`.
    """
    time = clock or SystemClock()
    async with AsyncExitStack() as stack:
        memory = await stack.enter_async_context(store.opened(settings.store))
        cluster = await stack.enter_async_context(kubernetes.opened(settings, version=version))
        scopes = [Scope(settings=settings, name=cluster.name, version=version, surroundings=known) for known in (False, True)]
        logs = await _logs(stack, settings, version, time)
        watch = await _remembering(logs, store=memory, clock=time, namespace=settings.namespace, matched=matched, opened=noticed)
        handshakes = Handshakes(cluster.chains, settings.tls_probes)
        observe, survey = (partial(collect, cluster, time, one, memory, watch.part if watch else not_watched, handshakes) for one in scopes)
        yield Core(
            name=cluster.name,
            cluster=cluster,
            store=memory,
            clock=time,
            observe=observe,
            survey=survey,
            pods=cluster.pods,
            handshakes=handshakes,
            doctor=Doctor(
                settings=settings,
                clock=time,
                access=cluster.access,
                memory=partial(_remembered, memory),
                logs=logs or NO_LOKI,
                metrics=await _metrics(stack, settings, version),
                watch=watch.part if watch else not_watching,
            ),
            logs=logs,
            log_watch=watch,
            tokens=cluster.tokens,
            renewals=_renewals(settings, cluster.name, survey, memory.approvals, time),
        )


async def _logs(stack: AsyncExitStack, settings: Settings, version: str, clock: Clock) -> Logs | None:
    """Loki, where one is set."""
    return await stack.enter_async_context(loki.opened(settings, version=version, clock=clock)) if settings.loki_url else None


async def _remembering(logs: Logs | None, **rest: Any) -> LogWatch | None:
    """The log watch, with what it knew before; None without logs."""
    watch = LogWatch(logs=logs, **rest) if logs else None
    if watch is not None:
        await watch.remember()
    return watch


async def _remembered(memory: Store) -> tuple[StoreCondition, Backlog]:
    return await memory.condition(), await memory.backlog()


def _renewals(settings: Settings, name: str, survey: Observe, approvals: Approvals, clock: Clock) -> Renewals | None:
    """None where nobody may ask. Raises SettingsError where the sealing key cannot be used: without it no new key could be kept."""
    if settings.rotation == "off":
        return None
    terms = Terms(
        people=settings.people,
        person=settings.person,
        quorum={Kind.CROSS_SIGNED: settings.quorum, Kind.RECOVERY: settings.quorum_recovery},
        lifetime=timedelta(days=settings.ca_days),
    )
    command = settings.sealing_command
    seal = CommandSeal.from_line(command) if command else AesGcmSeal.from_file(settings.sealing_key_file)
    return Renewals(cluster=name, look=survey, memory=approvals, seal=seal, clock=clock, terms=terms)


async def look_once(settings: Settings, *, version: str, surroundings: bool = False) -> Snapshot:
    """One Snapshot without any memory: what the terminal needs. ``surroundings``: with what a plan must know."""
    async with kubernetes.opened(settings, version=version) as cluster:
        scope = Scope(settings=settings, name=cluster.name, version=version, surroundings=surroundings)
        return await collect(cluster, SystemClock(), scope, handshakes=Handshakes(cluster.chains, settings.tls_probes))


async def diagnose_once(settings: Settings, words: str, *, version: str) -> Diagnosis | Unresolved:
    """Why something is broken, without any memory: what the terminal needs. Raises Unable when nothing can be seen at all."""
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        cluster = await stack.enter_async_context(kubernetes.opened(settings, version=version))
        logs = await _logs(stack, settings, version, clock)
        scope = Scope(settings=settings, name=cluster.name, version=version, deadline=DIAGNOSED_WITHIN)
        handshakes = Handshakes(cluster.chains, settings.tls_probes)

        async def look() -> Snapshot:
            return await collect(cluster, clock, scope, handshakes=handshakes)

        sources = Sources(pods=cluster.pods, logs=logs, clock=clock, handshakes=handshakes, explore=settings.explore)
        return await Inquiry(last=lambda: None, look=look, policy=settings.policy, sources=sources).about(words)


@asynccontextmanager
async def doctored(settings: Settings, *, version: str) -> AsyncGenerator[Doctor]:
    """A doctor without a running bot: what the terminal needs. What cannot be opened is told as such; nothing is raised for it."""
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        access: Access | Unobserved
        logs: Logs | Unobserved = NO_LOKI
        try:
            access = (await stack.enter_async_context(kubernetes.opened(settings, version=version))).access
        except SettingsError as error:
            access = unobserved(error)
        try:
            if settings.loki_url:
                logs = await stack.enter_async_context(loki.opened(settings, version=version, clock=clock))
        except SettingsError as error:
            logs = unobserved(error)

        async def memory() -> tuple[StoreCondition, Backlog]:
            return await store.from_outside(store.path_of(settings.store))

        yield Doctor(
            settings=settings,
            clock=clock,
            access=access,
            memory=memory,
            logs=logs,
            metrics=await _metrics(stack, settings, version),
            watch=not_watching,
        )


async def _metrics(stack: AsyncExitStack, settings: Settings, version: str) -> Metrics | Unobserved:
    """Only the doctor asks it: what is wrong with its settings keeps nobody from starting."""
    if not settings.prometheus_url:
        return NO_PROMETHEUS
    try:
        return await stack.enter_async_context(prometheus.opened(settings, version=version))
    except SettingsError as error:
        return unobserved(error)
