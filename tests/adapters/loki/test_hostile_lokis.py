"""Whatever stands where Loki should, the adapter ends in time, in bounds, and with one of bot.errors that leaks nothing."""

import asyncio
import gzip
import json
import tracemalloc
import zlib
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web

from bot.adapters.loki import Loki
from bot.adapters.loki.bounds import MIB
from bot.errors import BotError, Forbidden, Malformed, Missing, Throttled, TimedOut, Unauthenticated, Unreachable
from tests.adapters.loki.conftest import PATIENT, HandWritten, Open, a_question, names, one_after_another, says, streams
from tests.serving import Handler

SENTRY = {"namespace": "dapr-system", "pod": "dapr-sentry-0", "container": "dapr-sentry"}
HTML = "<!DOCTYPE html><html><script>alert(1)</script>Sign in</html>"
CANARY = "canary-of-a-secret"


@pytest.mark.parametrize(
    ("status", "body", "error", "words"),
    [
        (401, "no org id\n", Unauthenticated, ("no org id", "LOKI_TENANT")),
        (400, "tenant ID 'a b' contains unsupported character ' '", Unauthenticated, ("contains unsupported", "LOKI_TENANT")),
        (500, "multiple org IDs present", Unauthenticated, ("multiple org IDs", "LOKI_TENANT")),
        (401, '{"message":"invalid credentials"}', Unauthenticated, ('"invalid credentials"', "LOKI_PASSWORD")),
        (403, '{"error":"token lacks logs:read"}', Forbidden, ('"token lacks logs:read"', "LOKI_TOKEN")),
        (403, "", Forbidden, ("refused with 403.", "LOKI_TOKEN")),
        (400, "stream selector is missing required matchers [cluster], labels present", Forbidden, ("required matchers", "LOKI_SELECTOR")),
        (400, "query blocked by policy", Forbidden, ("blocked by policy", "LOKI_SELECTOR")),
        (400, "parse error at line 1, col 12: syntax error", Malformed, ("parse error", "a bug of dapr-warden")),
        (400, "queries require at least one regexp or equality matcher", Malformed, ("at least one", "a bug of dapr-warden")),
        (404, "404 page not found", Missing, ("404", "path prefix")),
        (405, "", Missing, ("405", "path prefix")),
        (418, "teapot", Malformed, ("teapot", "LOKI_URL")),
        (204, "", Malformed, ("204", "LOKI_URL")),
        (500, "boom", Unreachable, ("boom", "tries again")),
        (502, HTML, Unreachable, ("a page of HTML", "tries again")),
        (503, "upstream connect error", Unreachable, ("upstream", "tries again")),
        (504, "request timed out, decrease the duration of the request", TimedOut, ("request timed out", "slow")),
        (500, "rpc error: code = DeadlineExceeded desc = context deadline exceeded", TimedOut, ("deadline", "slow")),
        (200, HTML, Malformed, ("the address answers with a web page (a login?)", "Loki's own address")),
        (200, f"\ufeff\n  {HTML}", Malformed, ("the address answers with a web page (a login?)", "Loki's own address")),
        (200, "Sign in, please", Malformed, ("not what Loki promises", "login page")),
    ],
)
async def test_each_refusal_has_its_error_and_its_hint(
    server: HandWritten, loki: Loki, status: int, body: str, error: type[BotError], words: tuple[str, str]
) -> None:
    server.answers["query_range"] = says(body, status=status)

    with pytest.raises(error) as caught:
        await loki.lines(a_question())

    said, hint = words
    assert said in str(caught.value)
    assert str(caught.value).startswith("lines from Loki at 127.0.0.1:")
    assert hint in caught.value.hint
    assert "script" not in str(caught.value)


@pytest.mark.parametrize(("headers", "seconds"), [({"Retry_After": "7"}, 7), ({}, None), ({"Retry_After": "Wed, 21 Oct 2015"}, None)])
async def test_a_throttling_loki_may_say_how_long_to_wait(
    server: HandWritten, loki: Loki, headers: dict[str, str], seconds: int | None
) -> None:
    server.answers["query_range"] = says("too many outstanding requests", status=429, **headers)

    with pytest.raises(Throttled, match="too many outstanding") as caught:
        await loki.lines(a_question())

    assert caught.value.retry_after == (timedelta(seconds=seconds) if seconds else None)


@pytest.mark.parametrize(
    ("location", "host"),
    [
        ("https://user:canary-of-a-secret@login.example/canary-of-a-secret?next=x", "login.example"),
        ("/login?canary-of-a-secret", "the same host"),
        ("http://[", "an address that is none"),
        ("", "the same host"),
    ],
)
@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_not_followed_and_names_only_the_host(
    server: HandWritten, loki: Loki, status: int, location: str, host: str
) -> None:
    server.answers["query_range"] = says("", status=status, Location=location)

    with pytest.raises(Malformed, match=f"redirects to {host}") as caught:
        await loki.lines(a_question())

    assert CANARY not in str(caught.value)
    assert len(server.queries()) == 1


