"""Lines: what is asked of Loki, what becomes of its answers."""

import base64
import json

import pytest

from bot.adapters.loki import Loki
from bot.errors import Missing
from bot.model.logs import LogLine
from tests.adapters.loki.conftest import HandWritten, Open, a_question, names, says, streams

SENTRY = {"namespace": "dapr-system", "pod": "dapr-sentry-0", "container": "dapr-sentry"}


async def test_lines_of_several_streams_come_in_the_order_of_time(server: HandWritten, loki: Loki) -> None:
    server.answers["query_range"] = says(
        streams((SENTRY, [["10", "first"], ["30", "third"]]), ({**SENTRY, "pod": "dapr-sentry-1"}, [["20", "second"]]))
    )

    answer = await loki.lines(a_question())

    assert [(line.at_ns, line.text, line.pod) for line in answer.lines] == [
        (10, "first", "dapr-sentry-0"),
        (20, "second", "dapr-sentry-1"),
        (30, "third", "dapr-sentry-0"),
    ]
    assert (answer.read_until_ns, answer.dropped) == (1_000, False)


async def test_the_query_holds_literals_labels_and_range(server: HandWritten, loki: Loki) -> None:
    await loki.lines(a_question(containers=("dapr-sentry", "daprd"), literals=("csr validation failed", "is root"), since_ns=5, until_ns=9))

    (form,) = server.queries()
    assert form["query"] == '{namespace="dapr-system",container=~"dapr-sentry|daprd"} |~ "csr validation failed|is root"'
    assert (form["start"], form["end"], form["direction"]) == ("5", "9", "forward")


async def test_one_container_one_literal_and_a_pod_need_no_pattern(server: HandWritten, loki: Loki) -> None:
    await loki.lines(a_question(containers=("daprd",), literals=("is root",), namespace="", pod="shop-1"))

    assert server.queries()[0]["query"] == '{container="daprd",pod="shop-1"} |= "is root"'


async def test_the_settings_matchers_go_into_every_query(server: HandWritten, open_loki: Open) -> None:
    async with open_loki(selector='cluster="prod", region=~"eu-\\\\d"') as loki:
        await loki.lines(a_question())

    assert server.queries()[0]["query"] == '{namespace="dapr-system",cluster="prod",region=~"eu-\\\\d"}'


async def test_the_path_prefix_of_a_gateway_is_kept(server: HandWritten, open_loki: Open) -> None:
    async with open_loki(path="/loki-prefix/") as loki:
        await loki.lines(a_question())

    assert [one.whole_path for one in server.asked] == ["/loki-prefix/loki/api/v1/labels", "/loki-prefix/loki/api/v1/query_range"]


async def test_a_request_says_who_asks_and_wants_no_compression(server: HandWritten, loki: Loki) -> None:
    await loki.lines(a_question())

    headers = server.asked[-1].headers
    assert headers["User-Agent"] == "dapr-warden/9.9"
    assert headers["Accept-Encoding"] == "identity"
    assert headers["X-Loki-Response-Encoding-Flags"] == "categorize-labels"
    assert not {"X-Scope-OrgID", "Authorization"} & set(headers)


async def test_tenant_and_basic_authentication_travel_as_headers(server: HandWritten, open_loki: Open) -> None:
    async with open_loki(tenant="team-a", user="12345", password="päss:word") as loki:
        await loki.lines(a_question())

    headers = server.asked[-1].headers
    assert headers["X-Scope-OrgID"] == "team-a"
    assert base64.b64decode(headers["Authorization"].removeprefix("Basic ")).decode() == "12345:päss:word"


async def test_a_token_travels_as_a_bearers(server: HandWritten, open_loki: Open) -> None:
    async with open_loki(token="canary") as loki:
        await loki.lines(a_question())

    assert server.asked[-1].headers["Authorization"] == "Bearer canary"


async def test_a_long_query_travels_as_a_form(server: HandWritten, loki: Loki) -> None:
    await loki.lines(a_question(literals=tuple(f"literal number {number} of many" for number in range(300))))

    assert [one.method for one in server.asked] == ["GET", "POST"]
    assert "literal number 299 of many" in server.queries()[0]["query"]


