"""The story, replayed: sentry 1.10.4's own lines and those of the others in a real Loki, an expired bundle in a real API server."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.clock import SystemClock
from tests.rig import story
from tests.rig.api_server import ApiServer
from tests.rig.cluster import Cluster
from tests.rig.collectors import COLLECTORS, PROMTAIL, Collector, Origin
from tests.rig.dapr import TrustBundle
from tests.rig.loki import Loki
from tests.rig.shipper import Shipper
from tests.rig.stage import Stage, own_ca_until

VERSION = "1.10.4"
OVER = '{"level":"warning","msg":"Dapr root certificate expiration warning: certificate has expired.","scope":"dapr.sentry","type":"log"}'


@pytest.fixture
async def stage(api_server: ApiServer, cluster: Cluster, tmp_path: Path) -> AsyncIterator[Stage]:
    async with Stage(api_server, tmp_path) as stage:
        yield stage
        assert (stage.slack.violations, stage.slack.pings) == ((), ())


def ca_until(ends_at: datetime) -> TrustBundle:
    """As the story's sentry makes it for itself."""
    return own_ca_until(ends_at, VERSION)


def shipped(loki: Loki, tenant: str, collector: Collector, files: Sequence[tuple[Path, Origin]]) -> None:
    shipper = Shipper(loki, collector, tenant)
    for path, origin in files:
        shipper.follow(path, origin)
    assert shipper.ship() > 0


def told(folder: Path, origin: Origin, *lines: str) -> list[tuple[Path, Origin]]:
    path = folder / f"{origin.pod}.log"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return [(path, origin)]


def of(loki: Loki, tenant: str) -> dict[str, str]:
    return {"loki_url": loki.url, "loki_tenant": tenant, "loki_poll_seconds": "1", "sweep_seconds": "2", "settle_seconds": "1"}


@pytest.mark.parametrize("collector", COLLECTORS, ids=str)
async def test_the_first_sentence_is_the_cause_and_sentry_itself_is_the_witness(
    stage: Stage, loki: Loki, tenant: str, collector: Collector, tmp_path: Path
) -> None:
    now = SystemClock().now()
    await stage.install_objects(ca_until(story.root_ended(now)), version=VERSION)
    await stage.run_apps("app1", "app2", version=VERSION, ready=False)
    await asyncio.to_thread(shipped, loki, tenant, collector, story.write(tmp_path / "logs", until=now))
    await stage.start_bot(of(loki, tenant))

    witness = "In the log of sentry since"
    words = await stage.ops.card(
        "root-expiry", " · CRITICAL · ", witness, "Dapr root certificate expiration warning: certificate has expired."
    )

    assert words.splitlines()[1].endswith(" · CRITICAL · Root CA and issuer have expired")
    assert "http2" not in "".join(stage.ops.cards.values())
    assert "API server" not in words
    assert list(stage.ops.cards) == ["root-expiry"]
    assert await stage.leaks() == []


async def test_twelve_days_ahead_the_hourly_warning_stands_on_the_card(stage: Stage, loki: Loki, tenant: str, tmp_path: Path) -> None:
    now = SystemClock().now()
    await stage.install_objects(ca_until(now + timedelta(days=12)), version=VERSION)
    await asyncio.to_thread(shipped, loki, tenant, PROMTAIL, story.write(tmp_path / "logs", until=now, chapter="warned"))
    await stage.start_bot(of(loki, tenant))

    await stage.ops.card("root-expiry", " · WARNING · ", "Root CA and issuer expire in 12 days", "certificate expires in 11 days and")


async def test_killed_and_started_again_it_counts_no_line_twice(stage: Stage, loki: Loki, tenant: str, tmp_path: Path) -> None:
    now = SystemClock().now()
    await stage.install_objects(ca_until(story.root_ended(now)), version=VERSION)
    await asyncio.to_thread(shipped, loki, tenant, PROMTAIL, story.write(tmp_path / "logs", until=now))
    await stage.start_bot(of(loki, tenant))
    await stage.ops.card("root-expiry", "In the log of sentry since")
    before = stage.ops.messages
    assert 'dapr_warden_log_matches_total{component="sentry",signature="root-expired"}' in await asyncio.to_thread(stage.bot.metrics)

    await stage.kill_bot()
    await stage.go_on()
    await stage.sweeps(5)

    assert 'signature="root-expired"' not in await asyncio.to_thread(stage.bot.metrics)
    assert stage.ops.messages == before


@pytest.mark.parametrize(
    "origin",
    [
        Origin(namespace="shop", pod="dapr-sentry-0", container="dapr-sentry", app="dapr-sentry"),
        Origin(namespace="shop", pod="orders-0", container="orders", app="orders"),
        Origin(namespace="dapr-system", pod="debug-0", container="debug", app="debug"),
    ],
    ids=lambda origin: f"{origin.namespace}/{origin.container}",
)
async def test_a_forged_line_costs_nothing(stage: Stage, loki: Loki, tenant: str, origin: Origin, tmp_path: Path) -> None:
    await stage.install_objects(ca_until(SystemClock().now() + timedelta(days=200)), version=VERSION)
    true = Origin(namespace="dapr-system", pod="dapr-operator-0", container="dapr-operator", app="dapr")
    files = [*told(tmp_path, origin, OVER, f"<!channel> {OVER}"), *told(tmp_path, true, "all is well")]
    await asyncio.to_thread(shipped, loki, tenant, PROMTAIL, files)
    await stage.start_bot(of(loki, tenant))
    await stage.sweeps(3)

    assert stage.ops.cards == {}
    assert "log_matches_total{" not in await asyncio.to_thread(stage.bot.metrics)


async def test_a_line_of_sentry_that_no_check_bears_out_is_told_to_who_asks_and_calls_nobody(
    stage: Stage, loki: Loki, tenant: str, tmp_path: Path
) -> None:
    await stage.install_objects(ca_until(SystemClock().now() + timedelta(days=200)), version=VERSION)
    await asyncio.to_thread(shipped, loki, tenant, PROMTAIL, told(tmp_path, story.SENTRY, OVER))
    await stage.start_bot(of(loki, tenant))
    await stage.sweeps(3)

    asked = await stage.ops.asks("check logs-unexplained")

    words = "\n".join(map(stage.ops.words, asked.messages))
    assert "The log of sentry complains, and no check bears it out" in words
    assert stage.ops.messages == ()


async def test_a_loki_that_does_not_know_the_tenant_is_unknown_and_no_alarm(stage: Stage, loki: Loki) -> None:
    await stage.install_objects(ca_until(SystemClock().now() + timedelta(days=200)), version=VERSION)
    await stage.start_bot(of(loki, "nobody-ever-wrote-here"))
    await stage.sweeps(2)

    asked = await stage.ops.asks("check logs-silent")

    assert "DAPR_WARDEN_LOKI_TENANT" in "\n".join(map(stage.ops.words, asked.messages))
    assert stage.ops.messages == ()
