"""Lines put together by kind: what counts as one kind, what does not matter, and what is told first."""

import json
from datetime import timedelta

import pytest

from bot.diagnosis.digesting import LOUD_LITERALS, MOST_KINDS, LineKind, Loudness, kinds, shown
from bot.diagnosis.signatures import BY_ID
from bot.model.logs import LogLine
from tests.certificates import NOW

SECOND = timedelta(seconds=1)
EXPIRED = BY_ID["root-expired"]
HEALTHY = BY_ID["sentry-loaded-bundle"]
RENEWED = BY_ID["certificate-renewed"]
NOW_NS = int(NOW.timestamp()) * 1_000_000_000


def a_text(message: str, level: str = "error", scope: str = "dapr.runtime") -> str:
    fields = {"app_id": "orders", "instance": "orders-1", "level": level, "msg": message, "scope": scope, "type": "log", "ver": "1.18.3"}
    return json.dumps(fields, separators=(",", ":"))


def a_line(text: str, *, ago: timedelta = SECOND, pod: str = "orders-1", container: str = "daprd") -> LogLine:
    return LogLine(at_ns=NOW_NS - ago // SECOND * 1_000_000_000, text=text, namespace="shop", pod=pod, container=container)


def only(*lines: LogLine) -> LineKind:
    (one,) = kinds(lines)
    return one


def test_lines_that_differ_in_numbers_only_are_one_kind_and_the_newest_is_shown() -> None:
    one = only(
        a_line(a_text("dial tcp 10.1.2.3:50001: broken pipe, trace 4bf92f3577b34da6"), ago=9 * SECOND),
        a_line(a_text("dial tcp 10.9.9.9:50001: broken pipe, trace 00f067aa0ba902b7"), ago=2 * SECOND, pod="orders-2"),
        a_line(a_text("dial tcp 10.1.2.4:6: broken pipe, trace 0af7651916cd43dd"), ago=5 * SECOND),
    )

    assert (one.component, one.loudness, one.count, one.signature) == ("daprd", Loudness.ERROR, 3, None)
    assert (one.first_at, one.last_at, set(one.pods)) == (NOW - 9 * SECOND, NOW - 2 * SECOND, {"orders-1", "orders-2"})
    assert one.excerpt == "dial tcp 10.9.9.9:50001: broken pipe, trace 00f067aa0ba902b7"


@pytest.mark.parametrize(
    "other",
    [
        a_line(a_text("broken pipe", "warning")),
        a_line(a_text("broken tap")),
        a_line(a_text("broken pipe", scope="dapr.sentry"), container="dapr-sentry"),
    ],
)
def test_another_loudness_wording_or_component_is_another_kind(other: LogLine) -> None:
    assert len(kinds((a_line(a_text("broken pipe")), other))) == 2


def test_what_a_signature_knows_is_told_with_it_whatever_its_loudness() -> None:
    one = only(a_line(a_text(EXPIRED.witness, "warning", "dapr.sentry"), container="dapr-sentry"))
    quiet = only(a_line(a_text(HEALTHY.witness, "info", "dapr.sentry"), container="dapr-sentry"))

    assert (one.signature, one.loudness, one.component) == (EXPIRED, Loudness.WARNING, "sentry")
    assert (quiet.signature, quiet.loudness) == (HEALTHY, Loudness.QUIET)


@pytest.mark.parametrize(
    "line",
    [
        a_line(a_text("starting Dapr Runtime", "info")),
        a_line("level=error"),
        a_line(""),
        a_line(a_text(RENEWED.witness, "info")),
        a_line('{"level":"error","msg":"the application\'s own"}', container=""),
    ],
)
def test_healthy_noise_and_what_nobody_knows_to_be_daprs_does_not_matter(line: LogLine) -> None:
    assert kinds((line,)) == ()


def test_where_no_label_tells_the_container_the_scope_does() -> None:
    assert only(a_line(a_text("broken pipe"), container="")).component == "dapr.runtime"
    assert only(a_line(a_text(EXPIRED.witness, "warning", "dapr.sentry"), container="")).component == "sentry"


def test_known_problems_are_told_before_newer_noise_and_the_newest_is_read_last() -> None:
    noise = [a_line(a_text("broken " + "x" * number), ago=number * SECOND) for number in range(MOST_KINDS + 3)]
    expired = a_line(a_text(EXPIRED.witness, "warning", "dapr.sentry"), ago=3_000 * SECOND, container="dapr-sentry")

    found = kinds((*noise, expired))
    read = shown(found)

    assert (len(found), len(read)) == (MOST_KINDS + 4, MOST_KINDS)
    assert read[0].signature is EXPIRED
    assert [one.last_at for one in read] == sorted(one.last_at for one in read)
    assert read[-1].last_at == NOW


def test_no_secret_of_a_line_is_shown() -> None:
    one = only(a_line(a_text("cannot log in with password=hunter2 as token=abc123"), pod="p\x1b[31m"))

    assert "hunter2" not in one.excerpt
    assert "abc123" not in one.excerpt
    assert one.pods == ("p",)


@pytest.mark.parametrize("level", ["warning", "warn", "error", "fatal", "panic"])
@pytest.mark.parametrize("wrapped", ["text", "json", "json in json"])
def test_every_loud_line_holds_one_of_the_texts_that_loki_is_asked_for(level: str, wrapped: str) -> None:
    as_json = a_text("broken pipe", level)
    text = {
        "text": f'time="2026-06-19T13:19:51Z" level={level} msg="broken pipe" scope=dapr.runtime type=log ver=1.18.3',
        "json": as_json,
        "json in json": json.dumps({"log": as_json + "\n", "stream": "stdout"}),
    }[wrapped]

    assert any(one in text for one in LOUD_LITERALS)
    assert only(a_line(text)).loudness is not Loudness.QUIET
