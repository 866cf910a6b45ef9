"""A simulated town for tests: Dapr with a few applications, on a clock that stands still until told, and a hand that patches.

here = Town(replicas=3)
here.write(files)                       # both objects, the ConfigMap first
here.restart("Deployment", "orders", "shop")
here.pass_time(minutes=2)
assert here.town.refused() == []
"""

import base64
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.model.versions import Version
from playground.kubernetes import AppPod, Dapr, SimulatedCluster, SimulatedTown, install_dapr
from playground.kubernetes.authority import made_by_sentry
from playground.kubernetes.dapr import BUNDLE, DEPLOYMENTS, NAMESPACE, STATEFULSETS
from playground.kubernetes.town import MOUNT_LAG, READY_AFTER
from tests.certificates import Files
from tests.fakes.clock import FakeClock

Object = dict[str, Any]

RESTARTED = "dapr-warden.io/restarted"
APPS: Mapping[str, int] = {"orders": 3, "payments": 2, "mail": 1}


class Town:
    """``old``: the CA with which it began; the rest as :class:`SimulatedTown` has it."""

    def __init__(
        self,
        version: str = "1.18.3",
        *,
        replicas: int = 1,
        apps: Mapping[str, int] = APPS,
        ready_after: timedelta = READY_AFTER,
        mount_lag: timedelta = MOUNT_LAG,
    ) -> None:
        self.clock = FakeClock()
        self.kube = SimulatedCluster(self.clock.now)
        made = made_by_sentry(self.clock.now(), Version.parse(version))
        self.old = Files(made.ca, made.issuer, made.key)
        pods = tuple(
            AppPod(name=f"{app}-5d9c7b6f8-{number}", app_id=app, anchors=made.ca) for app, count in apps.items() for number in range(count)
        )
        install_dapr(self.kube, Dapr(ca=made.ca, issuer=made.issuer, key=made.key, version=version, replicas=replicas, pods=pods))
        self.apps = tuple(apps)
        self.town = SimulatedTown(self.kube, version=version, clock=self.clock, ready_after=ready_after, mount_lag=mount_lag)
        self.town.start()

    def write(self, files: Files) -> None:
        """Both objects, the ConfigMap first."""
        self.write_configmap(files.ca if files.configmap is None else files.configmap)
        self.write_secret(files)

    def write_configmap(self, ca: bytes) -> None:
        found = self.kube.get("ConfigMap", BUNDLE, NAMESPACE)
        self.kube.put({**found, "data": {**found["data"], "ca.crt": ca.decode()}})
        self.town.settle()

    def write_secret(self, files: Files) -> None:
        found = self.kube.get("Secret", BUNDLE, NAMESPACE)
        texts = {"ca.crt": files.ca, "issuer.crt": files.issuer, "issuer.key": files.key}
        data = {name: base64.b64encode(text).decode() for name, text in texts.items()}
        self.kube.put({**found, "data": {**found["data"], **data}})
        self.town.settle()

    def restart(self, kind: str, name: str, namespace: str = NAMESPACE, *, mark: str = "1") -> None:
        """As ``kubectl rollout restart`` does it; again with the same mark changes nothing."""
        found = self.kube.get(kind, name, namespace)
        template = found["spec"]["template"]
        annotations = {**template["metadata"].get("annotations", {}), RESTARTED: mark}
        template = {**template, "metadata": {**template["metadata"], "annotations": annotations}}
        self.kube.put({**found, "spec": {**found["spec"], "template": template}})
        self.town.settle()

    def restart_control_plane(self, *, mark: str = "1") -> None:
        """Every workload of it, sentry's first, each when the one before is done."""
        for kind, names in (("Deployment", DEPLOYMENTS), ("StatefulSet", STATEFULSETS)):
            for name in names:
                self.restart(kind, name, mark=mark)
                self.pass_time(minutes=1)

    def restart_apps(self, *, mark: str = "1") -> None:
        for app in self.apps:
            self.restart("Deployment", app, "shop", mark=mark)

    def reform(self, kind: str, name: str, namespace: str = NAMESPACE, **spec: object) -> None:
        """Something else in the workload's spec."""
        found = self.kube.get(kind, name, namespace)
        self.kube.put({**found, "spec": {**found["spec"], **spec}})
        self.town.settle()

    def pass_time(self, **span: float) -> None:
        self.town.pass_time(self.clock.advance, timedelta(**span))

    def pods(self, app: str, namespace: str = NAMESPACE) -> list[Object]:
        """Those with this label, by name."""
        return [one for one in self.kube.all("Pod", namespace) if one["metadata"]["labels"]["app"] == app]

    def names(self, app: str, namespace: str = NAMESPACE) -> list[str]:
        return [one["metadata"]["name"] for one in self.pods(app, namespace)]

    def status(self, kind: str, name: str, namespace: str = NAMESPACE) -> Object:
        found: Object = self.kube.get(kind, name, namespace)["status"]
        return found
