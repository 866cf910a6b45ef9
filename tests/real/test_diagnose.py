"""Why is it broken, on real programs: API server, Loki, sentries that refuse for real; asked in Slack and in the terminal."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.clock import SystemClock
from tests.real.test_story_in_slack import VERSION, ca_until, of, shipped, told
from tests.rig import crowd, dapr, story
from tests.rig.api_server import ApiServer
from tests.rig.cluster import Cluster
from tests.rig.collectors import PROMTAIL
from tests.rig.dapr import TrustBundle
from tests.rig.loki import Loki
from tests.rig.shipper import Shipper
from tests.rig.stage import Stage, bundle_until

PODS = 400


@pytest.fixture
async def stage(api_server: ApiServer, cluster: Cluster, tmp_path: Path) -> AsyncIterator[Stage]:
    async with Stage(api_server, tmp_path) as stage:
        yield stage
        assert (stage.slack.violations, stage.slack.pings) == ((), ())


async def diagnosed(stage: Stage, what: str) -> str:
    """The last private answer, once it is more than "looking"."""
    gesture = await stage.ops.asks(f"diagnose {what}")
    words = await stage.ops.sees(lambda: [said for message in gesture.messages if "Looking why" not in (said := stage.ops.words(message))])
    return words[-1]


async def test_the_story_app1_crashes_because_the_root_has_expired_and_the_api_server_is_not_blamed(
    stage: Stage, loki: Loki, tenant: str, tmp_path: Path
) -> None:
    now = SystemClock().now()
    bundle = ca_until(story.root_ended(now))
    await stage.install_objects(bundle, version=VERSION)
    anchors = bundle.secret["ca.crt"].decode()
    await asyncio.to_thread(crowd.move_in, stage.cluster, PODS, namespace="apps", anchors=anchors, version=VERSION)
    await asyncio.to_thread(shipped, loki, tenant, PROMTAIL, story.write(tmp_path / "logs", until=now))
    await stage.start_bot(of(loki, tenant))

    words = await diagnosed(stage, "app1")

    assert "Dapr root certificate expired" in words.splitlines()[1]
    assert "This is proved." in words
    assert "Dapr root certificate expiration warning: certificate has expired." in words
    for blamed in ("http2", "API server", "network"):
        assert blamed not in words
    assert await stage.leaks() == []


async def test_a_real_sentry_that_refused_its_bundle_is_the_cause_and_its_last_words_the_evidence(
    stage: Stage, loki: Loki, tenant: str
) -> None:
    shipper = Shipper(loki, PROMTAIL, tenant)
    await stage.install_dapr()
    await stage.run_apps("orders")
    shipper.follow(stage.sentry.log_path, story.SENTRY)
    await stage.start_bot(of(loki, tenant))
    stranger = bundle_until(SystemClock().now().replace(microsecond=0) + timedelta(days=300)).config_map
    before = await stage.bundle()
    await asyncio.to_thread(dapr.write_bundle, stage.cluster, TrustBundle({**before.secret, **stranger}, stranger))
    stage.sentry.nudge()
    assert await asyncio.to_thread(stage.sentry.wait_for_exit) != 0
    await asyncio.to_thread(shipper.ship)
    await stage.sweeps(2)

    words = await diagnosed(stage, "sentry")

    assert "This is proved." in words
    assert "issuer chain does not belong to trust anchors" in words


async def test_an_app_that_is_well_in_a_well_cluster_has_nothing_wrong(stage: Stage, loki: Loki, tenant: str, tmp_path: Path) -> None:
    await stage.install_dapr()
    await stage.run_apps("orders")
    # Not sentry's own log: outside of a cluster it complains that it finds no DNS domain.
    await asyncio.to_thread(shipped, loki, tenant, PROMTAIL, told(tmp_path, story.SENTRY, "all is well"))
    await stage.start_bot(of(loki, tenant))
    await stage.sweeps(2)

    assert "nothing is wrong" in await diagnosed(stage, "shop/orders")


async def test_a_name_that_is_misspelt_gets_the_nearest(stage: Stage) -> None:
    await stage.install_dapr()
    await stage.run_apps("orders")
    await stage.start_bot()

    assert "Did you mean" in await diagnosed(stage, "ordes")
