"""The loopback port: what it passes on, what it turns away, and what it never says."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest
import structlog

from bot.adapters.terminal import client
from bot.adapters.terminal.server import A_MINUTE, served
from bot.errors import BotError, SettingsError, Unreachable
from bot.model.run import Way
from bot.model.terminal import Ask, Refusal, Standing
from bot.model.trust_pair import SecretBytes
from tests.certificates import NOW
from tests.fakes.clock import FakeClock

TOKEN = "header.canary-token-4711.signature"
GOOD = Standing(cluster="prod-eu", taken_at=NOW)
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@dataclass
class FakeTerminal:
    answer: Standing | Refusal = GOOD
    error: Exception | None = None
    heard: list[tuple[Any, ...]] = field(default_factory=list)

    async def standing(self, token: SecretBytes) -> Standing | Refusal:
        return self._said("status", token)

    async def command(self, token: SecretBytes, way: Way, reason: str = "") -> Standing | Refusal:
        return self._said(way, token, reason)

    async def approve(self, token: SecretBytes, digest: str) -> Standing | Refusal:
        return self._said("approve", token, digest)

    def _said(self, what: object, token: SecretBytes, *more: str) -> Standing | Refusal:
        self.heard.append((what, token.revealed().decode(), *more))
        if self.error is not None:
            raise self.error
        return self.answer


@dataclass
class Port:
    terminal: FakeTerminal
    clock: FakeClock
    http: httpx.AsyncClient
    number: int

    async def get(self, path: str = "/rotation", headers: Mapping[str, str] | None = None) -> httpx.Response:
        return await self.http.get(path, headers={**BEARER, **(headers or {})})

    async def post(self, path: str, body: object, **headers: str) -> httpx.Response:
        return await self.http.post(path, json=body, headers={**BEARER, **headers})


@asynccontextmanager
async def a_port(**deviations: Any) -> AsyncGenerator[Port]:
    terminal, clock = FakeTerminal(**deviations), FakeClock(NOW)
    async with (
        served(terminal, clock, 0) as number,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{number}", trust_env=False) as http,
    ):
        yield Port(terminal, clock, http, number)


async def test_each_address_asks_for_its_own_thing_with_the_token_and_what_was_given() -> None:
    async with a_port() as port:
        answers = [
            await port.get(),
            await port.post("/approve", {"digest": " ABCDEF01 "}),
            *[await port.post(f"/rotation/{way}", {"reason": "why"}) for way in ("pause", "resume", "retry", "revert", "abort")],
        ]

    assert [one.status_code for one in answers] == [200] * 7
    assert answers[0].json()["cluster"] == "prod-eu"
    assert port.terminal.heard[:2] == [("status", TOKEN), ("approve", TOKEN, "abcdef01")]
    assert [one[0] for one in port.terminal.heard[2:]] == [Way.PAUSE, Way.RESUME, Way.RETRY, Way.REVERT, Way.ABORT]
    assert {one[2] for one in port.terminal.heard[2:]} == {"why"}


@pytest.mark.parametrize(("error", "status"), [("unauthenticated", 401), ("forbidden", 403), ("conflict", 409)])
async def test_a_refusal_has_its_status_and_its_words(error: str, status: int) -> None:
    async with a_port(answer=Refusal(error=error, reason="No.", hint="Do.")) as port:
        found = await port.get()

    assert (found.status_code, found.json()) == (status, {"error": error, "reason": "No.", "hint": "Do."})


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer"}, {"Authorization": TOKEN}])
async def test_whoever_shows_no_token_goes_the_way_of_a_token_of_nobody(headers: dict[str, str]) -> None:
    async with a_port() as port:
        await port.http.get("/rotation", headers=headers)

    assert port.terminal.heard == [("status", "")]


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": "localhost:8081@evil.example"},
        {"Host": ""},
        {"Origin": "http://127.0.0.1:8081"},
        {"Origin": "null"},
        {"Referer": "http://localhost/"},
        {"Sec-Fetch-Site": "none"},
        {"Cookie": "a=b"},
    ],
)
async def test_browsers_are_turned_away_before_anybody_looks_at_a_token(headers: dict[str, str]) -> None:
    async with a_port() as port:
        found = await port.get(headers=headers)
        posted = await port.post("/rotation/abort", {}, **headers)

    assert (found.status_code, posted.status_code, port.terminal.heard) == (403, 403, [])
    assert "evil" not in found.text


@pytest.mark.parametrize("host", ["localhost:9", "127.0.0.1", "[::1]:8081", "localhost"])
async def test_whatever_port_was_forwarded_is_answered(host: str) -> None:
    async with a_port() as port:
        assert (await port.get(headers={"Host": host})).status_code == 200


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"{}", "application/json", 400),
        (b'{"digest": 1}', "application/json", 400),
        (b'{"digest": "a", "more": 1}', "application/json", 400),
        (b'{"digest": "\xff"}', "application/json", 400),
        (b"[" * 4000, "application/json", 400),
        (b'{"digest": "' + b"a" * 5000 + b'"}', "application/json", 413),
        (b'{"digest": "aaaaaaaa"}', "text/plain", 415),
        (b"digest=aaaaaaaa", "application/x-www-form-urlencoded", 415),
    ],
)
async def test_a_body_that_is_not_what_was_asked_for_decides_nothing(content: bytes, kind: str, status: int) -> None:
    async with a_port() as port:
        found = await port.http.post("/approve", content=content, headers={**BEARER, "Content-Type": kind})

    assert (found.status_code, port.terminal.heard) == (status, [])
    assert found.json()["error"] == "malformed"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/metrics", 404),
        ("GET", "/rotation/", 404),
        ("GET", "/rotation/abort", 405),
        ("POST", "/rotation", 405),
        ("POST", "/rotation/lose", 404),
        ("HEAD", "/rotation", 405),
        ("OPTIONS", "/approve", 405),
    ],
)
async def test_there_is_nothing_else_there(method: str, path: str, status: int) -> None:
    async with a_port() as port:
        found = await port.http.request(method, path, headers=BEARER)

    assert (found.status_code, port.terminal.heard) == (status, [])
    assert "location" not in found.headers


async def test_more_than_a_person_could_ask_within_a_minute_is_turned_away_until_it_is_over() -> None:
    async with a_port() as port:
        statuses = [(await port.get()).status_code for _ in range(A_MINUTE + 2)]
        port.clock.advance(timedelta(minutes=1))
        after = (await port.get()).status_code

    assert statuses == [200] * A_MINUTE + [429] * 2
    assert after == 200


async def test_what_keeps_the_bot_from_answering_is_told_and_a_bug_only_by_its_kind() -> None:
    with structlog.testing.capture_logs() as logged:
        async with a_port(error=Unreachable("The API server is away.", hint="Wait.")) as port:
            away = await port.get()
            port.terminal.error = ValueError(f"cannot parse {TOKEN}")
            broken = await port.get()

    assert (away.status_code, away.json()["reason"], away.json()["hint"]) == (503, "The API server is away.", "Wait.")
    assert broken.status_code == 500
    assert TOKEN not in broken.text + away.text + str(logged)
    assert [line["error"] for line in logged] == ["ValueError"]


async def test_a_port_that_is_taken_is_a_sentence_with_the_setting() -> None:
    async with a_port() as port:
        with pytest.raises(SettingsError, match=f"port {port.number}") as refused:
            async with served(FakeTerminal(), FakeClock(NOW), port.number):
                pass

    assert "DAPR_WARDEN_TERMINAL_PORT" in refused.value.hint


async def test_the_command_line_gets_what_the_port_answers() -> None:
    async with a_port() as port:
        url, token = f"http://127.0.0.1:{port.number}/", SecretBytes(TOKEN.encode())
        seen = await asyncio.to_thread(client.asked, url, token, Ask(path="/rotation"))
        port.terminal.answer = Refusal(error="conflict", reason="It does not run.")
        paused = await asyncio.to_thread(client.asked, url, token, Ask(path="/rotation/pause", body={"reason": "lunch"}))

    assert (seen, paused) == (GOOD, Refusal(error="conflict", reason="It does not run."))
    assert port.terminal.heard == [("status", TOKEN), (Way.PAUSE, TOKEN, "lunch")]


def an_answer(status: int, body: bytes = b"", **headers: str) -> httpx.Response:
    return httpx.Response(status, stream=httpx.ByteStream(body), headers=headers)


def _asked(answer: httpx.Response | Exception, ask: Ask | None = None, url: str = "http://127.0.0.1:8081") -> Standing | Refusal:
    def handle(request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    return client.asked(url, SecretBytes(TOKEN.encode()), ask or Ask(path="/rotation"), transport=httpx.MockTransport(handle))


@pytest.mark.parametrize(
    ("answer", "said", "hint"),
    [
        (httpx.ConnectError("refused"), "Nothing answers at", "kubectl -n dapr-warden port-forward deploy/dapr-warden 8081:8081"),
        (httpx.ReadTimeout("late"), "did not answer within 40 s", "Please try again"),
        (httpx.RemoteProtocolError("cut"), "broke off (RemoteProtocolError)", "Please try again"),
        (an_answer(200, b"<html>"), "is not the bot's port for terminals (HTTP 200)", "DAPR_WARDEN_TERMINAL_PORT"),
        (an_answer(404, b"404: Not Found"), "is not the bot's port for terminals (HTTP 404)", "DAPR_WARDEN_TERMINAL_PORT"),
        (an_answer(302, location="http://evil.example"), "is not the bot's port", "DAPR_WARDEN_TERMINAL_PORT"),
        (an_answer(200, b"[" * 2_000_000), "is not the bot's port", "DAPR_WARDEN_TERMINAL_PORT"),
    ],
)
def test_each_way_not_to_reach_the_bot_says_what_to_do(answer: httpx.Response | Exception, said: str, hint: str) -> None:
    with pytest.raises(BotError) as raised:
        _asked(answer)

    assert said in str(raised.value)
    assert hint in raised.value.hint
    assert (raised.value.__cause__, TOKEN in str(raised.value)) == (None, False)


def test_after_a_decision_without_an_answer_nobody_knows_whether_it_counts() -> None:
    with pytest.raises(BotError) as raised:
        _asked(httpx.ReadTimeout("late"), Ask(path="/rotation/abort", body={}))

    assert "Whether it counts is not known" in raised.value.hint


@pytest.mark.parametrize("url", ["http://10.0.0.1:8081", "https://dapr-warden.example", "http://127.0.0.1.evil.example", "nonsense"])
def test_a_token_is_sent_to_this_machine_only(url: str) -> None:
    with pytest.raises(BotError, match="nothing was sent"):
        _asked(AssertionError("sent"), url=url)
