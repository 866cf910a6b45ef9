"""The cluster of a scenario, and what people and programs do to it, each in one sentence."""

import base64
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from bot.model.trust_pair import BACKUP
from bot.model.versions import Version
from playground.demo.ca import LIFETIME, Authority, made_by_sentry
from playground.demo.clusters import ACCOUNT, BUNDLE, NAMESPACE, Calendar, shipped_objects, shipped_rules
from playground.kubernetes import AppPod, Dapr, Rule, SimulatedCluster, SimulatedTown, install_dapr
from playground.kubernetes.dapr import DEPLOYMENTS, STATEFULSETS, app_pod, cluster_objects, trust_objects
from playground.kubernetes.listeners import Listeners
from playground.kubernetes.sentry import SimulatedSentry
from playground.slack import SlackEmulator
from playground.stage.clock import StageClock
from playground.stage.collector import Collector

KUBECTL: Final = "kubectl-client-side-apply"
HELM: Final = "helm"
CHANNEL: Final = "ops"
NEWEST: Final = "1.18.3"
APPS: Final[Mapping[str, int]] = {"orders": 3, "payments": 2, "mail": 1}
# A kubelet needs up to 90 s to bring a changed Secret into a pod; nobody should have to wait for it here.
MOUNT_LAG: Final = timedelta(seconds=1)
READY_AFTER: Final = timedelta(seconds=2)
RESTARTED: Final = "kubectl.kubernetes.io/restartedAt"


