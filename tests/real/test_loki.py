"""The rig's Loki and what fills it: that other tests may believe what they read there."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.rig import story
from tests.rig.collectors import COLLECTORS, PROMTAIL, Collector, Origin
from tests.rig.loki import Entry, Loki, Stream, running_loki
from tests.rig.process import RigError
from tests.rig.sentry import Sentry
from tests.rig.shipper import SECOND, Shipper

SENTRY = Origin(namespace="dapr-system", pod="dapr-sentry-0", container="dapr-sentry", app="dapr")

each_collector = pytest.mark.parametrize("collector", COLLECTORS, ids=str)


def streams_of(collector: Collector, origin: Origin) -> str:
    matchers = (f'{name}="{value}"' for name, value in collector.labels(origin).items())
    return "{" + ", ".join(matchers) + "}"


def a_line(text: str, *, seconds_ago: float = 0) -> Stream:
    return Stream({"container": "daprd"}, [Entry(time.time_ns() - int(seconds_ago * SECOND), text)])


@each_collector
def test_what_a_real_sentry_says_is_there_when_it_is_shipped(loki: Loki, tenant: str, tmp_path: Path, collector: Collector) -> None:
    shipper = Shipper(loki, collector, tenant)
    with Sentry("1.18.3", folder=tmp_path) as sentry:
        shipper.follow(sentry.log_path, SENTRY)
        sentry.wait_until_ready()
        before = shipper.ship()
        sentry.reload()
        after = shipper.ship()
        sentry.kill()
        after += shipper.ship()

    found = [text for _, text in loki.lines(streams_of(collector, SENTRY), tenant=tenant)]
    assert min(before, after) > 0
    assert found == [collector.text(SENTRY, line) for line in sentry.log().splitlines()]


@each_collector
def test_the_pod_is_found_whether_it_is_a_label_or_metadata(loki: Loki, tenant: str, tmp_path: Path, collector: Collector) -> None:
    shipper = Shipper(loki, collector, tenant)
    for at in range(2):
        log = tmp_path / f"{at}.log"
        log.write_text(f"line of {at}\n", encoding="utf-8")
        shipper.follow(log, replace(SENTRY, pod=f"dapr-sentry-{at}"))
    shipper.ship()

    pod = next(name for named in (collector.labels, collector.metadata) for name, value in named(SENTRY).items() if value == SENTRY.pod)
    (found,) = loki.lines(f'{{service_name=~".+"}} | {pod}="dapr-sentry-1"', tenant=tenant)
    assert "line of 1" in found[1]


def test_the_whole_story_is_accepted(loki: Loki, tenant: str, tmp_path: Path) -> None:
    shipper = Shipper(loki, PROMTAIL, tenant)
    for path, origin in story.write(tmp_path, until=datetime.now(UTC)):  # noqa: TID251 - Loki judges by the real time
        shipper.follow(path, origin)

    assert shipper.ship() == 7

    week_ago = time.time_ns() - 8 * 24 * 3600 * SECOND
    (old, _), *_, (new, last) = loki.lines('{namespace=~"dapr-system|apps"}', tenant=tenant, since_ns=week_ago)
    assert "sending workload csr request to sentry" in last
    assert new - old > 6 * 24 * 3600 * SECOND


def test_a_tenant_sees_its_own_lines_only(loki: Loki, tenant: str) -> None:
    loki.push([a_line("mine")], tenant=tenant)

    assert [text for _, text in loki.lines('{container="daprd"}', tenant=tenant)] == ["mine"]
    assert loki.lines('{container="daprd"}', tenant=f"{tenant}-other") == []


def test_limits_hold_for_their_tenant_at_once(loki: Loki, tenant: str) -> None:
    loki.push([a_line("one", seconds_ago=2), a_line("two", seconds_ago=1)], tenant=tenant)

    loki.limit(tenant, max_entries_limit_per_query=10)

    answer = loki.get("query_range", tenant=tenant, query='{container="daprd"}', limit=11)
    assert (answer.status_code, answer.text.strip()) == (
        400,
        "max entries limit per query exceeded, limit > max_entries_limit_per_query (11 > 10)",
    )
    assert loki.get("query_range", tenant=f"{tenant}-other", query='{container="daprd"}', limit=11).status_code == 200


def test_what_loki_refuses_is_an_error_in_its_own_words(loki: Loki, tenant: str) -> None:
    with pytest.raises(RigError, match=r"loki refused a push with 400: .*timestamp too old"):
        loki.push([a_line("old", seconds_ago=8 * 24 * 3600)], tenant=tenant)


def test_a_loki_without_tenants_asks_for_none_and_has_limits_too(tmp_path: Path) -> None:
    with running_loki(tmp_path, overrides={"fake": {"max_line_size": "1KB"}}) as alone:
        alone.push([a_line("hello")])

        assert [text for _, text in alone.lines('{container="daprd"}')] == ["hello"]
        with pytest.raises(RigError, match="size"):
            alone.push([a_line("x" * 2000)])
    assert alone.process.exit_code() is not None
