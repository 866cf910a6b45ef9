"""Dapr's control plane as the adapter sees it."""

from typing import Any

import pytest

from bot.adapters.kubernetes import KubernetesCluster, images
from playground.kubernetes import Dapr, SimulatedCluster, install_dapr
from playground.kubernetes.dapr import control_plane, control_pod

DAPR = Dapr(ca=b"", issuer=b"", key=b"")


def sentry_pod(replica: int = 0, **deviations: Any) -> dict[str, Any]:
    return {**control_pod(DAPR, "dapr-sentry", replica), **deviations}


def sentry_deployment() -> dict[str, Any]:
    return control_plane(DAPR)[0]


async def test_a_pod_in_a_crash_loop_is_seen_waiting(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    kube.put(sentry_deployment())
    kube.put(control_pod(DAPR, "dapr-sentry", 0, ready=False, waiting="CrashLoopBackOff"))

    (sentry,) = await cluster.components()

    (pod,) = sentry.pods
    assert (pod.ready, pod.waiting, pod.started_at) == (False, "CrashLoopBackOff", None)


async def test_a_pod_that_nobody_schedules_says_why(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    kube.put(sentry_deployment())
    conditions = [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}]
    kube.put(sentry_pod(status={"phase": "Pending", "conditions": conditions}))

    (sentry,) = await cluster.components()

    assert [(pod.waiting, pod.ip) for pod in sentry.pods] == [("Unschedulable", "")]


async def test_leftovers_of_evictions_and_dying_pods_do_not_count(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    kube.put(sentry_deployment())
    kube.put(sentry_pod(0))
    kube.put(sentry_pod(1, status={"phase": "Failed", "reason": "Evicted"}))
    dying = sentry_pod(2)
    kube.put({**dying, "metadata": {**dying["metadata"], "deletionTimestamp": "2026-11-23T12:00:00Z"}})

    (sentry,) = await cluster.components()

    assert [pod.name for pod in sentry.pods] == ["dapr-sentry-6b7f9d-0"]


async def test_pods_belong_to_the_workload_whose_selector_takes_them(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    for track in ("stable", "canary"):
        labels = {"app": "dapr-sentry", "track": track}
        deployment = sentry_deployment()
        metadata = {**deployment["metadata"], "name": f"dapr-sentry-{track}"}
        kube.put({**deployment, "metadata": metadata, "spec": {**deployment["spec"], "selector": {"matchLabels": labels}}})
        pod = sentry_pod()
        kube.put({**pod, "metadata": {**pod["metadata"], "name": f"pod-{track}", "labels": labels}})

    found = await cluster.components()

    assert {component.workload: [pod.name for pod in component.pods] for component in found} == {
        "dapr-sentry-stable": ["pod-stable"],
        "dapr-sentry-canary": ["pod-canary"],
    }


async def test_a_workload_scaled_to_zero_wants_none(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    deployment = sentry_deployment()
    kube.put({**deployment, "spec": {**deployment["spec"], "replicas": 0}, "status": {}})

    (sentry,) = await cluster.components()

    assert (sentry.desired, sentry.ready, sentry.pods) == (0, 0, ())


async def test_another_namespace_is_not_looked_at(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    install_dapr(kube, Dapr(ca=b"", issuer=b"", key=b"", namespace="elsewhere"))

    assert await cluster.components() == ()


@pytest.mark.parametrize(
    ("annotation", "port"), [("9191", 9191), ("", 9090), ("many", 9090), ("0", 9090), ("99999", 9090), ("\uff11", 9090)]
)
async def test_the_metrics_port_comes_from_the_annotation(
    kube: SimulatedCluster, cluster: KubernetesCluster, annotation: str, port: int
) -> None:
    kube.put(sentry_deployment())
    pod = sentry_pod()
    kube.put({**pod, "metadata": {**pod["metadata"], "annotations": {"prometheus.io/port": annotation}}})

    (sentry,) = await cluster.components()

    assert sentry.pods[0].metrics_port == port


@pytest.mark.parametrize(
    ("image", "label", "version"),
    [
        ("ghcr.io/dapr/sentry:1.18.3", "", "1.18.3"),
        ("ghcr.io/dapr/sentry:1.16.2-mariner", "1.16.2", "1.16.2-mariner"),
        ("registry.local:5000/dapr/sentry:1.14.4", "9.9.9", "1.14.4"),
        ("registry.local:5000/dapr/sentry", "1.14.4", "1.14.4"),
        ("registry.local:5000/dapr/sentry", "", ""),
        ("ghcr.io/dapr/sentry@sha256:0000", "1.18.3", "1.18.3"),
        ("ghcr.io/dapr/sentry:1.18.3@sha256:0000", "9.9.9", "1.18.3"),
        ("ghcr.io/dapr/sentry:latest", "1.18.3", "1.18.3"),
        ("ghcr.io/dapr/sentry:latest", "edge", "latest"),
        ("ghcr.io/dapr/sentry:nightly-2026-11-01", "", "nightly-2026-11-01"),
        ("sentry:v1.18.3", "", "v1.18.3"),
        ("", "", ""),
    ],
)
def test_a_version_is_read_from_the_tag_or_else_from_the_label(image: str, label: str, version: str) -> None:
    assert images.version(image, label) == version


async def test_a_digest_leaves_the_version_to_the_label(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    deployment = sentry_deployment()
    deployment["spec"]["template"]["spec"]["containers"].insert(0, {"name": "mesh-proxy", "image": "mesh:9.9.9"})
    deployment["spec"]["template"]["spec"]["containers"][1]["image"] = "mirror:5000/dapr/sentry@sha256:00"
    kube.put(deployment)

    (sentry,) = await cluster.components()

    assert (sentry.image, sentry.version) == ("mirror:5000/dapr/sentry@sha256:00", "1.18.3")


async def test_the_ports_are_those_that_the_programs_own_container_lists(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    kube.put(sentry_deployment())
    pod = sentry_pod()
    proxy = {"name": "proxy", "image": "proxy:1", "ports": [{"containerPort": 15001}]}
    own = {**pod["spec"]["containers"][0], "ports": [{"containerPort": 50443}, {"containerPort": 9090, "name": "metrics"}]}
    kube.put({**pod, "spec": {**pod["spec"], "containers": [proxy, own]}})

    (sentry,) = await cluster.components()

    assert sentry.pods[0].ports == (50443, 9090)
