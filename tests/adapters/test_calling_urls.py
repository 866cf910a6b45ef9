"""A canary URL over HTTP: what counts as an answer, what does not, and that nobody is followed anywhere."""

import asyncio
import socket
import threading
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from bot.adapters.canary_urls import LOOKUPS, opened
from tests.serving import served


async def called(port: int, path: str = "/health", *, scheme: str = "http", seconds: float = 5.0) -> str:
    async with opened(version="1.2", seconds=seconds) as call:
        return await call(f"{scheme}://127.0.0.1:{port}{path}")


@pytest.mark.parametrize(("status", "reason"), [(200, ""), (204, ""), (301, ""), (404, "HTTP 404"), (503, "HTTP 503")])
async def test_an_answer_below_400_is_one(status: int, reason: str) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status)

    async with served(answer) as port:
        assert await called(port) == reason


async def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    asked: list[str] = []

    async def elsewhere(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=302, headers={"Location": "/secret"})

    async with served(elsewhere) as port:
        assert await called(port) == ""

    assert asked == ["/health"]


async def test_every_call_is_a_connection_of_its_own_and_says_who_we_are() -> None:
    seen: list[tuple[object, str]] = []

    async def answer(request: web.Request) -> web.Response:
        assert request.transport is not None
        seen.append((request.transport.get_extra_info("peername"), request.headers["User-Agent"]))
        return web.Response(text="x" * 100_000)

    async with served(answer) as port, opened(version="1.2") as call:
        for _ in range(3):
            assert await call(f"http://127.0.0.1:{port}/") == ""

    assert len({peer for peer, _ in seen}) == 3
    assert {agent for _, agent in seen} == {"dapr-warden/1.2"}


async def test_an_answer_that_does_not_come_is_a_failure_in_time() -> None:
    async def hang(request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    async with served(hang) as port:
        assert await called(port, seconds=0.2) == "no answer within 0.2 s"


async def test_nobody_there_and_no_tls_are_told_apart_without_anybodys_words() -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response()

    async with served(answer) as port:
        assert await called(port, scheme="https") == "TLS failed: its certificate is not trusted, or none was shown"
    assert await called(9) == "no connection"


@dataclass
class NameServer:
    """Answers nobody before it is released. ``asked``: whether the process would wait for it, once for each question."""

    answer: str = ""
    released: threading.Event = field(default_factory=threading.Event)
    asked: list[bool] = field(default_factory=list)

    def resolve(self, host: str, port: int) -> list[str]:
        assert (host, port) == ("shop.example", 80)
        self.asked.append(not threading.current_thread().daemon)
        self.released.wait()
        if not self.answer:
            raise socket.gaierror("no such name")
        return [self.answer]


async def test_a_name_server_that_does_not_answer_holds_a_few_threads_of_its_own_and_the_end_waits_for_none() -> None:
    names = NameServer()
    try:
        async with opened(version="1.2", seconds=0.05, resolve=names.resolve) as call:
            reasons = [await call("http://shop.example/") for _ in range(LOOKUPS + 3)]
    finally:
        names.released.set()

    assert reasons[:LOOKUPS] == ["its name is not resolved within 0.05 s"] * LOOKUPS
    assert set(reasons[LOOKUPS:]) == {f"its name is not resolved: {LOOKUPS} lookups before this one have not been answered yet"}
    assert names.asked == [False] * LOOKUPS


async def test_a_name_that_cannot_be_resolved_is_told() -> None:
    names = NameServer()
    names.released.set()

    async with opened(version="1.2", resolve=names.resolve) as call:
        assert await call("http://shop.example/") == "its name cannot be resolved"


async def test_it_is_asked_by_name_at_the_first_place_that_takes_a_connection() -> None:
    seen: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append(request.host)
        return web.Response()

    async with served(answer) as port, opened(version="1.2", resolve=lambda _host, _port: ["::1", "127.0.0.1"]) as call:
        assert await call(f"http://shop.example:{port}/") == ""

    assert seen == [f"shop.example:{port}"]
