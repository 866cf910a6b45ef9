"""The doctor on a real API server and a real Loki: rights exactly as deploy/ ships them, fewer, and more."""

import asyncio
import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.kubernetes import opened
from bot.config import from_env
from bot.model.vitals import ApiServer as Seen
from bot.model.vitals import Permission, Purpose
from tests.rig.api_server import ApiServer
from tests.rig.cluster import Cluster
from tests.rig.loki import Entry, Loki, Stream
from tests.rig.process import wait_until
from tests.rig.warden import NAMESPACE, SERVICE_ACCOUNT, Mode, apply_rights, said

RBAC = "rbac.authorization.k8s.io/v1"


@pytest.fixture
def shipped(api_server: ApiServer, cluster: Cluster) -> Callable[[Mode], Path]:
    """The kubeconfig of the bot's own account with the rights of a mode, once they are in force."""

    def apply(mode: Mode) -> Path:
        cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "dapr-system"}})
        apply_rights(cluster, mode)
        kubeconfig = api_server.kubeconfig_for(NAMESPACE, SERVICE_ACCOUNT)
        wait_until(lambda: missing(asked(kubeconfig, mode)) == [], what="the shipped rights in force")
        return kubeconfig

    return apply


def asked(kubeconfig: Path, mode: Mode = "read") -> tuple[Permission, ...]:
    return asyncio.run(_asked(kubeconfig, mode))[0]


async def _asked(kubeconfig: Path, mode: Mode) -> tuple[tuple[Permission, ...], Seen]:
    settings = from_env({"DAPR_WARDEN_KUBECONFIG": str(kubeconfig), "DAPR_WARDEN_CA_SECRET_ACCESS": mode})
    async with opened(settings, version="test") as adapter:
        return await adapter.access.permissions(), await adapter.access.server()


def missing(permissions: Iterable[Permission]) -> list[str]:
    return [one.words for one in permissions if one.purpose is Purpose.NEEDED and not one.allowed]


def outcomes(answer: dict[str, Any]) -> dict[str, str]:
    return {result["id"]: result["outcome"] for result in answer["results"]}


@pytest.mark.parametrize("mode", ["read", "off"])
def test_the_shipped_rights_are_granted_and_nothing_dangerous(shipped: Callable[[Mode], Path], mode: Mode) -> None:
    found = asked(shipped(mode), mode)

    assert [one.words for one in found if one.purpose is Purpose.DIAGNOSIS and not one.allowed] == []
    assert [one.words for one in found if one.purpose is Purpose.EXCESS and one.allowed] == []
    assert [one.words for one in found if one.purpose is Purpose.METRICS and one.allowed] == []


def test_what_somebody_took_away_is_named(shipped: Callable[[Mode], Path], cluster: Cluster) -> None:
    kubeconfig = shipped("read")

    cluster.delete(RBAC, "ClusterRoleBinding", SERVICE_ACCOUNT)
    wait_until(lambda: missing(asked(kubeconfig)) != [], what="the binding gone")

    assert missing(asked(kubeconfig)) == [
        "list pods (cluster-wide)",
        "get mutatingwebhookconfigurations.admissionregistration.k8s.io dapr-sidecar-injector (cluster-wide)",
        "get customresourcedefinitions.apiextensions.k8s.io subscriptions.dapr.io (cluster-wide)",
    ]


def test_an_administrator_may_too_much(api_server: ApiServer, cluster: Cluster) -> None:
    found, server = asyncio.run(_asked(api_server.kubeconfig, "off"))

    assert {one.allowed for one in found} == {True}
    assert server.version.startswith("v1.")
    assert server.date is not None


def test_the_terminal_shows_a_real_lokis_labels_and_what_is_not_set(
    shipped: Callable[[Mode], Path], loki: Loki, tenant: str, tmp_path: Path
) -> None:
    names = {"k8s_namespace_name": "dapr-system", "k8s_pod_name": "dapr-sentry-0", "k8s_container_name": "dapr-sentry"}
    loki.push([Stream(names, [Entry(time.time_ns(), "hello")])], tenant=tenant)
    environment = {
        "DAPR_WARDEN_KUBECONFIG": str(shipped("read")),
        "DAPR_WARDEN_CLUSTER": "rig",
        "DAPR_WARDEN_LOKI_URL": loki.url,
        "DAPR_WARDEN_LOKI_TENANT": tenant,
    }

    answer = json.loads(said(tmp_path, environment, "doctor", "-o", "json"))

    seen = {result["id"]: result["seen"] for result in answer["results"]}
    assert outcomes(answer) == {
        "api-server": "fine", "clock": "fine", "rights": "fine", "optional-rights": "not-looked-at",
        "rotation-rights": "not-looked-at", "excess-rights": "fine",
        "loki": "fine", "loki-labels": "fine", "loki-lines": "fine", "log-watch": "not-looked-at",
        "prometheus": "not-looked-at", "sentry-metrics": "not-looked-at", "sidecar-metrics": "not-looked-at",
        "own-metrics": "not-looked-at",
        "memory": "not-looked-at", "disk": "fine", "outbox": "not-looked-at", "backup": "not-looked-at",
        "sealing-key": "not-looked-at", "sealing-works": "not-looked-at",
        "bot-token": "trouble", "scopes": "unknown", "app-token": "trouble", "channel": "trouble",
        "sockets": "not-looked-at", "alert-path": "not-looked-at", "operators": "not-looked-at",
    }  # fmt: skip
    assert seen["loki-labels"] == (
        'Labels: "k8s_namespace_name" for the namespace, "k8s_pod_name" for the pod and "k8s_container_name" for the container.'
    )
    assert seen["bot-token"] == "SLACK_BOT_TOKEN is not set."
    assert list(tmp_path.glob("*.sqlite3*")) == []
