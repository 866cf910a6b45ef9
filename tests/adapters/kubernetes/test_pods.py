"""The census: who has daprd, whom it trusts, page after page."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.adapters.kubernetes import KubernetesCluster
from bot.adapters.kubernetes.census import truthy
from bot.errors import Unreachable
from playground.kubernetes import AppPod, Effect, SimulatedCluster
from playground.kubernetes.dapr import app_pod
from tests.certificates import a_good_bundle

ROOT = a_good_bundle().ca


def a_pod(name: str = "orders-1", **metadata: Any) -> dict[str, Any]:
    pod = app_pod(AppPod(name=name, anchors=ROOT))
    return {**pod, "metadata": {**pod["metadata"], **metadata}}


async def test_1200_pods_come_in_three_pages(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    for number in range(1200):
        kube.put(app_pod(AppPod(name=f"orders-{number:04}", anchors=ROOT, injected=number % 2 == 0)))

    census = await cluster.census()

    assert (census.total, len(census.pods), len({pod.name for pod in census.pods})) == (1200, 1200, 1200)
    assert (sum(pod.daprd is not None for pod in census.pods), len(census.anchors)) == (600, 1)
    assert [path.partition("continue")[0] for _, path, _ in kube.requests] == ["/api/v1/pods?limit=500", *["/api/v1/pods?limit=500&"] * 2]


async def test_a_page_that_is_too_large_is_asked_for_in_smaller_pieces(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    for number in range(9):
        pod = a_pod(f"fat-{number:02}")
        pod["spec"]["containers"][0]["args"] = ["x" * 4_000_000]
        kube.put(pod)

    census = await cluster.census()

    assert census.total == 9
    assert len({pod.name for pod in census.pods}) == 9


async def test_a_list_that_is_forgotten_half_way_begins_again_and_counts_nothing_twice(
    kube: SimulatedCluster, cluster: KubernetesCluster
) -> None:
    for number in range(700):
        kube.put(a_pod(f"orders-{number}"))
    kube.fault(Effect.GONE, skip=1, times=1)

    census = await cluster.census()

    assert len(kube.requests) == 4
    assert (census.total, len(census.pods)) == (700, 700)


async def test_a_list_that_is_always_forgotten_is_given_up(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    kube.fault(Effect.GONE)

    with pytest.raises(Unreachable, match="changed faster than it could be read"):
        await cluster.census()

    assert len(kube.requests) == 3


async def test_a_pod_without_anything_of_dapr_counts_in_the_total_only(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    kube.put(a_pod(annotations={}) | {"spec": {"containers": [{"name": "app"}]}})

    census = await cluster.census()

    assert (census.pods, census.total) == ((), 1)


async def test_a_sidecar_without_annotation_is_daprized(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    kube.put(a_pod(annotations=None))

    (pod,) = (await cluster.census()).pods

    assert (pod.daprd is not None, pod.app_id) == (True, "orders-1")


async def test_a_pod_that_is_being_deleted_is_told_apart_with_the_end_of_its_grace_period(
    kube: SimulatedCluster, cluster: KubernetesCluster
) -> None:
    kube.put(a_pod(deletionTimestamp="2026-11-23T12:00:00Z"))

    census = await cluster.census()

    (leaving,) = census.leaving
    assert (census.pods, census.total, leaving.ends_at) == ((), 1, datetime(2026, 11, 23, 12, tzinfo=UTC))
    assert leaving.daprd is not None
    assert leaving.daprd.anchors in census.anchors


async def test_of_what_is_being_deleted_nobody_hears_that_has_nothing_of_dapr(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    kube.put(a_pod(annotations={}, deletionTimestamp="2026-11-23T12:00:00Z") | {"spec": {"containers": [{"name": "app"}]}})

    census = await cluster.census()

    assert (census.pods, census.leaving, census.total) == ((), (), 1)


async def test_a_finished_pod_is_listed_as_finished(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    kube.put(a_pod() | {"status": {"phase": "Succeeded"}})

    (pod,) = (await cluster.census()).pods

    assert (pod.phase, pod.is_live) == ("Succeeded", False)


async def test_anchors_from_elsewhere_are_not_known(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    pod = a_pod()
    pod["spec"]["containers"][1]["env"] = [{"name": "DAPR_TRUST_ANCHORS", "valueFrom": {"configMapKeyRef": {"name": "x", "key": "y"}}}]
    kube.put(pod)

    census = await cluster.census()

    assert census.pods[0].daprd is not None
    assert (census.pods[0].daprd.anchors, census.anchors) == (None, {})


async def test_the_last_of_several_values_counts_as_it_does_for_the_kubelet(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    pod = a_pod()
    values = ("old", ROOT.decode())
    pod["spec"]["containers"][1]["env"] = [{"name": "DAPR_TRUST_ANCHORS", "value": value} for value in values]
    kube.put(pod)

    (document,) = (await cluster.census()).anchors.values()

    assert document.size == len(ROOT)


async def test_an_init_container_that_ends_is_no_sidecar(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    pod = app_pod(AppPod(name="orders-1", anchors=ROOT, native=True))
    del pod["spec"]["initContainers"][0]["restartPolicy"]
    kube.put(pod)

    (found,) = (await cluster.census()).pods

    assert found.daprd is None


async def test_every_namespace_with_a_sentry_is_told(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    for namespace in ("dapr", "dapr-system"):
        kube.put(a_pod("dapr-sentry-1", namespace=namespace, labels={"app": "dapr-sentry"}))

    assert (await cluster.census()).sentry_namespaces == ("dapr", "dapr-system")


@pytest.mark.parametrize(
    ("owner", "labels", "workload"),
    [
        (("ReplicaSet", "orders-5d9c7b6f8"), {"pod-template-hash": "5d9c7b6f8"}, "Deployment/orders"),
        (("ReplicaSet", "orders-5d9c7b6f8"), {"rollouts-pod-template-hash": "5d9c7b6f8"}, "Rollout/orders"),
        (("ReplicaSet", "by-hand"), {"pod-template-hash": "5d9c7b6f8"}, "ReplicaSet/by-hand"),
        (("ReplicaSet", "by-hand"), None, "ReplicaSet/by-hand"),
        (("StatefulSet", "db"), {}, "StatefulSet/db"),
        (("Job", "nightly-29"), {}, "Job/nightly-29"),
        (None, {}, ""),
    ],
)
async def test_a_pod_is_told_with_the_workload_that_a_person_knows(
    kube: SimulatedCluster, cluster: KubernetesCluster, owner: tuple[str, str] | None, labels: dict[str, str] | None, workload: str
) -> None:
    owners = [{"apiVersion": "x/v1", "kind": owner[0], "name": owner[1], "uid": "1", "controller": True}] if owner else None
    kube.put(a_pod(labels=labels, ownerReferences=owners))

    (pod,) = (await cluster.census()).pods

    assert pod.workload == workload


@pytest.mark.parametrize("value", ["true", "True", "TRUE", " true ", "t", "y", "yes", "on", "1"])
def test_what_dapr_takes_for_true(value: str) -> None:
    assert truthy(value)


@pytest.mark.parametrize("value", ["false", "0", "", "off", "no", "enabled", "truthy", "11"])
def test_what_dapr_does_not_take_for_true(value: str) -> None:
    assert not truthy(value)


async def test_a_key_beside_the_anchors_is_never_decoded(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    """Until Dapr 1.11 the issuer's private key stood in every pod's environment."""
    pod = a_pod()
    pod["spec"]["containers"][1]["env"].append({"name": "DAPR_CERT_KEY", "value": "canary-of-a-private-key"})
    kube.put(pod)

    census = await cluster.census()

    assert "canary" not in json.dumps(str(census))
    assert census.pods[0].daprd is not None
