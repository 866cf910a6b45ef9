"""The client at a hand-written Prometheus with answers as the real one's documentation gives them. No real one was asked."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web

from bot.adapters.prometheus import Prometheus, opened
from bot.config import from_env
from bot.errors import BotError, Forbidden, Malformed, Missing, SettingsError, Throttled, TimedOut, Unauthenticated, Unreachable
from bot.model.vitals import Scraped
from tests.serving import Handler, served

Open = Callable[..., AbstractAsyncContextManager[Prometheus]]

BUILD = {
    "version": "3.7.3",
    "revision": "0a40df33",
    "branch": "HEAD",
    "buildUser": "root@b",
    "buildDate": "20251030",
    "goVersion": "go1.25",
}
METRIC = "dapr_sentry_issuercert_expiry_timestamp"
LABELS = {"__name__": METRIC, "app": "dapr-sentry", "instance": "10.0.0.7:9090", "namespace": "dapr-system", "pod": "dapr-sentry-0"}


def vector(*samples: tuple[dict[str, str], str]) -> Handler:
    result = [{"metric": labels, "value": [1764295200.123, value]} for labels, value in samples]
    return says(json.dumps({"status": "success", "data": {"resultType": "vector", "result": result}}))


def says(text: str | bytes, *, status: int = 200, **headers: str) -> Handler:
    async def answer(_: web.Request) -> web.StreamResponse:
        body = text.encode() if isinstance(text, str) else text
        return web.Response(body=body, status=status, headers={name.replace("_", "-"): value for name, value in headers.items()})

    return answer


@dataclass
class HandWritten:
    """Answers queries with what ``queries`` holds, by their words; everything else from ``answers`` by its path under /api/v1/."""

    url: str = ""
    queries: dict[str, Handler] = field(default_factory=dict)
    answers: dict[str, Handler] = field(default_factory=dict)
    asked: list[web.Request] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        path = request.path.partition("/api/v1/")[2]
        handler = self.answers.get(path) or (self.queries.get(request.query.get("query", "")) if path == "query" else None)
        return await (handler or says("404 page not found", status=404))(request)


@pytest.fixture
async def server() -> AsyncGenerator[HandWritten]:
    written = HandWritten(queries={"vector(1)": vector(({}, "1"))}, answers={"status/buildinfo": built(BUILD)})
    async with served(written.handle) as port:
        written.url = f"http://127.0.0.1:{port}"
        yield written


def built(build: object) -> Handler:
    return says(json.dumps({"status": "success", "data": build}))


@pytest.fixture
def open_(server: HandWritten) -> Open:
    def opening(*, path: str = "", seconds: float = 60.0, **settings: str) -> AbstractAsyncContextManager[Prometheus]:
        environ = {f"DAPR_WARDEN_PROMETHEUS_{name.upper()}": value for name, value in {"url": server.url + path, **settings}.items()}
        return opened(from_env(environ), version="9.9", request_seconds=seconds)

    return opening


async def test_it_says_its_version_after_it_answered_a_question(server: HandWritten, open_: Open) -> None:
    async with open_(path="/prefix/") as prometheus:
        assert await prometheus.version() == "3.7.3"

    assert [request.path for request in server.asked] == ["/prefix/api/v1/query", "/prefix/api/v1/status/buildinfo"]


async def test_who_answers_without_saying_a_version_has_none(server: HandWritten, open_: Open) -> None:
    del server.answers["status/buildinfo"]

    async with open_() as prometheus:
        assert await prometheus.version() == ""


async def test_a_metric_is_counted_and_its_labels_are_named(server: HandWritten, open_: Open) -> None:
    server.queries |= {f"count({METRIC})": vector(({}, "3")), f"topk(1, {METRIC})": vector((LABELS, "1.8e9"))}

    async with open_() as prometheus:
        assert await prometheus.scraped(METRIC) == Scraped(metric=METRIC, series=3, labels=("app", "instance", "namespace", "pod"))


async def test_a_metric_that_is_not_there_is_an_answer(server: HandWritten, open_: Open) -> None:
    server.queries[f"count({METRIC})"] = vector()

    async with open_() as prometheus:
        assert await prometheus.scraped(METRIC) == Scraped(metric=METRIC, series=0)

    assert len(server.asked) == 1


async def test_only_the_name_of_a_metric_becomes_a_question(open_: Open) -> None:
    async with open_() as prometheus:
        with pytest.raises(ValueError, match="no name"):
            await prometheus.scraped("up) or vector(1")


async def test_who_we_are_is_said_as_set(server: HandWritten, open_: Open) -> None:
    async with open_(user="me", password="pass", tenant="prod") as prometheus:
        await prometheus.version()
    async with open_(token="t0ken") as prometheus:
        await prometheus.version()

    first, *_, last = server.asked
    assert first.headers["Authorization"].startswith("Basic ")
    assert (first.headers["X-Scope-OrgID"], first.headers["User-Agent"], last.headers["Authorization"]) == (
        "prod", "dapr-warden/9.9", "Bearer t0ken",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (says("no org id", status=401), Unauthenticated, "no org id"),
        (says("bad", status=401), Unauthenticated, "refused with 401"),
        (says("no", status=403), Forbidden, "refused with 403"),
        (says("<html>login</html>", status=404), Missing, "a page of HTML"),
        (says("", status=429), Throttled, "refused with 429"),
        (says("upstream", status=502), Unreachable, "refused with 502"),
        (says("", status=302, Location="https://login.example/"), Malformed, "refused with 302"),
        (says("<html>welcome</html>"), Malformed, "not what Prometheus promises"),
        (says(b"\xff\xfe"), Malformed, "not what Prometheus promises"),
        (says(b"x" * (1024 * 1024 + 1)), Malformed, "larger than 1 MiB"),
        (
            says(json.dumps({"status": "success", "data": {"resultType": "matrix", "result": []}})),
            Malformed,
            "something else than a vector",
        ),
        (vector(({}, "1"), ({}, "2")), Malformed, "more than one sample"),
    ],
)
async def test_what_goes_wrong_is_one_of_our_own_errors_with_what_to_do(
    server: HandWritten, open_: Open, answer: Handler, error: type[BotError], said: str
) -> None:
    server.answers["query"] = answer

    async with open_() as prometheus:
        with pytest.raises(error) as caught:
            await prometheus.version()

    assert said in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize("count", ["NaN", "Inf", "many"])
async def test_a_count_that_is_none_is_malformed(server: HandWritten, open_: Open, count: str) -> None:
    server.queries |= {f"count({METRIC})": vector(({}, count)), f"topk(1, {METRIC})": vector((LABELS, "1"))}

    async with open_() as prometheus:
        with pytest.raises(Malformed, match="no number"):
            await prometheus.scraped(METRIC)


async def test_a_compressed_answer_is_refused(server: HandWritten, open_: Open) -> None:
    server.answers["query"] = says(b"\x1f\x8b", Content_Encoding="gzip")

    async with open_() as prometheus:
        with pytest.raises(Malformed, match="compressed"):
            await prometheus.version()


async def test_a_refusal_that_quotes_our_token_is_told_without_it(server: HandWritten, open_: Open) -> None:
    server.answers["query"] = says("the token s3cr3t-t0ken is unknown", status=401)

    async with open_(token="s3cr3t-t0ken") as prometheus:
        with pytest.raises(Unauthenticated) as caught:
            await prometheus.version()

    assert "s3cr3t" not in str(caught.value)


async def test_nobody_there_is_unreachable(open_: Open) -> None:
    async with open_(url="http://127.0.0.1:9") as prometheus:
        with pytest.raises(Unreachable, match="no connection"):
            await prometheus.version()


async def test_an_answer_that_does_not_end_is_given_up(server: HandWritten, open_: Open) -> None:
    async def begin(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b'{"status"')
        await asyncio.Event().wait()
        return response

    server.answers["query"] = begin

    async with open_(seconds=0.2) as prometheus:
        with pytest.raises(TimedOut, match="no complete answer"):
            await prometheus.version()


async def test_what_is_not_set_or_cannot_be_read_ends_with_a_sentence(tmp_path: Path) -> None:
    wrong = tmp_path / "ca.pem"
    wrong.write_text("no certificate", encoding="utf-8")
    https = {"DAPR_WARDEN_PROMETHEUS_URL": "https://127.0.0.1:9", "DAPR_WARDEN_PROMETHEUS_CA": str(wrong)}

    for environ, said in (({}, "DAPR_WARDEN_PROMETHEUS_URL is not set"), (https, "DAPR_WARDEN_PROMETHEUS_CA")):
        with pytest.raises(SettingsError) as caught:
            async with opened(from_env(environ), version="9.9"):
                pass
        assert said in str(caught.value)
        assert caught.value.hint
