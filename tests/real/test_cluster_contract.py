"""The contract of ``ports.Cluster`` on a real API server: the same cases as on the fake and on the simulated API."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from functools import partial

import pytest

from bot.ports import Cluster
from playground.kubernetes import Dapr
from playground.kubernetes.dapr import BUNDLE, NAMESPACE, objects, trust_objects
from tests.certificates import Files
from tests.contract.cluster_cases import CASES, Case, World, a_dapr
from tests.contract.opening import opened_at
from tests.rig import cluster as rig
from tests.rig.api_server import ApiServer
from tests.rig.dapr import install_crds


@dataclass
class RealWorld:
    cluster: Cluster
    hand: rig.Cluster

    async def install(self, dapr: Dapr) -> None:
        await asyncio.to_thread(install_crds, self.hand)
        for manager, obj in objects(dapr):
            # The CRDs are Dapr's own here.
            if obj["kind"] != "CustomResourceDefinition":
                await asyncio.to_thread(partial(self.hand.apply, obj, manager=manager))

    async def set_configmap(self, ca: bytes, *, manager: str) -> None:
        _, configmap = trust_objects(Dapr(ca=ca, issuer=b"", key=b""))
        await asyncio.to_thread(partial(self.hand.apply, configmap, manager=manager))

    async def set_secret(self, files: Files, *, manager: str) -> None:
        secret, *_ = trust_objects(a_dapr(files))
        await asyncio.to_thread(partial(self.hand.apply, secret, manager=manager))

    async def remove_configmap(self) -> None:
        await asyncio.to_thread(self.hand.delete, "v1", "ConfigMap", BUNDLE, NAMESPACE)

    async def watched(self) -> None:
        # A real API server does not tell who watches it.
        await asyncio.sleep(0.5)


@pytest.fixture
async def world(api_server: ApiServer, cluster: rig.Cluster) -> AsyncGenerator[World]:
    async with opened_at(api_server.kubeconfig) as adapter:
        yield RealWorld(adapter, cluster)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
async def test_a_real_api_server_keeps_the_contract(case: Case, world: World) -> None:
    await case(world)
