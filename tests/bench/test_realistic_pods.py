import json

import msgspec

from bench.pods import app_pods
from bot.adapters.kubernetes.census import Tally
from bot.adapters.kubernetes.wire_workloads import Pod
from tests.builders import A_CA, ANOTHER_CA


def test_a_pod_is_as_large_as_a_real_one_and_knows_who_wrote_it() -> None:
    (pod,) = app_pods(1, [A_CA.roots_pem])

    assert 8_000 < len(json.dumps(pod, separators=(",", ":"))) < 10_000
    assert [entry["manager"] for entry in pod["metadata"]["managedFields"]] == ["kube-controller-manager", "kubelet"]


def test_the_census_sees_a_sidecar_with_roots_in_every_pod() -> None:
    tally = Tally()
    encoded = msgspec.json.encode(list(app_pods(45, [A_CA.roots_pem, ANOTHER_CA.roots_pem])))
    tally.add(msgspec.json.decode(encoded, type=list[Pod]))
    census = tally.census()

    assert (len(census.pods), len(census.anchors)) == (45, 2)
    assert {pod.workload for pod in census.pods} == {"Deployment/app-0000", "Deployment/app-0001", "Deployment/app-0002"}
    assert len({(pod.namespace, pod.name) for pod in census.pods}) == 45
