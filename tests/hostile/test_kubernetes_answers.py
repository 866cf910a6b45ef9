"""Damaged answers of an API server through everything we are: a sweep ends, knows what it did not see, and can be told."""

import asyncio
from typing import Any

import msgspec
import pytest
from click import unstyle

from bot.checks import CHECKS
from bot.cli import text
from bot.model.finding import Severity
from bot.model.judging import judge
from bot.model.observed import Observed
from bot.model.policy import Policy
from bot.model.reconcile import reconcile
from bot.model.snapshot import Snapshot
from bot.usecases.collect import Scope, collect
from handlers.views import alert, check
from tests.certificates import NOW, a_good_bundle
from tests.fakes.clock import FakeClock
from tests.handlers.strings import problems
from tests.hostile.answers import LyingClient, a_cluster_on, recorded, some_settings

SWEEPS = 60


@pytest.fixture(scope="module")
def good() -> dict[str, Any]:
    return asyncio.run(recorded(a_good_bundle()))


async def seen_through(client: LyingClient) -> Snapshot:
    return await collect(a_cluster_on(client), FakeClock(NOW), Scope(settings=some_settings(), name="prod-eu"))


def told(snapshot: Snapshot) -> list[str]:
    """Everything that is wrong with how a snapshot is judged, kept and told."""
    report = judge(snapshot, Policy(), CHECKS)
    wrong = [finding.fact for finding in report.findings if " broke (" in finding.fact]
    if msgspec.json.decode(msgspec.json.encode(snapshot), type=Snapshot) != snapshot:
        wrong.append("another snapshot after JSON")
    wrong += [line for line in unstyle(text.checks(report, NOW) + text.status(report, NOW)).split("\n") if not line.isprintable()]
    cards = reconcile((), report, NOW, Policy()).cards
    for message in (check.every(report, "/dapr", NOW), *(alert.card(card, report.cluster, NOW) for card in cards)):
        wrong += problems(message)
    return wrong


async def test_the_recorded_answers_are_good(good: dict[str, Any]) -> None:
    """Else damage to them would prove nothing."""
    snapshot = await seen_through(LyingClient(good))

    parts = [snapshot.secret, snapshot.configmap, snapshot.components, snapshot.census, snapshot.mtls, snapshot.webhook, snapshot.crd]
    assert all(isinstance(part, Observed) and part.value for part in parts)
    assert isinstance(snapshot.issuer_gauges, Observed)
    assert judge(snapshot, Policy(), CHECKS).severity.rank < Severity.WARNING.rank


@pytest.mark.parametrize("seed", range(SWEEPS))
async def test_damaged_answers_end_in_a_sweep_that_can_be_told(good: dict[str, Any], seed: int) -> None:
    client = LyingClient(good, seed)

    assert told(await seen_through(client)) == []
    assert client.requests < 60
