"""A Loki as the contract sees it: lines under a label that no other case has, questions over plain HTTP, the bot's own client."""

import json
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Protocol

import httpx

from bot.model import nanoseconds
from bot.ports import Clock

API: Final = "/loki/api/v1"
FLAGS: Final = {"X-Loki-Response-Encoding-Flags": "categorize-labels"}
SECOND: Final = nanoseconds.SECOND
MINUTE: Final = 60 * SECOND

Form = dict[str, Any]
"""Parameters of a question: whatever prints as what Loki reads."""
Line = tuple[int, str] | tuple[int, str, Mapping[str, str]]


class LokiWorld(Protocol):
    """What differs between a simulated Loki and a real one. Limits are Loki's defaults; others may use it at the same time."""

    @property
    def url(self) -> str:
        """Its base address, without a slash at the end."""
        ...

    @property
    def tenants(self) -> bool:
        """Whether every request must name a tenant."""
        ...

    @property
    def clock(self) -> Clock:
        """Its time."""
        ...

    async def eventually(self, holds: Callable[[], Awaitable[bool]]) -> None:
        """Comes back when it holds; fails when it does not within some seconds."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """``body`` is the decoded JSON, {} for anything else; ``text`` the body as it came."""

    status: int
    body: dict[str, Any]
    text: str
    kind: str

    @property
    def streams(self) -> list[tuple[dict[str, str], list[list[Any]]]]:
        """Labels and values of each stream."""
        assert self.status == 200, self.text
        assert self.body["data"]["resultType"] == "streams"
        return [(one["stream"], one["values"]) for one in self.body["data"]["result"]]

    @property
    def lines(self) -> list[str]:
        """The texts, stream after stream."""
        return [value[1] for _, values in self.streams for value in values]

    @property
    def points(self) -> list[tuple[dict[str, str], list[tuple[float, str]]]]:
        """Labels and points of each series."""
        assert self.status == 200, self.text
        assert self.body["data"]["resultType"] == "matrix"
        return [(one["metric"], [(at, count) for at, count in one["values"]]) for one in self.body["data"]["result"]]


class Loki:
    """Everything a case needs. ``cluster`` is the value of a label of its own; ``base_ns`` a whole hour's quarter, 15 to 30 minutes ago."""

    def __init__(self, http: httpx.AsyncClient, world: LokiWorld) -> None:
        self.world = world
        self.cluster = f"case-{secrets.token_hex(6)}"
        self.tenant = f"tenant-{self.cluster}" if world.tenants else ""
        self.now_ns = nanoseconds.since_1970(world.clock.now())
        self.base_ns = self.now_ns // (15 * MINUTE) * 15 * MINUTE - 15 * MINUTE
        self._http = http

    def at(self, *, minutes: int = 0, seconds: int = 0, ns: int = 0) -> int:
        """That long after ``base_ns``."""
        return self.base_ns + minutes * MINUTE + seconds * SECOND + ns

    def selector(self, more: str = "") -> str:
        """This case's streams; ``more`` matchers after a comma."""
        return f'{{cluster="{self.cluster}"{", " if more else ""}{more}}}'

    async def push(self, *lines: Line, **labels: str) -> None:
        """Pushed to one stream, and to be seen; the case fails when they are refused."""
        answer = await self.send([{"stream": self.labels(**labels), "values": values(lines)}])
        assert answer.status == 204, answer.text
        last = max(line[0] for line in lines)
        matchers = ", ".join(f"{name}={literal(value)}" for name, value in labels.items())

        async def seen() -> bool:
            return bool((await self.query(self.selector(matchers), start=last, end=last + 1, limit=1)).lines)

        await self.world.eventually(seen)

    def labels(self, **labels: str) -> dict[str, str]:
        """These, and the case's own."""
        return {"cluster": self.cluster, **labels}

    async def send(self, streams: object, *, headers: Mapping[str, str] | None = None) -> Answer:
        """A push as it is; ``streams`` as text is the whole body."""
        content = streams if isinstance(streams, str) else json.dumps({"streams": streams})
        kind = {"Content-Type": "application/json"}
        response = await self._http.post(f"{API}/push", headers={**kind, **self._whose(), **(headers or {})}, content=content)
        return _answer(response)

    async def query(self, query: str, *, categorize: bool = True, headers: Mapping[str, str] | None = None, **form: object) -> Answer:
        """``query_range``, from the base to 15 minutes later, forward, unless told otherwise; None leaves a parameter out."""
        asked: Form = {"query": query, "start": self.base_ns, "end": self.at(minutes=15), "direction": "forward", **form}
        return await self.get(f"{API}/query_range", headers={**(FLAGS if categorize else {}), **(headers or {})}, **asked)

    async def get(self, path: str, *, headers: Mapping[str, str] | None = None, **form: object) -> Answer:
        """Any other question."""
        params = {name: str(value) for name, value in form.items() if value is not None}
        return _answer(await self._http.get(path, headers={**self._whose(), **(headers or {})}, params=params))

    async def post(self, path: str, **form: object) -> Answer:
        """The same as a form."""
        data = {name: str(value) for name, value in form.items()}
        return _answer(await self._http.post(path, headers={**FLAGS, **self._whose()}, data=data))

    async def request(self, method: str, path: str) -> Answer:
        """Any method, without a body."""
        return _answer(await self._http.request(method, path, headers=self._whose()))

    async def names(self, path: str, query: str | None = None) -> list[str]:
        """Names of labels or values of one, of the case's streams; [] where there is no ``data``."""
        asked: Form = {"query": query or self.selector(), "start": self.base_ns, "end": self.at(minutes=15)}
        answer = await self.get(f"{API}/{path}", **asked)
        assert answer.status == 200, answer.text
        assert answer.body["status"] == "success"
        return list(answer.body.get("data", ()))

    def _whose(self) -> dict[str, str]:
        return {"X-Scope-OrgID": self.tenant} if self.tenant else {}


Case = Callable[[Loki], Awaitable[None]]


def values(lines: Sequence[Line]) -> list[list[object]]:
    """As they stand in a push: nanoseconds as text."""
    return [[str(at), *rest] for at, *rest in lines]


def literal(text: str) -> str:
    """A string of LogQL in double quotes."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def rfc3339(at_ns: int) -> str:
    """The instant with nine digits after the seconds."""
    return f"{(nanoseconds.BEGINNING + timedelta(seconds=at_ns // SECOND)).strftime('%Y-%m-%dT%H:%M:%S')}.{at_ns % SECOND:09d}Z"


def _answer(response: httpx.Response) -> Answer:
    kind = response.headers.get("content-type", "")
    body = response.json() if kind.startswith("application/json") else {}
    return Answer(response.status_code, body, response.text, kind)