async def test_secrets_that_a_gateway_quotes_are_not_shown(server: HandWritten, open_loki: Open) -> None:
    async def quotes(request: web.Request) -> web.Response:
        return web.Response(status=401, text=f"cannot use {request.headers['Authorization']}, that is {CANARY}")

    server.answers["labels"] = quotes
    for credentials in ({"token": CANARY}, {"user": "me", "password": CANARY}):
        async with open_loki(**credentials) as loki:
            with pytest.raises(Unauthenticated, match="cannot use") as caught:
                await loki.labels()

        assert CANARY not in str(caught.value)
        assert "bWU6Y2FuYXJ5" not in str(caught.value)


async def test_what_is_said_is_one_short_printable_line(server: HandWritten, loki: Loki) -> None:
    server.answers["query_range"] = says("a\nb\x1b[31m\u202e\x00 " + "x" * 60_000 + " Bearer abcdefgh12345", status=500)

    with pytest.raises(Unreachable) as caught:
        await loki.lines(a_question())

    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'"text"',
        b'{"status":"success"}',
        b'{"status":"success","data":null}',
        b'{"status":"error","data":{"resultType":"streams","result":[]}}',
        b'{"status":"success","data":{"resultType":"matrix","result":[]}}',
        b'{"status":"success","data":{"resultType":"streams"}}',
        b'{"status":"success","data":{"resultType":"streams","result":[{"stream":{},"values":[["1"]]}]}}',
        b'{"status":"success","data":{"resultType":"streams","result":[{"stream":{},"values":[[1,"x"]]}]}}',
        b'{"status":"success","data":{"resultType":"streams","result":[{"stream":{"a":7},"values":[]}]}}',
        b'{"status":"success","data":{"resultType":"streams","result":[{"values":[["1","x",{"structuredMetadata":[]}]]}]}}',
        streams((SENTRY, [["1", "x"]])).encode()[:-9],
        b"[" * 100_000,
        b'{"status":"success","x":' + b"[" * 100_000,
        b'{"a":' * 100_000,
        gzip.compress(streams().encode(), mtime=0),
    ],
)
async def test_an_answer_of_another_shape_is_malformed(server: HandWritten, loki: Loki, body: bytes) -> None:
    server.answers["query_range"] = says(body)

    with pytest.raises(Malformed):
        await loki.lines(a_question())


@pytest.mark.parametrize("at", ["", "soon", "-5", "1.5", "1e3", "٣", "9" * 19, "9" * 400, " 5", "1_0"])
async def test_a_time_that_is_none_is_malformed(server: HandWritten, loki: Loki, at: str) -> None:
    server.answers["query_range"] = says(streams((SENTRY, [[at, "x"]])))

    with pytest.raises(Malformed, match="no number of nanoseconds"):
        await loki.lines(a_question())


@pytest.mark.parametrize("at", ["4", "1000", "9000000000000000000"])
async def test_lines_of_another_time_are_malformed(server: HandWritten, loki: Loki, at: str) -> None:
    server.answers["query_range"] = says(streams((SENTRY, [[at, "x"]])))

    with pytest.raises(Malformed, match="another time"):
        await loki.lines(a_question(since_ns=5))


async def _hanging(request: web.Request) -> web.StreamResponse:
    await asyncio.Event().wait()
    raise AssertionError


async def _dripping(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b" ")
        await asyncio.sleep(0.02)


async def _dropped(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


async def _cut(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'{"status":')
    assert request.transport is not None
    request.transport.close()
    return response


@pytest.mark.parametrize("handler", [_hanging, _dripping, _dropped, _cut])
async def test_what_does_not_end_is_asked_in_shorter_windows_and_then_given_up(
    server: HandWritten, open_loki: Open, handler: Handler
) -> None:
    server.answers["query_range"] = handler

    async with open_loki(bounds=replace(PATIENT, request_seconds=0.5)) as loki:
        with pytest.raises(TimedOut):
            await loki.lines(a_question())

    assert [int(form["end"]) - int(form["start"]) for form in server.queries()] == [1000, 500, 250]


async def test_a_question_of_several_tenants_that_is_not_answered_says_which_setting(server: HandWritten, open_loki: Open) -> None:
    server.answers["labels"] = _hanging

    async with open_loki(tenant="a|b", bounds=replace(PATIENT, request_seconds=0.5)) as loki:
        with pytest.raises(TimedOut) as caught:
            await loki.labels()

    assert "DAPR_WARDEN_LOKI_TENANT names several" in caught.value.hint


async def test_a_query_that_was_dropped_is_answered_in_halves(server: HandWritten, loki: Loki) -> None:
    line = streams((SENTRY, [["600", "x"]]))
    server.answers["query_range"] = one_after_another(_dropped, says(streams()), says(line))

    answer = await loki.lines(a_question())

    assert [line.at_ns for line in answer.lines] == [600]
    assert answer.read_until_ns == 1_000


async def test_a_range_that_is_too_long_for_loki_is_asked_in_halves(server: HandWritten, loki: Loki) -> None:
    refusal = says("the query time range exceeds the limit (query length: 744h0m1s, limit: 30d1h)", status=400)
    server.answers["query_range"] = one_after_another(refusal, refusal, says(streams()))

    assert (await loki.lines(a_question())).read_until_ns == 1_000

    assert [(form["start"], form["end"]) for form in server.queries()][2:] == [
        ("0", "250"),
        ("250", "500"),
        ("500", "750"),
        ("750", "1000"),
    ]


async def test_a_smaller_limit_of_loki_is_kept_to(server: HandWritten, loki: Loki) -> None:
    refusal = says("max entries limit per query exceeded, limit > max_entries_limit_per_query (101 > 50)", status=400)
    server.answers["query_range"] = one_after_another(refusal, says(streams()))

    await loki.lines(a_question())

    assert [form["limit"] for form in server.queries()] == ["101", "50"]


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "x"])
async def test_a_compressed_answer_is_refused_before_it_is_read(server: HandWritten, loki: Loki, encoding: str) -> None:
    bomb = zlib.compress(b" " * 50 * MIB)
    server.answers["query_range"] = says(bomb, Content_Encoding=encoding)

    with pytest.raises(Malformed, match="compressed"):
        await loki.lines(a_question())


