"""The only constructor calls of the core: opens adapters in one exit stack, in the order in which they need each other."""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from bot.adapters import canary_urls, kubernetes, loki, prometheus, sealing_way, store
from bot.adapters.clock import SystemClock
from bot.adapters.kubernetes import KubernetesCluster
from bot.adapters.sealing import AesGcmSeal
from bot.adapters.store import SqliteStore
from bot.config import Settings
from bot.core import Core
from bot.errors import SettingsError
from bot.model.alert import Backlog
from bot.model.diagnosis import Diagnosis
from bot.model.observed import Unobserved, unobserved
from bot.model.rotation import Kind
from bot.model.snapshot import Snapshot
from bot.model.surroundings import WorkloadName
from bot.model.targets import Unresolved
from bot.model.vitals import KeyFile, SealTrial, StoreCondition
from bot.ports import Access, Approvals, Clock, Logs, Metrics, Observe, Store
from bot.usecases.assent import Assent
from bot.usecases.beginning import Beginning
from bot.usecases.canary_urls import CanaryUrls
from bot.usecases.carry import Carriage, Look
from bot.usecases.collect import Scope, collect, names, not_watched
from bot.usecases.doctor import NO_KEY_FILE, NO_LOKI, NO_PROMETHEUS, NO_SEAL, Doctor, not_keeping, not_watching
from bot.usecases.gathering import Sources
from bot.usecases.handshakes import Handshakes
from bot.usecases.inquiry import Inquiry
from bot.usecases.keep_pair import Keeper, nothing_known
from bot.usecases.log_watch import LogWatch
from bot.usecases.logbook import Logbook
from bot.usecases.noting import Noting
from bot.usecases.performing import Performer
from bot.usecases.renew import Renewals, Terms
from bot.usecases.standing import Carrier
from bot.usecases.steering import Steering
from bot.usecases.tenancy import Tenancy

# Somebody waits for the answer: what does not come in time is told as unseen.
DIAGNOSED_WITHIN = timedelta(seconds=6)
OWN_CLOCK = SystemClock()
Matched = Callable[[Mapping[tuple[str, str], int]], None]


