"""The contract of ``ports.Cluster`` on the fake, and on the real client over the simulated API."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.ports import Cluster
from playground.kubernetes import Dapr, SimulatedCluster, install_dapr
from playground.kubernetes.dapr import BUNDLE, NAMESPACE, trust_objects
from tests.certificates import Files
from tests.contract.cluster_cases import CASES, Case, World, a_dapr
from tests.contract.opening import opened_at
from tests.contract.waiting import until
from tests.fakes.cluster import FakeCluster


@dataclass
class FakeWorld:
    cluster: FakeCluster

    async def install(self, dapr: Dapr) -> None:
        self.cluster.install(dapr)

    async def set_configmap(self, ca: bytes, *, manager: str) -> None:
        self.cluster.set_configmap(ca, manager=manager)

    async def set_secret(self, files: Files, *, manager: str) -> None:
        self.cluster.set_secret(files.ca, files.issuer, files.key, manager=manager)

    async def remove_configmap(self) -> None:
        self.cluster.remove_configmap()

    async def watched(self) -> None:
        await until(lambda: self.cluster.open_watches == 1)


@dataclass
class SimulatedWorld:
    cluster: Cluster
    kube: SimulatedCluster
    watches: int = 0

    async def install(self, dapr: Dapr) -> None:
        install_dapr(self.kube, dapr)

    async def set_configmap(self, ca: bytes, *, manager: str) -> None:
        _, configmap = trust_objects(Dapr(ca=ca, issuer=b"", key=b""))
        self.kube.put(configmap, manager=manager)

    async def set_secret(self, files: Files, *, manager: str) -> None:
        secret, *_ = trust_objects(a_dapr(files))
        self.kube.put(secret, manager=manager)

    async def remove_configmap(self) -> None:
        self.kube.delete("ConfigMap", BUNDLE, NAMESPACE)

    async def watched(self) -> None:
        # Before it watches, the adapter has looked: from here on nothing can be missed.
        self.watches += 2
        await until(lambda: sum(verb == "watch" for verb, _, _ in self.kube.requests) == self.watches)


@pytest.fixture(params=["fake", "simulated"])
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[World]:
    if request.param == "fake":
        yield FakeWorld(FakeCluster())
        return
    async with SimulatedCluster() as kube, opened_at(kube.kubeconfig(tmp_path / "kubeconfig")) as cluster:
        yield SimulatedWorld(cluster, kube)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
async def test_every_cluster_keeps_the_contract(case: Case, world: World) -> None:
    await case(world)
