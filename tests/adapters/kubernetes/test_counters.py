"""What Dapr has counted: where its page is looked for, what of it is taken, and what a stranger's page may do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.kubernetes import KubernetesCluster
from bot.adapters.kubernetes.counters import MOST, counters
from bot.errors import Forbidden, Unreachable
from bot.model.counters import INJECTION_FAILED, ISSUER_CHANGED, NAMES, RENEWAL_FAILED, REQUESTS_REFUSED, Counter
from bot.model.scene import PodName
from playground.kubernetes import Rule, SimulatedCluster
from playground.kubernetes.dapr import AppPod, app_pod
from tests.adapters.kubernetes.conftest import Open

POD = PodName("shop", "orders-1")
PAGE = """\
# HELP dapr_runtime_mtls_workload_cert_rotated_fail_total The number of the failed workload certificate rotations.
# TYPE dapr_runtime_mtls_workload_cert_rotated_fail_total counter
dapr_runtime_mtls_workload_cert_rotated_fail_total{app_id="orders",reason="sign"} 12
dapr_runtime_mtls_workload_cert_rotated_fail_total{app_id="orders",reason="sentry_conn"} 1e+02
dapr_runtime_mtls_init_total{app_id="orders"} 1
dapr_runtime_component_loaded{namespace="shop"} 3
go_goroutines 42
"""


def put_a_pod(kube: SimulatedCluster, page: str = PAGE, *, port: int = 9090, **annotations: str) -> None:
    pod = app_pod(AppPod(name=POD.name))
    told = {**pod["metadata"]["annotations"], **{f"dapr.io/{name.replace('_', '-')}": value for name, value in annotations.items()}}
    kube.put({**pod, "metadata": {**pod["metadata"], "annotations": told}, "spec": {**pod["spec"], "nodeName": "node-1"}})
    kube.serve(POD.name, port, lambda: page, namespace=POD.namespace)


def told(page: str) -> list[tuple[str, str, int]]:
    return [(one.name, one.reason, one.value) for one in counters(page, POD)]


def test_what_was_counted_is_taken_from_the_page_by_reason() -> None:
    assert counters(PAGE, POD) == (
        Counter(namespace="shop", pod="orders-1", name=RENEWAL_FAILED, reason="sentry_conn", value=100),
        Counter(namespace="shop", pod="orders-1", name=RENEWAL_FAILED, reason="sign", value=12),
    )


def test_what_differs_in_other_labels_is_added_up() -> None:
    page = "".join(f'{INJECTION_FAILED}{{app_id="app-{number}",reason="patch"}} 2\n' for number in range(5))

    assert told(page) == [(INJECTION_FAILED, "patch", 10)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f"{ISSUER_CHANGED} 3", [(ISSUER_CHANGED, "", 3)]),
        (f"{ISSUER_CHANGED} 3 1795467600000", [(ISSUER_CHANGED, "", 3)]),
        (f'{REQUESTS_REFUSED}{{reason="a \\"b\\" c"}} 1', [(REQUESTS_REFUSED, 'a \\"b\\" c', 1)]),
        (f"{ISSUER_CHANGED} 0", []),
        (f"{ISSUER_CHANGED} NaN", []),
        (f"{ISSUER_CHANGED} +Inf", []),
        (f"{ISSUER_CHANGED} -4", []),
        (f"{ISSUER_CHANGED} many", []),
        (f"{ISSUER_CHANGED}", []),
        (f"{ISSUER_CHANGED}_created 17", []),
        (f"x{ISSUER_CHANGED} 3", []),
        (f'{REQUESTS_REFUSED}{{not_a_reason="x"}} 1', [(REQUESTS_REFUSED, "", 1)]),
    ],
)
def test_a_line_is_read_strictly(line: str, expected: list[tuple[str, str, int]]) -> None:
    assert told(line) == expected


def test_no_page_fills_the_memory_with_reasons() -> None:
    page = "".join(f'{REQUESTS_REFUSED}{{reason="{number}"}} 1\n' for number in range(10_000))

    assert len(counters(page, POD)) == MOST
    assert all(len(one.reason) <= 80 for one in counters(f'{REQUESTS_REFUSED}{{reason="{"x" * 190}"}} 1', POD))


@given(st.text(st.characters(codec=None)), st.sampled_from(NAMES), st.text(st.characters(codec=None)))
def test_nothing_on_a_page_raises(before: str, name: str, after: str) -> None:
    for page in (before + name + after, f"{name}{{{before}}} {after}", f'{name}{{reason="{before}"}} 7{after}'):
        assert all(one.value > 0 for one in counters(page, POD))


async def test_the_page_is_read_through_the_api_server(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    put_a_pod(kube)

    found = await cluster.pods.counters(POD, is_sidecar=True)
    assert found == counters(PAGE, POD)
    assert [path for _, path, _ in kube.requests] == [
        "/api/v1/namespaces/shop/pods?fieldSelector=metadata.name%3Dorders-1&limit=1",
        "/api/v1/namespaces/shop/pods/orders-1:9090/proxy/metrics",
    ]


async def test_a_sidecar_s_annotation_says_where_its_page_is(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    put_a_pod(kube, port=9191, metrics_port="9191")

    assert await cluster.pods.counters(POD, is_sidecar=True) == counters(PAGE, POD)


@pytest.mark.parametrize("port", ["0", "65536", "-1", "9090/../x", "https", ""])
async def test_what_is_no_port_counts_as_not_said(kube: SimulatedCluster, cluster: KubernetesCluster, port: str) -> None:
    put_a_pod(kube, metrics_port=port)

    assert await cluster.pods.counters(POD, is_sidecar=True) == counters(PAGE, POD)


async def test_a_sidecar_that_was_told_to_have_no_metrics_is_not_asked(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    put_a_pod(kube, enable_metrics="false")

    assert await cluster.pods.counters(POD, is_sidecar=True) == ()
    assert len(kube.requests) == 1


async def test_a_pod_that_is_gone_has_counted_nothing(cluster: KubernetesCluster) -> None:
    assert await cluster.pods.counters(POD, is_sidecar=True) == ()


async def test_a_page_that_does_not_come_is_an_error(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    put_a_pod(kube, port=1)

    with pytest.raises(Unreachable):
        await cluster.pods.counters(POD, is_sidecar=True)


async def test_metrics_that_are_not_read_by_choice_are_none(kube: SimulatedCluster, open_cluster: Open) -> None:
    put_a_pod(kube)

    async with open_cluster(sentry_metrics="off") as cluster:
        assert await cluster.pods.counters(POD, is_sidecar=True) is None
    assert kube.requests == ()


async def test_where_nobody_chose_the_way_a_missing_right_counts_as_not_read(kube: SimulatedCluster, open_cluster: Open) -> None:
    put_a_pod(kube)
    token = kube.token("warden", Rule(verbs=("list",)))

    async with open_cluster(token=token) as cluster:
        assert await cluster.pods.counters(POD, is_sidecar=True) is None
    async with open_cluster(token=token, sentry_metrics="proxy") as cluster:
        with pytest.raises(Forbidden, match="pods/proxy"):
            await cluster.pods.counters(POD, is_sidecar=True)
