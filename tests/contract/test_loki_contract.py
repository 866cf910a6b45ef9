"""The contract of Loki on the simulated one, with tenants and without."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass

import httpx
import pytest

from playground.loki import SimulatedLoki
from tests.contract.loki_cases import CASES
from tests.contract.loki_world import Case, Loki
from tests.fakes.clock import FakeClock


@dataclass
class SimulatedWorld:
    url: str
    tenants: bool
    clock: FakeClock

    async def eventually(self, holds: Callable[[], Awaitable[bool]]) -> None:
        assert await holds()


@pytest.fixture(params=[False, True], ids=["open", "tenants"])
async def loki(request: pytest.FixtureRequest) -> AsyncGenerator[Loki]:
    clock = FakeClock()
    async with SimulatedLoki(clock.now, tenants=request.param) as simulated, httpx.AsyncClient(base_url=simulated.url) as http:
        yield Loki(http, SimulatedWorld(simulated.url, request.param, clock))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
async def test_the_simulated_loki_keeps_the_contract(case: Case, loki: Loki) -> None:
    await case(loki)
