"""Damaged answers of an API server through everything we are: a sweep ends, knows what it did not see, and can be told."""

import asyncio
from typing import Any

import pytest

from bot.checks import CHECKS
from bot.model.finding import Severity
from bot.model.judging import judge
from bot.model.observed import Observed
from bot.model.policy import Policy
from bot.model.snapshot import Snapshot
from bot.usecases.collect import Scope, collect
from tests.certificates import NOW, a_good_bundle
from tests.fakes.clock import FakeClock
from tests.hostile.answers import LyingClient, a_cluster_on, recorded, some_settings
from tests.hostile.judging import told

SWEEPS = 60


@pytest.fixture(scope="module")
def good() -> dict[str, Any]:
    return asyncio.run(recorded(a_good_bundle()))


async def seen_through(client: LyingClient) -> Snapshot:
    return await collect(a_cluster_on(client), FakeClock(NOW), Scope(settings=some_settings(), name="prod-eu", surroundings=True))


async def test_the_recorded_answers_are_good(good: dict[str, Any]) -> None:
    """Else damage to them would prove nothing."""
    snapshot = await seen_through(LyingClient(good))

    parts = [snapshot.secret, snapshot.configmap, snapshot.components, snapshot.census, snapshot.mtls, snapshot.webhook, snapshot.crd]
    assert all(isinstance(part, Observed) and part.value for part in parts)
    assert isinstance(snapshot.issuer_gauges, Observed)
    assert isinstance(snapshot.surroundings, Observed)
    found = snapshot.surroundings.value
    assert all((found.workloads, found.budgets, found.quotas))
    assert judge(snapshot, Policy(), CHECKS).severity.rank < Severity.WARNING.rank


@pytest.mark.parametrize("seed", range(SWEEPS))
async def test_damaged_answers_end_in_a_sweep_that_can_be_told(good: dict[str, Any], seed: int) -> None:
    client = LyingClient(good, seed)

    assert told(await seen_through(client)) == []
    assert client.requests < 60