@dataclass(slots=True, kw_only=True)
class World:
    """One cluster, as fresh as its scenario. ``name``: as people say it. ``calendar`` dates what is written.

    ``authority`` is the CA with which the scenario began; somebody kept a copy of it. ``town``: everything that lives in the cluster;
    None up to Dapr 1.11, where only a sentry does.
    """

    name: str
    kube: SimulatedCluster
    slack: SlackEmulator
    clock: StageClock
    calendar: Calendar
    collector: Collector
    authority: Authority = field(init=False)
    dapr: Dapr = field(init=False)
    town: SimulatedTown | None = field(init=False, default=None)
    _lone: SimulatedSentry = field(init=False)

    # How it was before.

    def install(
        self,
        *,
        left: timedelta,
        version: str = NEWEST,
        apps: Mapping[str, int] = APPS,
        is_kept_by_helm: bool = False,
        pod_state: str = "running",
        leaf_ttl: str = "",
    ) -> None:
        """Dapr whose CA has so much time left (less than none: it has expired), with applications that trust it.

        ``leaf_ttl``: how long certificates of workloads live, Dapr's day unless given.
        """
        made_at = self.clock.now() - (LIFETIME - left)
        with self.calendar.past(made_at):
            self.authority = authority = made_by_sentry(made_at, Version.parse(version))
            pods = tuple(AppPod(name=name, app_id=app, anchors=authority.ca, state=pod_state) for app, name in _pods(apps))
            self.dapr = Dapr(
                ca=authority.ca,
                issuer=authority.issuer,
                key=authority.key,
                version=version,
                pods=pods,
                configmap_ca=None if _is_paired(version) else b"",
            )
            if is_kept_by_helm:
                self.write_pair(authority, manager=HELM)
            install_dapr(self.kube, self.dapr)
            for thing in shipped_objects():
                self.kube.put(thing)
            if leaf_ttl:
                self._shorten_leaves(leaf_ttl)
            if _is_paired(version):
                self.town = SimulatedTown(self.kube, version=version, ready_after=READY_AFTER, mount_lag=MOUNT_LAG)
                self.town.start()
            else:
                self._lone = SimulatedSentry(self.kube, version=version, mount_lag=MOUNT_LAG)
                self._lone.start()
        # Certificates of that time have ended since, and were renewed.
        self.settle()

    def _shorten_leaves(self, ttl: str) -> None:
        """Certificates whose end nobody has to wait a day for."""
        found = self.kube.get("Configuration", "daprsystem", NAMESPACE)
        mtls = {**found["spec"]["mtls"], "workloadCertTTL": ttl, "allowedClockSkew": "5s"}
        self.kube.put({**found, "spec": {**found["spec"], "mtls": mtls}}, manager=KUBECTL)

    def kubeconfig(self, folder: Path) -> Path:
        """Credentials of the bot: exactly what deploy/ gives it."""
        return self.kube.kubeconfig(folder / "kubeconfig", token=self.allow(shipped_rules(rotating=True)))

    def allow(self, rules: Iterable[Rule]) -> str:
        """From now on the bot may do this and nothing else; its token."""
        return self.kube.token(ACCOUNT, *rules)

    # What somebody does.

    def say(self, user: str, text: str, *, minutes_ago: float = 0) -> None:
        """Somebody writes in #ops, or has written so long ago, before the bot was there."""
        span = timedelta(minutes=minutes_ago)
        self.clock.advance(-span)
        self.slack.say(user, CHANNEL, text)
        self.clock.advance(span)

    def write_configmap(self, ca: bytes, *, manager: str = KUBECTL) -> None:
        """Its ca.crt; the ConfigMap is made if there is none."""
        (_, configmap) = trust_objects(replace(self.dapr, configmap_ca=ca))
        self.kube.put(configmap, manager=manager)

    def write_pair(self, authority: Authority, *, manager: str = KUBECTL) -> None:
        """Both objects, the ConfigMap first, as every change of a CA should be written."""
        if _is_paired(self.dapr.version):
            self.write_configmap(authority.ca, manager=manager)
        secret, *_ = trust_objects(replace(self.dapr, ca=authority.ca, issuer=authority.issuer, key=authority.key))
        self.kube.put(secret, manager=manager)

    def restart_control_plane(self) -> None:
        """Sentry has read its CA again; injector and operator have written it where they keep it."""
        if self.town is not None:
            # It is told when all of it has come back.
            for kind, names in (("Deployment", DEPLOYMENTS), ("StatefulSet", STATEFULSETS)):
                for name in names:
                    self._roll_out(self.town, kind, name, NAMESPACE)
            return
        self.sentry.restart()
        for obj in cluster_objects(replace(self.dapr, ca=self.ca)):
            self.kube.put(obj, manager="dapr")

    def recreate_pods(self, *apps: str) -> None:
        """Those of these applications (of all, without a name) come back with the roots of this moment."""
        if self.town is not None:
            for app, namespace in dict.fromkeys((pod.app_id, pod.namespace) for pod in self.dapr.pods):
                if not apps or app in apps:
                    self._roll_out(self.town, "Deployment", app, namespace)
            return
        for pod in self.dapr.pods:
            if not apps or pod.app_id in apps:
                self.kube.delete("Pod", pod.name, pod.namespace)
                again = replace(pod, anchors=self.ca, state="running")
                self.kube.put(app_pod(again, default_version=self.dapr.version), manager="kube-controller-manager")

    def _roll_out(self, town: SimulatedTown, kind: str, name: str, namespace: str) -> None:
        """As ``kubectl rollout restart`` does it, and it is done already."""
        found = self.kube.get(kind, name, namespace)
        template = found["spec"]["template"]
        annotations = {**template["metadata"].get("annotations", {}), RESTARTED: self.kube.now().isoformat()}
        template = {**template, "metadata": {**template["metadata"], "annotations": annotations}}
        with town.at_once():
            self.kube.put({**found, "spec": {**found["spec"], "template": template}}, manager=KUBECTL)

    def settle(self) -> bool:
        """What happens by itself, as far as it is due; whether anything did."""
        return self.town.settle() if self.town is not None else self._lone.settle()

    @asynccontextmanager
    async def listening(self, *, wanted: bool) -> AsyncGenerator[None]:
        """The control plane shows its certificates over real TLS, if that is wanted; else nobody listens."""
        if self.town is None or not wanted:
            yield
            return
        async with Listeners(self.kube, self.town):
            yield

    @property
    def sentry(self) -> SimulatedSentry:
        """The oldest, of several."""
        return self.town.sentries[0] if self.town is not None else self._lone

    def new_authority(self) -> Authority:
        """A CA of this moment, as sentry would make it."""
        return made_by_sentry(self.clock.now(), Version.parse(self.dapr.version))

    @property
    def is_kept(self) -> bool:
        """Whether the bot has put a CA away."""
        return bool(self.kube.get("Secret", BACKUP, NAMESPACE).get("data"))

    @property
    def ca(self) -> bytes:
        """ca.crt of the Secret."""
        found: dict[str, Any] = self.kube.get("Secret", BUNDLE, NAMESPACE)
        return base64.b64decode(found["data"]["ca.crt"])


def _pods(apps: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    for app, count in apps.items():
        for number in range(count):
            yield app, f"{app}-5d9c7b6f8-{number:0{len(str(count - 1))}d}"


def _is_paired(version: str) -> bool:
    return Version.parse(version).class_ != "A"
