"""Whatever an API server answers, the adapter ends in time, in bounds, and with one of bot.errors."""

import time
import tracemalloc

import pytest

from bot.adapters.kubernetes import KubernetesCluster
from bot.errors import BotError, Forbidden, Malformed, Throttled, TimedOut, Transient, Unauthenticated, Unreachable
from playground.kubernetes import Dapr, Effect, SimulatedCluster, install_dapr
from tests.adapters.kubernetes.conftest import Open
from tests.certificates import a_good_bundle


def install(kube: SimulatedCluster) -> None:
    files = a_good_bundle()
    install_dapr(kube, Dapr(ca=files.ca, issuer=files.issuer, key=files.key))


@pytest.mark.parametrize(
    ("effect", "error"),
    [
        (Effect.ERROR, Unreachable),
        (Effect.FORBID, Forbidden),
        (Effect.UNAUTHORIZED, Unauthenticated),
        (Effect.THROTTLE, Throttled),
        (Effect.GONE, Transient),
        (Effect.REDIRECT, Malformed),
        (Effect.HTML_404, Malformed),
        (Effect.HALF, Malformed),
        (Effect.CUT, Unreachable),
    ],
)
async def test_each_kind_of_failure_has_its_error(
    kube: SimulatedCluster, cluster: KubernetesCluster, effect: Effect, error: type[BotError]
) -> None:
    install(kube)
    kube.fault(effect)

    with pytest.raises(error) as caught:
        await cluster.census()

    assert "list pods (cluster-wide)" in str(caught.value)
    assert caught.value.hint


async def test_a_refusal_names_verb_resource_place_and_who_asked(kube: SimulatedCluster, open_cluster: Open) -> None:
    async with open_cluster(token=kube.token("system:serviceaccount:ops:warden")) as cluster:
        with pytest.raises(Forbidden, match="get secrets dapr-trust-bundle in namespace dapr-system, as system:serviceaccount:ops:warden"):
            await cluster.trust_secret()
        with pytest.raises(Forbidden) as caught:
            await cluster.webhook()

    assert "`get mutatingwebhookconfigurations.admissionregistration.k8s.io dapr-sidecar-injector (cluster-wide)`" in caught.value.hint
    assert "deploy/kustomize" in caught.value.hint


async def test_a_client_without_credentials_is_told_so_and_not_that_it_lacks_a_role(kube: SimulatedCluster, open_cluster: Open) -> None:
    async with open_cluster(token=kube.token("system:anonymous")) as cluster:
        with pytest.raises(Unauthenticated, match="sees no credentials"):
            await cluster.census()


