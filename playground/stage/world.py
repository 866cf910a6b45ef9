"""The cluster of a scenario, and what people and programs do to it, each in one sentence."""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from playground.demo.ca import LIFETIME, Authority, made_by_sentry
from playground.demo.clusters import BUNDLE, NAMESPACE, Calendar
from playground.kubernetes import AppPod, Dapr, SimulatedCluster, install_dapr
from playground.kubernetes.dapr import app_pod, cluster_objects, control_plane, trust_objects
from playground.slack import Message, SlackEmulator
from playground.stage.clock import MovableClock
from playground.stage.sentry import StageSentry

Object = dict[str, Any]

KUBECTL: Final = "kubectl-client-side-apply"
HELM: Final = "helm"
CHANNEL: Final = "ops"
APPS: Final[Mapping[str, int]] = {"orders": 3, "payments": 2, "mail": 1}
TEMPLATE_HASH: Final = "5d9c7b6f8"


@dataclass(slots=True, kw_only=True)
class World:
    """One cluster with Dapr, until the next scenario. ``name``: as people say it.

    ``authority`` is the CA that was there when the scenario began, of which somebody kept a copy.
    """

    name: str
    kube: SimulatedCluster
    slack: SlackEmulator
    clock: MovableClock
    calendar: Calendar
    authority: Authority = field(init=False)
    dapr: Dapr = field(init=False)
    sentry: StageSentry = field(init=False)

    def now(self) -> datetime:
        """The time of everything here."""
        return self.clock.now()

    # How it was before the scenario.

    def install(
        self, *, left: timedelta, version: str = "1.18.3", apps: Mapping[str, int] = APPS, pod_state: str = "running", manager: str = "sentry"
    ) -> None:
        """Dapr whose CA has so much time left (less than none: it has expired), with pods that trust it."""
        made_at = self.now() - (LIFETIME - left)
        self.authority = made_by_sentry(made_at)
        ca = self.authority.ca
        pods = tuple(AppPod(name=name, app_id=app, anchors=ca, state=pod_state) for app, name in _pod_names(apps))
        self.dapr = Dapr(ca=ca, issuer=self.authority.issuer, key=self.authority.key, version=version, pods=pods)
        if not _has_configmap(version):
            self.dapr = replace(self.dapr, configmap_ca=b"")
        self.sentry = StageSentry(kube=self.kube, now=self.now, version=version, not_after_at=self.authority.not_after_at)
        with self.calendar.past(made_at):
            install_dapr(self.kube, replace(self.dapr, issuer_not_after=self.authority.not_after_at.timestamp()))
            self.sentry.serve_metrics()
            if manager != "sentry":
                self.write_pair(self.authority, manager=manager)

    def say(self, user: str, text: str, *, ago: timedelta = timedelta(), thread: Message | None = None) -> Message:
        """Somebody writes in #ops, now or so long ago."""
        return self.slack.say(user, CHANNEL, text, thread.ts if thread else "")

    # What somebody does.

    def write_configmap(self, ca: bytes, *, manager: str = KUBECTL) -> None:
        """ca.crt of the ConfigMap; it is made if there is none."""
        (_, configmap) = trust_objects(replace(self.dapr, configmap_ca=ca))
        self.kube.put(configmap, manager=manager)

    def write_secret(self, authority: Authority, *, manager: str = KUBECTL) -> None:
        """All three files of the Secret."""
        secret, *_ = trust_objects(replace(self.dapr, ca=authority.ca, issuer=authority.issuer, key=authority.key))
        self.kube.put(secret, manager=manager)

    def write_pair(self, authority: Authority, *, manager: str = KUBECTL) -> None:
        """Both objects, the ConfigMap first, as every change of a CA should be written."""
        if _has_configmap(self.dapr.version):
            self.write_configmap(authority.ca, manager=manager)
        self.write_secret(authority, manager=manager)

    def trust_everywhere(self, *, manager: str = "dapr") -> None:
        """Webhook and CRD carry the CA that is in the Secret, as injector and operator write it after a restart."""
        for obj in cluster_objects(replace(self.dapr, ca=self.secret_ca())):
            self.kube.put(obj, manager=manager)

    def recreate_pods(self, apps: Iterable[str] = ()) -> None:
        """Pods of these applications (of all) come back, trusting what the ConfigMap holds now."""
        chosen = frozenset(apps)
        ca = self.secret_ca()
        for pod in self.dapr.pods:
            if not chosen or pod.app_id in chosen:
                self.kube.delete("Pod", pod.name, pod.namespace)
                self.kube.put(app_pod(replace(pod, anchors=ca, state="running"), default_version=self.dapr.version), manager="kubelet")

    def restart_control_plane(self) -> None:
        """Its pods are new; sentry has read its CA again, injector and operator have written theirs."""
        for obj in control_plane(self.dapr):
            self.kube.put(obj, manager=HELM)
        self.sentry.restart()
        self.trust_everywhere()

    def secret_ca(self) -> bytes:
        """ca.crt of the Secret."""
        return base64.b64decode(self.kube.get("Secret", BUNDLE, NAMESPACE)["data"]["ca.crt"])

    def configmap_ca(self) -> bytes:
        """ca.crt of the ConfigMap."""
        found: Object = self.kube.get("ConfigMap", BUNDLE, NAMESPACE)
        return str(found["data"]["ca.crt"]).encode()


def _pod_names(apps: Mapping[str, int]) -> Iterable[tuple[str, str]]:
    return ((app, f"{app}-{TEMPLATE_HASH}-{number:04d}" if count > 9 else f"{app}-{TEMPLATE_HASH}-{number}") for app, count in apps.items() for number in range(count))


def _has_configmap(version: str) -> bool:
    return tuple(int(word) for word in version.split(".")[:2]) >= (1, 12)
