"""Which way leads to the servers, and by which right: asked for before anything is forwarded."""

import pytest
from kubernetes.client import ApiClient

from bot.adapters.kubernetes import KubernetesCluster
from bot.adapters.kubernetes.connection import Connection
from bot.config import from_env
from bot.errors import Forbidden
from bot.model.chains import Endpoint
from bot.model.observed import Why
from playground.kubernetes import Rule, SimulatedCluster
from playground.kubernetes.reviews import ACCESS
from tests.adapters.kubernetes.conftest import Open
from tests.hostile.answers import LyingClient


def endpoint(namespace: str = "dapr-system") -> Endpoint:
    return Endpoint(component="sentry", namespace=namespace, pod="dapr-sentry-0", ip="127.0.0.1", port=1)


async def test_straight_to_the_pod_no_right_is_asked_for(kube: SimulatedCluster, open_cluster: Open) -> None:
    async with open_cluster(tls_probes="direct") as cluster:
        found = await cluster.chains.shown([endpoint()])

    assert [one.why.why for one in found.silent] == [Why.UNREACHABLE]
    assert "sentry (dapr-system/dapr-sentry-0, port 1): no connection" in found.silent[0].why.detail
    assert kube.requests == ()


@pytest.mark.parametrize("way", ["auto", "portforward"])
async def test_out_of_the_cluster_it_is_asked_first_what_may_be_forwarded(kube: SimulatedCluster, open_cluster: Open, way: str) -> None:
    token = kube.token("warden", Rule(verbs=("list",)))

    async with open_cluster(token=token, tls_probes=way) as cluster:
        with pytest.raises(Forbidden, match="Forbidden: get pods/portforward in namespace dapr-system") as caught:
            await cluster.chains.shown([endpoint()])

    assert "deploy/kustomize/components/pods-portforward" in caught.value.hint
    assert [path.rpartition("/")[2] for _, path, _ in kube.requests] == [ACCESS]


async def test_without_servers_nothing_is_asked(kube: SimulatedCluster, open_cluster: Open) -> None:
    async with open_cluster(tls_probes="portforward") as cluster:
        found = await cluster.chains.shown([])

    assert (found.shown, found.silent, kube.requests) == ((), (), ())


async def test_in_a_pod_of_the_cluster_auto_goes_straight_to_the_pods() -> None:
    client = LyingClient({})
    connection = Connection(client=client, name="in-cluster", in_cluster=True, encoding="identity", another=ApiClient)
    cluster = KubernetesCluster(connection, from_env({}), version="9.9")

    (silence,) = (await cluster.chains.shown([endpoint()])).silent

    assert (silence.why.why, client.requests) == (Why.UNREACHABLE, 0)