@asynccontextmanager
async def opened(
    settings: Settings,
    *,
    version: str,
    clock: Clock = OWN_CLOCK,
    matched: Matched = lambda _: None,
    noticed: Callable[[], None] = lambda: None,
) -> AsyncGenerator[Core]:
    """Cluster, memory and logs, closed in reverse. Raises SettingsError when one of them cannot be used as set.

    ``clock``: the machine's own unless given. ``matched``, ``noticed``: see :class:`bot.usecases.log_watch.LogWatch`.
    """
    async with AsyncExitStack() as stack:
        memory = await stack.enter_async_context(store.opened(settings.store))
        cluster = await stack.enter_async_context(kubernetes.opened(settings, version=version))
        keeper = _keeper(settings, cluster, memory, clock)
        scopes = _scopes(settings, cluster.name, version, _carrier(settings, cluster.access, memory, clock), keeper)
        logs = await _logs(stack, settings, version, clock)
        watch = await _remembering(logs, store=memory, clock=clock, namespace=settings.namespace, matched=matched, opened=noticed)
        known, handshakes = watch.part if watch else not_watched, Handshakes(cluster.chains, settings.tls_probes)
        observe, survey, carried = (partial(collect, cluster, clock, one, memory, known, handshakes) for one in scopes)
        renewals = _renewals(settings, cluster.name, survey, memory.approvals, keeper)
        carriage = await _carriage(settings, cluster, memory, carried, renewals, clock)
        metrics = await _metrics(stack, settings, version)
        yield Core(
            name=cluster.name,
            cluster=cluster,
            store=memory,
            clock=clock,
            observe=observe,
            survey=survey,
            pods=cluster.pods,
            handshakes=handshakes,
            doctor=_doctor(settings, memory, watch, keeper, clock=clock, access=cluster.access, logs=logs, metrics=metrics),
            lifetime=timedelta(days=settings.ca_days),
            logs=logs,
            log_watch=watch,
            tokens=cluster.tokens,
            renewals=renewals,
            keeper=keeper,
            carriage=carriage,
            steering=_steering(carriage, renewals),
            canary_urls=await _canary_urls(stack, settings, version, carriage),
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


def _doctor(
    settings: Settings, memory: SqliteStore, watch: LogWatch | None, keeper: Keeper | None, *, logs: Logs | None, **rest: Any
) -> Doctor:
    """Of the running bot, which knows more than one from outside."""
    return Doctor(
        settings=settings,
        sealing=_sealing(settings),
        trial=_trial(settings),
        logs=logs or NO_LOKI,
        memory=partial(_remembered, memory),
        watch=watch.part if watch else not_watching,
        backup=keeper.part if keeper else not_keeping,
        **rest,
    )


async def _remembered(memory: Store) -> tuple[StoreCondition, Backlog]:
    return await memory.condition(), await memory.backlog()


def _scopes(settings: Settings, name: str, version: str, carrier: Carrier | None, keeper: Keeper | None) -> tuple[Scope, Scope, Scope]:
    """Of a sweep, of a look to plan with, and of one to carry a plan out with: who carries it out need not ask whether he could."""
    sweep = Scope(settings=settings, name=name, version=version, backup=keeper.known if keeper else nothing_known)
    carried = replace(sweep, surroundings=True)
    return sweep, replace(carried, carrier=carrier), carried


def _carrier(settings: Settings, access: Access, memory: Store, clock: Clock) -> Carrier | None:
    """This bot, where it would carry out what is approved."""
    if settings.rotation == "off":
        return None
    return Carrier(access=access, clock=clock, memory=memory.condition, canary=_canary(settings))


def _canary(settings: Settings) -> WorkloadName:
    namespace, _, name = settings.canary.partition("/")
    return WorkloadName(namespace, "Deployment", name)


def _sealing(settings: Settings) -> Callable[[], KeyFile] | Unobserved:
    if settings.rotation == "off":
        return NO_SEAL
    return NO_KEY_FILE if settings.sealing_command else partial(AesGcmSeal.place, settings.sealing_key_file)


def _trial(settings: Settings) -> Callable[[], SealTrial] | Unobserved:
    return NO_SEAL if settings.rotation == "off" else partial(sealing_way.tried, settings)


def _keeper(settings: Settings, cluster: KubernetesCluster, memory: SqliteStore, clock: Clock) -> Keeper | None:
    """None where nobody may ask for a rotation. Raises SettingsError where the sealing key cannot be used: no key could be kept then."""
    if settings.rotation == "off":
        return None

    async def is_running() -> bool:
        file = await memory.journal.latest_run(cluster.name)
        return file is not None and not file.run.is_over

    return Keeper(safe=cluster.hands, seal=sealing_way.chosen(settings), clock=clock, is_running=is_running)


def _renewals(settings: Settings, name: str, survey: Observe, approvals: Approvals, keeper: Keeper | None) -> Renewals | None:
    """None where nobody may ask."""
    if keeper is None:
        return None
    terms = Terms(
        people=settings.people,
        person=settings.person,
        quorum={Kind.CROSS_SIGNED: settings.quorum, Kind.RECOVERY: settings.quorum_recovery, Kind.RESTORE: settings.quorum_restore},
        lifetime=timedelta(days=settings.ca_days),
    )
    return Renewals(cluster=name, look=survey, memory=approvals, seal=keeper.seal, clock=keeper.clock, terms=terms, backup=keeper.last_good)


async def _carriage(
    settings: Settings, cluster: KubernetesCluster, memory: SqliteStore, look: Look, renewals: Renewals | None, clock: Clock
) -> Carriage | None:
    """What carries approved rotations out; None where nobody may ask for one."""
    if renewals is None:
        return None
    holder = await memory.journal.identity()

    async def highest_fence() -> int:
        file = await memory.journal.latest_run(cluster.name)
        return max((one.fence for one in file.entries), default=0) if file else 0

    tenancy = Tenancy(hands=cluster.hands, clock=clock, holder=holder, least=highest_fence)
    logbook = Logbook(cluster=cluster.name, journal=memory.journal, tenancy=tenancy, clock=clock, person=settings.person)
    performer = Performer(
        hands=cluster.hands,
        seal=renewals.seal,
        memory=memory.approvals,
        journal=memory.journal,
        clock=clock,
        is_ours=tenancy.is_ours,
    )
    return Carriage(
        look=look,
        peek=cluster.trust_versions,
        logbook=logbook,
        beginning=Beginning(logbook=logbook, performer=performer, renewals=renewals),
        performer=performer,
        store=memory,
        clock=clock,
        canary=_canary(settings),
        noting=Noting(logbook=logbook, names=names(settings)),
        assent=Assent(renewals=renewals, server=cluster.access.server, clock=clock),
        due=renewals.approved,
    )


async def _canary_urls(stack: AsyncExitStack, settings: Settings, version: str, carriage: Carriage | None) -> CanaryUrls | None:
    if carriage is None or not settings.canary_urls:
        return None
    call = await stack.enter_async_context(canary_urls.opened(version=version))
    return CanaryUrls(urls=settings.canary_urls, call=call, logbook=carriage.logbook)


def _steering(carriage: Carriage | None, renewals: Renewals | None) -> Steering | None:
    if carriage is None or renewals is None:
        return None
    return Steering(logbook=carriage.logbook, terms=renewals.terms, ring=carriage.due.ring)


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
            sealing=_sealing(settings),
            trial=_trial(settings),
        )


async def _metrics(stack: AsyncExitStack, settings: Settings, version: str) -> Metrics | Unobserved:
    """Only the doctor asks it: what is wrong with its settings keeps nobody from starting."""
    if not settings.prometheus_url:
        return NO_PROMETHEUS
    try:
        return await stack.enter_async_context(prometheus.opened(settings, version=version))
    except SettingsError as error:
        return unobserved(error)
