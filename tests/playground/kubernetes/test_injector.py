"""The simulated injector and kubelet: which roots new pods get, when they get none, and what a crash leaves behind."""

import base64
from datetime import timedelta
from typing import Any

import pytest

from bot.model.versions import Version
from playground.kubernetes import (
    AppPod,
    Dapr,
    Refused,
    Serving,
    SimulatedCluster,
    SimulatedInjector,
    SimulatedSentry,
    install_dapr,
    kubelet,
)
from playground.kubernetes.authority import Authority, made_by_sentry
from playground.kubernetes.dapr import BUNDLE, NAMESPACE
from tests.certificates import DAY
from tests.fakes.clock import FakeClock


class Town:
    """A cluster with Dapr of a version, its sentry and its injector running."""

    def __init__(self, version: str = "1.18.3") -> None:
        self.clock = FakeClock()
        self.kube = SimulatedCluster(self.clock.now)
        self.authority = made_by_sentry(self.clock.now(), Version.parse(version))
        self.write(self.authority, version)
        self.sentry = SimulatedSentry(self.kube, version=version, clock=self.clock)
        self.injector = SimulatedInjector(self.kube, self.sentry)
        self.sentry.start()
        self.injector.start()

    def write(self, authority: Authority, version: str) -> None:
        install_dapr(self.kube, Dapr(ca=authority.ca, issuer=authority.issuer, key=authority.key, version=version))

    def set_roots(self, roots: bytes) -> None:
        found = self.kube.get("ConfigMap", BUNDLE, NAMESPACE)
        self.kube.put({**found, "data": {"ca.crt": roots.decode()}})

    def set_secret(self, **files: bytes) -> None:
        found = self.kube.get("Secret", BUNDLE, NAMESPACE)
        data = {name.replace("_", "."): base64.b64encode(content).decode() for name, content in files.items()}
        self.kube.put({**found, "data": {**found["data"], **data}})

    @property
    def ca_bundle(self) -> bytes:
        webhooks = self.kube.get("MutatingWebhookConfiguration", "dapr-sidecar-injector")["webhooks"]
        return base64.b64decode(webhooks[0]["clientConfig"]["caBundle"])


def anchors(pod: dict[str, Any]) -> bytes | None:
    """None: no daprd at all."""
    for container in pod["spec"]["containers"]:
        if container["name"] == "daprd":
            text: str = next(env["value"] for env in container["env"] if env["name"] == "DAPR_TRUST_ANCHORS")
            return text.encode()
    return None


def container(pod: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in pod["status"]["containerStatuses"] if one["name"] == name)


def test_a_new_pod_gets_the_roots_that_the_injector_believes_in() -> None:
    town = Town()

    assert anchors(town.injector.create(AppPod(name="orders-1"))) == town.authority.ca
    assert town.ca_bundle == town.authority.ca


@pytest.mark.parametrize(("version", "noticed"), [("1.18.3", [True, False, False]), ("1.14.4", [True, True, True])])
def test_from_1_16_on_only_the_first_change_is_noticed(version: str, noticed: list[bool]) -> None:
    town = Town(version)
    more = [town.authority.ca + made_by_sentry(town.clock.now()).ca for _ in noticed]
    seen = []
    for roots in more:
        town.set_roots(roots)
        seen.append(town.injector.mount_changed())

    believed = more[-1] if noticed[-1] else more[0]
    assert (seen, anchors(town.injector.create(AppPod(name="orders-1"))), town.ca_bundle) == (noticed, believed, believed)
    assert town.injector.restart()
    assert anchors(town.injector.create(AppPod(name="orders-2"))) == more[-1]


def test_up_to_1_11_the_secret_is_read_at_each_pod() -> None:
    town = Town("1.10.4")
    new = made_by_sentry(town.clock.now()).ca
    town.set_secret(ca_crt=new)

    assert anchors(town.injector.create(AppPod(name="orders-1"))) == new


def test_pods_start_without_daprd_when_the_api_server_does_not_trust_the_injector() -> None:
    town = Town()
    other = made_by_sentry(town.clock.now())
    webhook = town.kube.get("MutatingWebhookConfiguration", "dapr-sidecar-injector")
    client = {**webhook["webhooks"][0]["clientConfig"], "caBundle": base64.b64encode(other.ca).decode()}
    town.kube.put({**webhook, "webhooks": [{**webhook["webhooks"][0], "clientConfig": client}]})

    assert not town.injector.injects()
    assert anchors(town.injector.create(AppPod(name="orders-1"))) is None


