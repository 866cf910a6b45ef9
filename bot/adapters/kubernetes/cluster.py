"""The adapter behind ``ports.Cluster``: one method per part of a Snapshot, each asking exactly what :mod:`needs` declares."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Final, TypeVar

from bot.adapters import background
from bot.adapters.kubernetes import ca_bundles, census, control_plane, errors, metrics, surroundings, trust, watch
from bot.adapters.kubernetes.access import KubernetesAccess
from bot.adapters.kubernetes.api import JSON, METADATA_ONLY, Api, N
from bot.adapters.kubernetes.chains import KubernetesChains
from bot.adapters.kubernetes.connection import Connection, connected
from bot.adapters.kubernetes.hands import NOTE, KubernetesHands
from bot.adapters.kubernetes.needs import Need, backup, needs, proxy
from bot.adapters.kubernetes.paging import Listing, whole
from bot.adapters.kubernetes.pods import KubernetesPods
from bot.adapters.kubernetes.token_review import KubernetesTokens
from bot.adapters.kubernetes.wire import Configuration, Crd, Page, PartialObject, WebhookConfiguration
from bot.adapters.kubernetes.wire_workloads import ControlPod, Pod, Workload
from bot.config import Settings
from bot.errors import Forbidden, Missing
from bot.model.backup import BackupFacts, read_note
from bot.model.snapshot import (
    CaBundle,
    Component,
    IssuerGauge,
    MtlsConfiguration,
    PodCensus,
    TrustConfigMap,
    TrustSecret,
)
from bot.model.surroundings import Surroundings, WorkloadName

T = TypeVar("T")

KINDS: Final = {"secrets": "Secret", "configmaps": "ConfigMap"}


@asynccontextmanager
async def opened(settings: Settings, *, version: str) -> AsyncGenerator["KubernetesCluster"]:
    """A cluster as the settings say, closed on leaving. Nothing is asked yet. Raises SettingsError without credentials.

    ``version`` is the bot's own; it becomes the user agent that the cluster's audit log shows.
    """
    opening = connected(settings, version=version)
    connection = await background.done(opening.__enter__, asyncio.Semaphore())
    try:
        yield KubernetesCluster(connection, settings, version=version)
    finally:
        opening.__exit__(None, None, None)


class KubernetesCluster:
    """Implements ``ports.Cluster`` over one open connection. ``name``: the setting, else the kubeconfig's context.

    ``pods`` implements ``ports.Pods`` over the same connection, ``chains`` ``ports.Chains``, ``access`` ``ports.Access``,
    ``tokens`` ``ports.Tokens``, ``hands`` ``ports.Hands``, which is the only one that changes anything.
    """

    def __init__(self, connection: Connection, settings: Settings, *, version: str) -> None:
        self.name = settings.cluster or connection.name
        self._settings = settings
        self._needs = needs(settings)
        self._api = Api(connection, timeout=timedelta(seconds=settings.request_seconds))
        way = partial(_metrics, self._api, settings, f"dapr-warden/{version}")
        self.pods = KubernetesPods(self._api, way, is_optional=settings.sentry_metrics == "auto")
        self.chains = KubernetesChains(self._api, connection.another, way=settings.tls_probes)
        self.access = KubernetesAccess(self._api, settings)
        self.hands = KubernetesHands(self._api, settings)
        self.tokens = KubernetesTokens(self._api)
        self._metrics = way(settings.namespace)

    async def trust_secret(self) -> TrustSecret | None:
        """A single get by name; never a list."""
        if not self._needs["trust_secret"]:
            raise Forbidden("The Secret is not read: DAPR_WARDEN_CA_SECRET_ACCESS=off.", hint="Set it to read to change that.")
        (need,) = self._needs["trust_secret"]
        settings = self._settings
        keys = trust.Keys(ca=settings.ca_key, issuer_cert=settings.issuer_cert_key, issuer_key=settings.issuer_key_key)
        return await self._trust(need, partial(trust.secret, name=need.name, keys=keys))

    async def trust_configmap(self) -> TrustConfigMap | None:
        """A single get by name."""
        (need,) = self._needs["trust_configmap"]
        return await self._trust(need, partial(trust.configmap, name=need.name, ca_key=self._settings.ca_key))

    async def components(self) -> tuple[Component, ...]:
        """Deployments, StatefulSets and pods that carry the control plane's labels."""
        deployments, statefulsets, pods = self._needs["components"]
        selector = control_plane.SELECTOR
        asked = (
            Listing(deployments, "DeploymentList", Page[Workload], selector=selector),
            Listing(statefulsets, "StatefulSetList", Page[Workload], selector=selector),
        )
        kinds = [(listing.kind.removesuffix("List"), await self._list(listing)) for listing in asked]
        return control_plane.components(kinds, await self._list(Listing(pods, "PodList", Page[ControlPod], selector=selector)))

    async def census(self) -> PodCensus:
        """All pods of the cluster, 500 at a time."""
        (need,) = self._needs["census"]
        tally = await whole(self._api, Listing(need, "PodList", Page[Pod]), census.Tally, census.Tally.add)
        return tally.census()

    async def mtls(self) -> MtlsConfiguration | None:
        """None also when Dapr's kinds are not installed."""
        (need,) = self._needs["mtls"]
        found = await self._one(need, "Configuration", Configuration)
        if found is None:
            return None
        return control_plane.mtls(found)

    async def webhook(self) -> CaBundle | None:
        """A single get by name."""
        (need,) = self._needs["webhook"]
        found = await self._one(need, "MutatingWebhookConfiguration", WebhookConfiguration)
        return ca_bundles.of_webhook(need, found) if found else None

    async def crd(self) -> CaBundle | None:
        """A single get by name."""
        (need,) = self._needs["crd"]
        found = await self._one(need, "CustomResourceDefinition", Crd)
        return ca_bundles.of_crd(need, found) if found else None

    async def issuer_gauges(self, components: Sequence[Component]) -> tuple[IssuerGauge, ...]:
        """From the pods or through the API server, as the settings say."""
        return await metrics.issuer_gauges(self._metrics, components) if self._metrics else ()

    async def surroundings(self, workloads: Collection[WorkloadName]) -> Surroundings:
        """Cluster-wide lists, of the kinds that are among them; of all that is listed only what concerns them is kept."""
        return await surroundings.of(self._api, frozenset(workloads))

    async def backup(self) -> BackupFacts | None:
        """Asks for the metadata only. Raises Malformed for a note that is none."""
        need = backup(self._settings)
        found = await self._one(need, "Secret", PartialObject, accept=METADATA_ONLY)
        told = (found.metadata.annotations or {}).get(NOTE, "") if found else ""
        try:
            return read_note(told) if told else None
        except ValueError as error:
            raise errors.malformed(need, str(error)) from error

    async def trust_versions(self) -> tuple[str, str]:
        """Asks for the metadata only, so that no key travels."""
        versions = {need.resource: await self._version(need) for need in self._needs["trust_versions"]}
        return versions.get("secrets", ""), versions.get("configmaps", "")

    def trust_changes(self) -> AsyncIterator[str]:
        """Yields "Secret" or "ConfigMap"; in mode ``off`` the ConfigMap only."""
        return watch.changes(self._api, [(need, KINDS[need.resource]) for need in self._needs["trust_changes"]])

    async def _trust(self, need: Need, decode: Callable[[bytes], T | trust.Unreadable]) -> T | None:
        try:
            answer = await self._api.run(lambda: self._api.read(need, decode))
        except Missing:
            return None
        if isinstance(answer, trust.Unreadable):
            raise errors.malformed(need, answer.problem)
        return answer

    async def _one(self, need: Need, kind: str, type_: type[N], *, accept: str = JSON) -> N | None:
        try:
            return await self._api.one(need, kind, type_, accept=accept)
        except Missing:
            return None

    async def _list(self, listing: Listing[T]) -> list[T]:
        return await whole(self._api, listing, list[T], list[T].extend)

    async def _version(self, need: Need) -> str:
        found = await self._one(need, KINDS[need.resource], PartialObject, accept=METADATA_ONLY)
        return found.metadata.resource_version if found else ""


def _metrics(api: Api, settings: Settings, user_agent: str, namespace: str) -> metrics.Source | None:
    match settings.sentry_metrics:
        case "off":
            return None
        case "proxy":
            return metrics.Proxied(api, proxy(namespace))
        case "auto" if not api.in_cluster:
            return metrics.Proxied(api, proxy(namespace))
        case _:
            return metrics.Direct(api.timeout, user_agent=user_agent)
