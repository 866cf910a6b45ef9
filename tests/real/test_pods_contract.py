"""The contract of ``ports.Pods`` on a real API server: the same cases as on the fake, but for logs, which only a kubelet has."""

import asyncio
import itertools
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass, field

import pytest

from bot.model.scene import KubeEvent, PodState
from bot.ports import Pods
from tests.contract.opening import opened_at
from tests.contract.pods_cases import CASES, Case, World
from tests.contract.pods_objects import event_object, pod_object
from tests.rig import cluster as rig
from tests.rig.api_server import ApiServer


@dataclass
class RealWorld:
    pods: Pods
    hand: rig.Cluster
    numbers: Iterator[int] = field(default_factory=itertools.count)

    async def has(self, state: PodState) -> None:
        await self._apply(state.pod.namespace, pod_object(state))

    async def told(self, event: KubeEvent, *, type_: str = "Warning", by_series: bool = False) -> None:
        await self._apply(event.namespace, event_object(event, f"e{next(self.numbers)}", type_=type_, by_series=by_series))

    async def _apply(self, namespace: str, obj: dict[str, object]) -> None:
        for one in ({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}, obj):
            await asyncio.to_thread(self.hand.apply, one)


@pytest.fixture
async def world(api_server: ApiServer, cluster: rig.Cluster) -> AsyncGenerator[World]:
    async with opened_at(api_server.kubeconfig) as adapter:
        yield RealWorld(adapter.pods, cluster)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
async def test_a_real_api_server_keeps_the_contract(case: Case, world: World) -> None:
    await case(world)