async def test_a_pod_that_is_metadata_is_asked_for_behind_the_selector(server: HandWritten, loki: Loki) -> None:
    server.answers["labels"] = names("namespace", "container")
    line = ["10", "text", {"structuredMetadata": {"pod": "shop-1", "detected_level": "info"}, "parsed": {}}]
    server.answers["query_range"] = says(streams(({"namespace": "shop", "container": "daprd"}, [line])))

    answer = await loki.lines(a_question(namespace="shop", pod="shop-1"))

    assert server.queries()[-1]["query"] == '{namespace="shop"} | pod="shop-1"'
    assert answer.lines == (LogLine(at_ns=10, text="text", namespace="shop", pod="shop-1", container="daprd"),)


async def test_where_a_line_came_from_is_empty_when_nothing_says_it(server: HandWritten, loki: Loki) -> None:
    server.answers["query_range"] = says(streams(({"job": "fluent-bit"}, [["10", "text", {}]])))

    (line,) = (await loki.lines(a_question())).lines

    assert line == LogLine(at_ns=10, text="text")


async def test_opentelemetrys_names_are_understood_in_metadata(server: HandWritten, loki: Loki) -> None:
    metadata = {"k8s_namespace_name": "shop", "k8s.pod.name": "shop-1", "k8s_container_name": "daprd"}
    server.answers["query_range"] = says(streams(({}, [["10", "text", {"structuredMetadata": metadata}]])))

    (line,) = (await loki.lines(a_question())).lines

    assert (line.namespace, line.pod, line.container) == ("shop", "shop-1", "daprd")


async def test_without_a_label_for_containers_the_query_does_without(server: HandWritten, loki: Loki) -> None:
    server.answers["labels"] = names("namespace", "pod")

    await loki.lines(a_question(containers=("dapr-sentry",)))
    await loki.lines(a_question(namespace="", containers=("daprd",), literals=("is root",)))

    assert [one["query"] for one in server.queries()] == ['{namespace="dapr-system"}', '{namespace=~".+"} |= "is root"']


async def test_a_whole_loki_is_never_read(server: HandWritten, loki: Loki) -> None:
    server.answers["labels"] = names("namespace", "pod")

    with pytest.raises(Missing, match="no label for containers"):
        await loki.lines(a_question(namespace="", containers=("daprd",)))
    with pytest.raises(ValueError, match="namespace or containers"):
        await loki.lines(a_question(namespace=""))

    assert server.queries() == []


async def test_a_pod_cannot_be_asked_for_where_no_line_tells_it(server: HandWritten, loki: Loki) -> None:
    server.answers["labels"] = names("namespace", "container")

    with pytest.raises(Missing, match="which pod"):
        await loki.lines(a_question(pod="shop-1"))


async def test_an_empty_range_is_answered_without_asking(server: HandWritten, loki: Loki) -> None:
    answer = await loki.lines(a_question(since_ns=7, until_ns=7))

    assert (answer.lines, answer.read_until_ns) == ((), 7)
    assert server.queries() == []


@pytest.mark.parametrize("text", ["a\x00b", "\U0001f600", "", " " * 10, "\u202e", '"}], "'])
async def test_a_line_may_hold_anything(server: HandWritten, loki: Loki, text: str) -> None:
    server.answers["query_range"] = says(streams((SENTRY, [["10", text]])))

    assert [line.text for line in (await loki.lines(a_question())).lines] == [text]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"half \\ud800 a pair", "half \ufffd a pair"),
        (b"the other \\udc00 half", "the other \ufffd half"),
        (b"at the end \\uD83D", "at the end \ufffd"),
        (b"whole \\ud83d\\ude00 and half \\ud83d", "whole \U0001f600 and half \ufffd"),
        (b"escaped \\\\ud800 and half \\ud800", "escaped \\ud800 and half \ufffd"),
        (b"bytes \xff\xfe", "bytes \ufffd\ufffd"),
    ],
)
async def test_a_line_that_is_no_text_hides_no_other(server: HandWritten, loki: Loki, raw: bytes, text: str) -> None:
    body = streams((SENTRY, [["10", "@"], ["20", "another"]])).encode().replace(b'"@"', b'"' + raw + b'"')
    server.answers["query_range"] = says(body)

    assert [line.text for line in (await loki.lines(a_question())).lines] == [text, "another"]


async def test_an_answer_without_categories_is_read_as_well(server: HandWritten, loki: Loki) -> None:
    data = {"resultType": "streams", "result": None}
    server.answers["query_range"] = says(json.dumps({"status": "success", "data": data, "warnings": ["x"]}))

    assert (await loki.lines(a_question())).lines == ()
