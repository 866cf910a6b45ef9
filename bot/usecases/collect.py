"""The only gatherer: asks for all parts of a Snapshot at once, each with its own deadline, and turns every "unable" into a reason."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Final

from bot.config import Settings
from bot.model import servers
from bot.model.backup import BACKUP_NOT_LOOKED_AT, BackupFacts
from bot.model.chains import CHAINS_NOT_READ, LiveChains
from bot.model.logs import LogView
from bot.model.observed import Observed, Part, Unobserved, Why
from bot.model.snapshot import LOGS_NOT_WATCHED, AcceptedCa, BundleNames, Component, IssuerGauge, PodCensus, Snapshot, TrustSecret
from bot.model.standing import STANDING_NOT_LOOKED_AT, Standing
from bot.model.surroundings import SURROUNDINGS_NOT_LOOKED_AT, Surroundings, WorkloadName
from bot.model.workloads import live, owner
from bot.ports import Clock, Cluster, Store
from bot.usecases.handshakes import Handshakes
from bot.usecases.parts import part
from bot.usecases.standing import Carrier

# One request may take settings.request_seconds; the longest part (all pods of a large cluster) is many requests.
REQUESTS_PER_PART: Final = 3

SECRET_OFF: Final = Unobserved(
    Why.BY_CHOICE, "The Secret is not read (DAPR_WARDEN_CA_SECRET_ACCESS=off).", "Set it to read, with the RBAC of that mode."
)
METRICS_OFF: Final = Unobserved(
    Why.BY_CHOICE, "Sentry's metrics are not read (DAPR_WARDEN_SENTRY_METRICS=off).", "Set it to auto, direct or proxy."
)
METRICS_NOT_ALLOWED: Final = Unobserved(
    Why.BY_CHOICE,
    "Sentry's metrics are not read: through the API server that is not allowed (DAPR_WARDEN_SENTRY_METRICS=auto).",
    "Grant get pods/proxy with deploy/kustomize/components/pods-proxy, or set it to off.",
)
NO_MEMORY: Final = Unobserved(
    Why.BY_CHOICE, "No accepted CA is known: this run has no memory of earlier ones.", "`dapr-warden serve` remembers it."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What to look at. ``name``: the cluster's, as people say it; ``version``: the bot's own.

    ``deadline`` is that of one part; None: three times that of one request. ``surroundings``: whether somebody plans with it;
    ``carrier``: the bot that would carry the plan out, None where nobody would. ``backup``: what a bot knows of the pair that it keeps.
    """

    settings: Settings
    name: str
    version: str = ""
    deadline: timedelta | None = None
    surroundings: bool = False
    carrier: Carrier | None = None
    backup: Callable[[], Part[BackupFacts | None]] | None = None

    @property
    def seconds(self) -> float:
        """The deadline of one part."""
        return (self.deadline or REQUESTS_PER_PART * timedelta(seconds=self.settings.request_seconds)).total_seconds()


def not_watched() -> Part[LogView]:
    """What is known of logs where no log watch runs."""
    return LOGS_NOT_WATCHED


async def collect(  # noqa: PLR0913 - what a look needs
    cluster: Cluster,
    clock: Clock,
    scope: Scope,
    store: Store | None = None,
    logs: Callable[[], Part[LogView]] = not_watched,
    handshakes: Handshakes | None = None,
    *,
    also: Collection[WorkloadName] = (),
) -> Snapshot:
    """Look at everything once. Without a store (the terminal) nothing is remembered. ``logs``: what the log watch knows now.

    ``handshakes``: None where servers are not asked. ``also``: workloads that are looked at whether or not they have a pod now.
    A part that cannot be seen is Unobserved with its reason. Anything else than a BotError is a bug: it ends the other parts and
    comes out in an ExceptionGroup.
    """
    taken_at, seconds, settings = clock.now(), scope.seconds, scope.settings
    async with asyncio.TaskGroup() as group:
        secret = group.create_task(_secret(cluster, settings, seconds))
        configmap = group.create_task(part("the ConfigMap", cluster.trust_configmap, seconds))
        control_plane = group.create_task(_control_plane(cluster, settings, seconds, handshakes))
        census = group.create_task(part("the pods of the cluster", cluster.census, seconds))
        mtls = group.create_task(part("the Configuration", cluster.mtls, seconds))
        webhook = group.create_task(part("the injector's webhook", cluster.webhook, seconds))
        crd = group.create_task(part("the Subscription CRD", cluster.crd, seconds))
        accepted = group.create_task(_accepted(store, seconds))
        standing = group.create_task(_standing(scope.carrier, seconds))
    components, issuer_gauges, chains = control_plane.result()
    return Snapshot(
        taken_at=taken_at,
        secret=secret.result(),
        configmap=configmap.result(),
        components=components,
        census=census.result(),
        mtls=mtls.result(),
        webhook=webhook.result(),
        crd=crd.result(),
        issuer_gauges=issuer_gauges,
        accepted=accepted.result(),
        logs=logs(),
        chains=chains,
        surroundings=await _surroundings(cluster, scope, census.result(), components, also),
        standing=standing.result(),
        backup=await _backup(cluster, scope),
        **_about(scope),
    )


