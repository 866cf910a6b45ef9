"""What a program printed comes out of every wrapping as it went in, and no line breaks the reader."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.diagnosis.unwrapping import LONGEST, Printed, printed
from tests.diagnosis.wrappings import COLLECTORS, dapr_json, dapr_text, stern

MESSAGE = 'failed: "a \\"quoted\\" word", C:\\path, tab\tend, <b> & ü 日本'
ZAP = '{"level":"warn","ts":"2026-06-19T13:19:53Z","caller":"embed/x.go","msg":"rejected connection on peer endpoint","error":"tls: bad"}'
KLOG = 'E0601 02:52:46.531050       1 leaderelection.go:330] error retrieving resource lock: Get "https://x": http2: client connection lost'
NET_HTTP = "2026/06/19 13:19:53 http: TLS handshake error from 10.0.0.1:39478: remote error: tls: bad certificate"

each_collector = pytest.mark.parametrize("collector", COLLECTORS)


@each_collector
@pytest.mark.parametrize("form", [dapr_json, dapr_text], ids=["JSON", "text"])
def test_dapr_s_own_record_comes_out_whole(form: Callable[..., str], collector: str) -> None:
    assert printed(COLLECTORS[collector](form(MESSAGE, "dapr.sentry", "warning"))) == Printed(
        message=MESSAGE, level="warning", scope="dapr.sentry", instance="pod-1", app_id="orders", version="1.18.3"
    )


@each_collector
@pytest.mark.parametrize("line", [ZAP, KLOG, NET_HTTP], ids=["etcd", "klog", "net/http"])
def test_what_is_not_dapr_s_format_stays_as_it_is(line: str, collector: str) -> None:
    assert printed(COLLECTORS[collector](line)).message == line


@pytest.mark.parametrize("form", [dapr_json, dapr_text], ids=["JSON", "text"])
def test_what_a_tool_put_before_a_record_is_passed_over(form: Callable[..., str]) -> None:
    assert printed(stern(form("lost", "dapr.sentry"))).message == "lost"
    assert printed(f"12:30 <ana> {form('lost', 'dapr.sentry')}").scope == "dapr.sentry"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('time="x" level=info msg=ready scope=a', "ready"),
        ('time="x" msg="a\\nb\\tc\\x41\\u00e9\\U0001f600\\q\\"\\\\" scope=a', 'a\nb\tcAé😀q"\\'),
        ('time="x" msg="\\ud800\\Uffffffff" scope=a', "\ufffd\ufffd"),
        ('time="x" msg="cut off in the mid', "cut off in the mid"),
        ('time="x" msg="" scope=a', ""),
        ('time="x" msg="first" msg="second"', "first"),
        ('time="x" msg="scope=dapr.sentry" scope=dapr.runtime', "scope=dapr.sentry"),
        ("time=2026-01-01T00:00:00Z msg=bare scope=a", "bare"),
    ],
)
def test_text_is_read_as_go_wrote_it(text: str, message: str) -> None:
    assert printed(text).message == message


def test_the_scope_is_the_record_s_not_the_message_s() -> None:
    assert printed('time="x" msg="scope=dapr.sentry" scope=dapr.runtime').scope == "dapr.runtime"


def test_colours_are_taken_off() -> None:
    assert printed("\x1b[31;1merror\x1b[0m: lost").message == "error: lost"


def test_a_line_feed_at_the_end_is_no_part_of_it() -> None:
    assert printed("lost\r\n").message == "lost"


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{",
        "{}",
        "[]",
        "null",
        '{"log":1,"msg":{"a":2},"message":null}',
        '{"msg":"x","scope":3}',
        '{"log":"\\ud800"}',
        '{"log":' * 50_000,
        "[" * 200_000,
        '{"a":' * 20_000 + "1" + "}" * 20_000,
        "\ud800" * 10,
        '{"log":"\ud800"}',
        "x" * 1_000_000,
        'time="' + "a=\\" * 300_000,
        'time="x" ' + 'k="' * 300_000,
        "time=" + '"\\' * 300_000,
        "\x1b[" * 300_000,
        "\x1b[" + "0" * 1_000_000,
        "[pod/" * 200_000,
        " " * 1_000_000,
        "\x00" * 1000,
        json.dumps({"log": "y" * 1_000_000}),
    ],
    ids=lambda line: f"{line[:12]!r} of {len(line)}",
)
def test_no_line_breaks_the_reader(line: str) -> None:
    message = printed(line).message

    assert len(message) <= LONGEST
    message.encode()


def test_wrappings_without_end_are_not_followed() -> None:
    line = "at the heart"
    for _ in range(12):
        line = json.dumps({"log": line})

    assert printed(line).message.startswith("{")


@given(st.text())
def test_any_message_survives_dapr_s_json(message: str) -> None:
    assert printed(dapr_json(message)).message == message


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    printed(text).message.encode()
