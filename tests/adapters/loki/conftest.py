"""A Loki of hand-written answers, and the real client that talks to it."""

import json
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from bot.adapters.loki import Loki, opened
from bot.adapters.loki.bounds import Bounds
from bot.config import from_env
from bot.model.logs import LogQuestion
from tests.fakes.clock import FakeClock
from tests.serving import Handler, served

Open = Callable[..., AbstractAsyncContextManager[Loki]]

# Machines are noisy: only a test of something that never ends has a deadline that it meets.
PATIENT = Bounds(request_seconds=60.0, connect_seconds=60.0, call_seconds=120.0, halvings=2)
LABELS = ("container", "namespace", "pod")


@dataclass
class Recorded:
    """One request: its path under the API and as a whole, its form, its headers."""

    path: str
    whole_path: str
    form: dict[str, str]
    headers: dict[str, str]
    method: str


@dataclass
class HandWritten:
    """Answers ``labels`` with usual ones, everything with what ``answers`` holds for its path; remembers what it was asked."""

    url: str = ""
    answers: dict[str, Handler] = field(default_factory=dict)
    asked: list[Recorded] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        form = {name: str(value) for name, value in ({**request.query, **await request.post()}).items()}
        path = request.path.partition("/loki/api/v1/")[2] or request.path
        self.asked.append(Recorded(path=path, whole_path=request.path, form=form, headers=dict(request.headers), method=request.method))
        handler = self.answers.get(path)
        return await handler(request) if handler else web.Response(status=404, text="404 page not found")

    def queries(self) -> list[dict[str, str]]:
        return [one.form for one in self.asked if one.path == "query_range"]


def says(text: str | bytes = "", *, status: int = 200, **headers: str) -> Handler:
    async def answer(request: web.Request) -> web.Response:
        body = text if isinstance(text, bytes) else text.encode()
        return web.Response(body=body, status=status, headers={name.replace("_", "-"): value for name, value in headers.items()})

    return answer


def one_after_another(*handlers: Handler) -> Handler:
    """Each once, then the last for ever."""
    left = list(handlers)

    async def answer(request: web.Request) -> web.StreamResponse:
        return await (left.pop(0) if len(left) > 1 else left[0])(request)

    return answer


def names(*found: str) -> Handler:
    return says(json.dumps({"status": "success", "data": found} if found else {"status": "success"}))


def streams(*found: tuple[dict[str, str], Sequence[Sequence[object]]]) -> str:
    result = [{"stream": labels, "values": values} for labels, values in found]
    return json.dumps({"status": "success", "data": {"resultType": "streams", "result": result, "stats": {"summary": {"n": 1}}}})


def matrix(*values: tuple[float, str]) -> str:
    result = [{"metric": {}, "values": [list(one) for one in values]}] if values else []
    return json.dumps({"status": "success", "data": {"resultType": "matrix", "result": result, "stats": {}}})


def a_question(**deviations: object) -> LogQuestion:
    usual: dict[str, object] = {"since_ns": 0, "until_ns": 1_000, "limit": 100, "namespace": "dapr-system"}
    return LogQuestion(**{**usual, **deviations})  # type: ignore[arg-type]


@pytest.fixture
async def server() -> AsyncGenerator[HandWritten]:
    written = HandWritten()
    written.answers["labels"] = names(*LABELS)
    written.answers["query_range"] = says(streams())
    async with served(written.handle) as port:
        written.url = f"http://127.0.0.1:{port}"
        yield written


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def open_loki(server: HandWritten, clock: FakeClock) -> Open:
    """Opens the adapter on the server; settings by keyword without their prefix (``tenant="a"``), ``bounds`` for other ends."""

    def open_(*, path: str = "", bounds: Bounds = PATIENT, **settings: str) -> AbstractAsyncContextManager[Loki]:
        environ = {f"DAPR_WARDEN_LOKI_{name.upper()}": value for name, value in {"url": server.url + path, **settings}.items()}
        return opened(from_env(environ), version="9.9", clock=clock, bounds=bounds)

    return open_


@pytest.fixture
async def loki(open_loki: Open) -> AsyncGenerator[Loki]:
    async with open_loki() as adapter:
        yield adapter
