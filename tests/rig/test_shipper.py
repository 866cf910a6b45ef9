"""The shipper: nothing said is lost or doubled, times are ones that Loki takes, and each collector names things its own way."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.rig.collectors import COLLECTORS, FLUENT_BIT, K8S_MONITORING, OPENTELEMETRY, PROMTAIL, Collector, Origin
from tests.rig.loki import Stream
from tests.rig.shipper import NEWEST, OLDEST, SECOND, Shipper, own_time

SENTRY = Origin(namespace="dapr-system", pod="dapr-sentry-0", container="dapr-sentry", app="dapr")
NOON = 1_790_510_400 * SECOND


@dataclass
class Taken:
    """A Loki that takes everything."""

    streams: list[Stream] = field(default_factory=list)

    def push(self, streams: Sequence[Stream], *, tenant: str) -> None:
        self.streams += streams

    def entries(self) -> list[tuple[int, str]]:
        return [(entry.at_ns, entry.text) for stream in self.streams for entry in stream.entries]


def a_shipper(log: Path, collector: Collector = PROMTAIL) -> tuple[Shipper, Taken]:
    taken = Taken()
    shipper = Shipper(taken, collector, clock=lambda: NOON)
    shipper.follow(log, SENTRY)
    return shipper, taken


def says(log: Path, text: str) -> None:
    with log.open("a", encoding="utf-8") as file:
        file.write(text)


def test_each_line_is_shipped_once_and_only_when_it_is_finished(tmp_path: Path) -> None:
    log = tmp_path / "sentry.log"
    says(log, "one\ntwo\nthr")
    shipper, taken = a_shipper(log)

    assert shipper.ship() == 2
    assert shipper.ship() == 0
    says(log, "ee\n\n")
    assert shipper.ship() == 1

    assert [text for _, text in taken.entries()] == ["one", "two", "three"]


def test_a_line_has_its_own_time_else_now_and_none_is_before_its_predecessor(tmp_path: Path) -> None:
    log = tmp_path / "sentry.log"
    says(log, 'time="2026-09-27T11:59:58.5Z" level=info\n{"level":"info","time":"2026-09-27T13:59:59.000000001+02:00"}\n')
    says(log, 'panic\ntime="2026-09-27T11:59:57Z" level=info\n')
    shipper, taken = a_shipper(log)

    shipper.ship()

    assert [at - NOON for at, _ in taken.entries()] == [-1_500_000_000, -999_999_999, 0, 1]


@pytest.mark.parametrize(("said", "shipped"), [("2023-06-19T12:49:06Z", -OLDEST), ("2036-01-01T00:00:00Z", NEWEST)])
def test_a_time_that_loki_would_refuse_becomes_the_nearest_that_it_takes(tmp_path: Path, said: str, shipped: int) -> None:
    log = tmp_path / "sentry.log"
    says(log, f'time="{said}" level=info\n')
    shipper, taken = a_shipper(log)

    shipper.ship()

    assert [at - NOON for at, _ in taken.entries()] == [shipped]


@pytest.mark.parametrize("line", ['msg="expires" not_after="2026-09-27T11:59:58Z"', "goroutine 1 [running]:", ""])
def test_a_line_without_a_time_of_its_own_has_none(line: str) -> None:
    assert own_time(line, NOON) is None


@pytest.mark.parametrize(("said", "days"), [("0925", -2), ("0927", 0), ("0929", 2 - 365)])
def test_klog_says_no_year_and_means_the_last_one_that_fits(said: str, days: int) -> None:
    at = own_time(f"W{said} 12:00:00.000001       1 reflector.go:347] watch ended", NOON)

    assert at == NOON + days * 24 * 3600 * SECOND + 1000


@pytest.mark.parametrize(
    ("collector", "where", "metadata"),
    [
        (PROMTAIL, ("namespace", "pod", "container"), ()),
        (K8S_MONITORING, ("namespace", "container"), ("pod",)),
        (OPENTELEMETRY, ("k8s_namespace_name", "k8s_pod_name", "k8s_container_name"), ()),
        (FLUENT_BIT, ("namespace_name", "pod_name", "container_name"), ()),
    ],
    ids=str,
)
def test_each_collector_says_where_a_line_is_from_in_its_own_way(
    tmp_path: Path, collector: Collector, where: tuple[str, ...], metadata: tuple[str, ...]
) -> None:
    log = tmp_path / "sentry.log"
    says(log, "one\n")
    shipper, taken = a_shipper(log, collector)

    shipper.ship()

    (stream,) = taken.streams
    of_origin = {"dapr-system", "dapr-sentry-0", "dapr-sentry"}
    assert {name for name, value in stream.labels.items() if value in of_origin} == set(where)
    assert {name for name, value in stream.entries[0].metadata.items() if value in of_origin} == set(metadata)


def test_fluent_bit_wraps_the_line_and_the_others_do_not(tmp_path: Path) -> None:
    log = tmp_path / "sentry.log"
    says(log, '{"msg":"a \\"b\\""}\n')
    texts = []
    for collector in COLLECTORS:
        shipper, taken = a_shipper(log, collector)
        shipper.ship()
        texts += [text for _, text in taken.entries()]

    *plain, wrapped = texts
    assert plain == ['{"msg":"a \\"b\\""}'] * 3
    assert json.loads(wrapped)["log"] == plain[0]
