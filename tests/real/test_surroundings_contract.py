"""The contract of ``surroundings`` on a real API server: the same cases as on the fake and on the simulated API."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass

import pytest

from bot.model.surroundings import Surroundings
from bot.ports import Cluster
from tests.contract.opening import opened_at
from tests.contract.surroundings_cases import CASES, Case, World
from tests.contract.surroundings_objects import budget_object, quota_object, workload_object
from tests.rig import cluster as rig
from tests.rig.api_server import ApiServer


@dataclass
class RealWorld:
    cluster: Cluster
    hand: rig.Cluster

    async def has(self, found: Surroundings) -> None:
        await asyncio.to_thread(self._has, found)

    def _has(self, found: Surroundings) -> None:
        objects = (*map(workload_object, found.workloads), *map(budget_object, found.budgets), *map(quota_object, found.quotas))
        for name in {one["metadata"]["namespace"] for one in objects}:
            self.hand.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        for one in objects:
            self.hand.apply(one)


@pytest.fixture
async def world(api_server: ApiServer, cluster: rig.Cluster) -> AsyncGenerator[World]:
    async with opened_at(api_server.kubeconfig) as adapter:
        yield RealWorld(adapter, cluster)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
async def test_a_real_api_server_keeps_the_contract(case: Case, world: World) -> None:
    await case(world)