async def test_a_throttling_server_says_how_long_to_wait(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    kube.fault(Effect.THROTTLE)

    with pytest.raises(Throttled) as caught:
        await cluster.mtls()

    assert caught.value.retry_after is not None
    assert caught.value.retry_after.total_seconds() == 7


@pytest.mark.parametrize("effect", [Effect.HANG, Effect.DRIP])
async def test_an_answer_that_does_not_end_is_given_up_at_the_deadline(kube: SimulatedCluster, open_cluster: Open, effect: Effect) -> None:
    install(kube)
    kube.fault(effect)

    async with open_cluster(request_seconds="1") as cluster:
        began = time.monotonic()
        with pytest.raises(TimedOut):
            await cluster.trust_secret()

    assert time.monotonic() - began < 3


async def test_a_server_that_is_not_there_is_unreachable(kube: SimulatedCluster, open_cluster: Open) -> None:
    kube.url = "http://127.0.0.1:9"

    async with open_cluster() as cluster:
        with pytest.raises(Unreachable, match="no connection"):
            await cluster.census()


async def test_a_gzip_bomb_is_not_inflated_beyond_the_cap(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    kube.fault(Effect.BOMB, body=b"200")
    tracemalloc.start()
    try:
        with pytest.raises(Malformed, match="larger than 8192 KiB"):
            await cluster.trust_secret()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 48 * 1024 * 1024


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'"text"',
        b"<html>",
        b'{"kind":"Secret"}',
        b'{"kind":"ConfigMap","metadata":{"name":"dapr-trust-bundle","resourceVersion":"1"}}',
        b'{"kind":"Secret","metadata":{"name":"another","resourceVersion":"1"}}',
        b'{"kind":"Secret","metadata":{"name":7,"resourceVersion":"1"}}',
        b'{"kind":"Secret","metadata":{"name":"dapr-trust-bundle","resourceVersion":"1"},"data":[]}',
        b'{"kind":"Secret","metadata":{"name":"dapr-trust-bundle","resourceVersion":"1"},"data":{"ca.crt":7}}',
        b'{"kind":"Secret","metadata":{"name":"dapr-trust-bundle","resourceVersion":"1"},"data":{"ca.crt":"%%%"}}',
        b'{"kind":"Secret","metadata":{"name":"dapr-trust-bundle","resourceVersion":"1"},"data":{"ca.crt":"\xff"}}',
        b'{"kind":"Secret","metadata":{"name":"dapr-trust-bundle","resourceVersion":"1","creationTimestamp":"yesterday"}}',
        '{"kind":"Secret","metadata":{"name":"dapr-trust-bundle","resourceVersion":"1"},"data":{"ca.crt":"AAA\u202e"}}'.encode(),
        b"[" * 100_000,
    ],
)
async def test_a_secret_of_another_shape_is_malformed_and_never_absent(
    kube: SimulatedCluster, cluster: KubernetesCluster, body: bytes
) -> None:
    kube.fault(Effect.BODY, body=body)

    with pytest.raises(Malformed):
        await cluster.trust_secret()


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b'{"kind":"PodList"}',
        b'{"kind":"PodList","metadata":{}}',
        b'{"kind":"ServiceList","metadata":{},"items":[]}',
        b'{"kind":"PodList","metadata":{},"items":{}}',
        b'{"kind":"PodList","metadata":{},"items":[{"metadata":{"name":"x"},"spec":{}}]}',
        b'{"kind":"PodList","metadata":{},"items":[{"metadata":{"name":"x","namespace":"y"},"spec":{"containers":[{"name":1}]}}]}',
    ],
)
async def test_a_pod_list_of_another_shape_is_malformed_and_never_empty(
    kube: SimulatedCluster, cluster: KubernetesCluster, body: bytes
) -> None:
    kube.fault(Effect.BODY, body=body)

    with pytest.raises(Malformed):
        await cluster.census()


async def test_nulls_where_a_server_may_say_null_are_read(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    pod = (
        b'{"metadata":{"name":"x","namespace":"y","labels":null,"annotations":{"dapr.io/enabled":"true"},"ownerReferences":null},'
        b'"spec":{"containers":null,"initContainers":null},"status":{"phase":null,"conditions":null,"containerStatuses":null}}'
    )
    kube.fault(Effect.BODY, body=b'{"kind":"PodList","metadata":{"continue":null},"items":[' + pod + b"]}", times=1)
    kube.fault(Effect.BODY, body=b'{"kind":"PodList","metadata":{},"items":null}')

    assert [found.name for found in (await cluster.census()).pods] == ["x"]
    assert (await cluster.census()).pods == ()


async def test_a_connection_that_breaks_before_the_answer_is_tried_once_more(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    install(kube)
    kube.fault(Effect.SLAM, times=1)

    assert await cluster.trust_configmap() is not None


async def test_a_connection_that_breaks_twice_is_unreachable(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    kube.fault(Effect.SLAM, times=2)

    with pytest.raises(Unreachable, match="the connection failed"):
        await cluster.trust_configmap()


async def test_an_answer_that_breaks_off_is_not_asked_for_again(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    install(kube)
    kube.fault(Effect.CUT, times=1)

    with pytest.raises(Unreachable):
        await cluster.trust_configmap()

    assert len(kube.requests) == 1
