"""Configuration, webhook and CRD, and what the adapter asks for at all."""

from typing import Any

import pytest
import yaml

from bot.adapters.clock import SystemClock
from bot.adapters.kubernetes import KubernetesCluster, needs
from bot.config import from_env
from bot.errors import Malformed
from bot.model.observed import Observed, Unobserved
from bot.model.snapshot import MtlsConfiguration
from bot.usecases.collect import Scope, collect
from playground.kubernetes import Dapr, Rule, SimulatedCluster, install_dapr, rules_of
from playground.kubernetes.dapr import NAMESPACE
from tests.adapters.kubernetes.conftest import Open
from tests.certificates import a_good_bundle
from tests.house.tree import ROOT

WEBHOOK = {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration"}
CRD = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "subscriptions.dapr.io"}}


def a_configuration(spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "dapr.io/v1alpha1",
        "kind": "Configuration",
        "metadata": {"name": "daprsystem", "namespace": NAMESPACE},
        "spec": spec,
    }


async def test_a_kind_that_is_not_installed_is_seen_to_be_absent(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    kube.uninstall("configurations")

    assert await cluster.mtls() is None


async def test_a_server_that_knows_no_pods_is_no_kubernetes(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    kube.uninstall("secrets", "pods", "mutatingwebhookconfigurations")

    for ask in (cluster.trust_secret, cluster.census, cluster.webhook):
        with pytest.raises(Malformed, match="not as a Kubernetes API server says it"):
            await ask()


@pytest.mark.parametrize("spec", [None, {}, {"mtls": None}, {"mtls": {}}])
async def test_a_configuration_without_mtls_sets_nothing(kube: SimulatedCluster, cluster: KubernetesCluster, spec: Any) -> None:
    kube.put(a_configuration(spec))

    assert await cluster.mtls() == MtlsConfiguration()


async def test_the_configuration_keeps_its_own_words(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    kube.put(a_configuration({"mtls": {"enabled": True, "workloadCertTTL": "1h30m", "sentryAddress": "x:443"}, "tracing": {"a": 1}}))

    assert await cluster.mtls() == MtlsConfiguration(enabled=True, workload_cert_ttl="1h30m", sentry_address="x:443")


async def test_a_crd_fresh_from_the_file_points_nowhere(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    service = {"namespace": "replaceme", "name": "dapr-webhook"}
    kube.put({**CRD, "spec": {"conversion": {"strategy": "Webhook", "webhook": {"clientConfig": {"service": service}}}}})

    crd = await cluster.crd()

    assert crd is not None
    assert (crd.bundle, crd.service_namespace, crd.name) == (None, "replaceme", "subscriptions.dapr.io")


async def test_a_crd_that_converts_without_a_webhook_has_no_bundle_to_check(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    kube.put({**CRD, "spec": {"conversion": {"strategy": "None"}}})

    assert await cluster.crd() is None


async def test_the_webhook_that_injects_is_the_one_that_counts(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    webhooks = [
        {"name": "other.dapr.io", "clientConfig": {"caBundle": ""}},
        {"name": "sidecar-injector.dapr.io", "clientConfig": {"caBundle": "eA=="}},
    ]
    kube.put({**WEBHOOK, "metadata": {"name": "dapr-sidecar-injector"}, "webhooks": webhooks})

    webhook = await cluster.webhook()

    assert webhook is not None
    assert webhook.bundle is not None
    assert webhook.bundle.size == 1


async def test_a_webhook_configuration_without_webhooks_has_an_empty_bundle(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    kube.put({**WEBHOOK, "metadata": {"name": "dapr-sidecar-injector"}})

    webhook = await cluster.webhook()

    assert webhook is not None
    assert (webhook.bundle, webhook.service_namespace) == (None, "")


@pytest.mark.parametrize("bundle", ["%%%", "eA", "é"])
async def test_a_bundle_that_is_no_base64_is_malformed(kube: SimulatedCluster, cluster: KubernetesCluster, bundle: str) -> None:
    webhooks = [{"name": "sidecar-injector.dapr.io", "clientConfig": {"caBundle": bundle}}]
    kube.put({**WEBHOOK, "metadata": {"name": "dapr-sidecar-injector"}, "webhooks": webhooks})

    with pytest.raises(Malformed, match="caBundle is not base64"):
        await cluster.webhook()


@pytest.mark.parametrize("mode", ["read", "off"])
async def test_the_shipped_rights_are_enough_for_every_part(kube: SimulatedCluster, open_cluster: Open, mode: str) -> None:
    files = a_good_bundle()
    install_dapr(kube, Dapr(ca=files.ca, issuer=files.issuer, key=files.key, issuer_not_after=1.8e9))
    rules = rules_of(yaml.safe_load_all((ROOT / "deploy" / "kustomize" / mode / "rbac.yaml").read_text(encoding="utf-8")))
    proxy = Rule(verbs=("get",), resources=("pods/proxy",), namespace=NAMESPACE)
    settings = from_env({"DAPR_WARDEN_CA_SECRET_ACCESS": mode})

    async with open_cluster(token=kube.token("warden", *rules, proxy), ca_secret_access=mode) as cluster:
        snapshot = await collect(cluster, SystemClock(), Scope(settings=settings, name="x"))
        await cluster.trust_versions()

    unseen = {name for name in snapshot.__struct_fields__ if isinstance(getattr(snapshot, name), Unobserved)}
    assert unseen == ({"accepted", "logs", "chains", "surroundings", "standing", "backup"} | ({"secret"} if mode == "off" else set()))
    assert isinstance(snapshot.issuer_gauges, Observed)


def test_each_need_reads_as_a_sentence_and_as_a_path() -> None:
    declared = needs(from_env({}))

    assert [need.words for need in declared["trust_changes"]] == [
        "watch secrets dapr-trust-bundle in namespace dapr-system",
        "watch configmaps dapr-trust-bundle in namespace dapr-system",
    ]
    assert [need.path for need in (*declared["census"], *declared["trust_secret"], *declared["crd"])] == [
        "/api/v1/pods",
        "/api/v1/namespaces/dapr-system/secrets/dapr-trust-bundle",
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/subscriptions.dapr.io",
    ]


def test_the_way_to_sentrys_metrics_is_a_need_only_where_it_leads_through_the_api_server() -> None:
    asked = {mode: needs(from_env({"DAPR_WARDEN_SENTRY_METRICS": mode}))["issuer_gauges"] for mode in ("off", "direct", "proxy")}

    assert {mode: [need.resource for need in wanted] for mode, wanted in asked.items()} == {
        "off": [], "direct": [], "proxy": ["pods/proxy"],
    }  # fmt: skip