def test_after_the_ca_has_expired_no_pod_gets_its_daprd() -> None:
    town = Town()
    town.clock.advance(366 * DAY)

    assert isinstance(town.sentry.state, Serving)
    assert anchors(town.injector.create(AppPod(name="orders-1"))) is None
    assert not town.injector.renew()


def test_an_injector_does_not_start_without_a_sentry() -> None:
    town = Town()
    town.sentry.stop()

    assert not town.injector.restart()
    assert anchors(town.injector.create(AppPod(name="orders-1"))) is None
    status = town.kube.get("Deployment", "dapr-sidecar-injector", NAMESPACE)["status"]
    assert status["readyReplicas"] == 0


def test_a_refused_sentry_crash_loops_with_its_log_and_is_started_again() -> None:
    town = Town()
    town.clock.advance(366 * DAY)
    town.sentry.restart()

    pod = town.kube.get("Pod", "dapr-sentry-6b7f9d-0", NAMESPACE)
    state = container(pod, "dapr-sentry")
    assert (state["ready"], state["restartCount"], state["state"]["waiting"]["reason"]) == (False, 1, "CrashLoopBackOff")
    assert {"type": "Ready", "status": "False"} in pod["status"]["conditions"]
    assert town.kube.get("Deployment", "dapr-sentry", NAMESPACE)["status"]["readyReplicas"] == 0
    assert "certificate has expired" in town.sentry.lines[-1]

    new = made_by_sentry(town.clock.now())
    town.set_roots(new.ca)
    town.set_secret(ca_crt=new.ca, issuer_crt=new.issuer, issuer_key=new.key)
    assert not town.sentry.settle()
    town.clock.advance(timedelta(seconds=10))
    assert town.sentry.settle()
    assert isinstance(town.sentry.state, Serving)
    assert town.kube.get("Deployment", "dapr-sentry", NAMESPACE)["status"]["readyReplicas"] == 1


def test_a_kubelet_waits_longer_each_time_and_five_minutes_at_most() -> None:
    town = Town()
    town.clock.advance(366 * DAY)
    town.sentry.restart()
    waits = []
    for _ in range(7):
        assert isinstance(town.sentry.state, Refused)
        wait = town.sentry.state.again_at - town.clock.now()
        waits.append(wait.total_seconds())
        town.clock.advance(wait)
        town.sentry.settle()

    assert waits == [10, 20, 40, 80, 160, 300, 300]


def test_a_mount_that_lags_brings_the_change_later() -> None:
    town = Town()
    town.sentry.stop()
    sentry = SimulatedSentry(town.kube, clock=town.clock, mount_lag=timedelta(seconds=60))
    sentry.start()
    new = made_by_sentry(town.clock.now())
    town.set_roots(new.ca)
    town.set_secret(ca_crt=new.ca, issuer_crt=new.issuer, issuer_key=new.key)

    assert sentry.due_at == town.clock.now() + timedelta(seconds=62)
    town.clock.advance(timedelta(seconds=61))
    assert not sentry.settle()
    town.clock.advance(timedelta(seconds=1))
    assert sentry.settle()
    assert isinstance(sentry.state, Serving)
    assert sentry.state.ca == new.ca


def test_a_sidecar_that_crashes_counts_its_restarts_and_recovers() -> None:
    town = Town()
    town.injector.create(AppPod(name="orders-1"))

    for _ in range(2):
        kubelet.sidecar_crashes(town.kube, "shop", "orders-1", "fatal: x509")
    crashed = container(town.kube.get("Pod", "orders-1", "shop"), "daprd")
    kubelet.sidecar_runs(town.kube, "shop", "orders-1")
    runs = container(town.kube.get("Pod", "orders-1", "shop"), "daprd")

    assert (crashed["restartCount"], crashed["state"]["waiting"]["reason"]) == (2, "CrashLoopBackOff")
    assert crashed["lastState"]["terminated"]["exitCode"] == 1
    assert (runs["ready"], runs["restartCount"]) == (True, 2)


def test_an_event_says_about_whom_it_is() -> None:
    town = Town()
    pod = town.injector.create(AppPod(name="orders-1"))

    event = kubelet.event(town.kube, pod, "BackOff", "Back-off restarting failed container daprd")

    assert (event["involvedObject"]["name"], event["involvedObject"]["uid"]) == ("orders-1", pod["metadata"]["uid"])
    assert event["metadata"]["namespace"] == "shop"
