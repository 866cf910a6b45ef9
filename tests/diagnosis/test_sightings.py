"""Lines become one sighting per signature, reasons and component, in whatever order they come."""

from datetime import UTC, datetime, timedelta

from bot.diagnosis.sightings import MOST_PODS, sighted
from bot.model.logs import LogLine
from bot.model.redaction import MARK
from tests.diagnosis.wrappings import dapr_text

LOST = "Failed to connect to scheduler host: x509: certificate has expired or is not yet valid"
BEGAN = datetime(2026, 6, 19, tzinfo=UTC)


def a_line(message: str = LOST, *, second: int = 0, pod: str = "orders-1", container: str = "daprd") -> LogLine:
    at = BEGAN + timedelta(seconds=second)
    text = dapr_text(message, "dapr.runtime.scheduler")
    return LogLine(at_ns=int(at.timestamp()) * 1_000_000_000, text=text, pod=pod, container=container)


def test_lines_of_one_kind_are_one_sighting() -> None:
    (one,) = sighted(a_line(second=second, pod=f"orders-{second % 2}") for second in range(10))

    assert (one.component, one.signature, one.reasons) == ("daprd", "sidecar-loses-scheduler", ("reason-expired",))
    assert (one.count, one.first_at, one.last_at) == (10, BEGAN, BEGAN + timedelta(seconds=9))
    assert one.pods == ("orders-0", "orders-1")


def test_the_oldest_line_is_quoted_whenever_it_comes() -> None:
    (one,) = sighted([a_line(f"{LOST} b", second=5), a_line(f"{LOST} a", second=1), a_line(f"{LOST} c", second=9)])

    assert (one.excerpt, one.first_at, one.last_at) == (f"{LOST} a", BEGAN + timedelta(seconds=1), BEGAN + timedelta(seconds=9))


def test_of_lines_at_the_same_time_the_first_is_quoted() -> None:
    (one,) = sighted([a_line(f"{LOST} a"), a_line(f"{LOST} b")])

    assert one.excerpt == f"{LOST} a"


def test_what_is_quoted_is_redacted() -> None:
    (one,) = sighted([a_line(f"{LOST} password=hunter2", pod="\x1b[31morders\u200b-1")])

    assert one.excerpt == f"{LOST} password={MARK}"
    assert one.pods == ("orders-1",)


def test_a_few_pods_are_named_each_once() -> None:
    (one,) = sighted(a_line(pod=f"orders-{number // 2}\u200b" if number % 2 else f"orders-{number // 2}") for number in range(30))

    assert one.pods == tuple(f"orders-{number}" for number in range(MOST_PODS))


def test_a_pod_that_nobody_names_is_named_by_its_own_line() -> None:
    assert [one.pods for one in sighted([a_line(pod="")])] == [("pod-1",)]


def test_the_application_beside_is_not_heard_and_a_line_without_container_is() -> None:
    assert sighted([a_line(container="orders")]) == ()
    assert [one.component for one in sighted([a_line(container="")])] == ["daprd"]


def test_reasons_part_sightings() -> None:
    found = sighted([a_line(), a_line("Failed to connect to scheduler host: EOF")])

    assert [(one.signature, one.reasons) for one in found] == [
        ("sidecar-loses-scheduler", ("reason-expired",)),
        ("sidecar-loses-scheduler", ()),
    ]
