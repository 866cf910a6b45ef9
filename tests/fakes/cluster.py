"""A Kubernetes cluster without one: :class:`bot.ports.Cluster` as values, under the same contract suite as the real adapter.

Set the nouns directly, or ``install`` a Dapr as the playground describes it. ``unable`` makes a method raise, ``hanging`` never answer.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from msgspec.structs import replace

from bot.errors import BotError
from bot.model import pem, private_key
from bot.model.backup import BackupFacts
from bot.model.snapshot import (
    CaBundle,
    Component,
    ComponentPod,
    Daprd,
    DaprPod,
    IssuerGauge,
    MtlsConfiguration,
    ObjectFacts,
    PodCensus,
    TrustConfigMap,
    TrustSecret,
    Writer,
)
from bot.model.surroundings import Surroundings, WorkloadName
from playground.kubernetes.dapr import DEPLOYMENTS, LONG_AGO, STATEFULSETS, AppPod, Dapr

T = TypeVar("T")


@dataclass
class FakeCluster:
    secret: TrustSecret | None = None
    configmap: TrustConfigMap | None = None
    components_: tuple[Component, ...] = ()
    census_: PodCensus = field(default_factory=lambda: PodCensus(pods=()))
    mtls_: MtlsConfiguration | None = None
    webhook_: CaBundle | None = None
    crd_: CaBundle | None = None
    surroundings_: Surroundings = field(default_factory=Surroundings)
    backup_: BackupFacts | None = None
    gauges: tuple[IssuerGauge, ...] = ()
    unable: dict[str, Exception] = field(default_factory=dict)
    hanging: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    _watchers: set["asyncio.Queue[str | BotError]"] = field(default_factory=set)
    _version: int = 1000

    async def trust_secret(self) -> TrustSecret | None:
        return await self._answer("trust_secret", self.secret)

    async def trust_configmap(self) -> TrustConfigMap | None:
        return await self._answer("trust_configmap", self.configmap)

    async def components(self) -> tuple[Component, ...]:
        return await self._answer("components", self.components_)

    async def census(self) -> PodCensus:
        return await self._answer("census", self.census_)

    async def mtls(self) -> MtlsConfiguration | None:
        return await self._answer("mtls", self.mtls_)

    async def webhook(self) -> CaBundle | None:
        return await self._answer("webhook", self.webhook_)

    async def crd(self) -> CaBundle | None:
        return await self._answer("crd", self.crd_)

    async def issuer_gauges(self, components: Sequence[Component]) -> tuple[IssuerGauge, ...]:
        running = {pod.name for component in components for pod in component.pods}
        return await self._answer("issuer_gauges", tuple(gauge for gauge in self.gauges if gauge.pod in running))

    async def surroundings(self, workloads: Collection[WorkloadName]) -> Surroundings:
        return await self._answer("surroundings", of(self.surroundings_, workloads))

    async def backup(self) -> BackupFacts | None:
        return await self._answer("backup", self.backup_)

    async def trust_versions(self) -> tuple[str, str]:
        versions = tuple(one.facts.resource_version if one else "" for one in (self.secret, self.configmap))
        return await self._answer("trust_versions", (versions[0], versions[1]))

    async def trust_changes(self) -> AsyncIterator[str]:
        await self._answer("trust_changes", None)
        inbox: asyncio.Queue[str | BotError] = asyncio.Queue()
        self._watchers.add(inbox)
        try:
            while True:
                item = await inbox.get()
                if isinstance(item, BotError):
                    raise item
                yield item
        finally:
            self._watchers.discard(inbox)

    @property
    def open_watches(self) -> int:
        return len(self._watchers)

    def cut_watches(self, error: BotError) -> None:
        """What a broken connection does."""
        self._tell(error)

    def set_secret(self, ca: bytes, issuer: bytes, key: bytes, *, manager: str = "sentry") -> None:
        old = self.secret
        same = (pem.read(ca), pem.read(issuer), private_key.read_key(key))
        if old is not None and (old.ca, old.issuer, old.key) == same:
            return
        facts = self._facts(old.facts if old else None, manager, ("ca.crt", "issuer.crt", "issuer.key"))
        self.secret = TrustSecret(facts=facts, ca=same[0], issuer=same[1], key=same[2])
        self._tell("Secret")

    def set_configmap(self, ca: bytes, *, manager: str = "sentry") -> None:
        old = self.configmap
        if old is None or old.ca != pem.read(ca):
            self.configmap = TrustConfigMap(facts=self._facts(old.facts if old else None, manager, ("ca.crt",)), ca=pem.read(ca))
            self._tell("ConfigMap")

    def remove_configmap(self) -> None:
        self.configmap = None
        self._tell("ConfigMap")

    def install(self, dapr: Dapr) -> None:
        """What the adapter would see after ``install_dapr``."""
        self.set_secret(dapr.ca, dapr.issuer, dapr.key)
        if (ca := dapr.ca if dapr.configmap_ca is None else dapr.configmap_ca) != b"":
            self.set_configmap(ca)
        self.components_ = tuple(_component(dapr, app) for app in (*DEPLOYMENTS, *STATEFULSETS))
        anchors = {hashlib.sha256(pod.anchors).hexdigest(): pem.read(pod.anchors) for pod in dapr.pods if pod.anchors and pod.injected}
        pods = tuple(_pod(pod, dapr.version) for pod in sorted(dapr.pods, key=lambda pod: (pod.namespace, pod.name)))
        total = len(pods) + sum(len(component.pods) for component in self.components_)
        self.census_ = PodCensus(pods=pods, anchors=anchors, sentry_namespaces=(dapr.namespace,), total=total)
        self.mtls_ = _mtls(dapr)
        bundle = pem.read(dapr.ca if dapr.ca_bundle is None else dapr.ca_bundle) if dapr.ca_bundle != b"" else None
        self.webhook_ = _ca_bundle("MutatingWebhookConfiguration", "dapr-sidecar-injector", bundle, dapr)
        self.crd_ = _ca_bundle("CustomResourceDefinition", "subscriptions.dapr.io", bundle, dapr)
        not_after_at = datetime.fromtimestamp(dapr.issuer_not_after, UTC)
        self.gauges = tuple(IssuerGauge(pod.name, not_after_at) for pod in self.components_[0].pods) if dapr.issuer_not_after else ()

    async def _answer(self, method: str, value: T) -> T:
        self.asked.append(method)
        if method in self.hanging:
            await asyncio.Event().wait()
        if method in self.unable:
            raise self.unable[method]
        return value

    def _tell(self, item: str | BotError) -> None:
        for watcher in self._watchers:
            watcher.put_nowait(item)

    def _facts(self, old: ObjectFacts | None, manager: str, keys: tuple[str, ...]) -> ObjectFacts:
        self._version += 1
        writers = tuple(
            writer for writer in (old.writers if old else ()) if writer.manager != manager and not set(writer.keys) <= set(keys)
        )
        return ObjectFacts(
            uid=old.uid if old else f"uid-{self._version}",
            resource_version=str(self._version),
            created_at=LONG_AGO,
            owners=("Helm release dapr",),
            writers=(*writers, Writer(manager, "Update", LONG_AGO, keys)),
        )


def of(found: Surroundings, workloads: Collection[WorkloadName]) -> Surroundings:
    """What concerns these workloads."""
    kept = tuple(one for one in found.workloads if one.workload in workloads)
    names = {one.workload for one in kept}
    covers = ((one, tuple(name for name in one.covers if name in names)) for one in found.budgets)
    return Surroundings(
        workloads=kept,
        budgets=tuple(replace(one, covers=some) for one, some in covers if some),
        quotas=tuple(one for one in found.quotas if one.namespace in {name.namespace for name in names}),
    )


def _component(dapr: Dapr, app: str) -> Component:
    name = app.removeprefix("dapr-")
    kind = "StatefulSet" if app in STATEFULSETS else "Deployment"
    image = f"ghcr.io/dapr/{name.removesuffix('-server')}:{dapr.version}"
    middle = "" if app in STATEFULSETS else "6b7f9d-"
    pods = tuple(
        ComponentPod(name=f"{app}-{middle}{replica}", ready=True, image=image, ip="127.0.0.1", started_at=LONG_AGO)
        for replica in range(dapr.replicas)
    )
    return Component(
        name=name, kind=kind, workload=app, image=image, version=dapr.version, desired=dapr.replicas, ready=dapr.replicas, pods=pods
    )


def _pod(pod: AppPod, version: str) -> DaprPod:
    app_id = pod.app_id or pod.name.split("-", 1)[0]
    found = pod.daprd_version or version
    running = pod.state == "running"
    daprd = Daprd(
        image=f"ghcr.io/dapr/daprd:{found}",
        version=found,
        anchors=hashlib.sha256(pod.anchors).hexdigest() if pod.anchors else None,
        native=pod.native,
        ready=running,
        restarts=0 if running else 7,
        state=pod.state,
    )
    return DaprPod(
        namespace=pod.namespace,
        name=pod.name,
        app_id=app_id,
        phase=pod.phase,
        daprd=daprd if pod.injected else None,
        workload=f"Deployment/{app_id}",
        created_at=LONG_AGO,
    )


def _mtls(dapr: Dapr) -> MtlsConfiguration:
    return MtlsConfiguration(
        enabled=dapr.mtls_enabled,
        workload_cert_ttl="24h",
        allowed_clock_skew="15m",
        control_plane_trust_domain="cluster.local",
        sentry_address=f"dapr-sentry.{dapr.namespace}.svc.cluster.local:443",
    )


def _ca_bundle(kind: str, name: str, bundle: pem.PemDocument | None, dapr: Dapr) -> CaBundle:
    return CaBundle(kind=kind, name=name, bundle=bundle, service_namespace=dapr.namespace)
