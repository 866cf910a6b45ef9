"""The contract of Loki on a real one, with tenants and without: the same cases as on the simulated one."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from bot.adapters.clock import SystemClock
from tests.contract import loki_client
from tests.contract.loki_cases import CASES
from tests.contract.loki_world import Case, Loki
from tests.rig import loki as rig

PATIENCE = 10.0
# Several tenants at once are refused after a quarter of a minute of trying again.
PATIENCE_ONCE = 60.0


@dataclass
class RealWorld:
    url: str
    tenants: bool
    clock: SystemClock = field(default_factory=SystemClock)

    async def eventually(self, holds: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not await holds():
                pass


@asynccontextmanager
async def seen(real: rig.Loki) -> AsyncGenerator[Loki]:
    async with httpx.AsyncClient(base_url=real.url, timeout=PATIENCE_ONCE, trust_env=False) as http:
        yield Loki(http, RealWorld(real.url, real.tenants))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
async def test_a_real_loki_with_tenants_keeps_the_contract(case: Case, loki: rig.Loki) -> None:
    async with seen(loki) as tenant:
        await case(tenant)


@pytest.mark.parametrize("case", [case for case in CASES if case not in loki_client.CASES], ids=lambda case: case.__name__)
async def test_an_open_one_keeps_it(case: Case, open_loki: rig.Loki) -> None:
    async with seen(open_loki) as everybody:
        await case(everybody)


@pytest.mark.parametrize("case", loki_client.CASES, ids=lambda case: case.__name__)
async def test_an_open_one_that_nobody_else_fills_keeps_it(case: Case, tmp_path: Path) -> None:
    """The client finds out about all labels that there are, and those of another case would be among them."""
    with rig.running_loki(tmp_path) as real:
        async with seen(real) as alone:
            await case(alone)
