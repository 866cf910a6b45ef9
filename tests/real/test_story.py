"""The story on a real Loki, as each collector brings it: what the log watch sees of it, by the bot's own client."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.clock import SystemClock
from bot.adapters.loki import opened
from bot.config import from_env
from bot.model.logs import LogView, Sighting
from bot.model.observed import Observed
from bot.usecases.log_watch import LogWatch
from tests.fakes.store import FakeStore
from tests.rig import dapr, story
from tests.rig.api_server import ApiServer
from tests.rig.cluster import Cluster
from tests.rig.collectors import COLLECTORS, PROMTAIL, Collector
from tests.rig.dapr import TrustBundle
from tests.rig.loki import Loki
from tests.rig.shipper import Shipper
from tests.rig.stage import Stage, bundle_until

each_collector = pytest.mark.parametrize("collector", COLLECTORS, ids=str)


def tell(loki: Loki, tenant: str, collector: Collector, folder: Path, chapter: story.Chapter) -> None:
    """Everything of that chapter is in Loki when it returns."""
    shipper = Shipper(loki, collector, tenant)
    for path, origin in story.write(folder, until=SystemClock().now(), chapter=chapter):
        shipper.follow(path, origin)
    shipper.ship()


@asynccontextmanager
async def watching(loki: Loki, tenant: str) -> AsyncGenerator[LogWatch]:
    settings = from_env({"DAPR_WARDEN_LOKI_URL": loki.url, "DAPR_WARDEN_LOKI_TENANT": tenant})
    clock = SystemClock()
    async with opened(settings, version="test", clock=clock) as logs:
        yield LogWatch(
            logs=logs, store=FakeStore(), clock=clock, namespace=story.SENTRY.namespace, matched=lambda _: None, opened=lambda: None
        )


async def seen(watch: LogWatch) -> LogView:
    """What it knows after one more look."""
    await watch.look()
    part = watch.part()
    assert isinstance(part, Observed), part
    return part.value


def told(sightings: tuple[Sighting, ...]) -> set[tuple[str, str, tuple[str, ...], int]]:
    return {(one.component, one.signature, one.pods, one.count) for one in sightings}


@each_collector
async def test_after_the_end_sentry_says_why_and_the_sidecar_that_it_fails(
    loki: Loki, tenant: str, tmp_path: Path, collector: Collector
) -> None:
    tell(loki, tenant, collector, tmp_path, "ended")

    async with watching(loki, tenant) as watch:
        view = await seen(watch)

    # Sentry's warning of an hour and a half ago is before the first look, and the operator's lines are of another week.
    assert told(view.sightings) == {
        ("sentry", "root-expired", (story.SENTRY.pod,), 1),
        ("daprd", "sidecar-renewal-fails-before-1-12", (story.SIDECAR.pod,), 1),
    }
    (failure,) = (one for one in view.sightings if one.component == "daprd")
    assert failure.reasons == ("reason-expired",)


@each_collector
async def test_before_the_end_the_one_line_that_nobody_read_is_seen(loki: Loki, tenant: str, tmp_path: Path, collector: Collector) -> None:
    tell(loki, tenant, collector, tmp_path, "warned")

    async with watching(loki, tenant) as watch:
        view = await seen(watch)

    assert told(view.sightings) == {("sentry", "root-expires-soon", (story.SENTRY.pod,), 2)}
    assert "certificate expires in 11 days and 22 hours" in view.sightings[0].excerpt


async def test_what_was_counted_is_not_counted_again_and_what_comes_is(loki: Loki, tenant: str, tmp_path: Path) -> None:
    async with watching(loki, tenant) as watch:
        tell(loki, tenant, PROMTAIL, tmp_path / "before", "warned")
        first = await seen(watch)
        second = await seen(watch)
        tell(loki, tenant, PROMTAIL, tmp_path / "after", "ended")
        third = await seen(watch)

    assert told(second.sightings) == told(first.sightings)
    # Sentry's last warning of the end is half an hour old: whoever reads on, from a moment ago, does not find it.
    assert {one.signature for one in third.sightings} == {"root-expires-soon", "sidecar-renewal-fails-before-1-12"}


async def test_the_control_plane_is_heard_per_half_hour(loki: Loki, tenant: str, tmp_path: Path) -> None:
    tell(loki, tenant, PROMTAIL, tmp_path, "warned")

    async with watching(loki, tenant) as watch:
        view = await seen(watch)

    assert view.heartbeat is not None
    assert sum(view.heartbeat.counts) in {1, 2}
    assert sum(view.heartbeat.counts[:-4]) == 0


async def test_the_last_words_of_a_real_sentry_stand_on_the_card_that_says_why_it_ended(
    api_server: ApiServer, cluster: Cluster, loki: Loki, tenant: str, tmp_path: Path
) -> None:
    shipper = Shipper(loki, PROMTAIL, tenant)
    async with Stage(api_server, tmp_path / "stage") as stage:
        await stage.install_dapr()
        await stage.run_apps("orders")
        shipper.follow(stage.sentry.log_path, story.SENTRY)
        await stage.start_bot({"loki_url": loki.url, "loki_tenant": tenant, "loki_poll_seconds": "1"})
        assert await asyncio.to_thread(shipper.ship) > 0

        stranger = bundle_until(SystemClock().now().replace(microsecond=0) + timedelta(days=300)).config_map
        before = await stage.bundle()
        await asyncio.to_thread(dapr.write_bundle, stage.cluster, TrustBundle({**before.secret, **stranger}, stranger))
        stage.sentry.nudge()
        assert await asyncio.to_thread(stage.sentry.wait_for_exit) != 0
        await asyncio.to_thread(shipper.ship)

        await stage.ops.card("bundle-unloadable", "The log of sentry says so since", "issuer chain does not belong to trust anchors")