async def test_an_endless_answer_is_read_up_to_the_cap_and_fewer_lines_are_asked_for(server: HandWritten, open_loki: Open) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" " * 65_536)

    server.answers["query_range"] = endless
    async with open_loki(bounds=replace(PATIENT, body_bytes=MIB)) as loki:
        tracemalloc.start()
        try:
            with pytest.raises(Malformed, match=f"larger than {MIB} bytes"):
                await loki.lines(a_question())
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert peak < 16 * MIB
    assert [form["limit"] for form in server.queries()] == ["101", "20", "4", "1"]


async def test_a_million_empty_lines_become_no_objects(server: HandWritten, loki: Loki) -> None:
    server.answers["query_range"] = says(streams((SENTRY, [["1", ""]])).replace('["1", ""]', ",".join(['[ "1",""]'] * 800_000)))
    await loki.labels()
    tracemalloc.start()
    try:
        with pytest.raises(Malformed, match="many times more lines"):
            await loki.lines(a_question())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 64 * MIB


async def test_lines_that_end_in_brackets_are_lines(server: HandWritten, loki: Loki) -> None:
    server.answers["query_range"] = says(streams((SENTRY, [[str(at), "a list: ["] for at in range(100)])))

    assert len((await loki.lines(a_question())).lines) == 100


async def test_an_endless_refusal_is_cut(server: HandWritten, loki: Loki) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(status=500)
        await response.prepare(request)
        while True:
            await response.write(b"no " * 20_000)

    server.answers["query_range"] = endless

    with pytest.raises(Unreachable, match="no no no"):
        await loki.lines(a_question())


async def test_what_speaks_no_http_is_told(open_loki: Open) -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.9\r\n\r\n")
        await writer.drain()
        writer.close()

    listening = await asyncio.start_server(greet, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    async with listening, open_loki(url=f"http://127.0.0.1:{port}") as loki:
        with pytest.raises(Malformed, match="no HTTP") as caught:
            await loki.labels()

    assert "LOKI_URL" in caught.value.hint


async def test_nobody_there_is_unreachable(open_loki: Open) -> None:
    async with open_loki(url="http://127.0.0.1:9") as loki:
        with pytest.raises(Unreachable, match=r"labels from Loki at 127\.0\.0\.1:9: no connection") as caught:
            await loki.labels()

    assert caught.value.hint


@pytest.mark.parametrize("body", [b"", b"{}", b'{"status":"success","data":{}}', b'{"status":"success","data":[7]}', b"[" * 100_000])
async def test_labels_of_another_shape_are_malformed(server: HandWritten, loki: Loki, body: bytes) -> None:
    server.answers["labels"] = says(body)

    with pytest.raises(Malformed, match="labels from Loki at"):
        await loki.labels()


EVIL = ('"', "\\", "}", '"} or {a=~".+"', "`", "\n", "\x00", "\\u0022", "\u202e", "|", ".*", "%22%7D", "&query=x", "\ud800", "\U0001f600")


@pytest.mark.parametrize("text", EVIL)
async def test_nothing_breaks_out_of_a_query(server: HandWritten, loki: Loki, text: str) -> None:
    await loki.lines(a_question(namespace=text, pod=text, containers=(text, "b"), literals=(text, "c")))

    (form,) = server.queries()
    assert set(form) == {"query", "start", "end", "limit", "direction"}
    assert _without_strings(form["query"]) == "{namespace=,container=~,pod=} |~ "


def _without_strings(query: str) -> str:
    """What Go's scanner sees beside string literals; each must end in its line, and hold only what JSON can read as well."""
    rest, left = "", query
    while '"' in left:
        before, _, left = left.partition('"')
        _, end = json.JSONDecoder().raw_decode('"' + left.replace("\\U0001f600", "x" * 10))
        rest, left = rest + before, left[end - 1 :]
    return rest + left


async def test_evil_names_of_labels_are_only_data(server: HandWritten, loki: Loki) -> None:
    server.answers["labels"] = names('namespace"}', "pod", "x\n")

    with pytest.raises(Missing) as caught:
        await loki.labels()

    assert str(caught.value).isprintable()
