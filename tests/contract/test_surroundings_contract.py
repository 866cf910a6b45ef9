"""The contract of ``surroundings`` on the fake, and on the real client over the simulated API."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.model.surroundings import Surroundings
from bot.ports import Cluster
from playground.kubernetes import SimulatedCluster
from tests.contract.opening import opened_at
from tests.contract.surroundings_cases import CASES, Case, World
from tests.contract.surroundings_objects import budget_object, quota_object, workload_object
from tests.fakes.cluster import FakeCluster


@dataclass
class FakeWorld:
    cluster: FakeCluster

    async def has(self, found: Surroundings) -> None:
        before = self.cluster.surroundings_
        made = tuple(replace(one, uid=f"uid of {one.workload}", template=f"template of {one.workload}") for one in found.workloads)
        workloads = tuple(sorted((*before.workloads, *made), key=lambda one: one.workload))
        self.cluster.surroundings_ = Surroundings(
            workloads=workloads, budgets=(*before.budgets, *found.budgets), quotas=(*before.quotas, *found.quotas)
        )


@dataclass
class SimulatedWorld:
    cluster: Cluster
    kube: SimulatedCluster

    async def has(self, found: Surroundings) -> None:
        for obj in (
            *map(workload_object, found.workloads), *map(budget_object, found.budgets), *map(quota_object, found.quotas),
        ):  # fmt: skip
            self.kube.put(obj)


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
