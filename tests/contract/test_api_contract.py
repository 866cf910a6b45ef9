"""The contract of the Kubernetes API on the simulated server."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

import httpx
import pytest

from playground.kubernetes import ADMIN_TOKEN, Rule, SimulatedCluster
from tests.contract.api_cases import CASES
from tests.contract.api_world import AGENT, Api, Case


@dataclass
class SimulatedGround:
    kube: SimulatedCluster

    async def grant(self, namespace: str, rules: tuple[Rule, ...]) -> str:
        return self.kube.token(f"system:serviceaccount:{namespace}:reader", *rules)

    async def compact(self) -> None:
        self.kube.compact()

    async def ended(self) -> None:
        self.kube.end_watches()


@pytest.fixture
async def api() -> AsyncGenerator[Api]:
    headers = {"Authorization": f"Bearer {ADMIN_TOKEN}", "User-Agent": AGENT}
    async with SimulatedCluster() as kube, httpx.AsyncClient(base_url=kube.url, headers=headers) as client:
        for name in ("default", "case"):
            kube.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        yield Api(client, "case", SimulatedGround(kube))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
async def test_the_simulated_api_server_keeps_the_contract(case: Case, api: Api) -> None:
    await case(api)