async def _backup(cluster: Cluster, scope: Scope) -> Part[BackupFacts | None]:
    """A bot that keeps a pair knows it; anybody else asks, but only to plan."""
    if scope.backup is not None:
        return scope.backup()
    return await part("the last good pair", cluster.backup, scope.seconds) if scope.surroundings else BACKUP_NOT_LOOKED_AT


async def _standing(carrier: Carrier | None, seconds: float) -> Part[Standing]:
    return Observed(await carrier.standing(seconds)) if carrier else STANDING_NOT_LOOKED_AT


def _about(scope: Scope) -> dict[str, Any]:
    """What is known of a look before it."""
    settings = scope.settings
    return {"cluster": scope.name, "namespace": settings.namespace, "warden_version": scope.version, "names": names(settings)}


def names(settings: Settings) -> BundleNames:
    """What the two objects and their keys are called here."""
    return BundleNames(bundle=settings.bundle_name, ca=settings.ca_key, issuer=settings.issuer_cert_key, key=settings.issuer_key_key)


async def _surroundings(
    cluster: Cluster, scope: Scope, census: Part[PodCensus], components: Part[tuple[Component, ...]], also: Collection[WorkloadName]
) -> Part[Surroundings]:
    """Of whatever a rotation restarts, which is known once all pods were seen: so it comes last."""
    if not scope.surroundings:
        return SURROUNDINGS_NOT_LOOKED_AT
    if isinstance(census, Unobserved):
        return _unknown_which(census)
    if isinstance(components, Unobserved):
        return _unknown_which(components)
    here = scope.settings.namespace
    wanted = {owner(pod) for pod in live(census.value)} | {WorkloadName(here, one.kind, one.workload) for one in components.value}
    wanted |= set(also)
    return await part("the workloads", partial(cluster.surroundings, wanted), scope.seconds)


def _unknown_which(unseen: Unobserved) -> Unobserved:
    return Unobserved(unseen.why, f"The workloads were not looked at, as it is not known which there are: {unseen.detail}", unseen.hint)


async def _secret(cluster: Cluster, settings: Settings, seconds: float) -> Part[TrustSecret | None]:
    if settings.ca_secret_access == "off":  # noqa: S105 - a mode
        return SECRET_OFF
    return await part("the Secret", cluster.trust_secret, seconds)


async def _accepted(store: Store | None, seconds: float) -> Part[AcceptedCa | None]:
    return await part("the accepted CA", store.accepted_ca, seconds) if store else NO_MEMORY


async def _control_plane(
    cluster: Cluster, settings: Settings, seconds: float, handshakes: Handshakes | None
) -> tuple[Part[tuple[Component, ...]], Part[tuple[IssuerGauge, ...]], Part[LiveChains]]:
    """Gauges and certificates are asked of the pods that were found, so they come after."""
    components = await part("the control plane", cluster.components, seconds)
    async with asyncio.TaskGroup() as group:
        gauges = group.create_task(_gauges(cluster, settings, seconds, components))
        chains = group.create_task(_chains(handshakes, settings, seconds, components))
    return components, gauges.result(), chains.result()


async def _gauges(
    cluster: Cluster, settings: Settings, seconds: float, components: Part[tuple[Component, ...]]
) -> Part[tuple[IssuerGauge, ...]]:
    if settings.sentry_metrics == "off":
        return METRICS_OFF
    if isinstance(components, Unobserved):
        detail = f"Sentry's metrics were not read, because its pods could not be seen: {components.detail}"
        return Unobserved(components.why, detail, components.hint)
    gauges = await part("sentry's metrics", partial(cluster.issuer_gauges, components.value), seconds)
    return METRICS_NOT_ALLOWED if _may_do_without(gauges, settings) else gauges


async def _chains(
    handshakes: Handshakes | None, settings: Settings, seconds: float, components: Part[tuple[Component, ...]]
) -> Part[LiveChains]:
    if handshakes is None:
        return CHAINS_NOT_READ
    if isinstance(components, Unobserved):
        detail = f"The certificates that servers show were not read, because their pods could not be seen: {components.detail}"
        return Unobserved(components.why, detail, components.hint)
    endpoints = servers.of_control_plane(components.value, settings.namespace)
    return await handshakes.seen("the certificates that servers show", endpoints, seconds)


def _may_do_without(gauges: Part[tuple[IssuerGauge, ...]], settings: Settings) -> bool:
    """``auto`` asks only for what it may, as long as the Secret tells the issuer's end as well."""
    is_forbidden = isinstance(gauges, Unobserved) and gauges.why is Why.FORBIDDEN
    return is_forbidden and settings.sentry_metrics == "auto" and settings.ca_secret_access == "read"  # noqa: S105 - a mode
