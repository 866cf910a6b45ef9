"""The contract of ``ports.Hands`` on the fake, and on the real client over the simulated API."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.model.surroundings import WorkloadName
from bot.ports import Hands
from playground.kubernetes import SimulatedCluster
from tests.certificates import Files
from tests.contract.hands_cases import CASES, Case, World
from tests.contract.hands_objects import NAMESPACE, bundle_configmap, bundle_secret, namespace, others, own_objects, touched, workload
from tests.contract.opening import opened_at
from tests.fakes.hands import FakeHands


@dataclass
class FakeWorld:
    hands: FakeHands = field(default_factory=FakeHands)

    async def install(self, files: Files, *workloads: WorkloadName, configmap_ca: bytes | None = None) -> None:
        self.hands.install(files.ca, files.issuer, files.key, *workloads, configmap_ca=configmap_ca)
        self.hands.put("Secret dapr-trust-bundle", {"jwt.key": b"not ours"})

    async def touch(self, kind: str, name: str) -> None:
        self.hands.put(f"{kind} {name}", {})

    async def recreate(self, kind: str, name: str) -> None:
        gone = self.hands.objects.pop(f"{kind} {name}")
        self.hands.put(f"{kind} {name}", gone.data, mark=gone.mark)

    async def others(self, kind: str, name: str) -> object:
        return {key: value for key, value in self.hands.objects[f"{kind} {name}"].data.items() if key == "jwt.key"}

    async def generation(self, workload: WorkloadName) -> int:
        return self.hands.restarts[workload]


@dataclass
class SimulatedWorld:
    hands: Hands
    kube: SimulatedCluster

    async def install(self, files: Files, *workloads: WorkloadName, configmap_ca: bytes | None = None) -> None:
        for name in (NAMESPACE, *{one.namespace for one in workloads}):
            self.kube.put(namespace(name))
        ca = files.ca if configmap_ca is None else configmap_ca
        for one in (bundle_secret(files), bundle_configmap(ca), *own_objects(), *map(workload, workloads)):
            self.kube.put(one)

    async def touch(self, kind: str, name: str) -> None:
        self.kube.put(touched(self.kube.get(kind, name, NAMESPACE)))

    async def recreate(self, kind: str, name: str) -> None:
        gone = self.kube.get(kind, name, NAMESPACE)
        self.kube.delete(kind, name, NAMESPACE)
        self.kube.put({**gone, "metadata": {key: value for key, value in gone["metadata"].items() if key != "uid"}})

    async def others(self, kind: str, name: str) -> object:
        return others(self.kube.get(kind, name, NAMESPACE))

    async def generation(self, workload: WorkloadName) -> int:
        return int(self.kube.get(workload.kind, workload.name, workload.namespace)["metadata"]["generation"])


@pytest.fixture(params=["fake", "simulated"])
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[World]:
    if request.param == "fake":
        yield FakeWorld()
        return
    async with SimulatedCluster() as kube, opened_at(kube.kubeconfig(tmp_path / "kubeconfig")) as cluster:
        yield SimulatedWorld(cluster.hands, kube)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
async def test_all_hands_keep_the_contract(case: Case, world: World) -> None:
    await case(world)
