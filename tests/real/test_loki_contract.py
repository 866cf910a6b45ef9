"""The contract of Loki on a real one, with tenants and without: the same cases as on the simulated one."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field

import httpx
import pytest

from bot.adapters.clock import SystemClock
from tests.contract.loki_cases import CASES
from tests.contract.loki_world import Case, Loki
from tests.rig import loki as rig

PATIENCE = 10.0


@dataclass
class RealWorld:
    url: str
    tenants: bool
    clock: SystemClock = field(default_factory=SystemClock)

    async def eventually(self, holds: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not await holds():
                pass


@pytest.fixture(params=["open", "tenants"])
async def case_loki(request: pytest.FixtureRequest, loki: rig.Loki, open_loki: rig.Loki) -> AsyncGenerator[Loki]:
    real = loki if request.param == "tenants" else open_loki
    async with httpx.AsyncClient(base_url=real.url, timeout=30.0, trust_env=False) as http:
        yield Loki(http, RealWorld(real.url, real.tenants))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
async def test_a_real_loki_keeps_the_contract(case: Case, case_loki: Loki) -> None:
    await case(case_loki)
